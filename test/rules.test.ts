import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {confidence, cosine, count, jaccard, lift, llr, npmi} from '../src/index.ts'
import type {CatalogueItem, KnownItem} from '../src/orders/catalogue-item.ts'
import type {Rules} from '../src/queries/rules.ts'
import {Recommender} from '../src/recommender.ts'
import {naiveShop} from './naive.ts'
import {naiveArrivals, naiveRank} from './naive-extra.ts'
import {expectRanking, itemIds, linesArbitrary, optionsArbitrary, whoArbitrary} from './random-shops.ts'

/** How many random shops each property sees; `npm run fuzz` asks for many. */
const runs = Number(process.env.RUNS ?? 200)

/** What the random shops know of their items, beside what the library reads. */
interface Stocked extends CatalogueItem {
  id: string
  stock?: number
  margin?: number
}

const catalogueIds = [...itemIds, 'new', 'newer', '\u{1f195}', 'unsold']
const catalogueArbitrary: fc.Arbitrary<Stocked[]> = fc.uniqueArray(
  fc.record(
    {
      id: fc.constantFrom(...catalogueIds),
      category: fc.constantFrom('tea', 'tools', '', null),
      brand: fc.constantFrom('Acme', 'Bolt', null),
      price: fc.constantFrom(1, 20, null),
      launchedAt: fc.constantFrom('2024-05-01', '2025-01-31', null),
      stock: fc.nat({max: 2}),
      margin: fc.constantFrom(0, 0.5, 1, 3),
    },
    {requiredKeys: ['id']},
  ),
  {selector: ({id}) => id, maxLength: 14},
)

const wheres: NonNullable<Rules<Stocked>['where']>[] = [
  ({stock = 1}) => stock > 0,
  ({category}) => category === 'tea',
  ({price}) => price === undefined || price === null || price < 10,
  ({id}) => id > 'b',
  () => false,
]
const boosts: NonNullable<Rules<Stocked>['boost']>[] = [
  ({margin = 1}) => margin,
  ({brand}) => (brand === 'Acme' ? 100 : 1),
  () => 0.25,
]
const maxPers: NonNullable<Rules<Stocked>['maxPer']>[] = [
  {by: 'brand', limit: 1},
  {by: 'category', limit: 2},
  {by: ({stock}) => stock, limit: 1},
]
const ids = fc.array(fc.constantFrom(...catalogueIds, 'unknown'), {maxLength: 5})
const rulesArbitrary: fc.Arbitrary<Rules<Stocked>> = fc.record(
  {
    limit: fc.constantFrom(1, 2, 3, 5, 20, 200),
    exclude: ids,
    only: fc.array(fc.constantFrom(...catalogueIds, 'unknown'), {maxLength: 10}),
    where: fc.constantFrom(...wheres),
    boost: fc.constantFrom(...boosts),
    maxPer: fc.constantFrom(...maxPers),
    fallback: fc.boolean(),
  },
  {requiredKeys: []},
)

/** The same rules with their lists looked up before. */
const prepared = (shop: Recommender<Stocked>, {only, exclude, ...rules}: Rules<Stocked>): Rules<Stocked> => ({
  ...rules,
  ...(only && {only: shop.set(only)}),
  ...(exclude && {exclude: shop.set(exclude)}),
})

const question = fc.record({rules: rulesArbitrary, asked: ids, who: whoArbitrary})
const shopAndQuestions = [
  linesArbitrary,
  optionsArbitrary,
  catalogueArbitrary,
  fc.array(question, {minLength: 1, maxLength: 4}),
] as const
/** LLR is a root of a difference of large sums: near independence its error is of the size of the root of 1e-12. */
const slackOf = (measure: string | undefined) => (measure === 'llr' ? 1e-4 : measure === 'chance' ? 1e-11 : 0)

