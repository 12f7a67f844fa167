import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {LiveModel} from '../src/model/live.ts'
import {fitModel} from '../src/model/fit.ts'
import type {Model} from '../src/model/model.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import {Recommender} from '../src/recommender.ts'
import {compareIds} from './naive.ts'
import {itemIds, linesArbitrary, optionsArbitrary, whoArbitrary} from './random-shops.ts'

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
  return plain({orders: orders.constructor.name, ids: Array.from(orders, String), lines, fates, counted, popular, sales, histories, substitutes, told, settings})
}

type Step =
  | {kind: 'add'; lines: OrderLine[]; replace: boolean}
  | {kind: 'order'; place: number}
  | {kind: 'customer'; customer: string}
  | {kind: 'refresh'}

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {weight: 4, arbitrary: fc.record({kind: fc.constant('add' as const), lines: linesArbitrary.map((lines) => lines.slice(0, 12)), replace: fc.boolean()})},
  {weight: 2, arbitrary: fc.record({kind: fc.constant('order' as const), place: fc.nat({max: 30})})},
  {weight: 1, arbitrary: fc.record({kind: fc.constant('customer' as const), customer: fc.constantFrom('c0', 'c1', 'c2', 'c3', 'c4', 'nobody')})},
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

test('after changes and a refresh a shop is what a fit of what is left would make, to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(linesArbitrary, fc.array(stepArbitrary, {minLength: 1, maxLength: 8}), optionsArbitrary, async (lines, steps, options) => {
      const naive = new NaiveOrders()
      naive.add(lines, false)
      const shop = new LiveModel(await fitModel(naive.lines, options))
      for (const step of steps) await take(step, shop, naive)
      await shop.refresh()
      const {scopes} = shop.model.settings
      const fresh = await fitModel(naive.lines, {...options, scopes: scopes as ['order']})
      expect(bytesOf(shop.model)).toEqual(bytesOf(fresh))
    }),
    {numRuns: runs},
  )
})
