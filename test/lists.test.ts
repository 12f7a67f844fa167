import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {Recommender} from '../src/recommender.ts'

const names = (answer: readonly {item: string}[]) => answer.map(({item}) => item)

/** Tea things and tools, by three customers, a day apart; the mug is bought once, at the end. */
const lines = [
  ['2025-01-01', 'Ann', 'tea', 'cup', 'pot'],
  ['2025-01-02', 'Bob', 'tea', 'cup'],
  ['2025-01-03', 'Cid', 'saw', 'nail'],
  ['2025-01-04', 'Ann', 'saw', 'nail'],
  ['2025-03-01', 'Bob', 'tea', 'cup', 'mug'],
].flatMap(([at, customer, ...items]) => items.map((item) => ({item, order: at, customer, at})))
const items = [
  {id: 'tea', category: 'kitchen', price: 4},
  {id: 'cup', category: 'kitchen', price: 4},
  {id: 'pot', category: 'kitchen', price: 4},
  {id: 'saw', category: 'tools', price: 8},
  {id: 'nail', category: 'tools', price: 8},
  {id: 'plane', category: 'tools', price: 8, launchedAt: '2025-02-01'},
  {id: 'gold plane', category: 'tools', price: 800, launchedAt: '2025-02-02'},
  {id: 'tray', category: 'kitchen', price: 4, launchedAt: '2025-02-20'},
  {id: 'lamp', category: 'light', price: 30, launchedAt: '2025-02-10'},
]

describe('rank', async () => {
  const shop = await Recommender.fit(lines, {items, learn: false})

  test('puts first what goes with the session, and leaves the rest where it stood', () => {
    expect(shop.rank(['lamp', 'nail', 'no such thing', 'cup', 'saw', 'lamp'], {items: ['tea']})).toMatchObject([
      {item: 'cup', tier: 'copurchase'},
      {item: 'lamp', score: 0, tier: 'given'},
      {item: 'nail', score: 0, tier: 'given'},
      {item: 'no such thing', score: 0, tier: 'given'},
      {item: 'saw', score: 0, tier: 'given'},
    ])
    expect(names(shop.rank(['saw', 'cup', 'tea'], {customer: 'nobody'}))).toEqual(['saw', 'cup', 'tea'])
    expect(shop.rank([], {customer: 'Ann'})).toEqual([])
  })

  test('puts first what a customer buys again', () => {
    const [first, second] = shop.rank(['lamp', 'pot', 'saw', 'tea', 'cup'], {customer: 'Bob'})
    expect([first, second].map(({item, tier}) => `${item} ${tier}`).sort()).toEqual(['cup repeat', 'tea repeat'])
  })

  test('ranks what is looked at too, and last what is to be spared', async () => {
    expect(
      names(shop.rank(['lamp', 'tea', 'cup'], {items: ['tea', 'cup']}))
        .slice(0, 2)
        .sort(),
    ).toEqual(['cup', 'tea'])
    const rated = await Recommender.fit([...lines, {item: 'cup', order: 'r', customer: 'Ann', weight: 0}])
    expect(names(rated.rank(['cup', 'lamp', 'saw'], {customer: 'Ann'})).at(-1)).toBe('cup')
  })

  test('keeps to rules, to the limit, and to ids that nobody knows', () => {
    const list = ['x', 'nail', 'cup', 'y', 'pot']
    expect(names(shop.rank(list, {items: ['tea']}, {exclude: ['x', 'nail']}))).toEqual(['cup', 'y', 'pot'])
    expect(names(shop.rank(list, {items: ['tea']}, {only: ['y', 'cup']}))).toEqual(['cup', 'y'])
    expect(names(shop.rank(list, {items: ['tea']}, {limit: 2}))).toEqual(['cup', 'x'])
    expect(names(shop.rank(list, {items: ['tea']}, {where: ({category}) => category === undefined}))).toEqual([
      'x',
      'y',
    ])
    expect(names(shop.rank(list, {items: ['tea']}, {maxPer: {by: 'category', limit: 1}}))).toEqual([
      'cup',
      'x',
      'nail',
      'y',
    ])
  })

  test('takes lists that can be read once, prepared ones, and rules that are none', () => {
    const list = ['x', 'nail', 'cup', 'y', 'pot']
    const once = function* (...ids: string[]) {
      yield* ids
    }
    const who = {items: once('tea')}
    expect(names(shop.rank(once(...list), who, {only: once('y', 'cup', 'x'), exclude: once('x')}))).toEqual([
      'cup',
      'y',
    ])
    const prepared = {only: shop.set(['y', 'cup', 'x']), exclude: shop.set(['x'])}
    expect(names(shop.rank(list, {items: ['tea']}, prepared))).toEqual(['cup', 'y'])
    expect(() => shop.rank(['x'], {}, {where: (async () => false) as never})).toThrow('where must return true or false')
  })

  test.each<[() => unknown, RegExp]>([
    [() => shop.rank('tea', {}), /^rank: expected a list of ids, got "tea"$/],
    [() => shop.rank(['tea', null as never], {}), /^rank: an id must be a text or a number, got null$/],
    [() => shop.rank(['tea'], 'Ann' as never), /^rank: expected \{customer\} or \{items\}, got "Ann"$/],
    [
      () => shop.rank(['tea'], {}, {fallback: true} as never),
      /^rank: unknown option "fallback"; valid are limit, exclude/,
    ],
    [() => shop.rank(['tea'], {}, {limit: 0}), /^rank: limit must be a whole number from 1 up, got 0$/],
    [() => shop.rank(['tea'], {items: [{item: 'tea', weight: -1}]}), /^rank: the weight of an item must be/],
  ])('%s: %s', (ask, message) => {
    expect(ask).toThrow(message)
  })
})

