import {spawn, spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import stringWidth from 'string-width'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {generateShop, toCsv} from '../fixtures/shop.ts'
import {type EvaluateProgress, type Evaluation, evaluate, readOrders, reportPage} from '../src/index.ts'

const root = join(import.meta.dirname, '..')
const cli = join(root, 'dist/cli.js')
const folder = mkdtempSync(join(tmpdir(), 'alsobought-evaluate-'))
afterAll(() => rmSync(folder, {recursive: true}))

function run(...args: string[]) {
  const {status, stdout, stderr} = spawnSync(process.execPath, [cli, 'evaluate', ...args], {
    encoding: 'utf8',
    cwd: folder,
  })
  // Which columns were read is told of every file.
  return {status, stdout, stderr: stderr.replace(/^columns: .*\n/, '')}
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

const half = generateShop().lines.filter(({order}) => Number(order.at(-1)) % 2 === 0)
const orders = file('orders.csv', toCsv(half))
/** A name as an enemy would choose it, and a line of postage. */
const HOSTILE = '<script>alert(1)<!--"&.csv'
const few = 'order,customer,item\n1,a,KET\n1,a,MUG\n2,a,KET\n2,a,MUG\n3,b,KET\n3,b,MUG\n3,b,POST\n4,b,KET\n4,b,MUG\n'

describe('evaluate', () => {
  const options = ['--measures', 'cosine,llr', '--seed', '7']
  let judged: Evaluation
  let text: ReturnType<typeof run>
  let json: ReturnType<typeof run>
  const told: EvaluateProgress[] = []

  beforeAll(async () => {
    text = run(orders, ...options, '--html', 'report.html')
    json = run(orders, ...options, '--json')
    judged = await evaluate(readOrders(join(folder, orders)), {
      measures: ['cosine', 'llr'],
      seed: 7,
      onProgress: (progress) => told.push(progress),
    })
  })

  it('--json prints what the library returns', () => {
    expect(json).toMatchObject({status: 0, stderr: ''})
    const {seconds, ...printed} = JSON.parse(json.stdout)
    expect(printed).toEqual({...judged, seconds: undefined})
    expect(seconds).toBeGreaterThan(0)
    expect(printed.tasks.length).toBe(8)
    expect(printed.tasks[0].methods.map(({method}: {method: string}) => method).sort()).toEqual(
      ['alsobought', 'cosine', 'llr', 'popular', 'random'].sort(),
    )
  })

  it('tells a table for each question, ours first and then the best first, in 100 columns', () => {
    expect(text.status).toBe(0)
    for (const line of text.stdout.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(100)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come where nobody sees it
    expect(text.stdout + text.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    const tables = text.stdout.split(/^ {2}method .*$/m).slice(1)
    const full = judged.tasks.filter(({task}) => !task.endsWith('from one date'))
    expect(tables.length).toBe(full.length)
    for (const [t, {methods}] of full.entries()) {
      const rows = tables[t].split('\n').slice(1, 1 + methods.length)
      expect(rows[0]).toMatch(/^ {2}alsobought /)
      for (const [m, {ndcg, difference}] of methods.entries()) {
        expect(rows[m]).toContain(` ${ndcg.toFixed(4)} `)
        const {low, high} = difference ?? {low: 0, high: 0}
        const verdict = low > 0 ? 'better' : high < 0 ? 'worse' : 'noise'
        if (m > 0) expect(rows[m]).toMatch(new RegExp(`${Math.abs(low).toFixed(4)}.*${verdict}$`))
      }
      const figures = rows.slice(1).map((row) => Number(/ (0\.\d{4}) /.exec(row)?.[1]))
      expect(figures).toEqual(figures.toSorted((a, b) => b - a))
    }
    expect(text.stdout).toMatch(/better$/m)
    expect(text.stdout).toMatch(/noise$/m)
    expect(text.stdout).toContain(`Each item of ${judged.orders.asked} orders asked for the rest of its order.`)
    expect(text.stdout).toContain('Seed 7: ')
    expect(text.stdout).toMatch(/That only a test in the shop can tell\.\n$/)
  })

  it('--html writes the page that the library makes of it, and says where', () => {
    expect(text.stderr).toBe('wrote report.html\n')
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    expect(page).toBe(reportPage(JSON.parse(json.stdout), {title: 'Recommendations for orders.csv'}))
  })

  it('tells how far it has come, never less than before', () => {
    expect(new Set(told.map(({step}) => step))).toEqual(new Set(['read', 'fit', 'cosine', 'llr']))
    const shares = told.map(({share}) => share)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBeLessThanOrEqual(1)
    expect(shares.at(-1)).toBeGreaterThan(0.7)
  })

  it('fees are left out, and that is said; a name is no markup', () => {
    const {status, stderr} = run(file(HOSTILE, few), '--measures', 'cosine', '--html', 'hostile.html')
    expect({status, stderr}).toEqual({
      status: 0,
      stderr: 'left out 1 line of 1 item that look like fees: POST; --keep-fees keeps them\nwrote hostile.html\n',
    })
    const page = readFileSync(join(folder, 'hostile.html'), 'utf8')
    expect(page).not.toMatch(/<script|<!--/)
    expect(page.split('&#60;script&#62;alert(1)&#60;!--&#34;&#38;.csv').length).toBe(3)
  })

  it('without dates asks nothing from one date', () => {
    const {orders: split, tasks} = JSON.parse(run(orders, '--columns', 'at=', '--measures', 'llr', '--json').stdout)
    expect(split.by).toBe('random')
    const asked = tasks.map(({task}: {task: string}) => task)
    expect(asked).toEqual(['alsoBought', 'boughtTogether', 'suggest exclude', 'suggest include', 'suggest only'])
    expect(run(file('undated.csv', few), '--measures', 'llr').stdout).toContain('have no dates to part them by')
  })

  it.each([
    [2, [], 'evaluate needs a file of orders: alsobought evaluate <file>'],
    [2, ['a.csv', 'b.csv'], 'evaluate takes one file, got also "b.csv"'],
    [2, [orders, '--measures', 'cosine,magic'], 'unknown --measures "magic"; valid are weighted, count, '],
    [2, [orders, '--measure', 'magic'], 'unknown --measure "magic"; valid are weighted, count, '],
    [2, [orders, '--seed', '1.5'], '--seed must be a whole number, got 1.5'],
    [2, [orders, '--limit', '3'], 'evaluate takes no option --limit; valid are --json, --measures, --seed, --html'],
    [1, ['none.csv'], 'there is no file none.csv; check the path'],
    [1, [orders, '--html', 'none/page.html'], 'there is no folder none; make it'],
    [1, [orders, '--html', '.'], '. is a folder; name a file in it for --html'],
    [1, [orders, '--html', `./${orders}`], '--html would overwrite orders.csv'],
    [
      1,
      [file('one.csv', 'order,item\n1,A\n')],
      'too few orders to judge by: none kept back has two items that are known by then, and no customer has two orders; give a longer history',
    ],
    [1, [file('bad.csv', 'order,item,quantity\n1,A,two\n')], 'bad.csv, line 2, column quantity: quantity must be'],
  ])('ends with %i for %j, and says why in one line', (code, args, message) => {
    const {status, stdout, stderr} = run(...args)
    expect({status, stdout}).toEqual({status: code, stdout: ''})
    expect(stderr.startsWith(`alsobought: ${message}`), stderr).toBe(true)
    expect(stderr.trimEnd().split('\n').length).toBe(1)
    expect(stderr).not.toMatch(/ {4}at |evaluate:/)
  })

  it('Ctrl-C ends it at once with 130, and no page is written', async () => {
    const child = spawn(process.execPath, [cli, 'evaluate', '-', '--html', 'stopped.html'], {cwd: folder})
    // Once all is written, all but what a pipe holds has been read.
    await new Promise<void>((resolve) => child.stdin.end(toCsv(half), resolve))
    await new Promise((resolve) => setTimeout(resolve, 300))
    const start = performance.now()
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130)
    expect(performance.now() - start).toBeLessThan(2000)
    expect(existsSync(join(folder, 'stopped.html'))).toBe(false)
  })
})
