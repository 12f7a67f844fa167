import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {type OrderLine, Recommender} from '../src/index.ts'
import type {Rules} from '../src/queries/rules.ts'
import {hash, type NaiveOptions, type NaivePick, naiveShop, net, readOrders} from './naive.ts'
import {expectRanking, itemIds, linesArbitrary, optionsArbitrary} from './random-shops.ts'

const orderLines = (orders: [customer: string, day: number | undefined, ...items: string[]][]): OrderLine[] =>
  orders.flatMap(([customer, day, ...items], o) =>
    items.map((item) => ({
      ...{item, customer, order: `o${o}`},
      ...(day !== undefined && {at: Date.UTC(2026, 0, day)}),
    })),
  )
const names = (answer: readonly {item: string}[]) => answer.map(({item}) => item)
const after = {after: true, fallback: false} as const

/** Three buy a camera, then a card; everybody buys tea all the time. */
const lines = orderLines([
  ['Ann', 1, 'camera', 'tea'],
  ['Ann', 2, 'card', 'tea'],
  ['Bob', 3, 'tea'],
  ['Bob', 4, 'camera', 'tea'],
  ['Bob', 5, 'card', 'tea'],
  ['Cid', 6, 'camera'],
  ['Cid', 7, 'card', 'bag'],
  ['Dan', 8, 'bag'],
  ['Dan', 9, 'tea'],
  ['Eve', 9, 'tea'],
])

