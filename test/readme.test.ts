import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import ts from 'typescript'
import {beforeAll, describe, expect, it} from 'vitest'
import {generateShop, itemsToCsv, toCsv} from '../fixtures/shop.ts'

const readme = readFileSync('README.md', 'utf8')
const folder = '.readme'

function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, l]) => l === language)
    .map(([, , text]) => text)
}

const programs = blocks('ts')
const file = (n: number) => join(folder, `program-${n}.mts`)

/** A package that the README's programs import but this project does not depend on. */
function stub(name: string, code: string, types: string): void {
  const home = join(folder, 'node_modules', name)
  mkdirSync(home, {recursive: true})
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({name, type: 'module', main: 'index.js', types: 'index.d.ts'}),
  )
  writeFileSync(join(home, 'index.js'), code)
  writeFileSync(join(home, 'index.d.ts'), types)
}

beforeAll(() => {
  rmSync(folder, {recursive: true, force: true})
  mkdirSync(folder)
  const {lines, items} = generateShop()
  writeFileSync(join(folder, 'orders.csv'), toCsv(lines))
  writeFileSync(join(folder, 'items.csv'), itemsToCsv(items))

  const rows = lines.map(({order, customer, item, quantity, at}) => {
    const [date, time] = at.split(/[TZ]/)
    return [order, item, customer, quantity, `${date.split('-').reverse().join('.')} ${time}`].join(';')
  })
  const german = ['Bon;Artikel;Kunde;Menge;Datum', ...rows].join('\n')
  writeFileSync(join(folder, 'export.csv.gz'), gzipSync(Buffer.from(german, 'latin1')))

  const cursor = lines.slice(0, 5000).map((l) => ({
    order_id: l.order,
    customer_id: l.customer ?? null,
    sku: l.item,
    units: `${l.quantity}`,
    created_at: l.at,
  }))
  stub(
    'pg',
    `const rows = ${JSON.stringify(cursor)}
     async function* query({text}) { if (!/^select .+ from order_line$/.test(text)) throw new Error(text); yield* rows }
     export default {Client: class { connect() {} end() {} query = query }}`,
    `declare class Client { connect(): Promise<void>; end(): Promise<void>; query(q: object): AsyncIterable<Record<string, unknown>> }
     declare const pg: {Client: typeof Client}
     export default pg`,
  )
  stub(
    'pg-query-stream',
    'export default class { constructor(text) { this.text = text } }',
    'export default class { constructor(text: string) }',
  )
  for (const [n, program] of programs.entries()) writeFileSync(file(n), program)
})

describe('README', () => {
  it('has programs that compile', () => {
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      types: ['node'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    }
    const program = ts.createProgram(
      programs.map((_, n) => file(n)),
      options,
    )
    const problems = ts.getPreEmitDiagnostics(program).map(({file, messageText}) => {
      return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
    expect(problems).toEqual([])
  })

  it.each(programs.map((_, n) => n))('has a program %i that runs', (n) => {
    const {outputText} = ts.transpileModule(programs[n], {
      compilerOptions: {target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext},
    })
    writeFileSync(join(folder, `program-${n}.mjs`), outputText)
    const output = execFileSync(process.execPath, [`program-${n}.mjs`], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (n === 0) expect(output).toBe(blocks('')[0])
    if (programs[n].includes('console.log')) expect(output).not.toBe('')
  })

  it('has commands that work', () => {
    const {name, scripts} = JSON.parse(readFileSync('package.json', 'utf8'))
    const commands = blocks('sh').flatMap((block) =>
      block.split('\n').flatMap((line) => line.replace(/#.*/, '').split('&&')),
    )
    for (const command of commands.map((text) => text.trim()).filter(Boolean)) {
      const [tool, verb, ...words] = command.split(/\s+/)
      if (tool === 'npx') {
        expect(verb).toBe('alsobought')
        const program = [join('..', 'dist', 'cli.js'), ...words]
        const output = execFileSync(process.execPath, program, {cwd: folder, encoding: 'utf8', stdio: 'pipe'})
        if (command === 'npx alsobought evaluate orders.csv') expect(output).toContain(blocks('text')[0])
      } else {
        expect(tool).toBe('npm')
        const script = verb === 'run' ? words.at(-1) : verb
        if (script === 'install') expect(words).toEqual([name])
        else if (script !== 'ci') expect(scripts).toHaveProperty([script as string])
      }
    }
  }, 240_000)
})
