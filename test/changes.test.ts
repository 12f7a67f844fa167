import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {FitOptions} from '../src/index.ts'
import {type ChangedModel, hasNow as hasChanged} from '../src/model/changed-rows.ts'
import {fitModel} from '../src/model/fit.ts'
import {LiveModel} from '../src/model/live.ts'
import type {Model} from '../src/model/model.ts'
import type {Log} from '../src/orders/log.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import {alsoBought} from '../src/queries/also-bought.ts'
import {boughtTogether} from '../src/queries/bought-together.ts'
import {buyAgain} from '../src/queries/buy-again.ts'
import {explain} from '../src/queries/explain.ts'
import {suggest} from '../src/queries/suggest.ts'
import {Recommender} from '../src/recommender.ts'
import {NaiveOrders, stepArbitrary, take} from './random-changes.ts'
import {itemIds, linesArbitrary, optionsArbitrary} from './random-shops.ts'

/** All that a model holds as plain data, for comparing. */
function bytesOf({log, fates, scopes, popular, sales, histories, substitutes, report, settings}: Model) {
  const {seconds, ...told} = report
  const counted = [...scopes].map(([scope, {alsoBought, together, ...rest}]) => ({
    scope,
    ...rest,
    alsoBought: {baskets: alsoBought.baskets, table: alsoBought.table},
    together: {baskets: together.baskets, table: together.table},
  }))
  const {orders, items, customers, ...lines} = log
  const texts = (ids: Log['orders']) => Array.from({length: ids.length}, (_, i) => String(ids.at(i)))
  // biome-ignore lint/suspicious/noExplicitAny: any data
  const plain = (part: unknown): any => {
    if (ArrayBuffer.isView(part)) return [part.constructor.name, ...(part as Int32Array)]
    if (Array.isArray(part)) return part.map(plain)
    if (typeof part !== 'object' || part === null || part instanceof Date) return part
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, plain(value)]))
  }
  return plain({
    orders: orders.constructor.name,
    ids: [orders, items, customers].map(texts),
    lines,
    fates,
    counted,
    popular,
    sales,
    histories,
    substitutes,
    told,
    settings,
  })
}

const runs = Number(process.env.RUNS ?? 100)
/** So many with learned weights, which take longer. */
const learnedRuns = Math.ceil(runs / 25)

const hasNow = (model: Model, item: string): boolean =>
  model.changes
    ? hasChanged(model as ChangedModel, model.changes.itemOf(item))
    : [...model.scopes.values()].some(({marginals}) => marginals.support[model.itemOf(item)] > 0)

test.each<[string, FitOptions['learn'], number]>([
  ['counted', false, runs],
  ['learned', {items: 50}, learnedRuns],
])(
  'after changes and a refresh a %s shop is what a fit of what is left would make, to the byte',
  async (_, learn, n) => {
    await fc.assert(
      fc.asyncProperty(
        linesArbitrary,
        fc.array(stepArbitrary, {minLength: 1, maxLength: 8}),
        optionsArbitrary,
        async (lines, steps, given) => {
          const options = {...given, learn}
          const naive = new NaiveOrders()
          naive.add(lines, false)
          const shop = new LiveModel(await fitModel(naive.lines, options))
          for (const step of steps) await take(step, shop, naive)
          await shop.refresh()
          const {scopes} = shop.model.settings
          const fresh = await fitModel(naive.lines, {...options, scopes: scopes as ['order']})
          expect(bytesOf(shop.model)).toEqual(bytesOf(fresh))
        },
      ),
      {numRuns: n},
    )
  },
)

/** Asks a model as a shop would. */
const asked = (model: Model) => ({
  pairs: (item: string, scope: 'order' | 'customer') =>
    Object.fromEntries(
      alsoBought(model, item, {limit: 50, scope, fallback: false})
        .filter(({tier}) => tier === 'copurchase')
        .map(({item: other, together}) => [other, together]),
    ),
  meets: (item: string, other: string, scope: 'order' | 'customer') => {
    const told = explain(model, item, other, {scope})
    if (told.tooFew) return undefined
    const {together, customers, last, bought} = told
    return {together, customers, last, bought}
  },
  again: (customer: string) =>
    Object.fromEntries(buyAgain(model, customer, {limit: 50}).map(({item, orders, last}) => [item, {orders, last}])),
})

