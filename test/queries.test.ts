import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {OrderLine} from '../src/orders/order-line.ts'
import type {Rules} from '../src/queries/rules.ts'
import {Recommender} from '../src/recommender.ts'
import {naiveShop} from './naive.ts'
import {expectRanking, itemIds, linesArbitrary, optionsArbitrary, whoArbitrary} from './random-shops.ts'

/** How many random shops each property sees; `npm run fuzz` asks for many. */
const runs = Number(process.env.RUNS ?? 200)

const ids = fc.array(fc.constantFrom(...itemIds, 'unknown'), {maxLength: 4})
const rulesArbitrary: fc.Arbitrary<Rules> = fc.record(
  {
    limit: fc.constantFrom(1, 2, 3, 5, 20),
    exclude: ids,
    only: fc.array(fc.constantFrom(...itemIds, 'unknown'), {maxLength: 8}),
    fallback: fc.boolean(),
  },
  {requiredKeys: []},
)
/** The checkerboard shop: tea goes with tea things, tools with tools, and everybody has one of each kind of order. */
const board: OrderLine[] = [
  ['o1', 'Ann', 1, 'tea', 'cup', 'pot'],
  ['o2', 'Ann', 2, 'saw', 'nail', 'glue'],
  ['o3', 'Bob', 3, 'tea', 'cup'],
  ['o4', 'Bob', 4, 'saw', 'nail'],
  ['o5', 'Cid', 5, 'cup', 'pot'],
  ['o6', 'Cid', 6, 'nail', 'glue'],
].flatMap(([order, customer, at, ...items]) =>
  items.map((item) => ({item: String(item), order: String(order), customer: String(customer), at: Number(at)})),
)
const names = (answer: readonly {item: string}[]) => answer.map(({item}) => item)

