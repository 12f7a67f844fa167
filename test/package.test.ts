import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'

const root = join(import.meta.dirname, '..')
const {dependencies, scripts, ...manifest} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const files = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
  // Not what is made from others, nor the kernel's sources, which are another language.
  .filter((file) => file.endsWith('.ts') && !/matrix\/assembly\/|\/embedded/.test(file))
  .map((file) => `src/${file}`)
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
/** Without comments, whose examples may print. */
const codeOf = (file: string) => textOf(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

describe('the package', () => {
  test('needs two packages at run time', () => {
    expect(Object.keys(dependencies)).toEqual(['fast-csv', 'ml-matrix'])
    expect(manifest.peerDependencies ?? manifest.optionalDependencies).toBeUndefined()
  })

  test('runs nothing when it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'preuninstall', 'uninstall', 'postuninstall']) {
      expect(scripts).not.toHaveProperty(script)
    }
    expect(existsSync(join(root, 'binding.gyp'))).toBe(false)
  })

  test.each(files.filter((file) => !file.startsWith('src/cli/')))(
    '%s prints nothing and stays off the edges',
    (file) => {
      expect(codeOf(file)).not.toMatch(/\bconsole\s*\.|\bprocess\s*\.|\bglobalThis\.process\b|\bfetch\(/)
      const edge = [
        'orders/csv',
        'orders/csv-rows',
        'orders/decode',
        'orders/records',
        'model/file',
        'model/journal',
        'model/open-journal',
        'model/write-journal',
        'matrix/threads',
        'matrix/worker',
        'queries/answer-threads',
        'queries/answer-worker',
      ].map((name) => `src/${name}.ts`)
      if (!edge.includes(file)) expect(codeOf(file)).not.toMatch(/from 'node:|import\('node:|\brequire\(/)
    },
  )

  test.each(files)('%s leaves nothing to chance or to a global', (file) => {
    expect(codeOf(file)).not.toMatch(/Math\.random|@ts-ignore|from '(fs|path|stream|zlib|os|url|util|worker_threads)'/)
  })
})
