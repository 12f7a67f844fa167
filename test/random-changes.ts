/** Random changes of a shop's orders for the property tests, and what they should come to. */
import fc from 'fast-check'
import {expect} from 'vitest'
import type {LiveModel} from '../src/model/live.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import {linesArbitrary} from './random-shops.ts'

/** What a shop holds, by the letter of what `add` and `remove` promise. */
export class NaiveOrders {
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

type Changing = Pick<LiveModel, 'add' | 'remove' | 'refresh'>

type Step =
  | {kind: 'add'; lines: OrderLine[]; replace: boolean}
  | {kind: 'order'; place: number}
  | {kind: 'customer'; customer: string}
  | {kind: 'refresh'}

const pricedLines = fc
  .tuple(linesArbitrary, fc.constantFrom(undefined, 0, 2.5))
  .map(([lines, price]) => lines.map((line, l): OrderLine => (price === undefined || l % 3 ? line : {...line, price})))

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      lines: pricedLines.map((lines) => lines.slice(0, 12)),
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

/** Makes a change in a shop and in what it should hold. */
export async function take(step: Step, shop: Changing, naive: NaiveOrders): Promise<void> {
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