describe('the checkerboard shop', async () => {
  const shop = await Recommender.fit(board)

  test('alsoBought stays on its color, then sells what sells', () => {
    expect(shop.alsoBought('tea')).toMatchObject([
      {item: 'cup', tier: 'copurchase', together: 2},
      // Bought with cups as tea is.
      {item: 'pot', tier: 'related'},
      // The same number of baskets, the newer ones first.
      {item: 'nail', tier: 'popular'},
      {item: 'glue', tier: 'popular'},
      {item: 'saw', tier: 'popular'},
    ])
    expect(names(shop.alsoBought('nail', {fallback: false}))).toEqual(['glue', 'saw'])
    // Three baskets with a cup have 2, 1 and 1 other places; tea is 2 of 14 purchases.
    expect(shop.alsoBought('cup')[1].item).toBe('tea')
    expect(shop.alsoBought('cup')[1].expected).toBeCloseTo(1 - (12 / 14) ** 2 + 2 * (1 - 12 / 14), 12)
  })

  test('a pair that only one person bought says nothing', () => {
    // Ann alone had tea with a pot: it comes for what others bought with cups.
    const [, pot] = shop.alsoBought('tea', {fallback: false})
    expect(pot).toEqual({item: 'pot', score: pot.score, tier: 'related'})
    expect(names(shop.boughtTogether(['tea'], {fallback: false}))).toEqual(['cup'])
  })

  test('boughtTogether completes a basket and says why', () => {
    expect(shop.boughtTogether(['tea', 'pot'], {limit: 1})).toMatchObject([
      {
        item: 'cup',
        tier: 'copurchase',
        because: [
          {item: 'pot', together: 2},
          {item: 'tea', together: 2},
        ],
      },
    ])
    expect(shop.boughtTogether(['pot', 'tea', 'pot', 'unknown'])).toEqual(shop.boughtTogether(['tea', 'pot']))
    expect(shop.boughtTogether([])).toEqual(
      shop.items.ids.map((item) => ({item, score: 0, tier: 'popular', because: []})),
    )
  })

  test('suggest answers a visitor by the session, the latest first', () => {
    expect(names(shop.suggest({items: ['tea', 'saw']}, {limit: 2}))).toEqual(['nail', 'cup'])
    expect(names(shop.suggest({items: ['saw', 'tea']}, {limit: 2}))).toEqual(['cup', 'nail'])
    expect(names(shop.suggest({items: ['tea', {item: 'saw', weight: 0}]}, {limit: 1}))).toEqual(['cup'])
    expect(names(shop.suggest({items: [{item: 'saw', weight: 0}]}))).not.toContain('saw')
  })

  test('suggest gives a customer new things, or what they buy again, or both', () => {
    expect(names(shop.suggest({customer: 'Cid'}))).toEqual(expect.not.arrayContaining(['cup', 'pot', 'nail', 'glue']))
    expect(names(shop.suggest({customer: 'Cid'})).toSorted()).toEqual(['saw', 'tea'])
    expect(names(shop.suggest({customer: 'Cid'}, {repeat: 'only'})).toSorted()).toEqual(['cup', 'glue', 'nail', 'pot'])
    expect(names(shop.suggest({customer: 'Cid'}, {repeat: 'include'})).length).toBe(6)
    expect(shop.suggest({customer: 'nobody'})).toEqual(shop.boughtTogether([]))
    expect(shop.suggest({customer: 'nobody'}, {repeat: 'only'})).toEqual([])
  })

  test('suggest names the tier of what is bought again, and how often it was', async () => {
    const often = [1, 2, 3, 4].map((at) => ({item: 'milk', order: `m${at}`, customer: 'Ann', at: 10 + at}))
    const daily = await Recommender.fit([...board, ...often])
    expect(daily.suggest({customer: 'Ann'}, {repeat: 'include', limit: 1})).toMatchObject([
      {item: 'milk', tier: 'repeat', because: [{item: 'milk', together: 4}]},
    ])
    expect(names(daily.suggest({customer: 'Ann'}))).not.toContain('milk')
  })

  test('a line of weight 0 keeps its item away, from its customer alone', async () => {
    const rated = await Recommender.fit([...board, {item: 'tea', order: 'o7', customer: 'Cid', weight: 0}])
    expect(names(rated.suggest({customer: 'Cid'}, {repeat: 'include'}))).not.toContain('tea')
    expect(names(rated.suggest({customer: 'nobody'}))).toContain('tea')
    expect(rated.alsoBought('cup')).toEqual(shop.alsoBought('cup'))
  })

  test('a list may ask on its way, and one that fails leaves the shop clean', () => {
    function* asking(ids: string[]) {
      for (const id of ids) {
        shop.suggest({customer: 'Ann', items: [id]})
        yield id
      }
    }
    expect(shop.suggest({items: asking(['tea', 'saw'])}, {exclude: asking(['nail'])})).toEqual(
      shop.suggest({items: ['tea', 'saw']}, {exclude: ['nail']}),
    )
    expect(shop.boughtTogether(asking(['pot']), {only: asking(['cup', 'saw'])})).toEqual(
      shop.boughtTogether(['pot'], {only: ['cup', 'saw']}),
    )
    const before = shop.suggest({customer: 'Bob', items: ['glue']})
    expect(() => shop.suggest({customer: 'Ann', items: [{item: 'tea', weight: Number.NaN}, 'saw']})).toThrow(RangeError)
    const sly = [
      'tea',
      {
        weight: 1,
        get item() {
          return shop.suggest({items: ['saw']})[0].item
        },
      },
    ]
    expect(() => shop.suggest({items: sly})).toThrow('may not be asked from within')
    expect(shop.suggest({customer: 'Bob', items: ['glue']})).toEqual(before)
  })

  test('evidence can be left out', () => {
    expect(shop.alsoBought('tea', {evidence: false, limit: 1})).toEqual([
      {item: 'cup', score: shop.alsoBought('tea')[0].score, tier: 'copurchase'},
    ])
    expect(Object.keys(shop.boughtTogether(['tea'], {evidence: false})[0])).toEqual(['item', 'score', 'tier'])
    expect(Object.keys(shop.suggest({items: ['tea']}, {evidence: false})[0])).toEqual(['item', 'score', 'tier'])
  })

  test('rules act before the cut, from the stored row and beyond it', async () => {
    const narrow = await Recommender.fit(board, {neighbors: 1})
    expect(names(narrow.alsoBought('cup', {fallback: false}))).toEqual(names(shop.alsoBought('cup', {fallback: false})))
    expect(names(narrow.alsoBought('cup', {exclude: ['pot'], limit: 1}))).toEqual(['tea'])
    expect(names(narrow.boughtTogether(['cup'], {exclude: ['pot'], limit: 1}))).toEqual(['tea'])
    expect(names(narrow.alsoBought('cup', {only: ['glue', 'saw']}))).toEqual(['glue', 'saw'])
    expect(narrow.alsoBought('cup', {only: []})).toEqual([])
    expect(narrow.alsoBought('cup', {only: ['cup', 'unknown']})).toEqual([])
  })

  test('what is asked may come in any iterable, once', () => {
    const once = function* () {
      yield 'tea'
      yield 'pot'
    }
    expect(shop.boughtTogether(once())).toEqual(shop.boughtTogether(['tea', 'pot']))
    expect(shop.alsoBought('cup', {only: once()})).toEqual(shop.alsoBought('cup', {only: new Set(['tea', 'pot'])}))
    expect(shop.suggest({items: once()})).toEqual(shop.suggest({items: ['tea', 'pot']}))
    expect(shop.suggest({customer: 'Ann'}, {repeat: 'only', only: once()})).toEqual(
      shop.suggest({customer: 'Ann'}, {repeat: 'only', only: ['tea', 'pot']}),
    )
  })

  test('a till without customers answers all but what needs them', async () => {
    const till = await Recommender.fit(board.map(({item, order}) => ({item, order})))
    expect(names(till.alsoBought('tea', {limit: 1}))).toEqual(['cup'])
    expect(names(till.suggest({items: ['tea']}, {limit: 1}))).toEqual(['cup'])
    expect(till.suggest({customer: 'Ann'}, {limit: 1})).toMatchObject([{tier: 'popular'}])
    expect(till.report.customers).toBe(0)
  })
})