test('before a refresh, answers tell of pairs and of customers what a fit of what is left would', async () => {
  await fc.assert(
    fc.asyncProperty(
      linesArbitrary,
      fc.array(stepArbitrary, {minLength: 1, maxLength: 6}),
      optionsArbitrary,
      async (lines, steps, options) => {
        const naive = new NaiveOrders()
        naive.add(lines, false)
        const shop = new LiveModel(await fitModel(naive.lines, options))
        for (const step of steps) await take(step, shop, naive)
        const {model} = shop
        const scopes = model.settings.scopes as ['order']
        const fresh = await fitModel(naive.lines, {...options, scopes})
        const [now, then] = [asked(model), asked(fresh)]
        for (const scope of scopes) {
          for (const item of itemIds) {
            if (options.measure === undefined || options.measure === 'weighted' || options.measure === 'count') {
              expect(now.pairs(item, scope)).toEqual(then.pairs(item, scope))
            }
            for (const other of itemIds) {
              if (item === other) continue
              const [here, there] = [now.meets(item, other, scope), then.meets(item, other, scope)]
              if (here && there) here.bought = there.bought
              expect(here).toEqual(there)
            }
          }
        }
        const mayMeet = (item: string, other: string) => then.meets(item, other, scopes[0]) !== undefined
        for (const item of itemIds) {
          expect(hasNow(model, item)).toBe(hasNow(fresh, item))
          for (const {item: other, tier} of boughtTogether(model, [item], {limit: 50, fallback: false})) {
            if (tier === 'copurchase') expect(mayMeet(item, other)).toBe(true)
          }
        }
        for (const customer of ['c0', 'c1', 'c2', 'c3', 'c4', 'nobody']) {
          const past = then.again(customer)
          // What nobody had bought comes with the refresh, and what stands in no basket any more goes with it.
          const both = (again: object) =>
            Object.fromEntries(Object.entries(again).filter(([item]) => model.itemOf(item) >= 0 && hasNow(fresh, item)))
          expect(both(now.again(customer))).toEqual(both(past))
          for (const {item} of suggest(model, {customer}, {limit: 50})) expect(Object.hasOwn(past, item)).toBe(false)
        }
      },
    ),
    {numRuns: runs},
  )
})

const shopOf = (lines: readonly OrderLine[], options: FitOptions = {}) =>
  Recommender.fit(lines, {learn: false, ...options})

/** Two customers buy tea and milk, a third buys bread. */
const few: OrderLine[] = [
  {item: 'tea', order: 1, customer: 'A', at: 1000},
  {item: 'milk', order: 1, customer: 'A', at: 1000},
  {item: 'tea', order: 2, customer: 'B', at: 2000},
  {item: 'milk', order: 2, customer: 'B', at: 2000},
  {item: 'bread', order: 3, customer: 'C', at: 3000},
]
const together = (shop: Recommender, item: string) =>
  Object.fromEntries(shop.alsoBought(item, {fallback: false}).map((neighbor) => [neighbor.item, neighbor.together]))

