import {type Csr, type Indices, indicesBelow} from '../matrix/csr.ts'
import {ascendingPlaces, sortedIndices} from '../matrix/sort.ts'
import {type Steps, span} from '../matrix/steps.ts'
import {hashId, type Ids} from './ids.ts'
import type {Log} from './log.ts'
import {type Fates, fate} from './returns.ts'

/** What makes a basket: one order, or one customer over time. */
export type Scope = 'order' | 'customer'

/** The baskets of a shop; those that came out empty are left out. */
export interface BasketSet {
  /** The distinct items of each basket. Baskets stand customer by customer, oldest first, those without a customer last. */
  byBasket: Csr<Indices>
  /** Who made each basket; a number of its own where nobody is known. Absent where nobody made two. */
  owners: Int32Array | undefined
  /** Customer `c` made the baskets from `customers[c]` up to before `customers[c + 1]`. */
  customers: Int32Array
  /** Of the order, or of the customer's newest order; NaN where unknown. Absent where all are. */
  times: Float64Array | undefined
  /** What the cap cut: how many baskets, and how many items of them in all. */
  capped: {baskets: number; items: number}
}

/** Lines between two yields: a few milliseconds. */
const CHUNK = 1 << 16

/**
 * Reads the baskets of a scope from the log. A basket of more than `maxBasket` items keeps those bought last; between
 * equal times a fixed hash of the id decides. Where the orders of the log are such baskets already, they are not copied.
 */
export function* readBaskets(log: Log, fates: Fates, scope: Scope, maxBasket: number): Steps<BasketSet> {
  const {lineOffsets, lineItems, customerOrders, times} = log
  if (scope === 'order' && (yield* span(areBaskets(log, fates, maxBasket), 0, 0.3))) {
    return {
      byBasket: {offsets: lineOffsets, indices: lineItems},
      owners: ownersOf(customerOrders, lineOffsets.length - 1),
      customers: customerOrders,
      times,
      capped: {baskets: 0, items: 0},
    }
  }
  return yield* span(collectBaskets(log, fates, scope, maxBasket), 0.3, 1)
}

/** Whether nothing is to be left out of any order. */
function* areBaskets({lineOffsets, lineItems, weights}: Log, fates: Fates, maxBasket: number): Steps<boolean> {
  if (fates || weights?.includes(0)) return false
  for (let order = 0, pause = CHUNK; order + 1 < lineOffsets.length; order++) {
    const to = lineOffsets[order + 1]
    if (to - lineOffsets[order] > maxBasket) return false
    for (let line = lineOffsets[order] + 1; line < to; line++) if (lineItems[line] === lineItems[line - 1]) return false
    if (to >= pause) {
      pause = to + CHUNK
      yield to / lineItems.length
    }
  }
  return true
}

function* collectBaskets(log: Log, fates: Fates, scope: Scope, maxBasket: number): Steps<BasketSet> {
  const {lineOffsets, lineItems, lineTimes, weights, customerOrders, customers} = log
  const orders = lineOffsets.length - 1
  const known = customerOrders[customers.length]
  const offsets = new Int32Array(orders + 1)
  const times = log.times && new Float64Array(orders)
  const indices = indicesBelow(log.items.length, lineItems.length)
  const byCustomer = new Int32Array(customers.length + 1)
  const capped = {baskets: 0, items: 0}
  const bought = new Float64Array(log.items.length).fill(Number.NaN)
  let baskets = 0
  let size = 0
  let customer = 0
  for (let first = 0, last = 0, pause = CHUNK; first < orders; first = last) {
    while (customer < customers.length && customerOrders[customer + 1] <= first) byCustomer[++customer] = baskets
    last = scope === 'customer' && first < known ? customerOrders[customer + 1] : first + 1
    const start = size
    let time = Number.NaN
    for (let order = first; order < last; order++) {
      if (lineOffsets[order] >= pause) {
        pause = lineOffsets[order] + CHUNK
        yield lineOffsets[order] / lineItems.length
      }
      const orderTime = log.times ? log.times[order] : Number.NaN
      for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
        if ((fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
        const item = lineItems[line]
        const at = lineTimes ? lineTimes[line] : orderTime
        const when = Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at
        if (Number.isNaN(bought[item])) {
          indices[size++] = item
          bought[item] = when
        } else if (when > bought[item]) {
          bought[item] = when
        }
        if (Number.isNaN(time) || orderTime > time) time = orderTime
      }
    }
    const basket = indices.subarray(start, size)
    if (basket.length > maxBasket) {
      capped.baskets++
      capped.items += basket.length - maxBasket
      const kept = yield* newestItems(basket, bought, log.items, maxBasket)
      for (const item of basket) bought[item] = Number.NaN
      basket.set(kept)
      size = start + maxBasket
    } else {
      for (const item of basket) bought[item] = Number.NaN
    }
    if (size > start) {
      if (last - first > 1 || basket.length > maxBasket) indices.subarray(start, size).sort()
      if (times) times[baskets] = time
      offsets[++baskets] = size
    }
  }
  while (customer < customers.length) byCustomer[++customer] = baskets
  return {
    byBasket: {
      offsets: offsets.subarray(0, baskets + 1),
      indices: size === indices.length ? indices : indices.slice(0, size),
    },
    owners: ownersOf(byCustomer, baskets),
    customers: byCustomer,
    times: times?.subarray(0, baskets),
    capped,
  }
}

/** Who made each basket; `undefined` where no customer made two. */
export function ownersOf(customers: Int32Array, baskets: number): Int32Array | undefined {
  if (!hasTwo(customers)) return undefined
  const known = customers.length - 1
  const owners = new Int32Array(baskets)
  for (let c = 0, basket = 0; c < known; c++) while (basket < customers[c + 1]) owners[basket++] = c
  for (let basket = customers[known]; basket < baskets; basket++) owners[basket] = known + basket
  return owners
}

/** Whether any customer has two baskets. */
function hasTwo(byCustomer: Int32Array): boolean {
  for (let c = 0; c + 1 < byCustomer.length; c++) if (byCustomer[c + 1] - byCustomer[c] > 1) return true
  return false
}

/** The `n` items of a basket that were bought last; between equal times a hash of the id decides, which favors nobody. */
function* newestItems(basket: Indices, bought: Float64Array, ids: Ids, n: number): Steps<Int32Array> {
  const times = Float64Array.from(basket, (item) => bought[item])
  const hashes = Uint32Array.from(basket, (item) => hashId(ids.at(item) as string))
  const ranking = yield* sortedIndices(
    basket.length,
    (a, b) => compareLatest(times[a], times[b]) || hashes[a] - hashes[b] || basket[a] - basket[b],
  )
  return ranking.subarray(0, n).map((place) => basket[place])
}

/** Newest first. */
function compareLatest(a: number, b: number): number {
  if (a === b) return 0
  return a > b ? -1 : 1
}

/**
 * The age of each basket: the share of baskets newer than it, 0 (newest) to 1. Baskets without a time are older than all
 * with one. `undefined` where none has a time: then none is newer than another.
 */
export function* basketAges(times: Float64Array | undefined): Steps<Float64Array | undefined> {
  if (!times) return undefined
  const known = times.map((time) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time))
  const oldestFirst = yield* ascendingPlaces(known)
  const ages = new Float64Array(times.length)
  for (let r = times.length - 1, newer = 0; r >= 0; r--) {
    const basket = oldestFirst[r]
    if (known[basket] < known[oldestFirst[r + 1]]) newer = times.length - 1 - r
    ages[basket] = newer / times.length
  }
  return ages
}
