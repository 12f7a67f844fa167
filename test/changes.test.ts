import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type ChangedModel, hasNow as hasChanged} from '../src/model/changed-rows.ts'
import {fitModel} from '../src/model/fit.ts'
import {LiveModel} from '../src/model/live.ts'
import type {Model} from '../src/model/model.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import {alsoBought} from '../src/queries/also-bought.ts'
import {boughtTogether} from '../src/queries/bought-together.ts'
import {buyAgain} from '../src/queries/buy-again.ts'
import {explain} from '../src/queries/explain.ts'
import {suggest} from '../src/queries/suggest.ts'
import {Recommender} from '../src/recommender.ts'
import {itemIds, linesArbitrary, optionsArbitrary} from './random-shops.ts'

/** What a shop holds, by the letter of what `add` and `remove` promise. */
class NaiveOrders {
  /** By order, or customer and time. */
  orders = new Map<string, {customer: string | undefined; id: string | undefined; lines: string[]}>()

  add(lines: readonly OrderLine[], replace: boolean): void {
    const given = new Map<string, {customer: string | undefined; id: string | undefined; lines: string[]}>()
    for (const {item, order, customer, quantity = 1, at, price, weight = 1} of lines) {
      if (quantity === 0) continue
      const id = order === undefined ? undefined : String(order)
      const who = customer === undefined ? undefined : String(customer)
      const key = id === undefined ? `${who} at ${at}` : `order ${id}`
      const known = given.get(key) ?? {customer: undefined, id, lines: []}
      given.set(key, known)
      known.customer ??= who
      known.lines.push(JSON.stringify([item, quantity, at, price, weight]))
    }
    for (const [key, order] of given) {
      const before = this.orders.get(key)
      if (!before || replace) {
        this.orders.set(key, order)
        continue
      }
      before.customer ??= order.customer
      const count = (list: string[], line: string) => list.filter((other) => other === line).length
      for (const line of new Set(order.lines)) {
        const missing = count(order.lines, line) - count(before.lines, line)
        for (let n = 0; n < missing; n++) before.lines.push(line)
      }
    }
  }

  remove({order, customer}: {order?: string; customer?: string}): number {
    let removed = 0
    for (const [key, {customer: who, id}] of this.orders) {
      const isMeant = order === undefined ? who === customer : id === order
      if (isMeant && this.orders.delete(key)) removed++
    }
    return removed
  }

  get lines(): OrderLine[] {
    return [...this.orders.values()].flatMap(({customer, id, lines}) =>
      lines.map((line) => {
        const [item, quantity, at, price, weight] = JSON.parse(line)
        return {
          ...{item, quantity, weight},
          ...(at !== null && {at}),
          ...(price !== null && {price}),
          ...(customer !== undefined && {customer}),
          ...(id !== undefined && {order: id}),
        }
      }),
    )
  }
}

/** All that a model holds as plain data, for comparing. */
function bytesOf({log, fates, scopes, popular, sales, histories, substitutes, report, settings}: Model) {
  const {seconds, ...told} = report
  const counted = [...scopes].map(([scope, {alsoBought, together, ...rest}]) => ({
    scope,
    ...rest,
    alsoBought: {baskets: alsoBought.baskets, table: alsoBought.table},
    together: {baskets: together.baskets, table: together.table},
  }))
  const {orders, ...lines} = log
  // biome-ignore lint/suspicious/noExplicitAny: any data
  const plain = (part: unknown): any => {
    if (ArrayBuffer.isView(part)) return [part.constructor.name, ...(part as Int32Array)]
    if (Array.isArray(part)) return part.map(plain)
    if (typeof part !== 'object' || part === null || part instanceof Date) return part
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, plain(value)]))
  }
  return plain({
    orders: orders.constructor.name,
    ids: Array.from(orders, String),
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

type Step =
  | {kind: 'add'; lines: OrderLine[]; replace: boolean}
  | {kind: 'order'; place: number}
  | {kind: 'customer'; customer: string}
  | {kind: 'refresh'}

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      lines: linesArbitrary.map((lines) => lines.slice(0, 12)),
      replace: fc.boolean(),
    }),
  },
  {weight: 2, arbitrary: fc.record({kind: fc.constant('order' as const), place: fc.nat({max: 30})})},
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('customer' as const),
      customer: fc.constantFrom('c0', 'c1', 'c2', 'c3', 'c4', 'nobody'),
    }),
  },
  {weight: 1, arbitrary: fc.constant({kind: 'refresh' as const})},
)

async function take(step: Step, shop: LiveModel, naive: NaiveOrders): Promise<void> {
  if (step.kind === 'refresh') return shop.refresh()
  if (step.kind === 'add') {
    naive.add(step.lines, step.replace)
    await shop.add(step.lines, {replace: step.replace})
    return
  }
  if (step.kind === 'customer') {
    expect((await shop.remove({customer: step.customer})).orders).toBe(naive.remove({customer: step.customer}))
    return
  }
  const named = [...naive.orders.values()].filter(({id}) => id !== undefined)
  const order = named[step.place % (named.length + 1)]?.id ?? 'unknown'
  expect((await shop.remove({order})).orders).toBe(naive.remove({order}))
}

const runs = Number(process.env.RUNS ?? 200)

const hasNow = (model: Model, item: string): boolean =>
  model.changes
    ? hasChanged(model as ChangedModel, model.changes.itemOf(item))
    : [...model.scopes.values()].some(({marginals}) => marginals.support[model.itemOf(item)] > 0)

test('after changes and a refresh a shop is what a fit of what is left would make, to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      linesArbitrary,
      fc.array(stepArbitrary, {minLength: 1, maxLength: 8}),
      optionsArbitrary,
      async (lines, steps, options) => {
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
    {numRuns: runs},
  )
})

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