describe('add', () => {
  test('ignores a line that is there already, and keeps one that comes twice in a call', async () => {
    const shop = await shopOf(few)
    const none = {orders: 0, added: 0, removed: 0, skipped: {}}
    expect(await shop.add(few)).toEqual({...none, read: 5, ignored: 5})
    expect(shop.stale).toEqual({orders: 0, items: 0, share: 0})
    expect(await shop.add([few[0], few[0], few[0]])).toEqual({...none, orders: 1, read: 3, added: 2, ignored: 1})
    await shop.refresh()
    expect(shop.report.lines.read).toBe(7)
  })

  test('replaces whole orders, of those without an id the one of their customer at their time', async () => {
    const shop = await shopOf([...few, {item: 'jam', customer: 'D', at: 5}, {item: 'jam', customer: 'D', at: 6}])
    const lines = [
      {item: 'milk', order: 1, customer: 'A', at: 1000},
      {item: 'tea', customer: 'D', at: 5},
    ]
    const {orders, added, ignored, removed} = await shop.add(lines, {replace: true})
    expect({orders, added, ignored, removed}).toEqual({orders: 2, added: 1, ignored: 1, removed: 2})
    expect(together(shop, 'tea')).toEqual({})
    await shop.refresh()
    expect(
      shop
        .buyAgain('D')
        .map(({item}) => item)
        .sort(),
    ).toEqual(['jam', 'tea'])
    expect(shop.buyAgain('A').map(({item}) => item)).toEqual(['milk'])
  })

  test('knows at once what was never sold, and what a customer has just bought', async () => {
    const shop = await shopOf(few)
    const newLines = ['A', 'C', 'E'].flatMap((customer, i) => [
      {item: 'scone', order: 10 + i, customer, at: 9000},
      {item: 'tea', order: 10 + i, customer, at: 9000},
    ])
    await shop.add(newLines)
    expect([shop.has('scone'), shop.items.ids.includes('scone'), shop.watermark]).toEqual([true, true, new Date(9000)])
    expect(together(shop, 'scone')).toEqual({tea: 3})
    expect(together(shop, 'tea')).toEqual({scone: 3, milk: 2})
    const suggested = shop.suggest({customer: 'C'}).map(({item}) => item)
    expect(suggested).toEqual(['milk'])
    expect(
      shop
        .buyAgain('C')
        .map(({item}) => item)
        .sort(),
    ).toEqual(['bread', 'tea'])
    expect(shop.suggest({customer: 'E'}).map(({item}) => item)).toEqual(['milk', 'bread'])
    expect(shop.stale).toEqual({orders: 3, items: 2, share: 1})
    expect(shop.explain('tea', 'scone')).toMatchObject({
      bought: [5, 3],
      together: 3,
      customers: 3,
      last: new Date(9000),
    })
  })

  test('changes nothing where any line is bad, and says which', async () => {
    const shop = await shopOf(few)
    const before = [together(shop, 'tea'), shop.items.ids]
    const bad: [OrderLine, string][] = [
      [{item: '', order: 4}, 'add, line 2: item is missing'],
      [{item: 'tea', order: 2, customer: 'A'}, 'add, line 2: order "2" has two customers, "B" and "A"'],
    ]
    for (const [line, message] of bad) {
      await expect(shop.add([{item: 'tea', order: 9}, line])).rejects.toThrow(message)
    }
    expect([together(shop, 'tea'), shop.items.ids, shop.stale.orders]).toEqual([...before, 0])
    const done = await shop.add([{item: 'tea', order: 9}, ...bad.map(([line]) => line)], {onBadRow: 'skip'})
    expect(done).toMatchObject({read: 3, added: 1, skipped: {'bad row': 1, 'two customers': 1}})
  })

  test('takes rows, async sources and columns as fit does', async () => {
    const shop = await shopOf(few)
    async function* rows() {
      yield {sku: 'tea', ord: 7}
      yield {sku: 'bread', ord: 7}
    }
    await shop.add(rows(), {columns: {item: 'sku', order: 'ord'}})
    await shop.add({item: ['tea', 'bread'], order: [8, 8]})
    expect(together(shop, 'bread')).toEqual({tea: 2})
  })

  test('leaves all as it was when it aborts', async () => {
    const shop = await shopOf(few)
    const controller = new AbortController()
    async function* rows() {
      yield few[0]
      controller.abort(new Error('enough'))
      yield {item: 'bread', order: 1}
    }
    await expect(shop.add(rows(), {signal: controller.signal})).rejects.toThrow('enough')
    expect(shop.stale.orders).toBe(0)
  })
})

