import {spawn, spawnSync} from 'node:child_process'
import * as fs from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Writable} from 'node:stream'
import {setTimeout} from 'node:timers/promises'
import {gunzipSync} from 'node:zlib'
import {parseString} from 'fast-csv'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {generateShop, itemsToCsv, toCsv} from '../fixtures/shop.ts'
import {writeTo} from '../src/cli/output.ts'
import {Recommender, readOrders} from '../src/index.ts'

const root = join(import.meta.dirname, '..')
const cli = join(root, 'dist/cli.js')
const folder = fs.mkdtempSync(join(tmpdir(), 'alsobought-export-'))
afterAll(() => fs.rmSync(folder, {recursive: true}))

vi.setConfig({testTimeout: 30_000, hookTimeout: 60_000})

/** Which columns were read is told of every file. */
const withoutColumns = (stderr: string) => stderr.replace(/^columns: .*\n/, '')

function command(name: string, ...args: string[]) {
  const {status, stdout, stderr} = spawnSync(process.execPath, [cli, name, ...args], {encoding: 'utf8', cwd: folder})
  return {status, stdout, stderr: withoutColumns(stderr)}
}
const run = (...args: string[]) => command('export', '--learn', 'none', ...args)

function file(name: string, text: string | Uint8Array): string {
  fs.writeFileSync(join(folder, name), text)
  return name
}
const textOf = (name: string) => fs.readFileSync(join(folder, name), 'utf8')
const parts = () => fs.readdirSync(folder).filter((name) => name.includes('.part'))

/** Records of CSV, as somebody else's parser reads them. */
function recordsOf(text: string): Promise<Record<string, string>[]> {
  return new Promise((resolve, reject) => {
    const rows: Record<string, string>[] = []
    parseString(text, {headers: true, strictColumnHandling: true})
      .on('error', reject)
      .on('data', (row) => rows.push(row))
      .on('end', () => resolve(rows))
  })
}

const shopMade = generateShop()
const titles = new Map(shopMade.items.map(({id, title}) => [id, title]))
const orders = file('orders.csv', toCsv(shopMade.lines.slice(0, 3000)))
const catalogue = file('items.csv', itemsToCsv(shopMade.items))
let shop: Recommender
let sold: string[]
let customers: string[]

beforeAll(async () => {
  shop = await Recommender.fit(readOrders(join(folder, orders)), {learn: false})
  sold = shop.items.ids
  customers = [...new Set(shopMade.lines.slice(0, 3000).flatMap(({customer}) => customer ?? []))].sort()
})

