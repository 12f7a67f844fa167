import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {pairedIntervals} from '../src/evaluate/bootstrap.ts'
import {itemsOf, splitLastOrders, splitOrders} from '../src/evaluate/split.ts'
import {type EvaluateProgress, type Evaluation, evaluate, type OrderLine, Recommender} from '../src/index.ts'
import {finish} from '../src/matrix/steps.ts'
import {readLog} from '../src/model/fit.ts'
import {Pace} from '../src/model/pace.ts'
import {hashId} from '../src/orders/ids.ts'
import type {Log} from '../src/orders/log.ts'
import {settleReturns} from '../src/orders/returns.ts'
import {linesArbitrary} from './random-shops.ts'

describe('pairedIntervals', () => {
  const run = (values: number[][], classOf: number[], classes: number, seed = 1) =>
    finish(
      pairedIntervals(
        values.map((column) => Float64Array.from(column)),
        Uint8Array.from(classOf),
        classes,
        seed,
      ),
    )

  test('no difference to itself, a sure one where all groups differ by the same', () => {
    const first = [0.1, 0.5, 0.9, 0.2]
    const [own, other] = run([first, first.map((value) => value + 0.25)], [0, 0, 0, 0], 1)
    expect(own.at(-1)).toEqual({difference: 0, low: 0, high: 0})
    for (const value of Object.values(other[1])) expect(value).toBeCloseTo(0.25, 12)
  })

  test('is as wide as theory has it: 1.96 standard errors to either side', () => {
    // Half the groups gain 1, half lose 1: the mean is 0, its standard error 1 / 20.
    const gains = Array.from({length: 400}, (_, group) => (group % 2 === 0 ? 1 : -1))
    const [, [, {difference, low, high}]] = run(
      [gains.map(() => 0), gains],
      gains.map(() => 0),
      1,
    )
    expect(difference).toBe(0)
    expect(low).toBeCloseTo(-1.96 / 20, 1.5)
    expect(high).toBeCloseTo(1.96 / 20, 1.5)
  })

  test('by class, the last being all', () => {
    const [, intervals] = run(
      [
        [0, 0, 0],
        [1, 1, 4],
      ],
      [0, 0, 2],
      3,
    )
    expect(intervals.map(({difference}) => difference)).toEqual([1, Number.NaN, 4, 2])
  })

  test('is the same for the same seed only', () => {
    const values = [
      [0, 0, 0, 0, 0, 0],
      [1, 5, 2, 8, 3, 3],
    ]
    const classes = [0, 0, 0, 0, 0, 0]
    expect(run(values, classes, 1)).toEqual(run(values, classes, 1))
    expect(run(values, classes, 1, 2)).not.toEqual(run(values, classes, 1))
  })
})

const readIn = async (lines: readonly OrderLine[]) => (await readLog(lines, {}, new Pace(undefined, undefined))).log

