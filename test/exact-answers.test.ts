import {createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type FitOptions, type OrderLine, type ReadOptions, Recommender, readOrders} from '../src/index.ts'

const data = join(import.meta.dirname, '../../shared/data/online-retail')
const csv = join(data, 'OnlineRetail.csv')
const gz = join(data, 'OnlineRetail.latin1.csv.gz')
const fragments = join(data, 'fragments')

const folder = mkdtempSync(join(tmpdir(), 'alsobought-exact-'))
const shuffled = join(folder, 'shuffled.latin1.csv.gz')
afterAll(() => rmSync(folder, {recursive: true}))

/** What the exact answers call clean. */
const map: NonNullable<ReadOptions['map']> = (line) =>
  String(line.order).startsWith('C') || !((line.quantity ?? 1) > 0) || !((line.price ?? 0) > 0)
    ? null
    : {...line, item: line.item.toUpperCase()}

const all: FitOptions = {maxBasket: Number.POSITIVE_INFINITY, minTogether: 1, scopes: ['order'], neighbors: 5000}

/** All a shop says but how long it took. */
function answersOf(shop: Recommender) {
  const {seconds, ...report} = shop.report
  const items = shop.items.ids.filter((_, place) => place % 40 === 0)
  const customers = ['17850', '13047', '12583', '14911', '12748']
  return {
    report,
    items: shop.items.ids,
    watermark: shop.watermark,
    alsoBought: items.map((item) => shop.alsoBought(item)),
    boughtTogether: items.map((item, place) => shop.boughtTogether([item, items[(place + 1) % items.length]])),
    suggest: customers.flatMap((customer) =>
      (['exclude', 'include', 'only'] as const).map((repeat) => shop.suggest({customer}, {repeat})),
    ),
  }
}

