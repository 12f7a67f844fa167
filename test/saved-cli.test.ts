import {spawn, spawnSync} from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {generateShop, itemsToCsv} from '../fixtures/shop.ts'
import {Recommender, readOrders} from '../src/index.ts'

const root = join(import.meta.dirname, '..')
const cli = join(root, 'dist/cli.js')
const folder = mkdtempSync(join(tmpdir(), 'alsobought-saved-'))
afterAll(() => rmSync(folder, {recursive: true}))

vi.setConfig({testTimeout: 60_000, hookTimeout: 120_000})

function run(...args: string[]) {
  const {status, stdout, stderr} = spawnSync(process.execPath, [cli, ...args], {encoding: 'utf8', cwd: folder})
  return {status, stdout, stderr}
}

const {lines, items} = generateShop()
const titles = new Map(items.map(({id, title}) => [id, title]))
const cell = (text = '') => (text.includes(',') ? `"${text}"` : text)
const rows = lines
  .slice(0, 4000)
  .map(({order, customer = '', item, at}) => `${order},${customer},${item},${cell(titles.get(item))},${at}`)
const path = (name: string) => join(folder, name)
writeFileSync(path('orders.csv'), `order,customer,item,title,date\n${rows.join('\n')}\n`)
writeFileSync(path('items.csv'), itemsToCsv(items))

let saved: ReturnType<typeof run>

beforeAll(async () => {
  saved = run('save', 'orders.csv', 'shop.also', '--learn', 'none')
  const orders = () => readOrders(path('orders.csv'))
  await (await Recommender.fit(orders(), {learn: false})).save(path('public.also'), {log: false})
  const own = {score: (both: number, a: number, b: number) => both / Math.max(a, b)}
  await (await Recommender.fit(orders(), {learn: false, measure: own})).save(path('own.also'))
})

describe('alsobought save', () => {
  it('leaves nothing when it is interrupted, and no half a shop', async () => {
    const many = Array.from({length: 200_000}, (_, i) => `${i >> 2},${(i * i) % 997}`)
    writeFileSync(path('many.csv'), `order,item\n${many.join('\n')}\n`)
    const parts = () => readdirSync(folder).filter((name) => name.endsWith('.saving'))
    let interrupted = 0
    // It may be done before it is told.
    for (let run = 0; run < 10 && interrupted === 0; run++) {
      const child = spawn(process.execPath, [cli, 'save', 'many.csv', 'many.also', '--learn', 'none'], {cwd: folder})
      const end = new Promise<number | null>((resolve) => child.on('exit', resolve))
      while (child.exitCode === null && parts().length === 0) await new Promise((resolve) => setImmediate(resolve))
      child.kill('SIGINT')
      interrupted += Number((await end) === 130)
      expect(parts()).toEqual([])
    }
    expect(interrupted).toBe(1)
  })

  it('says what was saved, how large it is and how long it took', async () => {
    const {orders, items, customers} = (await Recommender.load(path('shop.also'))).report
    const size = readFileSync(path('shop.also')).length
    const [first, time, next, personal, end] = saved.stdout.split('\n')
    const counts = [orders, items, customers].map((n) => n.toLocaleString('en-US'))
    expect(first).toBe(
      `saved shop.also: ${Math.round(size / 1e3)} kB, ${counts[0]} orders, ${counts[1]} items, ${counts[2]} customers`,
    )
    expect(time).toMatch(/^reading and counting took \d+\.\d s, writing \d+\.\d s$/)
    expect(next).toMatch(/^now ask: alsobought also-bought shop\.also \S+$/)
    expect(personal).toContain('personal data')
    expect(end).toBe('')
    expect(saved).toMatchObject({status: 0, stderr: expect.stringMatching(/^columns: .*title=title\n$/)})
  })

  it('makes what fit and save make, with the titles of the orders in its catalogue', async () => {
    const shop = await Recommender.load(path('shop.also'))
    const fitted = await Recommender.fit(readOrders(path('orders.csv')), {learn: false})
    fitted.items.set(shop.items.ids.map((id) => ({id, title: titles.get(id) ?? ''})))
    expect(shop.items.ids).toEqual(fitted.items.ids)
    for (const id of shop.items.ids) expect(shop.items.get(id)).toEqual(fitted.items.get(id))
    expect(shop.alsoBought('KET-01')).toEqual(fitted.alsoBought('KET-01'))
  })

  it('writes anew over a saved shop, and over nothing else', () => {
    copyFileSync(path('shop.also'), path('old.also'))
    const {status} = run('save', 'orders.csv', 'old.also', '--learn', 'none', '--items-file', 'items.csv')
    expect(status).toBe(0)
    expect(readFileSync(path('old.also')).equals(readFileSync(path('shop.also')))).toBe(false)
    const before = readFileSync(path('items.csv'), 'utf8')
    expect(run('save', 'orders.csv', 'items.csv').status).toBe(1)
    expect(readFileSync(path('items.csv'), 'utf8')).toBe(before)
  })

  it.skipIf(process.getuid?.() === 0)('where one may not write, says so (not as root)', () => {
    mkdirSync(path('locked'))
    chmodSync(path('locked'), 0o555)
    const {status, stderr} = run('save', 'orders.csv', 'locked/shop.also', '--learn', 'none')
    expect(status).toBe(1)
    expect(stderr.split('\n').at(-2)).toBe(
      'alsobought: locked/shop.also could not be written: you may not write there; name another folder',
    )
  })
})

