import type {Csr, Indices} from './csr.ts'
import {each, type Steps} from './steps.ts'

/** Orders as customers made them. */
export interface Histories {
  byOrder: Csr<Indices>
  byItem: Csr
  /** By order, the share of orders newer than it, 0 to 1; absent where there are no dates. */
  ages: Float64Array | undefined
  /** Customer `c` made the orders from `customers[c]` up to before `customers[c + 1]`, oldest first; who made later ones is unknown. */
  customers: Int32Array
}

/** How much an order counts after each later one, and how many orders back are looked at. */
export const HISTORY_DECAY = 0.9
export const HISTORY_ORDERS = 30

const TREND_EXPONENT = 0.6

/** In place of a customer: more than one did it. */
export const SEVERAL = -1

/** What a purchase counts in a history, by how many orders lie between. */
export const POWERS = Float64Array.from({length: HISTORY_ORDERS}, (_, age) => HISTORY_DECAY ** age)

/**
 * Visits every order that has `item` in the history before it, customer by customer, oldest first. `history` is what the
 * item counts there: 0.9 to the power of how many orders lie between, summed over its purchases.
 */
export function eachOrderAfter(
  item: number,
  {byItem, customers}: Histories,
  customerOf: Int32Array,
  see: (order: number, customer: number, history: number) => void,
): void {
  const {indices} = byItem
  const end = byItem.offsets[item + 1]
  let first = byItem.offsets[item]
  while (first < end && indices[first] < customerOf.length) {
    const customer = customerOf[indices[first]]
    const orders = customers[customer + 1]
    // The purchases within reach of the order looked at are those from `first` up to before `last`.
    let last = first
    let order = indices[first] + 1
    while (order < orders) {
      while (last < end && indices[last] < order) last++
      while (first < last && indices[first] < order - HISTORY_ORDERS) first++
      if (first < last) {
        let history = 0
        for (let p = first; p < last; p++) history += POWERS[order - 1 - indices[p]]
        see(order, customer, history)
        order++
      } else {
        // Nothing within reach: go on after the next purchase, if there is one.
        order = last < end ? Math.min(indices[last] + 1, orders) : orders
      }
    }
    while (first < end && indices[first] < orders) first++
  }
}

/**
 * How much better each item sells of late, 1 being as ever: `(n in the newest tenth of orders + 2) / (n / 10 + 2)`.
 * 1 for all where there are no dates.
 */
function trends({byOrder, byItem, ages}: Histories): Float64Array {
  const items = byItem.offsets.length - 1
  const lately = new Int32Array(items)
  if (!ages?.some((age) => age > 0)) return new Float64Array(items).fill(1)
  for (let order = 0; order < ages.length; order++) {
    if (ages[order] >= 0.1) continue
    for (let p = byOrder.offsets[order]; p < byOrder.offsets[order + 1]; p++) lately[byOrder.indices[p]]++
  }
  return Float64Array.from(lately, (n, item) => (n + 2) / (0.1 * (byItem.offsets[item + 1] - byItem.offsets[item]) + 2))
}

/** How much its trend lifts an item among what customers buy next: `trend^0.6`. */
export function trendFactors(histories: Histories): Float64Array {
  return trends(histories).map((trend) => trend ** TREND_EXPONENT)
}

/** `1 / √Σx` of the history before each order; 0 where there is none. */
export function* historyNorms({byOrder: {offsets}, customers}: Histories): Steps<Float64Array> {
  const norms = new Float64Array(customers[customers.length - 1])
  const norm = (customer: number) => {
    for (let order = customers[customer] + 1; order < customers[customer + 1]; order++) {
      let sum = 0
      for (let before = Math.max(customers[customer], order - HISTORY_ORDERS); before < order; before++) {
        sum += POWERS[order - 1 - before] * (offsets[before + 1] - offsets[before])
      }
      norms[order] = 1 / Math.sqrt(sum)
    }
  }
  yield* each(customers.length - 1, norm, 1 << 11)
  return norms
}