describe.skipIf(!existsSync(csv))(`Online Retail (skipped without ${csv})`, {timeout: 120_000}, () => {
  let lines: OrderLine[] = []
  let shop: Recommender
  let plain: ReturnType<typeof answersOf>

  beforeAll(async () => {
    const collect: typeof map = (line, row) => {
      const kept = map(line, row)
      if (kept) lines.push(kept)
      return kept
    }
    plain = answersOf(await Recommender.fit(readOrders(csv, {map: collect})))
    shop = await Recommender.fit(lines, {...all, recency: false, measure: 'count'})
  }, 300_000)
  afterAll(() => {
    lines = []
  })

  test('has the known orders, purchases, pairs and observations', () => {
    const {scopes, lines: account, orders} = shop.report
    expect(scopes.order).toEqual({
      baskets: 19_960,
      purchases: 519_600,
      pairs: 3_702_098,
      observations: 28_529_181,
      capped: {baskets: 0, items: 0},
    })
    expect(orders).toBe(19_960)
    expect(account).toMatchObject({read: lines.length, used: lines.length, netted: 0, unmatchedReturns: 0, skipped: {}})
    expect(plain.report.lines).toMatchObject({
      read: 541_909,
      used: lines.length,
      skipped: {map: 541_909 - lines.length},
    })
  })

  test.each([
    ['22386', '85099B', 825],
    ['22697', '22699', 767],
    ['21931', '85099B', 724],
    ['22411', '85099B', 680],
    ['20725', '22383', 655],
    ['20725', '20727', 641],
    ['22726', '22727', 640],
    ['22697', '22698', 632],
    ['20725', '22384', 606],
    ['22698', '22699', 598],
    ['85099B', '85099C', 585],
    ['20727', '22383', 584],
  ])('%s and %s stand together in %i orders, asked either way', (a, b, together) => {
    expect(shop.alsoBought(a, {only: [b]})).toMatchObject([{item: b, together, score: together, tier: 'copurchase'}])
    expect(shop.alsoBought(b, {only: [a]})).toMatchObject([{item: a, together}])
  })

  test('no other pair is as common as these twelve, and all pairs add up', () => {
    const pairs: {pair: string; together: number}[] = []
    let sum = 0
    let [two, five, ten] = [0, 0, 0]
    for (const item of shop.items.ids) {
      // The score is the count; evidence would only cost time here.
      const row = shop.alsoBought(item, {limit: 5000, fallback: false, evidence: false})
      for (const {item: other, score: together} of row) {
        sum += together
        if (item < other && together >= 584) pairs.push({pair: `${item} ${other}`, together})
        if (item < other && together >= 2) two++
        if (item < other && together >= 5) five++
        if (item < other && together >= 10) ten++
      }
    }
    expect(sum).toBe(2 * 28_529_181)
    expect(pairs.length).toBe(12)
    expect([two, five, ten]).toEqual([2_728_505, 1_563_785, 849_970])
  })

  test('the eight top items come first where nothing ages', () => {
    expect(shop.items.ids.slice(0, 8)).toEqual([
      '85123A',
      '85099B',
      '22423',
      '47566',
      '20725',
      '84879',
      '22197',
      '22720',
    ])
  })

  test('the top items stand in as many orders as known', async () => {
    const top = [
      ['85123A', 2265],
      ['85099B', 2089],
      ['22423', 1988],
      ['47566', 1685],
      ['20725', 1565],
      ['84879', 1455],
      ['22197', 1392],
      ['22720', 1385],
    ] as const
    // A measure may show the counts it is given: a is the support of the item asked about.
    const few = lines.filter(({item}) => top.some(([id]) => id === item))
    const supports = await Recommender.fit(few, {...all, measure: {score: (_both, a) => a}})
    for (const [item, support] of top) expect(supports.alsoBought(item, {limit: 1})[0].score).toBe(support)
  })

  test('by default the cap changes little, and says what', () => {
    const {order} = plain.report.scopes
    expect(order?.baskets).toBe(19_960)
    expect(order?.capped.baskets).toBeGreaterThan(0)
    expect(order?.capped.baskets).toBeLessThan(100)
    expect((order?.purchases ?? 0) + (order?.capped.items ?? 0)).toBe(519_600)
    expect(order?.observations).toBeLessThan(28_529_181)
    expect(plain.report.items).toBe(plain.items.length)
    expect(plain.report.suspects).toEqual(expect.arrayContaining(['DOT', 'POST', 'M']))
    expect(plain.report.columns).toMatchObject({item: 'StockCode', order: 'InvoiceNo', customer: 'CustomerID'})
  })

  test('the Latin-1 download with other dates, its lines shuffled, gives the same', async () => {
    const [header, ...rows] = gunzipSync(readFileSync(gz)).toString('latin1').trimEnd().split(/\r?\n/)
    for (let i = rows.length - 1, state = 7; i > 0; i--) {
      state = (state * 48271) % 2147483647
      const j = state % (i + 1)
      ;[rows[i], rows[j]] = [rows[j], rows[i]]
    }
    writeFileSync(shuffled, gzipSync(Buffer.from([header, ...rows].join('\n'), 'latin1'), {level: 1}))
    const latin = answersOf(await Recommender.fit(readOrders(shuffled, {map, encoding: 'latin1'})))
    // It has minutes where the other has seconds, all 0: every time is equal.
    expect(latin).toEqual(plain)
  })
})

describe.skipIf(!existsSync(fragments))(`fragments of Online Retail (skipped without ${fragments})`, () => {
  test('years of two digits and CRLF read right', async () => {
    const short: OrderLine[] = []
    for await (const line of readOrders(join(fragments, 'short-year.csv'))) short.push(line)
    expect(short.length).toBeGreaterThan(900)
    expect(short[0]).toMatchObject({item: '85123A', order: '536365', customer: '17850', quantity: 6, price: 2.55})
    expect(short[0].at).toBe(Date.UTC(2010, 11, 1, 8, 26))
    expect(short.every(({at}) => Number(at) >= Date.UTC(2010, 11, 1) && Number(at) < Date.UTC(2010, 11, 2))).toBe(true)
    const {report} = await Recommender.fit(readOrders(createReadStream(join(fragments, 'short-year.csv'))))
    expect(report.lines.read).toBe(short.length)
  })

  test('a header that names the same column four times is refused, and says what to do', async () => {
    const path = join(fragments, 'duplicate-header.csv')
    const error = await Recommender.fit(readOrders(path)).catch((error: Error) => error)
    expect((error as Error).message).toMatch(/^duplicate-header\.csv: .*InvoiceNo/)
    expect((error as Error).message.length).toBeLessThan(300)
    const named = await Recommender.fit(readOrders(path, {columns: {item: 'InvoiceNo'}})).catch((error: Error) => error)
    expect((named as Error).message).toMatch(/"InvoiceNo" stands 4 times among .*; give each column its own name/)
  })
})