describe('a saved shop is asked in the place of its orders', () => {
  it.each([
    ['also-bought', ['KET-01', '--json']],
    ['together', ['COL-01', 'CRI-01', '--json', '--exclude', 'BAG-01,POST']],
    ['suggest', ['C1009', '--repeat', 'include', '--json']],
    ['suggest', ['--items', 'PRI-01', '--json']],
    ['export', ['also-bought', '--limit', '3']],
    ['export', ['suggest', '--limit', '2', '--format', 'jsonl', '--threads', '2']],
    ['demo', ['--json']],
  ])('%s %j: the same answers to the byte, and nothing to say of columns', (command, rest) => {
    const {status, stdout, stderr} = run(command, 'shop.also', ...rest)
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    expect(stdout.length).toBeGreaterThan(500)
    expect(stdout === run(command, 'orders.csv', '--learn', 'none', ...rest).stdout).toBe(true)
  })

  it('whatever its name is; the demo says that it was opened', () => {
    copyFileSync(path('shop.also'), path('shop.csv'))
    expect(run('also-bought', 'shop.csv', 'KET-01').stdout).toContain('Descaler')
    expect(run('demo', 'shop.csv').stdout).toMatch(/^built in \d+\.\d\d s from a saved file$/m)
  })

  it.each([
    [['also-bought', 'shop.also', 'KET-1'], 'no basket of shop.also holds item "KET-1"; did you mean'],
    [['suggest', 'shop.also', 'c1009'], 'shop.also has no customer "c1009"; did you mean C1009?'],
    [
      ['together', 'shop.also', 'KET-01', '--measure', 'llr', '--columns', 'item=sku', '--decimal-comma'],
      'shop.also is a saved shop, read and counted already: leave out --measure, --columns, --decimal-comma, or',
    ],
    [['export', 'shop.also', 'suggest', '--delimiter', ';'], 'shop.also is a saved shop, read and counted already'],
    [['demo', 'shop.also', '--items-file', 'items.csv'], 'shop.also is a saved shop, read and counted already'],
    [['save', 'shop.also', 'copy.also'], 'shop.also is a saved shop; name the file of orders it was made of'],
    [['evaluate', 'shop.also'], 'shop.also is a saved shop; name the file of orders it was made of'],
    [['tune', 'shop.also'], 'shop.also is a saved shop; name the file of orders it was made of'],
    [
      ['also-bought', 'own.also', 'KET-01'],
      'own.also: this shop was fitted with a measure of its own, which is not saved',
    ],
    [['suggest', 'public.also', 'C1009'], 'this shop was saved with log: false and knows no customers; ask by items'],
    [['export', 'public.also', 'suggest'], 'this shop was saved with log: false, and only orders tell'],
  ])('%j is told in one line', (args, message) => {
    const {status, stdout, stderr} = run(...args)
    expect({status, stdout}).toEqual({status: 1, stdout: ''})
    expect(stderr.startsWith(`alsobought: ${message}`), stderr).toBe(true)
    expect(stderr.trimEnd().split('\n').length).toBe(1)
    expect(stderr).not.toMatch(/ {4}at |load: /)
    expect(existsSync(path('copy.also'))).toBe(false)
  })

  it('one saved without its log answers what is not about customers', () => {
    const {status, stdout} = run('also-bought', 'public.also', 'KET-01', '--limit', '1', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout).answers[0].item).toBe('KET-91')
    const demo = run('demo', 'public.also')
    expect(demo.status).toBe(0)
    expect(demo.stdout).not.toContain('plain count')
  })

  it('a file of ids may be written otherwise', () => {
    writeFileSync(path('ids.csv'), 'C1009;Ann\n')
    const {status, stdout} = run(
      'export',
      'shop.also',
      'suggest',
      '--ids',
      'ids.csv',
      '--delimiter',
      ';',
      '--limit',
      '1',
    )
    expect(status).toBe(0)
    expect(stdout.split('\n')[1]).toMatch(/^C1009,1,/)
  })

  it.each([
    ['cut off early', 5, 'expected at least 32 bytes, got 5; it is cut off'],
    ['cut off late', 60_000, 'it is cut off: copy or save it again'],
  ])('what is %s is told of', (_, length, message) => {
    writeFileSync(path('cut.also'), readFileSync(path('shop.also')).subarray(0, length))
    const {status, stdout, stderr} = run('also-bought', 'cut.also', 'KET-01')
    expect({status, stdout}).toEqual({status: 1, stdout: ''})
    expect(stderr).toMatch(/^alsobought: cut\.also: [^\n]*\n$/)
    expect(stderr).toContain(message)
  })

  it('what has changed, be it by a text mode, is told of', () => {
    const bytes = readFileSync(path('shop.also'))
    bytes[5000] ^= 1
    writeFileSync(path('bad.also'), bytes)
    expect(run('also-bought', 'bad.also', 'KET-01').stderr).toMatch(
      /^alsobought: bad\.also: expected the checksum .*\n$/,
    )
    writeFileSync(path('bad.also'), Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'))
    expect(run('also-bought', 'bad.also', 'KET-01').stderr).toMatch(/^alsobought: bad\.also: expected what save .*\n$/)
  })

  it('from a pipe it is refused', () => {
    const input = readFileSync(path('shop.also'))
    const {status, stderr} = spawnSync(process.execPath, [cli, 'demo', '-'], {input, encoding: 'utf8'})
    expect(status).toBe(1)
    expect(stderr).toBe(
      'alsobought: standard input: expected CSV, got a saved shop; name its file, it is not read from a pipe\n',
    )
  })
})
