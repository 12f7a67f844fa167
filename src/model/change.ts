import {quote} from '../orders/options.ts'
import {mergeOrder, type WholeOrder} from '../orders/whole-order.ts'
import type {CurrentOrders} from './current-orders.ts'

/** One change of a shop's orders, as data: what a journal keeps, but for the last, which it says by indices. */
export type Change =
  /** `strict`: an order that has another customer already refuses all; otherwise it is left out. */
  | {kind: 'add'; orders: readonly WholeOrder[]; replace: boolean; strict: boolean}
  | {kind: 'remove'; order: string}
  /** Orders of the model's log, by index: it names nobody. */
  | {kind: 'remove'; indices: readonly number[]}
  | {kind: 'remove'; customer: string}

/** What a change came to. */
export interface Changed {
  /** How many orders it changed. */
  orders: number
  /** How many lines were new, there already, and taken away. */
  added: number
  ignored: number
  removed: number
  /** How many were left out because their order has another customer. */
  conflicts: number
}

/** An order that becomes another, comes, or goes. */
export type Put = readonly [before: WholeOrder | undefined, after: WholeOrder | undefined]

/** What a change would come to, and how: no puts where it changes nothing. Nothing has changed yet. */
export function planChange(change: Change, orders: CurrentOrders): {puts: Put[]; changed: Changed} {
  const puts: Put[] = []
  const sum = {added: 0, ignored: 0, removed: 0, conflicts: 0}
  if (change.kind === 'remove') {
    for (const order of meant(change, orders)) {
      puts.push([order, undefined])
      sum.removed += order.lines.length
    }
    return {puts, changed: {...sum, orders: puts.length}}
  }
  for (const given of change.orders) {
    const before = orders.find(given)
    const known = change.replace ? undefined : before?.customer
    if (known !== undefined && given.customer !== undefined && given.customer !== known) {
      if (change.strict) throw twoCustomers(given, known)
      sum.conflicts += given.lines.length
      continue
    }
    const {order, added, ignored, removed} = mergeOrder(before, given, change.replace)
    sum.added += added
    sum.ignored += ignored
    sum.removed += removed
    const isSame = added + removed === 0 && before?.customer === order.customer
    if (!isSame) puts.push([before, order])
  }
  return {puts, changed: {...sum, orders: puts.length}}
}

function meant(change: Change & {kind: 'remove'}, orders: CurrentOrders): readonly WholeOrder[] {
  if ('indices' in change) return orders.inLog(change.indices)
  if ('customer' in change) return orders.madeBy(change.customer)
  const order = orders.find(change.order)
  return order ? [order] : []
}

/** Another call has added the order while this one was being read. */
function twoCustomers({id}: WholeOrder, customer: string): RangeError {
  const advice = "pass onBadRow: 'skip' to leave its lines out"
  return new RangeError(`add: order ${quote(String(id))} is of customer ${quote(customer)} already; ${advice}`)
}