describe('what cannot be asked', async () => {
  const shop = await Recommender.fit(board)
  const queries: [string, (rules: unknown) => unknown][] = [
    ['alsoBought', (rules) => shop.alsoBought('tea', rules as Rules)],
    ['boughtTogether', (rules) => shop.boughtTogether(['tea'], rules as Rules)],
    ['suggest', (rules) => shop.suggest({items: ['tea']}, rules as Rules)],
  ]
  const rules: [unknown, RegExp][] = [
    [{limit: 0}, /limit must be a whole number from 1 up, got 0$/],
    [{limit: -1}, /limit must be a whole number from 1 up, got -1$/],
    [{limit: 1.5}, /limit must be a whole number from 1 up, got 1.5$/],
    [{limit: Number.NaN}, /limit must be a whole number from 1 up, got NaN$/],
    [{limit: Number.POSITIVE_INFINITY}, /limit must be a whole number from 1 up, got Infinity$/],
    [{limit: '5'}, /limit must be a whole number from 1 up, got "5"$/],
    [{limit: null}, /limit must be a whole number from 1 up, got null$/],
    [{limt: 5}, /unknown option "limt"; valid are limit, exclude, only, where, boost, maxPer, fallback, evidence/],
    [{exclude: 'tea'}, /exclude must be a list of ids, got "tea"$/],
    [{exclude: 5}, /exclude must be a list of ids, got 5$/],
    [{exclude: [{}]}, /an id must be a text or a number, got an object$/],
    [{only: null}, /only must be a list of ids, got null$/],
    [{only: {}}, /only must be a list of ids, got an object$/],
    [{only: [null]}, /an id must be a text or a number, got null$/],
    [{fallback: 'no'}, /fallback must be true or false, got "no"$/],
    [{evidence: 1}, /evidence must be true or false, got 1$/],
    [5, /options must be an object, got 5$/],
    [null, /options must be an object, got null$/],
  ]
  test.each(queries.flatMap(([name, ask]) => rules.map(([given, message]) => [name, given, message, ask] as const)))(
    '%s with %o: %s',
    (name, given, message, ask) => {
      const before = shop.alsoBought('tea')
      expect(() => ask(given)).toThrow(message)
      expect(() => ask(given)).toThrow(new RegExp(`^${name}: `))
      expect(shop.alsoBought('tea')).toEqual(before)
    },
  )

  test.each<[() => unknown, RegExp]>([
    [
      () => shop.alsoBought('tea', {scope: 'customer'}),
      /scope "customer" was not fitted, only order; name it in the scopes/,
    ],
    [() => shop.alsoBought('tea', {scope: 'basket' as 'order'}), /alsoBought: scope "basket"/],
    [() => shop.alsoBought(null as never), /alsoBought: an id must be a text or a number, got null/],
    [() => shop.alsoBought(undefined as never), /an id must be a text or a number, got undefined/],
    [() => shop.alsoBought({} as never), /an id must be a text or a number, got an object/],
    [() => shop.boughtTogether('tea'), /boughtTogether: expected a list of ids, got "tea"/],
    [() => shop.boughtTogether(null as never), /boughtTogether: expected a list of ids, got null/],
    [
      () => shop.boughtTogether([undefined as never]),
      /boughtTogether: an id must be a text or a number, got undefined/,
    ],
    [() => shop.boughtTogether(['tea'], {scope: 'order'} as Rules), /unknown option "scope"/],
    [() => shop.suggest('Ann' as never), /suggest: expected \{customer\} or \{items\}, got "Ann"/],
    [() => shop.suggest(null as never), /suggest: expected \{customer\} or \{items\}, got null/],
    [() => shop.suggest({user: 'Ann'} as never), /suggest: unknown option "user"; valid are customer, items/],
    [() => shop.suggest({items: 'tea'}), /suggest: items must be a list of ids, got "tea"/],
    [() => shop.suggest({items: 5 as never}), /suggest: items must be a list of ids, got 5/],
    [() => shop.suggest({items: [null as never]}), /suggest: an id must be a text or a number, got null/],
    [() => shop.suggest({customer: {} as never}), /suggest: an id must be a text or a number, got an object/],
    [() => shop.suggest({items: [{item: 'tea', weight: -1}]}), /weight of an item must be a number from 0 up, got -1/],
    [() => shop.suggest({items: [{item: 'tea', weight: Number.NaN}]}), /must be a number from 0 up, got NaN/],
    [() => shop.suggest({items: [{item: 'tea', weight: Number.POSITIVE_INFINITY}]}), /from 0 up, got Infinity/],
    [() => shop.suggest({items: [{item: 'tea', weight: '2' as never}]}), /must be a number from 0 up, got "2"/],
    [() => shop.suggest({items: [{item: 'tea', weight: null as never}]}), /must be a number from 0 up, got null/],
    [
      () => shop.suggest({customer: 'Ann'}, {repeat: 'no' as 'only'}),
      /unknown repeat "no"; valid are exclude, include, only/,
    ],
    [() => shop.suggest({customer: 'Ann'}, {repeat: 'only', only: [{} as never]}), /an id must be a text or a number/],
  ])('%s: %s', (ask, message) => {
    expect(ask).toThrow(message)
  })

  test('a rule of undefined is its default', () => {
    const nothing = {limit: undefined, exclude: undefined, only: undefined, fallback: undefined, evidence: undefined}
    expect(shop.alsoBought('tea', {...nothing, scope: undefined})).toEqual(shop.alsoBought('tea'))
    expect(shop.suggest({customer: 'Ann'}, {...nothing, repeat: undefined})).toEqual(shop.suggest({customer: 'Ann'}))
  })
})