describe('newArrivals', async () => {
  const shop = await Recommender.fit(lines, {items, learn: false})

  test('finds what fits by category and price, and says since when it is sold and why it comes', () => {
    const arrivals = shop.newArrivals({customer: 'Cid'})
    expect(arrivals).toMatchObject([
      {item: 'plane', tier: 'category', launchedAt: new Date('2025-02-01')},
      {item: 'gold plane', tier: 'category'},
      // What sells, and then the newest.
      {item: 'mug', tier: 'popular', launchedAt: new Date('2025-03-01'), because: []},
      {item: 'tray', tier: 'popular'},
      {item: 'lamp', tier: 'popular'},
    ])
    expect(arrivals[0].because?.map(({item, last}) => `${item} ${last?.toISOString()}`)).toEqual([
      'nail 2025-01-03T00:00:00.000Z',
      'saw 2025-01-03T00:00:00.000Z',
    ])
    expect(names(shop.newArrivals({items: ['tea']}, {limit: 1}))).toEqual(['tray'])
    expect(names(shop.newArrivals({items: ['lamp']}, {fallback: false}))).toEqual([])
  })

  test('minds since, rules and a catalogue that changes, and brings nothing they have', async () => {
    expect(names(shop.newArrivals({customer: 'Cid'}, {since: '2025-02-10'}))).toEqual(['mug', 'tray', 'lamp'])
    expect(names(shop.newArrivals({customer: 'Bob'}))).not.toContain('mug')
    expect(names(shop.newArrivals({}, {where: ({price}) => (price ?? 0) < 10}))).toEqual(['mug', 'tray', 'plane'])
    const live = await Recommender.fit(lines, {items, learn: false})
    live.items.patch([{id: 'axe', category: 'tools', price: 8, launchedAt: '2025-03-02'}])
    expect(names(live.newArrivals({customer: 'Cid'}, {limit: 2})).sort()).toEqual(['axe', 'plane'])
    live.items.patch([{id: 'plane', launchedAt: '2020-01-01'}])
    expect(names(live.newArrivals({customer: 'Cid'}))).not.toContain('plane')
  })

  test('goes by what was bought with it, once that comes in', async () => {
    const sold = ['s1', 's2'].flatMap((order) =>
      ['saw', 'lamp'].map((item) => ({item, order, customer: order, at: '2025-03-02'})),
    )
    const live = await Recommender.fit([...lines, ...sold], {items, learn: false})
    const [first] = live.newArrivals({items: ['saw']})
    expect(first).toMatchObject({item: 'lamp', tier: 'copurchase', because: [{item: 'saw', together: 2}]})
  })

  test('knows launches where orders have no dates, and none where nothing has', async () => {
    const undated = lines.map(({item, order, customer}) => ({item, order, customer}))
    const known = await Recommender.fit(undated, {items, learn: false})
    expect(names(known.newArrivals({customer: 'Cid'})).slice(0, 2)).toEqual(['plane', 'gold plane'])
    expect((await Recommender.fit(undated)).newArrivals({customer: 'Cid'})).toEqual([])
  })

  test('brings the launch of the fixture shop first', async () => {
    const {lines, items, truths} = generateShop()
    const made = await Recommender.fit(lines, {items})
    const [customer] = truths.staples[0].customers
    expect(names(made.newArrivals({customer}, {limit: 1}))).toEqual([truths.launch.item])
  })

  test('refuses a date that is none', () => {
    expect(() => shop.newArrivals({}, {since: 'lately'})).toThrow(/^newArrivals: since: expected a date such as/)
  })
})

test('what nobody bought yet counts once in a session, as much as where it counts most', async () => {
  const shop = await Recommender.fit(lines, {items: [...items, {id: 'torch', category: 'light'}], learn: false})
  // The lamp is the latest, and was looked at before: 1, and not a tenth of 0.81, next to the tray's 0.9.
  const session = [{item: 'lamp', weight: 0.1}, 'tray', 'lamp']
  expect(shop.suggest({items: session}, {limit: 2}).map(({item, tier}) => `${item} ${tier}`)).toEqual([
    'torch category',
    'cup category',
  ])
})

describe('popular', async () => {
  const shop = await Recommender.fit(lines, {items, learn: false, recency: false})

  test('counts all orders, or those since a day', () => {
    expect(shop.popular({limit: 3})).toEqual([
      {item: 'cup', score: 3, tier: 'popular'},
      {item: 'tea', score: 3, tier: 'popular'},
      {item: 'nail', score: 2, tier: 'popular'},
    ])
    expect(shop.popular({since: '2025-01-04', limit: 6})).toEqual([
      ...['cup', 'mug', 'nail', 'saw', 'tea'].map((item) => ({item, score: 1, tier: 'popular'})),
      {item: 'pot', score: 0, tier: 'popular'},
    ])
    expect(names(shop.popular({since: '2025-03-01', fallback: false}))).toEqual(['cup', 'mug', 'tea'])
    expect(names(shop.popular({limit: 20})).slice(6)).toEqual(['tray', 'lamp', 'gold plane', 'plane'])
  })

  test('needs dates for since', async () => {
    const undated = await Recommender.fit(lines.map(({item, order}) => ({item, order})))
    expect(() => undated.popular({since: '2025-01-01'})).toThrow(/^popular: since needs orders with dates/)
    expect(names(undated.popular({limit: 1}))).toEqual(['cup'])
    expect(() => shop.popular({since: 'lately'})).toThrow(/^popular: since: expected a date such as/)
  })
})