describe('every query, under every combination of rules', () => {
  test('says what the naive twin says', async () => {
    await fc.assert(
      fc.asyncProperty(...shopAndQuestions, async (lines, options, items, questions) => {
        const shop = await Recommender.fit<Stocked>(lines, {...options, items})
        const twin = naiveShop(lines, options, items)
        const slack = slackOf(options.measure)
        for (const {rules, asked, who} of questions) {
          const limit = rules.limit ?? 10
          for (const item of [...asked, 'new']) {
            expectRanking(shop.alsoBought(item, rules), twin.alsoBought(item, rules as Rules), limit, slack)
          }
          expectRanking(shop.boughtTogether(asked, rules), twin.boughtTogether(asked, rules as Rules), limit)
          for (const repeat of ['exclude', 'include', 'only'] as const) {
            const ranking = twin.suggest(who, {...(rules as Rules), repeat})
            expectRanking(shop.suggest(who, {...rules, repeat}), ranking, limit)
          }
        }
      }),
      {numRuns: runs},
    )
  })

  test('ranks what the naive twin ranks, and finds the arrivals that it finds', async () => {
    await fc.assert(
      fc.asyncProperty(...shopAndQuestions, async (lines, options, items, questions) => {
        const shop = await Recommender.fit<Stocked>(lines, {...options, items})
        const twin = naiveShop(lines, options, items)
        for (const {
          rules: {fallback, ...rules},
          asked,
          who,
        } of questions) {
          const ranked = naiveRank(twin, items, asked, who, rules as Rules)
          expectPlaces(shop.rank(asked, who, rules), ranked)
          expect(shop.rank(asked, who, prepared(shop, rules))).toEqual(shop.rank(asked, who, rules))
          for (const since of [0, 5000, Date.parse('2025-01-01')]) {
            const arrivals = naiveArrivals(twin, items, who, since, {...rules, fallback} as Rules)
            const answer = shop.newArrivals(who, {...rules, fallback, since, evidence: false})
            expectRanking(
              answer,
              arrivals.map(({because: _, ...pick}) => pick),
              rules.limit ?? 10,
            )
            for (const {item, launchedAt} of answer) {
              expect(launchedAt.getTime()).toBe(arrivals.find((arrival) => arrival.item === item)?.launch)
            }
          }
        }
      }),
      {numRuns: runs},
    )
  })

  test('gives exactly what qualifies, nothing forbidden, and the same when asked again or by prepared sets', async () => {
    await fc.assert(
      fc.asyncProperty(...shopAndQuestions, async (lines, options, items, questions) => {
        const shop = await Recommender.fit<Stocked>(lines, {...options, substitutes: true})
        shop.items.set(items)
        const known = (id: string): KnownItem<Stocked> => shop.items.get(id) ?? {id}
        for (const {rules, asked, who} of questions) {
          const {limit = 10, only, exclude = [], where = () => true, fallback = true, maxPer} = rules
          const session = Array.from(who.items ?? [], (entry) => (typeof entry === 'object' ? entry.item : entry))
          const visitor = {items: who.items ?? []}
          const {customer = 'nobody'} = who
          const without = ({fallback: _, ...rules}: Rules<Stocked>) => rules
          /** What may not come, a question, and whether everything else comes that rules let. */
          type Asked = [Iterable<unknown>, (rules: Rules<Stocked>) => {item: string; tier?: string}[], boolean]
          const queries: Asked[] = [
            [['a'], (rules) => shop.alsoBought('a', rules), true],
            [['new'], (rules) => shop.alsoBought('new', rules), true],
            [['a'], (rules) => shop.alsoBought('a', {...rules, after: true}), true],
            [asked, (rules) => shop.boughtTogether(asked, rules), true],
            [session, (rules) => shop.suggest(visitor, rules), true],
            [session, (rules) => shop.suggest(who, {...rules, repeat: 'include'}), false],
            [[], (rules) => shop.popular(rules), true],
            [[], (rules) => shop.rank(shop.items.ids, visitor, {limit: 10, ...without(rules)}), true],
            [session, (rules) => shop.newArrivals(visitor, {...rules, since: 0}), false],
            [[], (rules) => shop.buyAgain(customer, without(rules)), false],
            [['a'], (rules) => shop.substitutes('a', without(rules)).items, false],
          ]
          for (const [barred, ask, fills] of queries) {
            const answer = ask(rules)
            const names = answer.map(({item}) => item)
            const forbidden = new Set([...barred, ...exclude])
            const allowed = only && new Set(only)
            const eligible = shop.items.ids.filter(
              (id) => !forbidden.has(id) && (!allowed || allowed.has(id)) && where(known(id)),
            )
            expect(new Set(names).size).toBe(names.length)
            for (const name of names) expect(eligible).toContain(name)
            const isWhole = fills && !maxPer && (fallback || answer.some(({tier}) => tier === 'given'))
            if (isWhole) expect(names.length).toBe(Math.min(limit, eligible.length))
            else expect(names.length).toBeLessThanOrEqual(Math.min(limit, eligible.length))
            if (maxPer) {
              const {by, limit: most} = maxPer
              const keys = names.map((name) =>
                typeof by === 'function' ? by(known(name)) : known(name)[by as 'brand'],
              )
              for (const key of keys.filter((key) => key !== undefined && key !== null)) {
                expect(keys.filter((other) => other === key).length).toBeLessThanOrEqual(most)
              }
            }
            expect(ask(rules)).toEqual(answer)
            expect(ask(prepared(shop, rules))).toEqual(answer)
          }
        }
      }),
      {numRuns: runs},
    )
  })
})

