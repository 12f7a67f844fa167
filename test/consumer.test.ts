/** The package as a service has it: packed, unpacked elsewhere, compiled against and run by every Node. */
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {gzipSync} from 'node:zlib'
import ts from 'typescript'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {nodes} from './runtimes.ts'

vi.setConfig({testTimeout: 120_000, hookTimeout: 120_000})

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'alsobought-consumer-'))
afterAll(() => rmSync(folder, {recursive: true}))

let packed: {filename: string; size: number; unpackedSize: number; files: {path: string}[]}

beforeAll(() => {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  ;[packed] = JSON.parse(execFileSync('npm', pack, {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']}))
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', folder])
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  renameSync(join(folder, 'package'), join(modules, 'alsobought'))
  const {dependencies} = JSON.parse(readFileSync(join(modules, 'alsobought/package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), {recursive: true})
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
})

test('what is packed is what is built and what is read, and small: at most some 7 % more than when this was written', () => {
  const {size, unpackedSize, files} = packed
  const read = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'package.json']
  for (const {path} of files)
    if (!read.includes(path)) expect(path).toMatch(/^(dist\/(index|query|cli)\b|docs\/\w+\.(md|svg)$)/)
  expect(size).toBeLessThan(1_700_000)
  expect(unpackedSize).toBeLessThan(6_000_000)
  for (const file of ['index.js', 'index.cjs']) {
    const door = readFileSync(join(folder, 'node_modules/alsobought/dist', file))
    expect(door.length).toBeLessThan(600_000)
    expect(gzipSync(door, {level: 9}).length).toBeLessThan(175_000)
  }
})

test('each link of the packed README leads to a packed file or to a heading of its own', () => {
  const readme = readFileSync(join(folder, 'node_modules/alsobought/README.md'), 'utf8').replace(
    /^```[\s\S]*?^```$/gm,
    '',
  )
  const links = Array.from(readme.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target)
  /** As GitHub and npm name them: in lower case, spaces as dashes, without any other marks. */
  const anchors = Array.from(readme.matchAll(/^#+ (.+)$/gm), ([, heading]) => {
    return `#${heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-')}`
  })
  const places = [...packed.files.map(({path}) => path), ...anchors]
  expect(links).toContain('docs/growth.svg')
  expect(links.filter((link) => !link.startsWith('https://') && !places.includes(link))).toEqual([])
})

/** Fits, asks by a rule of its own items' type, saves and opens by the other door, and tells what both answer. */
const service = `
import {type Neighbor, type Queries, Recommender} from 'alsobought'
import {open} from 'alsobought/query'

interface Product {
  id: string
  stock: number
}

const lines = ['ann', 'bob'].flatMap((customer, order) =>
  ['tea', 'milk', 'jam'].map((item) => ({order, customer, item, at: '2025-03-14'})),
)
const items: Product[] = [
  {id: 'milk', stock: 3},
  {id: 'jam', stock: 0},
]

async function main(): Promise<void> {
  const shop = await Recommender.fit(lines, {items, threads: 2})
  const doors: Queries<Product>[] = [shop, open<Product>(shop.toBytes())]
  const answers = doors.map((door): Neighbor[] => {
    // @ts-expect-error a product has no color
    door.alsoBought('tea', {where: ({color}) => color === 'red'})
    // @ts-expect-error nor is a stock a text
    door.alsoBought('tea', {where: ({stock}) => stock === 'none'})
    return door.alsoBought('tea', {where: ({stock = 0}) => stock > 0, fallback: false})
  })
  console.log(JSON.stringify(answers))
}

void main()
`

const {ModuleKind, ModuleResolutionKind} = ts
/** Each checks its services; where both module kinds are, they are what is run, and types are looked through on their own. */
const compilers: [string, string[], ts.CompilerOptions][] = [
  ['nodenext', ['service.mts', 'service.cts'], {module: ModuleKind.NodeNext, skipLibCheck: false}],
  [
    'a bundler',
    ['service.mts'],
    {module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler, noEmit: true},
  ],
  [
    'the oldest resolution',
    ['service.cts'],
    {module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10, noEmit: true},
  ],
]

describe('a strict TypeScript service', () => {
  test.each(compilers)('compiles under %s', (_, files, moduleOptions) => {
    const paths = files.map((file) => join(folder, file))
    for (const path of paths) writeFileSync(path, service)
    const program = ts.createProgram(paths, {
      ...{strict: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts']},
      ...{types: ['node'], typeRoots: [join(folder, 'node_modules/@types')]},
      ...moduleOptions,
    })
    program.emit()
    const problems = ts.getPreEmitDiagnostics(program).map(({file, messageText}) => {
      return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
    expect(problems).toEqual([])
  })

  for (const {version, command} of nodes) {
    test.skipIf(!command).each(['service.mjs', 'service.cjs'])(
      `runs in Node ${version} as %s (skipped where it is absent)`,
      (file) => {
        const output = execFileSync(command as string, [join(folder, file)], {encoding: 'utf8'})
        const neighbors = [{item: 'milk', tier: 'copurchase', together: 2}]
        expect(JSON.parse(output)).toMatchObject([neighbors, neighbors])
      },
    )
  }
})