describe('every query, under any rules', () => {
  test('gives exactly what qualifies, once, best first, and the same when asked again', async () => {
    await fc.assert(
      fc.asyncProperty(
        linesArbitrary,
        optionsArbitrary,
        fc.array(fc.tuple(rulesArbitrary, ids, whoArbitrary), {minLength: 1, maxLength: 4}),
        async (lines, options, questions) => {
          const shop = await Recommender.fit(lines, options)
          const bought = new Set(shop.items.ids)
          for (const [rules, asked, who] of questions) {
            const session = Array.from(who.items ?? [], (entry) => (typeof entry === 'object' ? entry.item : entry))
            const ownerOf = new Map(
              lines.flatMap(({order, customer}) => (order && customer ? [[order, customer]] : [])),
            )
            const isIgnored = (quantity: unknown) => options.returns === 'ignore' && Number(quantity) < 0
            // A line of quantity 0 is skipped.
            const away = lines
              .filter(({order, customer}) => who.customer === (order ? ownerOf.get(order) : customer))
              .filter(({weight, quantity}) => weight === 0 && Number(quantity ?? 1) !== 0 && !isIgnored(quantity))
              .map(({item}) => item)
            const answers = [
              {barred: ['a'], ask: () => shop.alsoBought('a', rules)},
              {barred: asked, ask: () => shop.boughtTogether(asked, rules)},
              {
                barred: [...session, ...(who.customer === undefined ? [] : away)],
                ask: () => shop.suggest(who, {...rules, repeat: 'include'}),
              },
            ]
            for (const {barred, ask} of answers) {
              const answer = ask()
              const forbidden = new Set([...barred, ...(rules.exclude ?? [])].map(String))
              const only = rules.only && new Set(Array.from(rules.only, String))
              const eligible = [...bought].filter((item) => !forbidden.has(item) && (!only || only.has(item)))
              const limit = rules.limit ?? 10
              if (rules.fallback === false) expect(answer.length).toBeLessThanOrEqual(Math.min(limit, eligible.length))
              else expect(answer.length).toBe(Math.min(limit, eligible.length))
              expect(new Set(names(answer)).size).toBe(answer.length)
              for (const {item} of answer) expect(eligible).toContain(item)
              expect(answer.filter(({score, tier}) => !(score >= 0) || (score === 0 && tier !== 'popular'))).toEqual([])
              expect(ask()).toEqual(answer)
            }
            const row = shop.alsoBought('a', rules).map(({score}) => score)
            expect(row).toEqual(row.toSorted((x, y) => y - x))
          }
        },
      ),
      {numRuns: 150},
    )
  })

  test('brings nothing that stands in no basket, not even back to the customer who bought it', async () => {
    const lines = [
      ...['a', 'b', 'c'].map((item) => ({item, order: 1, customer: 'Ann'})),
      {item: 'a', order: 2, customer: 'Bob'},
      {item: 'a', order: 3, customer: 'Bob'},
    ]
    const shop = await Recommender.fit(lines, {maxBasket: 2})
    expect(shop.items.ids.length).toBe(2)
    const answer = names(shop.suggest({customer: 'Ann'}, {repeat: 'include'}))
    expect(answer.filter((item) => !shop.has(item))).toEqual([])
  })

  test('shows no pair of one customer alone, and none too rare', async () => {
    await fc.assert(
      fc.asyncProperty(
        linesArbitrary,
        fc.constantFrom(2, 3),
        fc.constantFrom(1, 2, 50),
        async (lines, m, neighbors) => {
          const shop = await Recommender.fit(lines, {minTogether: m, neighbors, returns: 'ignore'})
          const orders = new Map<string, {items: Set<string>; owner: string}>()
          const ownerOf = new Map(lines.flatMap(({order, customer}) => (order && customer ? [[order, customer]] : [])))
          for (const {item, order, customer, at, quantity = 1, weight} of lines) {
            if (Number(quantity) <= 0 || weight === 0) continue
            const key = order ? `order ${order}` : `of ${customer} at ${at}`
            const owner = String((order ? ownerOf.get(order) : customer) ?? key)
            const made = orders.get(key) ?? {items: new Set(), owner}
            orders.set(key, made)
            made.items.add(String(item))
          }
          const shared = (a: string, b: string) =>
            [...orders.values()].filter(({items}) => items.has(a) && items.has(b))
          for (const a of shop.items.ids) {
            const mayLeave = (x: string, y: string) =>
              shared(x, y).length >= m && new Set(shared(x, y).map(({owner}) => owner)).size > 1
            for (const {item, tier, together} of shop.alsoBought(a, {limit: 20, fallback: false})) {
              if (tier === 'related') {
                expect(together).toBeUndefined()
                expect(mayLeave(a, item)).toBe(false)
                // Each step that leads there may leave.
                expect(shop.items.ids.some((between) => mayLeave(a, between) && mayLeave(between, item))).toBe(true)
              } else {
                expect(shared(a, item).length).toBe(together)
                expect(mayLeave(a, item)).toBe(true)
              }
            }
            for (const {item, because = []} of shop.boughtTogether([a, shop.items.ids[0]], {
              limit: 20,
              fallback: false,
            })) {
              expect(because.length).toBeGreaterThan(0)
              for (const reason of because) {
                expect(shared(reason.item, item).length).toBe(reason.together)
                expect(reason.together).toBeGreaterThanOrEqual(m)
                expect(new Set(shared(reason.item, item).map(({owner}) => owner)).size).toBeGreaterThan(1)
              }
            }
          }
        },
      ),
      {numRuns: 100},
    )
  })
})

