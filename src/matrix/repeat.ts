import {type Histories, SEVERAL} from './history.ts'
import type {Privacy} from './privacy.ts'
import {each, type Steps} from './steps.ts'

/** How readily an item is bought again, by item: whole numbers, exact under any order. */
interface RepeatCounts {
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

/**
 * How long customers usually wait before they buy an item again, in the unit of `times`: `(Σ waits + 20·w̄) / (their number +
 * 20)`, w̄ the mean over all items. That mean alone where only one customer bought it again, whose private habit it is.
 * `undefined` where nobody bought anything again.
 * @param times by order; NaN where unknown
 */
export function* usualWaits(
  {byOrder, byItem, customers}: Histories,
  times: Float64Array,
  {minTogether}: Privacy,
): Steps<Float64Array | undefined> {
  const items = byItem.offsets.length - 1
  const waited = new Float64Array(items)
  const waits = new Int32Array(items)
  const makers = new Int32Array(items)
  /** The last order with each item, and whose it was. */
  const lastOrder = new Int32Array(items)
  const buyer = new Int32Array(items).fill(-1)
  const follow = (customer: number) => {
    for (let order = customers[customer]; order < customers[customer + 1]; order++) {
      if (Number.isNaN(times[order])) continue
      for (let p = byOrder.offsets[order]; p < byOrder.offsets[order + 1]; p++) {
        const item = byOrder.indices[p]
        if (buyer[item] === customer) {
          waited[item] += times[order] - times[lastOrder[item]]
          makers[item] = waits[item] === 0 || makers[item] === customer ? customer : SEVERAL
          waits[item]++
        }
        buyer[item] = customer
        lastOrder[item] = order
      }
    }
  }
  yield* each(customers.length - 1, follow, CHUNK >> 2)
  const mean = waited.reduce((sum, wait) => sum + wait, 0) / waits.reduce((sum, n) => sum + n, 0)
  if (!(mean > 0)) return undefined
  return waited.map((sum, item) => {
    const isPrivate = minTogether > 1 && makers[item] !== SEVERAL
    return isPrivate ? mean : (sum + 20 * mean) / (waits[item] + 20)
  })
}

/**
 * How long a customer is to wait before they buy an item again: their own waits, and two more of the usual length.
 * @param span from their first purchase of it to the last
 * @param orders how many held it
 */
export function expectedWait(span: number, orders: number, usual: number): number {
  return (span + 2 * usual) / (orders - 1 + 2)
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
  /** When the first and the last of these was; NaN where unknown. */
  firstTime: Float64Array
  lastTime: Float64Array
}

export function makePurchases(items: number): Purchases {
  return {
    n: 0,
    items: new Int32Array(items),
    orders: new Int32Array(items),
    first: new Int32Array(items),
    again: new Float64Array(items),
    firstTime: new Float64Array(items).fill(Number.NaN),
    lastTime: new Float64Array(items).fill(Number.NaN),
  }
}

/** Notes that the order `ago` orders before the last held an item: once an order, and no order newer than one noted before. */
export function notePurchase(purchases: Purchases, item: number, ago: number, time: number): void {
  const {items, orders, first, again, firstTime, lastTime} = purchases
  if (orders[item]++ === 0) items[purchases.n++] = item
  else again[item] += DECAY ** first[item]
  first[item] = ago
  if (Number.isNaN(lastTime[item])) lastTime[item] = time
  if (!Number.isNaN(time)) firstTime[item] = time
}

export function clearPurchases(purchases: Purchases): void {
  const {items, orders, again, firstTime, lastTime} = purchases
  for (let i = 0; i < purchases.n; i++) {
    const item = items[i]
    orders[item] = 0
    again[item] = 0
    firstTime[item] = Number.NaN
    lastTime[item] = Number.NaN
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