describe('alsoBought, after', async () => {
  const shop = await Recommender.fit(lines)

  test('a card is bought after a camera, not a camera after a card', () => {
    const [card, ...rest] = shop.alsoBought('camera', after)
    // Ann and Bob bought one thing later, Cid two. Of what was first bought since Ann's camera, since Bob's and since Cid's,
    // cards are 3 of 12, 2 of 8 and 1 of 6.
    const share = (3 / 12 + 2 / 8 + 2 * (1 / 6)) / 4
    const expected = 2 * share + 1 - (1 - share) ** 2
    expect(card).toEqual({
      ...{item: 'card', tier: 'copurchase', together: 3, expected: expect.closeTo(expected, 12)},
      score: Math.fround((3 - expected) / Math.sqrt(expected + 1)),
    })
    // A bag came later for Cid alone; tea was there before, or with it.
    expect(rest).toEqual([])
    expect(shop.alsoBought('card', after)).toEqual([])
    // Bought together they are not.
    expect(shop.alsoBought('camera', {only: ['card']})).not.toMatchObject([{tier: 'copurchase'}])
  })

  test('then comes what sells, as ever', () => {
    expect(shop.alsoBought('camera', {after: true})).toMatchObject([
      {item: 'card', tier: 'copurchase'},
      ...['tea', 'bag'].map((item) => ({item, tier: 'popular', score: 0})),
    ])
    const popular = shop.items.ids.map((item) => ({item, score: 0, tier: 'popular'}))
    expect(shop.alsoBought('nothing', {after: true})).toEqual(popular)
    expect(shop.alsoBought('nothing', after)).toEqual([])
    expect(shop.alsoBought('card', {after: true})).toEqual(popular.filter(({item}) => item !== 'card'))
  })

  test('obeys rules, and leaves out evidence', () => {
    expect(names(shop.alsoBought('camera', {after: true, exclude: ['card'], limit: 1}))).toEqual(['tea'])
    expect(shop.alsoBought('camera', {...after, only: ['tea']})).toEqual([])
    expect(Object.keys(shop.alsoBought('camera', {...after, evidence: false})[0])).toEqual(['item', 'score', 'tier'])
    expect(shop.alsoBought('camera', {after: false})).toEqual(shop.alsoBought('camera'))
    expect(shop.alsoBought('camera', {after: undefined})).toEqual(shop.alsoBought('camera'))
  })

  test('a pair needs minTogether customers', async () => {
    const strap = {item: 'strap', customer: 'Ann', order: 'strap', at: Date.UTC(2026, 0, 9)}
    const found = async (minTogether: number) =>
      names((await Recommender.fit([...lines, strap], {minTogether})).alsoBought('camera', after))
    expect(await found(1)).toEqual(['card', 'strap'])
    expect(await found(2)).toEqual(['card'])
    expect(await found(3)).toEqual(['card'])
    expect(await found(4)).toEqual([])
    // However often one customer does it.
    const often = orderLines([1, 2, 3, 4].flatMap((day): [string, number, string][] => [['Ann', day, `${day}`]]))
    const alone = await Recommender.fit([...often, ...often.map((line) => ({...line, order: `again ${line.order}`}))])
    expect(alone.alsoBought('1', after)).toEqual([])
  })

  test.each([[['order']], [['customer']], [['customer', 'order']]] as const)(
    'is the same with scopes %s',
    async (scopes) => {
      const other = await Recommender.fit(lines, {scopes})
      expect(other.alsoBought('camera', after)).toEqual(shop.alsoBought('camera', after))
    },
  )

  test('orders of one time are one moment', async () => {
    const sameDay = orderLines([
      ['Ann', 1, 'camera'],
      ['Ann', 1, 'card'],
      ['Bob', 2, 'camera'],
      ['Bob', 2, 'card'],
      ['Cid', 3, 'camera'],
    ])
    const at = await Recommender.fit(sameDay, {minTogether: 1})
    expect(at.alsoBought('camera', after)).toEqual([])
    const next = orderLines([['Cid', 4, 'card']]).map((line) => ({...line, order: 'next'}))
    const later = await Recommender.fit([...sameDay, ...next], {minTogether: 1})
    expect(later.alsoBought('camera', after)).toMatchObject([{item: 'card', together: 1}])
  })

  test('what has no time was bought who knows when: it is never later, and nothing is later than it', async () => {
    const someday = (day: number | undefined) =>
      Recommender.fit(
        orderLines([
          ['Ann', 1, 'camera'],
          ['Ann', day, 'card'],
          ['Ann', 3, 'bag'],
          ['Bob', undefined, 'camera'],
          ['Bob', 5, 'bag'],
          ['Bob', 6, 'camera'],
          ['Bob', 7, 'card'],
        ]),
        {minTogether: 1},
      )
    expect(names((await someday(2)).alsoBought('camera', after)).toSorted()).toEqual(['bag', 'card'])
    expect((await someday(undefined)).alsoBought('camera', after)).toMatchObject([{item: 'bag', together: 1}])
  })

  test('without times, or customers, or a second order of any, there is no later', async () => {
    const without = async (change: (line: OrderLine) => Partial<OrderLine>) => {
      const made = lines.map((line) => ({item: line.item, order: line.order, ...change(line)}) as OrderLine)
      return (await Recommender.fit(made, {minTogether: 1})).alsoBought('camera', {after: true})
    }
    const popular = ({tier}: {tier: string}) => tier === 'popular'
    expect((await without(({customer}) => ({customer: customer as string}))).every(popular)).toBe(true)
    expect((await without(({at}) => ({at: at as number}))).every(popular)).toBe(true)
    expect((await without(({at, order}) => ({at: at as number, customer: order as string}))).every(popular)).toBe(true)
  })

  test('what was given back, or has weight 0, was not bought', async () => {
    const back = {item: 'card', order: 'back', customer: 'Ann', quantity: -1, at: Date.UTC(2026, 0, 20)}
    const returned = await Recommender.fit([...lines, back])
    expect(returned.alsoBought('camera', after)).toMatchObject([{item: 'card', together: 2}])
    const early = {item: 'card', order: 'wish', customer: 'Ann', at: 0}
    const had = await Recommender.fit([...lines, early])
    expect(had.alsoBought('camera', after)).toMatchObject([{item: 'card', together: 2}])
    const wished = await Recommender.fit([...lines, {...early, weight: 0}])
    expect(wished.alsoBought('camera', after)).toEqual(shop.alsoBought('camera', after))
  })

  test('leaves the shop as it was, whatever happens', () => {
    const before = shop.alsoBought('tea')
    expect(shop.alsoBought('camera', after)).toEqual(shop.alsoBought('camera', after))
    const many = {...after, limit: {valueOf: () => 1} as never}
    expect(() => shop.alsoBought('camera', many)).toThrow('limit must be a whole number')
    expect(shop.alsoBought('tea')).toEqual(before)
  })

  test.each<[() => unknown, string]>([
    [() => shop.alsoBought('tea', {after: 'yes' as never}), 'alsoBought: after must be true or false, got "yes"'],
    [() => shop.alsoBought('tea', {after: 1 as never}), 'alsoBought: after must be true or false, got 1'],
    [() => shop.alsoBought('tea', {after: null as never}), 'alsoBought: after must be true or false, got null'],
    [
      () => shop.alsoBought('tea', {after: true, scope: 'order'}),
      'alsoBought: after looks at orders whatever the scope, got "order"; leave scope out',
    ],
    [() => shop.alsoBought('tea', {after: true, scope: 'customer'}), 'scope "customer" was not fitted, only order'],
    [() => shop.boughtTogether(['tea'], {after: true} as never), 'boughtTogether: unknown option "after"'],
    [() => shop.alsoBought(null as never, {after: true}), 'alsoBought: an id must be a text or a number, got null'],
  ])('%s: %s', (ask, message) => {
    expect(ask).toThrow(message)
  })
})