describe('CSV', () => {
  it('of also-bought has a row for each answer of the library, with titles where they are known', async () => {
    const {status, stdout, stderr} = run(orders, 'also-bought', '--limit', '4', '--items-file', catalogue)
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    const expected = sold.flatMap((item) =>
      shop.alsoBought(item, {limit: 4}).map((answer, place) => ({
        item,
        rank: String(place + 1),
        other: answer.item,
        title: titles.get(answer.item) ?? '',
        score: String(answer.score),
        tier: answer.tier,
        together: String(answer.together ?? ''),
        expected: String(answer.expected ?? ''),
      })),
    )
    const rows = await recordsOf(stdout)
    expect(rows).toEqual(expected)
    expect(rows.length).toBe(4 * sold.length)
    expect(Object.keys(rows[0])).toEqual(Object.keys(expected[0]))
  })

  it('of suggest has the reasons in three columns', async () => {
    const {status, stdout, stderr} = run(orders, 'suggest', '--limit', '3', '--repeat', 'include')
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    const expected = customers.flatMap((customer) =>
      shop.suggest({customer}, {limit: 3, repeat: 'include'}).map(({item, score, tier, because = []}, place) => ({
        customer,
        rank: String(place + 1),
        item,
        title: '',
        score: String(score),
        tier,
        because_1: because[0]?.item ?? '',
        because_2: because[1]?.item ?? '',
        because_3: because[2]?.item ?? '',
      })),
    )
    expect(await recordsOf(stdout)).toEqual(expected)
    expect(expected.some(({because_3}) => because_3 !== '')).toBe(true)
    expect(expected.some(({tier}) => tier === 'repeat')).toBe(true)
  })

  it('brings back quotes, commas, line ends, blanks and formulas in ids and titles as they are', async () => {
    const odd = ['a"b', 'c,d', 'e\nf', 'g\r\nh', ' i ', '=1+1', '"', '__proto__', 'سماور', '-1']
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    const lines = [1, 2, 3].flatMap((order) =>
      odd.map((id) => [`o${order}`, quoted(`c"${order},`), quoted(id), quoted(`${id}, "the" item\n`)].join(',')),
    )
    const name = file('odd.csv', `order,customer,item,title\n${lines.join('\n')}\n`)
    const {status, stdout, stderr} = run(name, 'also-bought', '--limit', '20')
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    const rows = await recordsOf(stdout)
    expect(rows.length).toBe(odd.length * (odd.length - 1))
    const read = await Recommender.fit(readOrders(join(folder, name)), {learn: false})
    expect(new Set(rows.map(({item}) => item))).toEqual(new Set(read.items.ids))
    expect(read.items.ids).toEqual(expect.arrayContaining(['a"b', 'c,d', 'e\nf', 'g\r\nh', '=1+1', '-1']))
    for (const {other, title} of rows) expect(title).toBe(`${other}, "the" item`.trim())
    const suggested = await recordsOf(run(name, 'suggest', '--repeat', 'include').stdout)
    expect(new Set(suggested.map(({customer}) => customer))).toEqual(new Set(['c"1,', 'c"2,', 'c"3,']))
    expect(new Set(suggested.map(({item}) => item))).toEqual(new Set(read.items.ids))
    for (const {because_1} of suggested) expect(read.items.ids).toContain(because_1)
  })
})

describe('JSON Lines', () => {
  it('has what --json of each question prints, a line for every item or customer', () => {
    const lines = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    const neighbors = lines(run(orders, 'also-bought', '--format', 'jsonl', '--items-file', catalogue).stdout)
    expect(neighbors.map(({item}) => item.item)).toEqual(sold)
    const ask = (name: string, ...args: string[]) =>
      JSON.parse(command(name, orders, ...args, '--json', '--learn', 'none').stdout)
    expect(neighbors[5]).toEqual(ask('also-bought', sold[5], '--items-file', catalogue))
    expect(neighbors[5].answers[0].title).toBe(titles.get(neighbors[5].answers[0].item))
    const suggestions = lines(run(orders, 'suggest', '--format', 'jsonl', '--limit', '2', '--repeat', 'only').stdout)
    expect(suggestions.map(({customer}) => customer)).toEqual(customers)
    expect(suggestions[3]).toEqual(ask('suggest', customers[3], '--limit', '2', '--repeat', 'only'))
  })
})

describe('--threads', () => {
  it.each(['also-bought', 'suggest'])('any number gives the same bytes of %s', (question) => {
    for (const format of ['csv', 'jsonl']) {
      const [one, three] = ['1', '3'].map((threads) => run(orders, question, '--format', format, '--threads', threads))
      expect(one.status).toBe(0)
      expect(one.stdout.split('\n').length).toBeGreaterThan(100)
      expect(three).toEqual(one)
    }
  })
})

describe('--ids', () => {
  it('names whom to answer for, in this order, and tells of those that are unknown', async () => {
    const ids = file('ids.csv', `${customers[4]},a name\n"nobody, here"\n\n${customers[0]}\n`)
    const {status, stdout, stderr} = run(orders, 'suggest', '--ids', ids, '--limit', '1')
    expect(status).toBe(0)
    expect(stderr).toBe(
      'orders.csv does not name 1 of the 3 customers in ids.csv, "nobody, here": what sells well stands in\n',
    )
    const rows = await recordsOf(stdout)
    expect(rows.map(({customer}) => customer)).toEqual([customers[4], 'nobody, here', customers[0]])
    expect(rows[1].tier).toBe('popular')
    const items = file('item-ids.csv', `${sold[3]}\n`)
    expect(await recordsOf(run(orders, 'also-bought', '--ids', items, '--limit', '1').stdout)).toMatchObject([
      {item: sold[3], other: shop.alsoBought(sold[3])[0].item},
    ])
  })
})