/** The same places but for scores that differ by less than a 10⁹th. */
function expectPlaces(
  actual: {item: string; score: number; tier: string}[],
  expected: {item: string; score: number; tier: string}[],
): void {
  expect(actual.map(({item}) => item).sort()).toEqual(expected.map(({item}) => item).sort())
  for (const [place, {item, score, tier}] of actual.entries()) {
    const twin = expected.find((other) => other.item === item)
    const there = expected[place]
    const isTied = there.score !== twin?.score && Math.abs(there.score - (twin?.score ?? 0)) < 1e-9 * there.score
    if (there.item !== item && !isTied) expect(actual).toEqual(expected)
    expect(score).toBeCloseTo(twin?.score ?? -1, 6)
    expect(tier).toBe(twin?.tier)
  }
}

/** Tea goes with tea things, tools with tools; a mug and a lamp were never sold. */
const lines = [
  ['o1', 'Ann', 'tea', 'cup', 'pot'],
  ['o2', 'Ann', 'saw', 'nail', 'glue'],
  ['o3', 'Bob', 'tea', 'cup'],
  ['o4', 'Bob', 'saw', 'nail'],
  ['o5', 'Cid', 'cup', 'pot'],
  ['o6', 'Cid', 'nail', 'glue'],
].flatMap(([order, customer, ...items]) => items.map((item) => ({item, order, customer})))
const items = [
  {id: 'tea', category: 'kitchen', brand: 'Acme', stock: 3},
  {id: 'cup', category: 'kitchen', brand: 'Acme', stock: 0},
  {id: 'pot', category: 'kitchen', brand: 'Bolt', stock: 1},
  {id: 'saw', category: 'tools', brand: 'Bolt', stock: 1},
  {id: 'mug', category: 'kitchen', brand: 'Bolt', stock: 9, launchedAt: '2025-03-01'},
  {id: 'tray', category: 'kitchen', brand: 'Acme', stock: 9, launchedAt: '2025-02-01'},
  {id: 'lamp', category: 'light', brand: 'Acme', stock: 9},
]
const names = (answer: readonly {item: string}[]) => answer.map(({item}) => item)
const tiers = (answer: readonly {item: string; tier: string}[]) => answer.map(({item, tier}) => `${item} ${tier}`)