describe('remove', () => {
  test('forgets an order or a customer, and says how much', async () => {
    const shop = await shopOf(few)
    expect(await shop.remove({order: 'unknown'})).toEqual({orders: 0, lines: 0})
    expect(await shop.remove({customer: 'unknown'})).toEqual({orders: 0, lines: 0})
    expect(await shop.remove({customer: 'B'})).toEqual({orders: 1, lines: 2})
    expect(await shop.remove({customer: 'B'})).toEqual({orders: 0, lines: 0})
    expect([together(shop, 'tea'), shop.buyAgain('B')]).toEqual([{}, []])
    expect(shop.explain('tea', 'milk').tooFew).toBe(true)
    expect(await shop.remove({order: 3n})).toEqual({orders: 1, lines: 1})
    expect(shop.has('bread')).toBe(false)
    await shop.refresh()
    expect([shop.items.ids, shop.report.customers]).toEqual([['milk', 'tea'], 1])
  })

  test('leaves nothing in any answer that only one customer bought', async () => {
    const lines = ['A', 'B'].flatMap((customer) =>
      [1, 2].flatMap((visit) => [
        {item: `x${visit}`, order: `${customer}${visit}`, customer, at: visit},
        {item: `y${visit}`, order: `${customer}${visit}`, customer, at: visit},
      ]),
    )
    const shop = await shopOf([...lines, {item: 'x1', order: 'C1', customer: 'C'}, {item: 'z', order: 'D1'}])
    const told = () => [
      shop.boughtTogether(['x1'], {fallback: false}).map(({item}) => item),
      shop.suggest({customer: 'C'}, {fallback: false}).map(({item}) => item),
      shop.alsoBought('x1', {after: true, fallback: false}).map(({item}) => item),
    ]
    expect(told().map((list) => list.length > 0)).toEqual([true, true, true])
    await shop.remove({customer: 'B'})
    expect(told()).toEqual([[], [], []])
  })

  test.each<[string, (shop: Recommender) => unknown]>([
    ['first', (shop) => shop.remove({order: 'A1'})],
    ['then', (shop) => shop.remove({order: 'A2'})],
    ['then, by another order in its place', (shop) => shop.add([{item: 'z', order: 'A2', at: 2}], {replace: true})],
  ])(
    'tells no more what led to what once only one customer is left, of whom what came %s is gone',
    async (_, change) => {
      const lines = ['A', 'B'].flatMap((customer) => [
        {item: 'x', order: `${customer}1`, customer, at: 1},
        {item: 'y', order: `${customer}2`, customer, at: 2},
      ])
      const shop = await shopOf([...lines, {item: 'x', order: 'C1', customer: 'C', at: 3}])
      const told = () => shop.suggest({customer: 'C'}, {fallback: false}).map(({item}) => item)
      expect(told()).toEqual(['y'])
      await change(shop)
      expect(told()).toEqual([])
    },
  )

  test('lets count again what a return had cancelled', async () => {
    const shop = await shopOf([
      ...few,
      {item: 'bread', order: 1, customer: 'A', at: 1000},
      {item: 'bread', order: 2, customer: 'B', at: 2000},
      {item: 'bread', order: 4, customer: 'B', at: 4000, quantity: -1},
    ])
    expect(together(shop, 'bread')).toEqual({})
    await shop.remove({order: 4})
    expect(together(shop, 'bread')).toEqual({tea: 2, milk: 2})
    await shop.add([{item: 'milk', order: 5, customer: 'A', at: 5000, quantity: -1}])
    expect(together(shop, 'bread')).toEqual({tea: 2})
    expect(together(shop, 'tea')).toEqual({bread: 2})
  })
})

