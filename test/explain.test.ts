import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {bm25, cosine, deshpandeKarypis, type Explanation, llr, npmi, type OrderLine, Recommender} from '../src/index.ts'
import {naiveShop} from './naive.ts'
import {itemIds, linesArbitrary, measureNames, optionsArbitrary} from './random-shops.ts'

const orderLines = (orders: [customer: string, day: number, ...items: string[]][]): OrderLine[] =>
  orders.flatMap(([customer, day, ...items], o) =>
    items.map((item) => ({item, customer, order: `o${o}`, at: Date.UTC(2026, 0, day)})),
  )
const told = (why: Explanation) => {
  if (why.tooFew) throw new Error(`nothing is told of ${why.item} and ${why.other}`)
  return why
}

/** Ten orders: five with a camera, four with a card, three with both, by two customers. */
const lines = orderLines([
  ['Ann', 1, 'camera', 'card'],
  ['Ann', 2, 'camera', 'card', 'bag'],
  ['Bob', 9, 'camera', 'card'],
  ['Bob', 10, 'camera', 'tea'],
  ['Cid', 11, 'camera'],
  ['Cid', 12, 'card', 'lens'],
  ...[13, 14, 15, 16].map((day): [string, number, string] => ['Dan', day, 'tea']),
])

describe('explain', async () => {
  const shop = await Recommender.fit(lines, {scopes: ['order', 'customer']})
  const why = told(shop.explain('camera', 'card'))

  test('says how often two items meet, of whom and when last', () => {
    expect(why).toMatchObject({
      ...{item: 'camera', other: 'card', scope: 'order', tooFew: false},
      ...{baskets: 10, bought: [5, 4], together: 3, customers: 2, last: new Date(Date.UTC(2026, 0, 9))},
    })
    expect(Object.keys(why)).toEqual([
      ...['item', 'other', 'scope', 'baskets', 'bought', 'tooFew', 'together', 'expected', 'share', 'timesExpected'],
      ...['customers', 'last', 'score', 'measures'],
    ])
  })

  test('says how often they would by chance, as alsoBought does', () => {
    // Of 16 purchases 4 are cards. A camera's baskets have 1, 2, 1, 1 and 0 other places.
    expect(why.expected).toBeCloseTo(3 * (1 / 4) + 1 - (3 / 4) ** 2, 12)
    const [card] = shop.alsoBought('camera', {only: ['card']})
    expect(card).toMatchObject({together: why.together, expected: why.expected, score: why.score})
  })

  test('gives the share and how many times chance it is, with an interval', () => {
    // 3 of 5, Wilson's interval as tables have it.
    expect(why.share.value).toBe(3 / 5)
    expect(why.share.low).toBeCloseTo(0.23072, 5)
    expect(why.share.high).toBeCloseTo(0.88238, 5)
    for (const end of ['value', 'low', 'high'] as const) {
      expect(why.timesExpected[end]).toBeCloseTo((why.share[end] * 5) / why.expected, 12)
    }
  })

  test('the interval is that of shares which explain the count to 1.96 deviations', async () => {
    for (const n of [2, 3, 10, 50]) {
      for (const of of [n, n + 1, 3 * n, 40 * n]) {
        const orders = Array.from({length: of}, (_, o) => (o < n ? ['a', 'b'] : ['a', 'c']))
        const counted = await Recommender.fit(
          orders.flatMap((items, order) => items.map((item) => ({item, order}))),
          {learn: false},
        )
        const {value, low, high} = told(counted.explain('a', 'b')).share
        expect(value).toBe(n / of)
        for (const end of [low, high]) {
          expect(end).toBeGreaterThanOrEqual(0)
          expect(end).toBeLessThanOrEqual(1)
          // At either end the count is 1.96 of its own standard deviations off; for a share of 1 the upper end is 1 itself.
          expect(Math.abs(value - end)).toBeCloseTo(1.96 * Math.sqrt((end * (1 - end)) / of), 9)
        }
        expect(low).toBeLessThan(value)
        expect(high).toBeGreaterThanOrEqual(value)
      }
    }
  })

  test('what the measures say is what the exported ones say', () => {
    const {measures} = why
    expect(Object.keys(measures).toSorted()).toEqual([...measureNames].toSorted())
    expect(measures.count).toBe(3)
    expect(measures.confidence).toBe(3 / 5)
    expect(measures.llr).toBe(llr.score(3, 5, 4, 10))
    expect(measures.cosine).toBe(cosine.score(3, 5, 4, 10))
    expect(measures.npmi).toBe(npmi.score(3, 5, 4, 10))
    expect(measures.lift).toBeCloseTo((3 * 10) / (5 * 4), 12)
    expect(measures.chance).toBeCloseTo((3 - why.expected) / Math.sqrt(why.expected + 1), 12)
    // The common baskets hold 2, 3 and 2 items; what they weigh is kept to a 65,536th.
    const whole = (weight: number) => Math.round(65536 * weight) / 65536
    const both = 2 * whole(1 / Math.sqrt(2)) + whole(1 / Math.sqrt(3))
    expect(measures.deshpandeKarypis).toBe(deshpandeKarypis().score(both, 5, 4, 10))
    expect(measures.rp3beta).toBeCloseTo((2 * whole(1 / 2) + whole(1 / 3)) / (5 * 4 ** 0.3), 12)
    const {weight = () => 1, score} = bm25()({baskets: 10, items: 5, purchases: 16})
    expect(measures.bm25).toBe(score(2 * whole(weight(2, 0)) + whole(weight(3, 0)), 5, 4, 10))
    expect(measures.weighted).toBeCloseTo(why.score, 6)
  })

  test('counts by the scope that is asked for, the first if none is', () => {
    expect(shop.explain('camera', 'card', {scope: 'order'})).toEqual(why)
    // Ann, Bob and Cid bought both; Bob and Cid bought last on the 10th and the 12th.
    expect(shop.explain('camera', 'card', {scope: 'customer'})).toMatchObject({
      ...{scope: 'customer', baskets: 4, bought: [3, 3], together: 3, customers: 3},
      ...{share: {value: 1, high: 1}, last: new Date(Date.UTC(2026, 0, 12))},
    })
  })

  test('says nothing of customers and times where these are unknown', async () => {
    const till = await Recommender.fit(lines.map(({item, order}) => ({item, order})))
    const atTill = told(till.explain('camera', 'card'))
    expect(atTill).toMatchObject({together: 3, bought: [5, 4]})
    expect(Object.keys(atTill)).not.toContain('customers')
    expect(Object.keys(atTill)).not.toContain('last')
  })

  test('an unknown item was bought 0 times', () => {
    const nothing = {scope: 'order', baskets: 10, tooFew: true}
    expect(shop.explain('camera', 'nothing')).toEqual({...nothing, item: 'camera', other: 'nothing', bought: [5, 0]})
    expect(shop.explain(7, 'camera')).toEqual({...nothing, item: '7', other: 'camera', bought: [0, 5]})
    expect(shop.explain('camera', 'tea')).toEqual({...nothing, item: 'camera', other: 'tea', bought: [5, 5]})
  })

  test("a measure of one's own scores by its own weights", async () => {
    const own = {weight: (size: number) => size, score: (both: number, a: number) => both / a}
    const owned = await Recommender.fit(lines, {measure: own})
    expect(told(owned.explain('camera', 'card')).score).toBe(Math.fround((2 + 3 + 2) / 5))
  })

  test.each<[() => unknown, string]>([
    [() => shop.explain('tea', 'tea'), 'explain: expected two different items, got "tea" twice'],
    [() => shop.explain(7, '7'), 'explain: expected two different items, got "7" twice'],
    [() => shop.explain(null as never, 'tea'), 'explain: an id must be a text or a number, got null'],
    [() => shop.explain('tea', {} as never), 'explain: an id must be a text or a number, got an object'],
    [() => shop.explain('tea', 'card', {limit: 5} as never), 'explain: unknown option "limit"; valid are scope'],
    [() => shop.explain('tea', 'card', 'order' as never), 'explain: options must be an object, got "order"'],
    [() => shop.explain('tea', 'card', {scope: 'day' as never}), 'explain: scope "day" was not fitted, only order'],
  ])('%s: %s', (ask, message) => {
    expect(ask).toThrow(message)
  })
})

