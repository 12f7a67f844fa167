import {each, type Steps, span} from '../matrix/steps.ts'
import {hashId} from '../orders/ids.ts'
import type {Log} from '../orders/log.ts'
import {type Fates, fate} from '../orders/returns.ts'
import {selectOrders} from '../orders/select-orders.ts'

/** A history in two: what may be learned from, and what must be foretold. */
export interface Split {
  /** Only the orders to learn from. Items and customers have the indices of the whole log. */
  train: Log
  /** The orders to foretell, as indices of the whole log. */
  tests: Int32Array
  /** How they were chosen: `'time'`, the newest; `'random'`, by a hash, where orders have no or few different dates. */
  by: 'time' | 'random'
}

/** What is kept back to be foretold, as a share of the orders. */
const TEST_SHARE = 0.2

/**
 * Keeps the newest fifth of the orders back: those not older than the order at four fifths. Orders of one time are on one
 * side, and one without a time is older than all with one. Where that leaves less than half to learn from, the fifth is
 * chosen by a hash of `seed`.
 */
export function* splitOrders(log: Log, seed: number): Steps<Split> {
  const orders = log.lineOffsets.length - 1
  const times = Float64Array.from({length: orders}, (_, order) => {
    const time = log.times ? log.times[order] : Number.NaN
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
  })
  const sorted = times.slice().sort()
  const cut = sorted[Math.min(orders - 1, Math.floor(orders * (1 - TEST_SHARE)))]
  const older = sorted.findIndex((time) => time >= cut)
  const byTime = older > 0 && older >= orders / 2
  const marks = new Uint8Array(orders)
  const mark = (order: number) => {
    const isTest = byTime ? times[order] >= cut : shareOf(order, seed) < TEST_SHARE
    marks[order] = isTest ? 0 : 1
  }
  yield* span(each(orders, mark), 0, 0.2)
  return yield* span(splitBy(log, marks, byTime ? 'time' : 'random'), 0.2, 1)
}

/** Keeps back the last order of every customer of whom that leaves one to learn from. */
export function* splitLastOrders(log: Log, fates: Fates): Steps<Split> {
  const marks = new Uint8Array(log.lineOffsets.length - 1).fill(1)
  const hasItems = (order: number) => itemsOf(log, fates, order).length > 0
  const mark = (customer: number) => {
    const first = log.customerOrders[customer]
    let last = log.customerOrders[customer + 1] - 1
    while (last > first && !hasItems(last)) last--
    let known = last - 1
    while (known >= first && !hasItems(known)) known--
    // What comes after it, returns say, is as unknown as the order itself.
    if (known >= first) marks.fill(0, last, log.customerOrders[customer + 1])
  }
  yield* span(each(log.customers.length, mark, 1 << 10), 0, 0.3)
  return yield* span(splitBy(log, marks, 'time'), 0.3, 1)
}

function* splitBy(log: Log, marks: Uint8Array, by: Split['by']): Steps<Split> {
  const tests = Int32Array.from(marks.keys()).filter((order) => marks[order] === 0)
  return {train: yield* selectOrders(log, marks), tests, by}
}

/** The distinct items of an order that were bought and not given back, in the order of their indices. */
export function itemsOf({lineOffsets, lineItems, weights, quantities}: Log, fates: Fates, order: number): number[] {
  const items: number[] = []
  for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
    if ((fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
    if (quantities && quantities[line] < 0) continue
    if (items.at(-1) !== lineItems[line]) items.push(lineItems[line])
  }
  return items
}

/** A number from 0 up to 1 that only depends on these two. */
function shareOf(order: number, seed: number): number {
  return hashId(`${seed} ${order}`) / 2 ** 32
}

/** That nothing which is kept back can be judged by. */
export function tooFewOrders(name: string): RangeError {
  const why = 'none kept back has two items that are known by then, and no customer has two orders'
  return new RangeError(`${name}: too few orders to judge by: ${why}; give a longer history`)
}
