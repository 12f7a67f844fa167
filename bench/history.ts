import {below, sfc32} from './random.ts'
import type {Shop} from './sets.ts'

/** Order lines as a shop has them, with customers and dates, as columns for `fit`. */
export interface History {
  item: Int32Array
  order: Int32Array
  customer: Int32Array
  /** Milliseconds since 1970. */
  at: Float64Array
}

/** An hour between two orders. */
const HOUR = 3_600_000
const START = Date.UTC(2020, 0, 1)

/** Every basket becomes an order; a customer has made `ordersEach` on average, at random over the shop's time. */
export function historyOf({baskets, items, basketCount}: Shop, ordersEach = 8): History {
  const next = sfc32(7)
  const customers = Math.ceil(basketCount / ordersEach)
  const madeBy = Int32Array.from({length: basketCount}, () => below(customers, next()))
  return {
    item: items,
    order: baskets,
    customer: baskets.map((basket) => madeBy[basket]),
    at: Float64Array.from(baskets, (basket) => START + HOUR * basket),
  }
}