describe('refresh', () => {
  test('keeps what arrives meanwhile for the next one', async () => {
    const shop = await shopOf(few)
    await shop.add([{item: 'bread', order: 1, customer: 'A', at: 1000}])
    const steps: unknown[] = []
    const refreshing = shop.refresh({onProgress: () => steps.push(together(shop, 'tea'))})
    await Promise.all([
      shop.add([{item: 'bread', order: 2, customer: 'B', at: 2000}]),
      shop.remove({order: 3}),
      refreshing,
    ])
    expect([shop.stale.orders, shop.report.lines.read]).toEqual([2, 6])
    expect(together(shop, 'bread')).toEqual({tea: 2, milk: 2})
    await shop.refresh()
    expect([shop.stale.orders, shop.report.lines.read]).toEqual([0, 6])
    expect(together(shop, 'bread')).toEqual({tea: 2, milk: 2})
  })

  test('leaves all as it was when it aborts', async () => {
    const shop = await shopOf(few)
    await shop.add([{item: 'bread', order: 1, customer: 'A', at: 1000}])
    const controller = new AbortController()
    const refreshing = shop.refresh({signal: controller.signal})
    controller.abort(new Error('enough'))
    await shop.add([{item: 'bread', order: 2, customer: 'B', at: 2000}])
    await expect(refreshing).rejects.toThrow('enough')
    expect([shop.stale.orders, together(shop, 'bread')]).toEqual([2, {tea: 2, milk: 2}])
    await shop.refresh()
    expect([shop.stale.orders, together(shop, 'bread')]).toEqual([0, {tea: 2, milk: 2}])
  })

  test('leaves the catalogue and prepared sets in force', async () => {
    const shop = await shopOf(few, {items: [{id: 'tea', title: 'Tea'}, {id: 'cake'}]})
    const {items} = shop
    const drinks = shop.set(['tea', 'aloe', 'cake'])
    const asked = () => shop.popular({only: drinks}).map(({item}) => item)
    expect(asked()).toEqual(['tea', 'cake'])
    await shop.add([{item: 'aloe', order: 9, customer: 'C'}])
    expect(asked().sort()).toEqual(['aloe', 'cake', 'tea'])
    await shop.refresh()
    expect(asked()).toEqual(['tea', 'aloe', 'cake'])
    expect([shop.items, items.get('tea')?.title]).toEqual([items, 'Tea'])
    items.patch([{id: 'aloe', title: 'Aloe'}])
    expect(shop.items.get('aloe')?.title).toBe('Aloe')
  })

  test('keeps orders that are whole numbers in their sequence', async () => {
    const columns = (orders: number[]) => ({
      item: orders.flatMap(() => ['tea', 'milk']),
      order: Int32Array.from(orders.flatMap((order) => [order, order])),
      customer: orders.flatMap((order) => [order % 2, order % 2]),
      at: orders.flatMap((order) => [1000 * order, 1000 * order]),
    })
    const shopWith = (orders: number[]) => Recommender.fit(columns(orders), {learn: false})
    const shop = await shopWith([1, 2, 5, 6, 9])
    await shop.add(columns([3, 4, 7, 8, 10]))
    await shop.refresh()
    expect(shop.version).toBe((await shopWith([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).version)
  })

  test('does nothing where nothing has changed', async () => {
    const shop = await shopOf([...few, {...few[0], quantity: 0}])
    await shop.refresh()
    expect(shop.report.lines.skipped).toEqual({'zero quantity': 1})
  })
})

test('a change asked for by a rule waits until the question is answered', async () => {
  const shop = await shopOf(few)
  await shop.add([few[0], {item: 'jam', order: 1, customer: 'A', at: 1000}])
  const changes: Promise<unknown>[] = []
  const where = () => {
    changes.push(shop.remove({customer: 'B'}))
    return true
  }
  expect(shop.alsoBought('tea', {where, fallback: false}).map(({item}) => item)).toEqual(['milk'])
  await Promise.all(changes)
  expect(together(shop, 'tea')).toEqual({})
})

test.each<[(shop: Recommender) => Promise<unknown>, string]>([
  [(shop) => shop.add(5 as never), 'add: expected readOrders(…), lines, rows or columns, got 5'],
  [(shop) => shop.add([], {replaces: true} as never), 'add: unknown option "replaces"; valid are replace, columns'],
  [(shop) => shop.add([], {replace: 1} as never), 'add: replace must be true or false, got 1'],
  [(shop) => shop.add([], {onBadRow: 'x'} as never), 'add: unknown onBadRow "x"; valid are throw, skip'],
  [(shop) => shop.remove({} as never), 'remove: expected either {order} or {customer}, with an id'],
  [(shop) => shop.remove({order: 1, customer: 2} as never), 'remove: expected either {order} or {customer}'],
  [(shop) => shop.remove(undefined as never), 'remove: expected {order} or {customer}, got undefined'],
  [(shop) => shop.remove({order: {}} as never), 'remove: an id must be a text or a number, got an object'],
  [(shop) => shop.remove({orders: 1} as never), 'remove: unknown option "orders"; valid are order, customer'],
  [(shop) => shop.refresh({signal: 1} as never), 'refresh: signal must be an AbortSignal, got 1'],
])('wrong arguments are refused: %s', async (call, message) => {
  const shop = await shopOf(few)
  await expect(call(shop)).rejects.toThrow(message)
})

test('what was loaded is not kept in memory once all is counted anew: a forgotten customer is gone', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const lines = ['Ann', 'Bob', 'Fritz'].flatMap((customer) => [
    {order: customer, customer, item: 'a'},
    {order: customer, customer, item: 'b'},
  ])
  const fitted = await Recommender.fit(lines, {learn: false})
  const open = () => {
    const bytes = fitted.toBytes()
    return {shop: Recommender.fromBytes(bytes), memory: new WeakRef(bytes.buffer)}
  }
  const {shop, memory} = open()
  await shop.remove({customer: 'Fritz'})
  await shop.refresh()
  for (let turn = 0; turn < 20 && memory.deref(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    collectGarbage()
  }
  expect(memory.deref() === undefined).toBe(true)
  expect(shop.version).not.toBe(fitted.version)
})