describe('a shop with a catalogue', async () => {
  const shop = await Recommender.fit(lines, {items, measure: 'count'})

  test('answers from the category, then what sells, then what nobody bought yet', () => {
    expect(tiers(shop.alsoBought('tea'))).toEqual([
      ...['cup copurchase', 'pot category', 'mug category', 'tray category'],
      ...['nail popular', 'glue popular', 'saw popular', 'lamp popular'],
    ])
    expect(tiers(shop.alsoBought('mug', {limit: 3}))).toEqual(['cup category', 'pot category', 'tea category'])
    expect(shop.alsoBought('mug', {fallback: false})).toEqual([])
    expect(tiers(shop.boughtTogether(['mug'], {limit: 1}))).toEqual(['cup category'])
    expect(tiers(shop.suggest({items: ['saw', 'lamp', 'mug']}, {fallback: false}))).toEqual(['nail copurchase'])
    expect(shop.items.ids).toEqual(['cup', 'nail', 'glue', 'pot', 'saw', 'tea', 'mug', 'tray', 'lamp'])
    expect(shop.items.get('mug')).toEqual(items[4])
    expect(shop.items.get('nail')).toBeUndefined()
  })

  test('asks where of what the catalogue knows, and of the id alone outside it', () => {
    const seen: unknown[] = []
    const inStock = shop.alsoBought('tea', {
      where: (item) => {
        seen.push(item)
        return (item.stock ?? 0) > 0
      },
    })
    expect(names(inStock)).toEqual(['pot', 'mug', 'tray', 'saw', 'lamp'])
    expect(seen).toContainEqual({id: 'nail'})
    expect(seen).toContainEqual(items[1])
  })

  test('boosts what scores, and what sells by how often it was bought', () => {
    const boost = ({id}: {id: string}) => ({pot: 0.1, cup: 0, glue: 3, tea: 2})[id] ?? 1
    expect(names(shop.alsoBought('cup', {boost, limit: 2, fallback: false}))).toEqual(['tea', 'pot'])
    expect(names(shop.popular({boost, limit: 3}))).toEqual(['glue', 'tea', 'nail'])
    expect(names(shop.popular({boost})).at(-1)).toBe('lamp')
    expect(names(shop.alsoBought('tea', {boost, limit: 20}))).toHaveLength(8)
    // A boost may bring up what is not stored.
    const low = ({id}: {id: string}) => (id === 'tea' ? 10 : 1)
    expect(names(shop.alsoBought('cup', {boost: low, limit: 1}))).toEqual(['tea'])
  })

  test('scores finite numbers, however they are boosted', async () => {
    const all = await Promise.all(
      [cosine, jaccard, lift, llr, npmi, confidence, count, 'chance', 'weighted'].map((measure) =>
        Recommender.fit(lines, {items, substitutes: true, measure: measure as 'chance'}),
      ),
    )
    const ask = (shop: Recommender, rules: Rules) => [
      ...shop.alsoBought('cup', rules),
      ...shop.boughtTogether(['cup'], rules),
      ...shop.suggest({customer: 'Bob', items: ['saw']}, rules),
    ]
    for (const boost of [1e9, 1e39, Number.MAX_VALUE]) {
      for (const shop of all) {
        let scores = [0]
        try {
          scores = ask(shop, {boost: () => boost}).map(({score}) => score)
          expect(Math.max(...scores)).toBeGreaterThan(boost / 1e6)
        } catch (error) {
          expect(boost).toBeGreaterThan(1e9)
          expect((error as Error).message).toBe(`alsoBought: boost must return a number from 0 to 1e9, got ${boost}`)
        }
        expect(scores.filter((score) => !Number.isFinite(score))).toEqual([])
      }
    }
  })

  test('caps groups and leaves items without one alone', () => {
    expect(names(shop.alsoBought('tea', {maxPer: {by: 'brand', limit: 1}}))).toEqual(['cup', 'pot', 'nail', 'glue'])
    expect(names(shop.alsoBought('tea', {maxPer: {by: ({id}) => id[0], limit: 1}, limit: 3}))).toEqual([
      'cup',
      'pot',
      'mug',
    ])
  })

  test('minds what changes at the next question', async () => {
    const live = await Recommender.fit(lines, {items, measure: 'count'})
    const where = (item: {stock?: number}) => (item.stock ?? 0) > 0
    expect(names(live.boughtTogether(['tea'], {where, limit: 2}))).toEqual(['pot', 'mug'])
    const only = live.set(['cup', 'vase', 'mug'])
    live.items.patch([
      {id: 'cup', stock: 5},
      {id: 'vase', category: 'kitchen', stock: 1, launchedAt: '2025-04-01'},
    ])
    expect(names(live.boughtTogether(['tea'], {where, limit: 4}))).toEqual(['cup', 'pot', 'vase', 'mug'])
    expect(names(live.boughtTogether(['tea'], {only}))).toEqual(['cup', 'vase', 'mug'])
    expect(live.items.get('cup')).toEqual({id: 'cup', category: 'kitchen', brand: 'Acme', stock: 5})
    live.items.patch([{id: 'mug', category: 'light'}])
    expect(tiers(live.alsoBought('lamp', {limit: 1}))).toEqual(['mug category'])
    live.items.set([])
    expect(names(live.boughtTogether(['tea']))).toEqual(['cup', 'nail', 'glue', 'pot', 'saw'])
    expect(names(live.boughtTogether(['tea'], {only}))).toEqual(['cup'])
  })

  test('brings back what stands in orders alone as returned, once the catalogue has it', async () => {
    const sent = await Recommender.fit([...lines, {item: 'vase', order: 'o9', customer: 'Ann', quantity: -1}])
    expect(sent.items.ids).not.toContain('vase')
    sent.items.set([{id: 'vase'}])
    expect(sent.items.ids.at(-1)).toBe('vase')
    expect(names(sent.alsoBought('tea'))).toContain('vase')
    expect(names(sent.alsoBought('vase', {exclude: ['cup']}))).not.toContain('vase')
    sent.items.set([])
    expect(names(sent.alsoBought('tea'))).not.toContain('vase')
  })

  test('a rule that fails, asks or changes the shop leaves it as it was', () => {
    const before = shop.suggest({items: ['tea']})
    const failing = () => {
      throw new Error('no such field')
    }
    expect(() => shop.suggest({items: ['tea']}, {where: failing})).toThrow('no such field')
    const asking = () => shop.alsoBought('cup').length > 0
    expect(() => shop.suggest({items: ['tea']}, {where: asking})).toThrow('may not be asked from within')
    const changing = () => {
      shop.items.set([])
      return true
    }
    expect(() => shop.suggest({items: ['tea']}, {where: changing})).toThrow('may not be changed from within a rule')
    expect(shop.suggest({items: ['tea']})).toEqual(before)
  })

  test.each<[Record<string, unknown>, RegExp]>([
    [{where: 'stock'}, /^alsoBought: where must be a function of an item, got "stock"$/],
    [{where: async () => true}, /^alsoBought: where must return true or false, got a Promise$/],
    [{boost: 2}, /^alsoBought: boost must be a function of an item, got 2$/],
    [{boost: () => -1}, /^alsoBought: boost must return a number from 0 to 1e9, got -1$/],
    [{boost: () => Number.NaN}, /^alsoBought: boost must return a number from 0 to 1e9, got NaN$/],
    [{boost: () => Number.POSITIVE_INFINITY}, /boost must return a number from 0 to 1e9, got Infinity$/],
    [{maxPer: 2}, /^alsoBought: maxPer: options must be an object, got 2$/],
    [{maxPer: {by: 'brand'}}, /maxPer.limit must be a whole number from 1 up, got undefined$/],
    [{maxPer: {by: 'brand', limit: 0}}, /maxPer.limit must be a whole number from 1 up, got 0$/],
    [{maxPer: {by: 3, limit: 1}}, /maxPer.by must be a field of items or a function of one, got 3$/],
    [{maxPer: {by: 'brand', limit: 1, most: 2}}, /maxPer: unknown option "most"; valid are by, limit$/],
  ])('refuses %o: %s', (rules, message) => {
    expect(() => shop.alsoBought('tea', rules as Rules)).toThrow(message)
  })

  test.each<[unknown, RegExp]>([
    ['mug', /^items: expected a list of items, got "mug"$/],
    [[{id: 'mug'}, 'tea'], /^items: item 2: expected an object with an id, got "tea"$/],
    [[{}], /^items: item 1: id is missing$/],
    [[{id: ''}], /^items: item 1: id is missing$/],
    [[{id: '\ud800'}], /^items: item 1: id must be well-formed text/],
    [[{id: 'mug', category: 4}], /^items: item 1: category must be a text, got 4$/],
    [[{id: 'mug', price: -1}], /^items: item 1: price must be a number from 0 up, got -1$/],
    [[{id: 'mug', launchedAt: 'soon'}], /^items: item 1: launchedAt: expected a date such as/],
  ])('refuses a catalogue of %o: %s', (given, message) => {
    const before = shop.items.ids
    expect(() => shop.items.set(given as [])).toThrow(message)
    expect(() => shop.items.patch(given as [])).toThrow(message)
    expect(shop.items.ids).toEqual(before)
  })
})

