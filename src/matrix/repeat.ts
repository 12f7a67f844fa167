import {type Histories, SEVERAL} from './history.ts'
import type {Privacy} from './privacy.ts'
import type {Steps} from './steps.ts'

/** How readily an item is bought again, by item: whole numbers, exact under any order. */
export interface RepeatCounts {
  /** Orders that followed a customer's first one with the item, among that customer's last `REPEAT_ORDERS`. */
  chances: Int32Array
  /** Those of them which hold the item again; 0 where only one customer did that, whose private habit it is. */
  repeats: Int32Array
}

/** How many of a customer's last orders are looked at. */
const REPEAT_ORDERS = 15

/** Orders between two yields: a few milliseconds. */
const CHUNK = 1 << 12

export function* countRepeats({byOrder, byItem, customers}: Histories, {minTogether}: Privacy): Steps<RepeatCounts> {
  const items = byItem.offsets.length - 1
  const chances = new Int32Array(items)
  const repeats = new Int32Array(items)
  /** The last customer seen with each item. */
  const buyer = new Int32Array(items).fill(-1)
  /** Who bought each item again, or `SEVERAL`. */
  const makers = new Int32Array(items)
  for (let customer = 0, pause = CHUNK; customer + 1 < customers.length; customer++) {
    const from = customers[customer]
    const to = customers[customer + 1]
    const recent = Math.max(from, to - REPEAT_ORDERS)
    for (let order = from; order < to; order++) {
      for (let p = byOrder.offsets[order]; p < byOrder.offsets[order + 1]; p++) {
        const item = byOrder.indices[p]
        if (buyer[item] !== customer) {
          buyer[item] = customer
          chances[item] += to - Math.max(order + 1, recent)
        } else if (order >= recent) {
          repeats[item]++
          makers[item] = repeats[item] === 1 || makers[item] === customer ? customer : SEVERAL
        }
      }
    }
    if (to >= pause) {
      pause = to + CHUNK
      yield customer / customers.length
    }
  }
  if (minTogether > 1) {
    for (let item = 0; item < items; item++) if (makers[item] !== SEVERAL) repeats[item] = 0
  }
  return {chances, repeats}
}

/** The prior chance that an order holds an item its customer has bought before: `(repeats + 20·r̄) / (chances + 20)`. */
export function repeatRates({chances, repeats}: RepeatCounts): Float64Array {
  const allChances = chances.reduce((sum, n) => sum + n, 0)
  const mean = allChances === 0 ? 0 : repeats.reduce((sum, n) => sum + n, 0) / allChances
  return Float64Array.from(chances, (n, item) => (repeats[item] + 20 * mean) / (n + 20))
}

/** How much a customer's order counts after each later one when they are asked what is due again. */
const DECAY = 0.95

/** How many decayed orders the item's own rate weighs against what the customer did. */
const PRIOR_ORDERS = 10

/** One customer's purchases, by item; all 0 for what they never bought. Filled newest order first. */
export interface Purchases {
  n: number
  /** The first `n` are the items bought. */
  items: Int32Array
  /** How many orders held it. */
  orders: Int32Array
  /** How many orders ago the first of these was, 0 for the last order. */
  first: Int32Array
  /** The others, decayed and added up. */
  again: Float64Array
}

export function makePurchases(items: number): Purchases {
  return {
    n: 0,
    items: new Int32Array(items),
    orders: new Int32Array(items),
    first: new Int32Array(items),
    again: new Float64Array(items),
  }
}

/** Notes that the order `ago` orders before the last held an item: once an order, and no order newer than one noted before. */
export function notePurchase(purchases: Purchases, item: number, ago: number): void {
  const {items, orders, first, again} = purchases
  if (orders[item]++ === 0) items[purchases.n++] = item
  else again[item] += DECAY ** first[item]
  first[item] = ago
}

export function clearPurchases(purchases: Purchases): void {
  const {items, orders, again} = purchases
  for (let i = 0; i < purchases.n; i++) {
    orders[items[i]] = 0
    again[items[i]] = 0
  }
  purchases.n = 0
}

/**
 * The chance, 0 to 1, that a customer's next order holds an item again: `(D + m·rate) / (W + m)`, m = 10. `D` is the
 * number of orders with the item after the first, `W` that of all orders after the first with it, both decayed by 0.95 an
 * order. 0 for an item never bought.
 */
export function repeatChance({orders, first, again}: Purchases, item: number, rate: number): number {
  if (orders[item] === 0) return 0
  const chances = (1 - DECAY ** first[item]) / (1 - DECAY)
  return (again[item] + PRIOR_ORDERS * rate) / (chances + PRIOR_ORDERS)
}