describe('a pair that may not be told', () => {
  /** Six orders each time, two of them with a camera and two with a card. */
  const withPairs = (...pairs: [customer: string, ...items: string[]][]) => {
    const all = [...pairs, ['Eve', 'tea', 'mug'], ['Fay', 'tea', 'mug']]
    return Recommender.fit(orderLines(all.map(([customer, ...items], o) => [customer, o + 1, ...items])))
  }

  test('reads as one that never met, be it once or by one customer alone', async () => {
    const never = await withPairs(['Ann', 'camera', 'bag'], ['Ann', 'camera', 'bag'], ['Ann', 'card'], ['Bob', 'card'])
    const once = await withPairs(['Ann', 'camera', 'card'], ['Ann', 'camera', 'bag'], ['Ann', 'bag'], ['Bob', 'card'])
    const alone = await withPairs(['Ann', 'camera', 'card'], ['Ann', 'camera', 'card'], ['Ann', 'bag'], ['Bob', 'bag'])
    const twice = await withPairs(['Ann', 'camera', 'card'], ['Bob', 'camera', 'card'], ['Ann', 'bag'], ['Bob', 'bag'])
    const answer = {item: 'camera', other: 'card', scope: 'order', baskets: 6, bought: [2, 2], tooFew: true}
    expect(never.explain('camera', 'card')).toEqual(answer)
    expect(once.explain('camera', 'card')).toEqual(answer)
    expect(alone.explain('camera', 'card')).toEqual(answer)
    expect(twice.explain('camera', 'card')).toMatchObject({bought: [2, 2], tooFew: false, together: 2, customers: 2})
  })

  test('with minTogether 1 only one that never met', async () => {
    const open = await Recommender.fit(lines, {minTogether: 1})
    expect(open.explain('camera', 'tea')).toMatchObject({tooFew: false, together: 1, customers: 1})
    expect(open.explain('bag', 'tea').tooFew).toBe(true)
  })
})