/** LLR is a root of a difference of large sums: near independence its error is of the size of the root of 1e-12. */
const slackOf = (measure: string | undefined) => (measure === 'llr' ? 1e-5 : measure === 'chance' ? 1e-12 : 0)

describe('the naive twin agrees, on random shops', () => {
  const property = (
    check: (shop: Recommender, twin: ReturnType<typeof naiveShop>, rules: Rules, slack: number) => void,
    numRuns: number,
  ) =>
    fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, rulesArbitrary, async (lines, options, rules) => {
        const shop = await Recommender.fit(lines, options)
        check(shop, naiveShop(lines, options), rules, slackOf(options.measure))
      }),
      {numRuns},
    )

  test('on the report and on what sells', async () => {
    await property((shop, twin) => {
      const {bytes, seconds, columns, suspects, learned, ...report} = shop.report
      expect(report).toEqual(twin.report)
      expect(learned).toEqual({together: 0, next: 0})
      expect(shop.items.ids).toEqual(twin.items)
    }, 200)
  })

  test('on alsoBought', async () => {
    await property((shop, twin, rules, slack) => {
      for (const item of itemIds) {
        for (const scope of [undefined, ...twin.scopes]) {
          const ranking = twin.alsoBought(item, {...rules, scope})
          expectRanking(shop.alsoBought(item, {...rules, scope}), ranking, rules.limit ?? 10, slack)
        }
      }
    }, 200)
  })

  test('on boughtTogether', async () => {
    await fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, rulesArbitrary, ids, async (lines, options, rules, asked) => {
        const shop = await Recommender.fit(lines, options)
        expectRanking(
          shop.boughtTogether(asked, rules),
          naiveShop(lines, options).boughtTogether(asked, rules),
          rules.limit ?? 10,
        )
      }),
      {numRuns: runs},
    )
  })

  test.each(['exclude', 'include', 'only'] as const)('on suggest, repeat %s', async (repeat) => {
    await fc.assert(
      fc.asyncProperty(
        linesArbitrary,
        optionsArbitrary,
        rulesArbitrary,
        fc.array(whoArbitrary, {minLength: 1, maxLength: 4}),
        async (lines, options, rules, askers) => {
          const shop = await Recommender.fit(lines, options)
          const twin = naiveShop(lines, options)
          for (const who of askers) {
            const ranking = twin.suggest(who, {...rules, repeat})
            expectRanking(shop.suggest(who, {...rules, repeat}), ranking, rules.limit ?? 10)
          }
        },
      ),
      {numRuns: runs},
    )
  })
})

test('nobody in particular gets what sells well', async () => {
  const shop = await Recommender.fit(board)
  const shopper = shop.suggest({customer: undefined})
  expect(shopper.map(({tier}) => tier)).toEqual(shopper.map(() => 'popular'))
  expect(shop.suggest({})).toEqual(shopper)
})

test('joint answers do not depend on the measure', async () => {
  const lines = [1, 2].flatMap((order) => ['x', 'y'].map((item) => ({item, order, customer: `c${order}`})))
  lines.push({item: 'z', order: 3, customer: 'c3'})
  const ask = async (measure: 'weighted' | 'bm25' | 'rp3beta') =>
    (await Recommender.fit(lines, {measure})).boughtTogether(['x'], {fallback: false})
  expect(await ask('bm25')).toEqual(await ask('weighted'))
  expect(await ask('rp3beta')).toEqual(await ask('weighted'))
  expect(await ask('bm25')).toHaveLength(1)
})
