import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {expect, test} from 'vitest'

const src = join(import.meta.dirname, '../src')
/** From the lowest to the highest; a layer may use those before it. */
const layers = ['matrix', 'orders', 'model', 'queries', 'evaluate', 'doors', 'fixtures', 'cli']

function layerOf(file: string): number {
  const folder = relative(src, file).split('/')
  const layer = file.startsWith(join(src, '../fixtures')) ? 'fixtures' : folder.length === 1 ? 'doors' : folder[0]
  if (!layers.includes(layer)) throw new Error(`${file} is in no layer; name its folder in ${layers.join(', ')}`)
  return layers.indexOf(layer)
}

const files = readdirSync(src, {recursive: true, encoding: 'utf8'})
  // The kernel is another language, of one folder that imports nothing outside itself.
  .filter((file) => file.endsWith('.ts') && !file.startsWith('matrix/assembly/'))
  .map((file) => join(src, file))
const importsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g)].map(([, path]) => path)

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(40)
  expect(files.flatMap(importsOf).length).toBeGreaterThan(100)
})

test.each(files.map((file) => relative(src, file)))(
  '%s imports only from its own folder and from layers below',
  (name) => {
    const file = join(src, name)
    for (const path of importsOf(file).filter((path) => path.startsWith('.'))) {
      expect(path).toMatch(/\.ts$|\.json$/)
      if (path.endsWith('.json')) continue
      const to = join(dirname(file), path)
      if (dirname(to) !== dirname(file)) expect(layerOf(to), `${name} imports ${path}`).toBeLessThan(layerOf(file))
    }
  },
)

test('index.ts re-exports and nothing else', () => {
  const statements = readFileSync(join(src, 'index.ts'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  expect(
    statements
      .join('\n')
      .replace(/export (type )?(\{[^}]*\}|\*) from '[^']+'/g, '')
      .trim(),
  ).toBe('')
})