describe('the naive twin agrees, on random shops', () => {
  const near = (value: number) => expect.closeTo(value, 9)

  test('on every pair and by every measure', async () => {
    await fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, fc.nat(), async (lines, options, seed) => {
        const shop = await Recommender.fit(lines, options)
        const shuffled = await Recommender.fit(shuffle(lines, seed), options)
        const twins = new Map(measureNames.map((measure) => [measure, naiveShop(lines, {...options, measure})]))
        const twin = naiveShop(lines, options)
        for (const scope of twin.scopes) {
          const counted = twin.countedBy(scope)
          for (const item of itemIds) {
            const row = new Map(counted.publicRow(item))
            for (const other of itemIds) {
              if (other === item) continue
              const why = shop.explain(item, other, {scope})
              expect(shuffled.explain(item, other, {scope})).toEqual(why)
              const {baskets} = counted
              const bought = [counted.n.get(item) ?? 0, counted.n.get(other) ?? 0]
              const apart = {item, other, scope, baskets: baskets.length, bought}
              const pair = row.get(other)
              if (!pair) {
                expect(why).toEqual({...apart, tooFew: true})
                continue
              }
              const common = baskets.filter(({items}) => items.includes(item) && items.includes(other))
              const times = common.map(({time}) => time).filter((time) => !Number.isNaN(time))
              const customers = new Set(common.flatMap(({customer}) => customer ?? [])).size
              const chance = counted.expected(item, other)
              const {measures, score, timesExpected, ...rest} = told(why)
              expect(rest).toEqual({
                ...{...apart, tooFew: false, together: pair.count, expected: near(chance)},
                share: {value: pair.count / bought[0], low: expect.any(Number), high: expect.any(Number)},
                ...(customers > 0 && {customers}),
                ...(times.length > 0 && {last: new Date(Math.max(...times))}),
              })
              expect(timesExpected.value).toBeCloseTo(pair.count / chance, 9)
              expect(timesExpected.low).toBeLessThan(timesExpected.value)
              expectNear(score, counted.score(item, other, pair), 1e-6, options.measure)
              for (const [measure, one] of twins) {
                const of = one.countedBy(scope)
                const said = of.score(item, other, of.pairs.get(item)?.get(other) as typeof pair)
                expectNear(measures[measure], said, 1e-9, measure)
              }
            }
          }
        }
      }),
      {numRuns: Number(process.env.RUNS ?? 40)},
    )
  })
})

/** LLR is a root of a difference of large sums, and so off by the root of their rounding; what is above chance is a difference. */
function expectNear(actual: number, wanted: number, share: number, measure = 'weighted'): void {
  const slack = {llr: 1e-5, chance: 1e-9, npmi: 1e-9}[measure] ?? 0
  expect(Math.abs(actual - wanted), `${measure}: ${actual}, ${wanted}`).toBeLessThanOrEqual(
    slack + share * Math.abs(wanted),
  )
}

function shuffle<T>(values: readonly T[], seed: number): T[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
  return values
    .map((value) => ({value, key: next()}))
    .sort((a, b) => a.key - b.key)
    .map(({value}) => value)
}

describe('the fixture shop', async () => {
  const {lines, truths} = generateShop()
  const shop = await Recommender.fit(lines, {learn: false})

  test.each(truths.accessories)(
    '$accessory is shown with $device for being far above chance',
    ({device, accessory}) => {
      const why = told(shop.explain(device, accessory))
      expect(why.timesExpected.low).toBeGreaterThan(2)
      expect(why.measures.llr).toBeGreaterThan(3.3)
      expect(why.customers).toBeGreaterThan(1)
      expect(why.share.low).toBeGreaterThan(0.01)
      // What everybody buys is bought with it more often, and is no news.
      const [first] = truths.bestSellers
      const usual = told(shop.explain(device, first))
      expect(usual.timesExpected.value).toBeLessThan(why.timesExpected.low)
    },
  )
})