describe('weights of what stands in a session', async () => {
  const shop = await Recommender.fit(lines, {items, learn: false})
  const answer = (tea: number, saw: number) =>
    shop.suggest(
      {
        items: [
          {item: 'tea', weight: tea},
          {item: 'saw', weight: saw},
        ],
      },
      {evidence: true},
    )

  test('over all they may be: what is heavier comes first, and every score is a number', () => {
    const weights = [0, Number.MIN_VALUE, 1e-300, 1e-9, 0.5, 1, 7, 1e9, 1e300, Number.MAX_VALUE]
    for (const tea of weights) {
      for (const saw of weights) {
        const suggestions = answer(tea, saw)
        for (const {score} of suggestions) expect(Number.isFinite(score)).toBe(true)
        // The saw is the latest: the tea counts 0.9.
        if (tea > 2 * saw) expect(names(suggestions)[0], `${tea} to ${saw}`).toBe('cup')
        if (saw > 2 * tea) expect(names(suggestions)[0], `${tea} to ${saw}`).toBe('nail')
        expect(names(suggestions)).toHaveLength(7)
      }
    }
  })

  test('over all they may be in order lines', async () => {
    const ask = async (weight: number) => {
      const heavy = ['s1', 's2', 's3'].map((order) => ({item: 'saw', order, customer: 'Eva', weight}))
      const rated = await Recommender.fit([...lines, ...heavy, {item: 'tea', order: 's3', customer: 'Eva'}], {
        learn: false,
      })
      const suggestions = rated.suggest({customer: 'Eva'})
      for (const {score} of suggestions) expect(Number.isFinite(score)).toBe(true)
      return names(suggestions)
    }
    expect(await ask(Number.MIN_VALUE)).toEqual(await ask(1e-9))
    await expect(ask(1.1e9)).rejects.toThrow('weight must be from 0 to 1,000,000,000, got 1100000000')
  })
})

describe('a rule is told of the item it is asked about', async () => {
  const goods = ['a', 'b', 'c', 'd', 'e', 'f']
  // So that what sells best is not what comes first.
  const more = ['d', 'f'].map((item) => ({order: 'o3', item}))
  const lines = [...['o1', 'o2'].flatMap((order) => goods.map((item) => ({order, item}))), ...more]
  const items = goods.map((id) => ({id, isGood: id !== 'd'}))
  const shop = await Recommender.fit(lines, {neighbors: 1, learn: false, items})
  const good = () => names(shop.alsoBought('a', {where: ({isGood}) => isGood === true, fallback: false})).toSorted()

  test('in a row that holds much of what there is', () => {
    expect(good()).toEqual(['b', 'c', 'e', 'f'])
  })

  test('after a patch, too', () => {
    shop.items.patch([
      {id: 'd', isGood: true},
      {id: 'f', isGood: false},
    ])
    expect(good()).toEqual(['b', 'c', 'd', 'e'])
    const popular = shop.popular({where: ({isGood}) => isGood === true})
    expect(names(popular).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})