describe('a split', () => {
  const lineOf = (order: number, at: number | undefined): OrderLine => ({
    item: 'tea',
    order,
    ...(at !== undefined && {at}),
  })

  test('keeps the newest fifth back, and orders of one time on one side', async () => {
    const log = await readIn(Array.from({length: 10}, (_, order) => lineOf(order, order)))
    const {train, tests, by} = finish(splitOrders(log, 1))
    expect([by, [...tests].map((order) => log.orders[order])]).toEqual(['time', [8, 9]])
    expect([...(train.orders as Int32Array)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    const tied = await readIn(Array.from({length: 10}, (_, order) => lineOf(order, Math.min(order, 6))))
    expect(finish(splitOrders(tied, 1)).tests.length).toBe(4)
  })

  test('is by chance where there are no dates, or all but one', async () => {
    for (const at of [undefined, 5]) {
      const log = await readIn(Array.from({length: 1000}, (_, order) => lineOf(order, at)))
      const {tests, by} = finish(splitOrders(log, 1))
      expect(by).toBe('random')
      expect(tests.length).toBeGreaterThan(150)
      expect(tests.length).toBeLessThan(250)
      expect([...finish(splitOrders(log, 1)).tests]).toEqual([...tests])
      expect([...finish(splitOrders(log, 2)).tests]).not.toEqual([...tests])
    }
  })

  test('no order is on both sides and none is lost, and every line is as it was, for any history', async () => {
    await fc.assert(
      fc.asyncProperty(linesArbitrary, async (lines) => {
        const log = await readIn(lines)
        const fates = finish(settleReturns(log, 'net'))
        for (const {train, tests} of [finish(splitOrders(log, 1)), finish(splitLastOrders(log, fates))]) {
          const orders = Array.from({length: log.lineOffsets.length - 1}, (_, order) => order)
          const kept = orders.filter((order) => !tests.includes(order))
          expect(train.lineOffsets.length - 1).toBe(kept.length)
          expect([train.items, train.customers]).toEqual([log.items, log.customers])
          const show = (of: Log, order: number, customer: number) => {
            const lines = Array.from({length: of.lineOffsets[order + 1] - of.lineOffsets[order]}, (_, l) => {
              const line = of.lineOffsets[order] + l
              const columns = [of.lineItems, of.quantities, of.lineTimes, of.weights, of.prices]
              return columns.map((column) => column?.[line])
            })
            return [customer, of.orders.at(order), of.times?.[order], lines]
          }
          const customerOf = (of: Log, order: number) => {
            return of.customerOrders.findLastIndex((first, c) => first <= order && c < of.customers.length)
          }
          const known = (of: Log, order: number) => order < of.customerOrders[of.customers.length]
          const whose = (of: Log, order: number) => (known(of, order) ? customerOf(of, order) : -1)
          expect(kept.map((_, o) => show(train, o, whose(train, o)))).toEqual(
            kept.map((o) => show(log, o, whose(log, o))),
          )
        }
      }),
      {numRuns: 200},
    )
  })

  test('by customer keeps the last order with anything in it back, if one before has something', async () => {
    const line = (customer: string, at: number, item: string, quantity = 1) => ({
      customer,
      at,
      item,
      quantity,
      order: `${customer}${at}`,
    })
    const log = await readIn([
      ...[line('Ann', 1, 'tea'), line('Ann', 2, 'cup'), line('Ann', 3, 'pot')],
      // All that the last order holds is a return.
      ...[line('Bob', 1, 'tea'), line('Bob', 2, 'cup'), line('Bob', 3, 'tea', -1)],
      ...[line('Cid', 1, 'tea')],
    ])
    const fates = finish(settleReturns(log, 'net'))
    const {train, tests} = finish(splitLastOrders(log, fates))
    expect([...tests].map((order) => log.orders[order])).toEqual(['Ann3'])
    expect([...(train.orders as Int32Array)]).toEqual(['Ann1', 'Ann2', 'Bob1', 'Bob2', 'Bob3', 'Cid1'])
    expect(itemsOf(log, fates, 0)).toEqual([log.items.indexOf('tea')])
  })
})

/** NDCG@10 by task and method. */
const figuresOf = ({tasks}: Evaluation) =>
  Object.fromEntries(
    tasks.map(({task, methods}) => [task, Object.fromEntries(methods.map(({method, ndcg}) => [method, ndcg]))]),
  )

describe('evaluate', () => {
  const shop = generateShop()
  const quick = {learn: false, measures: []}

  test('is what a plain reading of the protocol comes to', async () => {
    const figures = figuresOf(await evaluate(shop.lines, {...quick, returns: 'ignore'}))
    const byOrder = groupBy(shop.lines)
    const orders = [...byOrder.values()].map((lines) => {
      const at = lines.map((line) => line.at).sort()[0]
      const items = [...new Set(lines.filter(({quantity}) => quantity > 0).map(({item}) => item))]
      return {lines, at, items}
    })
    const cut = orders.map(({at}) => at).sort()[Math.floor(orders.length * 0.8)]
    const train = await Recommender.fit(
      orders.filter(({at}) => at < cut).flatMap(({lines}) => lines),
      {learn: false, returns: 'ignore'},
    )
    const gains = orders
      .filter(({at}) => at >= cut)
      .map(({items}) => items.filter((item) => train.has(item)))
      .filter(({length}) => length >= 2)
      .map((items) => {
        const asked = items.sort((a, b) => hashId(a) - hashId(b)).slice(0, 20)
        const ndcgs = asked.map((item) => {
          const dcg = (hits: boolean[]) =>
            hits.reduce((sum, hit, place) => sum + (hit ? 1 / Math.log2(place + 2) : 0), 0)
          const hits = train.alsoBought(item).map((neighbor) => items.includes(neighbor.item))
          return dcg(hits) / dcg(Array(Math.min(10, items.length - 1)).fill(true))
        })
        return ndcgs.reduce((sum, ndcg) => sum + ndcg, 0) / ndcgs.length
      })
    expect(gains.length).toBeGreaterThan(100)
    const ndcg = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
    expect(figures.alsoBought.alsobought).toBeCloseTo(ndcg, 10)
  })

  test('finds a shop with planted truths better served than by what sells or by chance', async () => {
    const {tasks, orders} = await evaluate(shop.lines, {measures: ['cosine', 'lift']})
    expect(orders).toMatchObject({by: 'time'})
    expect(orders.asked).toBeLessThanOrEqual(orders.test)
    expect(tasks.map(({task}) => task)).toEqual([
      ...['alsoBought', 'boughtTogether', 'suggest exclude', 'suggest include', 'suggest only'],
      ...['suggest exclude from one date', 'suggest include from one date', 'suggest only from one date'],
    ])
    for (const {task, groups, methods} of tasks) {
      const [ours, ...others] = methods
      expect(ours.method).toBe('alsobought')
      expect(ours.difference).toBeUndefined()
      const random = others.find(({method}) => method === 'random')
      const popular = others.find(({method}) => method === 'popular')
      expect(ours.ndcg, task).toBeGreaterThan(2 * (random?.ndcg ?? 1) * (task.includes('only') ? 0.6 : 1))
      // What is new to a customer of this shop is what sells.
      expect(popular?.difference?.low, task).toBeLessThan(task.includes('exclude') ? 0 : -0.03)
      for (const {ndcg, difference, recall, hitRate, coverage, topShare, bySize} of methods) {
        for (const share of [ndcg, recall, hitRate, coverage, topShare]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
        expect(bySize.reduce((sum, size) => sum + size.groups, 0)).toBe(groups)
        const mean = bySize.reduce((sum, size) => sum + size.groups * size.ndcg, 0) / groups
        expect(mean).toBeCloseTo(ndcg, 10)
        if (difference) {
          expect(difference.ndcg).toBeCloseTo(ndcg - ours.ndcg, 10)
          expect(difference.low).toBeLessThanOrEqual(difference.ndcg)
          expect(difference.high).toBeGreaterThanOrEqual(difference.ndcg)
        }
      }
    }
  })

  test('the measure that a model has and the same by its name are one', async () => {
    const byName = figuresOf(await evaluate(shop.lines, {...quick, measure: 'cosine', measures: ['weighted']}))
    const byDefault = figuresOf(await evaluate(shop.lines, {...quick, measures: ['cosine']}))
    expect(byName.alsoBought.alsobought).toBe(byDefault.alsoBought.cosine)
    expect(byName.alsoBought.weighted).toBe(byDefault.alsoBought.alsobought)
    expect(byName.boughtTogether.alsobought).toBe(byDefault.boughtTogether.alsobought)
  })

  test('gives the same figures for the lines in any order, others for another seed', async () => {
    const {seconds: _, ...one} = await evaluate(shop.lines, quick)
    const {seconds: __, ...other} = await evaluate(shop.lines.toReversed(), quick)
    expect(other).toEqual(one)
    const again = await evaluate(shop.lines, {...quick, seed: 2})
    expect(figuresOf(again).alsoBought.random).not.toBe(figuresOf(one as Evaluation).alsoBought.random)
    expect(figuresOf(again).alsoBought.alsobought).toBe(figuresOf(one as Evaluation).alsoBought.alsobought)
  })

  /**
   * Leaks on purpose: a secret pair stands together in the newest orders only, and each customer's last order holds a secret
   * that they share with one other. Who has seen what must be foretold finds them all, nobody else can.
   */
  test('knows nothing of what must be foretold', async () => {
    const lines: OrderLine[] = []
    const add = (order: string, customer: string, at: number, ...items: string[]) => {
      for (const item of items) lines.push({order, customer, at, item})
    }
    // Long ago everything was bought once, by itself; what sells is something else.
    for (let s = 0; s < 40; s++) {
      for (const side of ['a', 'b']) add(`old ${side}${s}`, `old ${side}${s}`, s, `secret ${side}${s}`)
      for (let p = 0; p < 4; p++)
        add(`common ${s} ${p}`, `anybody ${s} ${p}`, 100 + s, `common ${p}`, `common ${p + 1}`)
    }
    // Then, twice by different customers, the two sides of each secret.
    for (let s = 0; s < 40; s++) {
      for (const who of ['x', 'y']) {
        add(`first ${s} ${who}`, `${s} ${who}`, 200 + s, `common ${s % 4}`)
        add(`last ${s} ${who}`, `${s} ${who}`, 1000 + s, `secret a${s}`, `secret b${s}`)
      }
    }
    const figures = figuresOf(await evaluate(lines, quick))
    expect(figures.alsoBought.alsobought).toBeLessThan(0.05)
    expect(figures.boughtTogether.alsobought).toBeLessThan(0.05)
    expect(figures['suggest exclude'].alsobought).toBeLessThan(0.05)
    // With the newest orders among what is learned from, all of it is known.
    const all = await Recommender.fit(lines, {learn: false})
    expect(all.alsoBought('secret a7', {limit: 1})).toMatchObject([{item: 'secret b7'}])
  })

  test('a shop without customers or dates is asked what goes together', async () => {
    const anonymous = shop.lines.map(({item, order, quantity}) => ({item, order, quantity}))
    const {tasks, orders} = await evaluate(anonymous, quick)
    expect(tasks.map(({task}) => task)).toEqual(['alsoBought', 'boughtTogether'])
    expect(orders.by).toBe('random')
  })

  test('a shop without orders is asked what its customers buy', async () => {
    const {tasks} = await evaluate(
      shop.lines.map(({order, ...line}) => line).filter(({customer}) => customer),
      quick,
    )
    expect(tasks.length).toBe(8)
  })

  test('refuses what cannot be', async () => {
    await expect(evaluate(shop.lines, {measures: ['cosin' as 'cosine']})).rejects.toThrow(
      /^evaluate: unknown measure "cosin"; valid are weighted, count, /,
    )
    await expect(evaluate(shop.lines, {seed: 0.5})).rejects.toThrow('evaluate: seed must be a whole number, got 0.5')
    await expect(evaluate(shop.lines, {minTogether: 0})).rejects.toThrow('minTogether must be a whole number from 1 up')
    await expect(evaluate(shop.lines, {limit: 3} as object)).rejects.toThrow(
      /^evaluate: unknown option "limit"; valid are measures, seed, items, scopes, /,
    )
    for (const lines of [[], [{item: 'tea', order: 1}]]) {
      await expect(evaluate(lines)).rejects.toThrow(/^evaluate: too few orders to judge by/)
    }
  })

  test('tells how far it is, and stops at once', async () => {
    const told: EvaluateProgress[] = []
    const controller = new AbortController()
    const reason = new Error('enough')
    await evaluate(shop.lines, {learn: false, measures: ['cosine'], onProgress: (progress) => void told.push(progress)})
    expect(told.length).toBeGreaterThan(5)
    for (const [t, {share}] of told.entries()) {
      expect(share).toBeGreaterThanOrEqual(t > 0 ? told[t - 1].share : 0)
      expect(share).toBeLessThanOrEqual(1)
    }
    expect(new Set(told.map(({step}) => step))).toContain('cosine')
    const stopped = evaluate(shop.lines, {signal: controller.signal, onProgress: () => controller.abort(reason)})
    await expect(stopped).rejects.toBe(reason)
  })
})

function groupBy<Line extends {order: string}>(lines: readonly Line[]): Map<string, Line[]> {
  const groups = new Map<string, Line[]>()
  for (const line of lines) groups.set(line.order, [...(groups.get(line.order) ?? []), line])
  return groups
}