/** The whole ranking, from the definition. */
function naiveAfter(lines: OrderLine[], options: NaiveOptions, item: string, rules: Rules): NaivePick[] {
  const shop = naiveShop(lines, options)
  const {minTogether = 2, returns = 'net'} = options
  const {orders} = readOrders(lines)
  net(orders, returns)
  const of = (customer: string) =>
    orders
      .filter((order) => order.customer === customer)
      .map(({time, lines}) => ({
        time,
        items: new Set(lines.filter(({fate, weight}) => fate === 'used' && weight !== 0).map((line) => line.item)),
      }))
  const counted = shop.countedBy(shop.scopes.includes('order') ? 'order' : 'customer')
  const buyers = new Set(
    counted.baskets.filter(({items}) => items.includes(item)).flatMap(({customer}) => customer ?? []),
  )
  const laterOf = [...buyers].map((customer) => {
    const made = of(customer)
    const times = made.filter(({items}) => items.has(item)).map(({time}) => time)
    const moment = Math.min(...times)
    if (Number.isNaN(moment)) return {moment, later: new Set<string>()}
    const had = new Set(made.flatMap(({time, items}) => (time > moment ? [] : [...items])))
    const since = made.flatMap(({time, items}) => (time > moment ? [...items] : []))
    return {moment, later: new Set(since.filter((other) => !had.has(other)))}
  })
  /** What each customer first bought, and in which tenth of all orders: 0 the newest. */
  const bought = shop.countedBy('order').baskets
  const tenth = (time: number) => {
    const newer = bought.filter((other) => other.time > time || (Number.isNaN(time) && !Number.isNaN(other.time)))
    return Math.floor(10 * (newer.length / bought.length))
  }
  const firsts = new Map<string, {item: string; tenth: number}>()
  for (const {customer, items, time} of bought) {
    for (const other of customer === undefined ? [] : items) {
      const key = JSON.stringify([customer, other])
      if (!firsts.has(key)) firsts.set(key, {item: other, tenth: tenth(time)})
    }
  }
  const shareAfter = (other: string, moment: number) => {
    const since = [...firsts.values()].filter((first) => first.tenth <= tenth(moment))
    return since.length === 0 ? 0 : since.filter((first) => first.item === other).length / since.length
  }
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
  const places = sum(laterOf.map(({later}) => later.size))
  const picks = itemIds.flatMap((other): Omit<NaivePick, 'block'>[] => {
    const together = laterOf.filter(({later}) => later.has(other)).length
    if (together < minTogether || together === 0) return []
    const shares = laterOf.map(({moment, later}) => (later.size > 0 ? later.size * shareAfter(other, moment) : 0))
    const share = sum(shares) / places
    const expected = sum(laterOf.map(({later}) => 1 - (1 - share) ** later.size))
    const score = (together - expected) / Math.sqrt(expected + 1)
    return [{item: other, score, tier: 'copurchase', together, expected}]
  })
  return shop.answer([item], rules, [picks], [[item, 1]])
}