describe('--out', () => {
  const bad = () => file('bad-ids.csv', `${sold.join('\n')}\n"open\n`)

  it('writes what standard output would get, and says so', () => {
    const {stdout} = run(orders, 'also-bought', '--limit', '2')
    const {status, stderr, ...rest} = run(orders, 'also-bought', '--limit', '2', '--out', 'new.csv')
    expect({status, stderr, ...rest}).toEqual({
      status: 0,
      stdout: '',
      stderr: `wrote new.csv: ${2 * sold.length} answers for ${sold.length} items\n`,
    })
    expect(textOf('new.csv')).toBe(stdout)
    expect(run(orders, 'also-bought', '--limit', '2', '--out', '-').stdout).toBe(stdout)
    run(orders, 'also-bought', '--limit', '2', '--out', 'new.csv.gz')
    expect(gunzipSync(fs.readFileSync(join(folder, 'new.csv.gz'))).toString()).toBe(stdout)
    run(orders, 'also-bought', '--limit', '2', '--out', 'new.jsonl')
    expect(JSON.parse(textOf('new.jsonl').split('\n')[0])).toMatchObject({query: 'also-bought'})
    expect(parts()).toEqual([])
  })

  it('takes the place of an older file, with its rights, and behind a link', () => {
    fs.chmodSync(join(folder, file('old.csv', 'old')), 0o640)
    fs.symlinkSync('old.csv', join(folder, 'link.csv'))
    expect(run(orders, 'also-bought', '--out', 'link.csv').status).toBe(0)
    expect(textOf('old.csv')).toMatch(/^item,rank,other,/)
    expect(fs.statSync(join(folder, 'old.csv')).mode & 0o777).toBe(0o640)
    expect(fs.lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true)
  })

  it.each(['kept.csv', 'kept.csv.gz'])('a run that fails among the answers leaves the older %s as it was', (name) => {
    file(name, 'old')
    const {status, stderr} = run(orders, 'also-bought', '--ids', bad(), '--out', name)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^alsobought: bad-ids\.csv, line \d+: .*\n$/)
    expect(textOf(name)).toBe('old')
    expect(parts()).toEqual([])
  })

  it('Ctrl-C leaves the older file as it was', async () => {
    file('stopped.csv', 'old')
    const child = spawn(process.execPath, [cli, 'export', '-', 'also-bought', '--out', 'stopped.csv'], {cwd: folder})
    child.stdin.write('order,item\n1,A\n')
    for (let i = 0; i < 100 && parts().length === 0; i++) await setTimeout(50)
    expect(parts().length).toBe(1)
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130)
    expect(textOf('stopped.csv')).toBe('old')
    expect(parts()).toEqual([])
  })

  const isRoot = process.getuid?.() === 0
  it.skipIf(isRoot)('where one may not write, says so (not as root)', () => {
    fs.mkdirSync(join(folder, 'locked'), {mode: 0o555})
    const {status, stderr} = run(orders, 'also-bought', '--out', 'locked/out.csv')
    expect(status).toBe(1)
    expect(stderr).toBe(
      'alsobought: locked/out.csv could not be written: you may not write there; name another folder\n',
    )
  })

  const full = 'no space is left; make some, or write to another disk\n'
  it.skipIf(!fs.existsSync('/dev/full'))('a full disk is told of, and a device stays one (needs /dev/full)', () => {
    expect(run(orders, 'also-bought', '--out', '/dev/full')).toEqual({
      status: 1,
      stdout: '',
      stderr: `alsobought: /dev/full could not be written: ${full}`,
    })
    expect(fs.statSync('/dev/full').isCharacterDevice()).toBe(true)
    const script = `"${process.execPath}" "${cli}" export ${orders} also-bought --learn none > /dev/full`
    const {status, stderr} = spawnSync('sh', ['-c', script], {encoding: 'utf8', cwd: folder})
    expect({status, stderr: withoutColumns(stderr)}).toEqual({
      status: 1,
      stderr: `alsobought: standard output could not be written: ${full}`,
    })
  })
})

