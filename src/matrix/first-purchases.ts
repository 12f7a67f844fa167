import type {Histories} from './history.ts'
import {each, type Steps} from './steps.ts'

/** How many parts of equal numbers of orders the history is cut into, by age. Tenth 0 is the newest. */
export const TENTHS = 10

/** What customers bought for the first time, from each tenth of the history on. */
export interface FirstPurchases {
  /** When the oldest order of each tenth was made; Infinity where it has none of a known time. */
  begins: Float64Array
  /** How many customers bought item `i` first in tenth `t` or a newer one: at `t * items + i`. */
  counts: Int32Array
  /** By tenth, the same of all items. */
  totals: Float64Array
}

/** @param times by order; NaN where unknown, which is older than all that is known */
export function* countFirstPurchases(
  {byOrder: {offsets, indices}, byItem, customers, ages}: Histories,
  times: Float64Array,
): Steps<FirstPurchases> {
  const items = byItem.offsets.length - 1
  const begins = new Float64Array(TENTHS).fill(Number.POSITIVE_INFINITY)
  const counts = new Int32Array(TENTHS * items)
  const totals = new Float64Array(TENTHS)
  /** The last customer seen with each item. */
  const buyer = new Int32Array(items).fill(-1)
  const tenthOf = (order: number) => (ages ? Math.floor(TENTHS * ages[order]) : 0)
  for (let order = 0; order < times.length; order++) {
    const tenth = tenthOf(order)
    if (times[order] < begins[tenth]) begins[tenth] = times[order]
  }
  const follow = (customer: number) => {
    for (let order = customers[customer]; order < customers[customer + 1]; order++) {
      const row = tenthOf(order) * items
      for (let p = offsets[order]; p < offsets[order + 1]; p++) {
        const item = indices[p]
        if (buyer[item] === customer) continue
        buyer[item] = customer
        counts[row + item]++
      }
    }
  }
  yield* each(customers.length - 1, follow, 1 << 10)
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    for (let at = tenth * items; at < (tenth + 1) * items; at++) {
      if (tenth > 0) counts[at] += counts[at - items]
      totals[tenth] += counts[at]
    }
  }
  return {begins, counts, totals}
}

/** The tenth that an order of this time is in. */
export function tenthAt({begins}: FirstPurchases, time: number): number {
  let tenth = 0
  while (tenth < TENTHS - 1 && begins[tenth] > time) tenth++
  return tenth
}

/**
 * An item's share of first purchases, 0 to 1, where so many of them were made from each tenth on: the mean of its shares of
 * what all customers bought first from there on. What was not yet sold before cannot have been bought before either: by its
 * share of all times, whatever is new would seem to be bought after everything that is old.
 */
export function shareSince({counts, totals}: FirstPurchases, item: number, places: Float64Array): number {
  const items = counts.length / TENTHS
  let expected = 0
  let all = 0
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    // Of first purchases that the cap cut from their baskets nothing is known.
    if (places[tenth] === 0 || totals[tenth] === 0) continue
    expected += (places[tenth] * counts[tenth * items + item]) / totals[tenth]
    all += places[tenth]
  }
  return expected / all
}