describe('the naive twin agrees, on random shops', () => {
  test('on every item, whatever the order of the lines', async () => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, fc.boolean(), async (lines, options, fallback) => {
        const shop = await Recommender.fit(lines, options)
        const turned = await Recommender.fit(lines.toReversed(), options)
        for (const item of [...itemIds, 'unknown']) {
          const rules = {limit: 20, fallback}
          const answer = shop.alsoBought(item, {...rules, after: true})
          expectRanking(answer, naiveAfter(lines, options, item, rules), 20, 1e-12)
          expect(turned.alsoBought(item, {...rules, after: true})).toEqual(answer)
          found += answer.filter(({tier}) => tier === 'copurchase').length
        }
      }),
      {numRuns: Number(process.env.RUNS ?? 60)},
    )
    expect(found).toBeGreaterThan(0)
  })
})

test('of an item with very many customers a fixed part is looked at', async () => {
  // Each bought a camera, then cards or, the later half, bags, in so many lines that two million are two thirds of all.
  const [customers, lines] = [2500, 1200]
  const thingOf = (c: number) => (c < customers / 2 ? 'card' : 'bag')
  const [things, people] = [['camera', 'card', 'bag', 'tea'], Array.from({length: customers}, (_, c) => `c${c}`)]
  const indices = () => new Int32Array(customers * lines + 1)
  // What is not set below is one more, who bought tea.
  const columns = {
    item: {ids: things, indices: indices().fill(3)},
    customer: {ids: [...people, 'Ann'], indices: indices().fill(customers)},
    order: indices().fill(2 * customers),
    at: indices(),
  }
  for (let c = 0, row = 0; c < customers; c++) {
    for (let line = 0; line < lines; line++, row++) {
      const order = line === 0 ? 0 : 1
      columns.item.indices[row] = order === 0 ? 0 : things.indexOf(thingOf(c))
      columns.customer.indices[row] = c
      columns.order[row] = 2 * c + order
      columns.at[row] = order
    }
  }
  const shop = await Recommender.fit(columns, {learn: false})
  let left = 2_000_000
  const looked = {card: 0, bag: 0}
  for (const c of Array.from({length: customers}, (_, c) => c).sort()) {
    if (hash(`c${c}`) >= (2_000_000 / (customers * lines)) * 2 ** 32 || left < lines) continue
    left -= lines
    looked[thingOf(c)]++
  }
  expect(looked.card + looked.bag).toBeGreaterThan(1500)
  const answer = shop.alsoBought('camera', after)
  expect(Object.fromEntries(answer.map(({item, together}) => [item, together]))).toEqual(looked)
})

test('the fixture shop: nothing comes after what was launched last, nor does that come after everything', async () => {
  const {lines, truths} = generateShop()
  const shop = await Recommender.fit(lines, {learn: false})
  const {item: launched} = truths.launch
  expect(shop.alsoBought(launched, after)).toEqual([])
  const before = shop.items.ids.filter((id) => names(shop.alsoBought(id, {...after, limit: 5})).includes(launched))
  expect(before.length).toBeLessThan(10)
})