describe('pipes', () => {
  it('a reader that has seen enough is no error', () => {
    const line = `"${process.execPath}" "${cli}" export ${orders} also-bought --limit 250 --learn none`
    const script = `{ ${line}; echo "ended with $?" >&2; } | head -1`
    const {stdout, stderr} = spawnSync('sh', ['-c', script], {encoding: 'utf8', cwd: folder})
    expect(stdout).toBe('item,rank,other,title,score,tier,together,expected\n')
    expect(withoutColumns(stderr)).toBe('ended with 0\n')
  })

  it('a slow reader is waited for', async () => {
    let made = 0
    let taken = 0
    let ahead = 0
    const pieces = async function* () {
      for (; made < 2_000_000; made += 40_000) {
        ahead = Math.max(ahead, made - taken)
        yield 'x'.repeat(40_000)
      }
    }
    const slow = new Writable({
      decodeStrings: false,
      async write(chunk, _, done) {
        await setTimeout(1)
        taken += chunk.length
        done()
      },
    })
    await writeTo(slow, pieces())
    await new Promise((resolve) => slow.end(resolve))
    expect(taken).toBe(2_000_000)
    expect(ahead).toBeLessThan(200_000)
  })
})

describe('what cannot be exported is told in one line', () => {
  const ofTill = file('till.csv', 'order,item\n1,KET\n1,MUG\n')

  it.each([
    [2, [], 'export needs a file of orders: alsobought export <file> <question>'],
    [2, [orders], 'export needs a question, also-bought or suggest: alsobought export <file> <question>'],
    [2, [orders, 'together'], 'export: unknown question "together"; valid are also-bought, suggest'],
    [2, [orders, 'suggest', 'C1'], 'export takes one question, got also "C1"'],
    [2, [orders, 'also-bought', '--format', 'xml'], 'unknown --format "xml"; valid are csv, jsonl'],
    [2, [orders, 'also-bought', '--repeat', 'only'], 'export also-bought takes no --repeat'],
    [2, [orders, 'suggest', '--repeat', 'yes'], 'unknown --repeat "yes"; valid are exclude, include, only'],
    [2, [orders, 'suggest', '--json'], 'export takes no option --json; valid are --limit, '],
    [2, [orders, 'suggest', '--threads', '0'], '--threads must be a whole number from 1 to 256, got 0'],
    [2, [orders, 'suggest', '--threads', 'all'], '--threads must be a number, got "all"'],
    [2, [orders, 'suggest', '--limit', '0'], '--limit must be a whole number from 1 up, got 0'],
    [2, [orders, 'suggest', '--out'], '--out needs a value: --out FILE'],
    [2, [orders, 'suggest', '--out='], '--out needs a value: --out FILE'],
    [1, ['none.csv', 'suggest'], 'there is no file none.csv; check the path'],
    [1, [orders, 'suggest', '--ids', 'none.csv'], 'there is no file none.csv; check the path'],
    [1, [orders, 'suggest', '--out', 'none/x.csv'], 'there is no folder none; make it, or name another for --out'],
    [1, [orders, 'suggest', '--out', '.'], '. is a folder; name a file in it for --out'],
    [1, [orders, 'suggest', '--out', `./${orders}`], '--out would overwrite orders.csv; name another file'],
    [1, [orders, 'suggest', '--ids', catalogue, '--out', catalogue], '--out would overwrite items.csv'],
    [1, [ofTill, 'suggest', '--out', 'never.csv'], 'till.csv names no customers; export also-bought instead'],
    [1, [file('empty.csv', 'order,item\n'), 'also-bought'], 'empty.csv has no line that bought something'],
  ])('and ends with %i for %j', (code, args, message) => {
    const {status, stdout, stderr} = run(...args)
    expect({status, stdout}).toEqual({status: code, stdout: ''})
    expect(stderr.startsWith(`alsobought: ${message}`), stderr).toBe(true)
    expect(stderr.trimEnd().split('\n').length).toBe(1)
    expect(parts()).toEqual([])
    expect(fs.existsSync(join(folder, 'never.csv'))).toBe(false)
  })
})
