/**
 * The loops of `../next-order.ts`: what customers buy in an order after orders with an item. One instance a thread, on one
 * shared memory. The host sets the variables before its first call, by name; addresses are in bytes, arrays by rank unless
 * said otherwise. What is from `cells` on is an instance's own.
 */
import {ENTRY, isBetter, itemAt, scoreAt, select, sort, write} from './entries'

/**
 * For each item, where the orders that hold it stand, in their sequence. An order is `[norm f64, order u32, customer u32,
 * size id, ranks…]`, ids of 16 or 32 bits; those of a customer stand side by side, oldest first. After the last comes one of
 * nobody.
 */
export let visits: usize = 0
/** f64, by how many orders lie between: what a purchase counts in a history. */
export let powers: usize = 0
/** Orders further back than that are not looked at. */
export let reach: u32 = 0
export let minTogether: u32 = 1
/** How many neighbors are kept. */
export let neighbors: i32 = 0
/** The item by rank: what ties are broken by, and what tables hold. */
export let items: usize = 0
/** f64: a factor for the place of an item in every row. */
export let appeal: usize = 0
/** The finished lists, `neighbors` entries of 16 bytes for each rank, and how long each is. */
export let entries: usize = 0
export let sizes: usize = 0

/** One of 16 bytes an item, all 0 between rows: the sum of gains f64, how many orders u32, who made them u32. */
export let cells: usize = 0
export let touched: usize = 0
/** The best of a row so far, how many there is room for, and room for as many more to sort in. */
export let best: usize = 0
export let bestRoom: i32 = 0

/** What the row's item was in the histories of all orders that followed. */
export let mass: f64 = 0

const ORDER: usize = 8
const CUSTOMER: usize = 12
const SIZE: usize = 16

/** In place of a customer: more than one did it. */
const SEVERAL: u64 = 0xffffffff

/** Customers whose first orders are touched before they are walked, so that the misses overlap. */
const TOUCH: usize = 64

/** Gains between two looks of the host at how far it is: a millisecond. */
const MOST_WORK: u32 = 1 << 18

/** Where the next item that is met will be noted. */
let next: usize = 0

/** Keeps the compiler from dropping reads that are only there to warm the cache. */
export let sink: u32 = 0

export function beginRow(): void {
  next = touched
  mass = 0
}

/** Follows customers from the visit at `from` on, as far as `to` or until it takes long. Returns at which visit to go on. */
export function follow16(from: usize, to: usize): usize {
  return follow<u16>(from, to)
}

export function follow32(from: usize, to: usize): usize {
  return follow<u32>(from, to)
}

function follow<Id>(from: usize, to: usize): usize {
  const end = visits + (to << 2)
  let warm = visits + (from << 2)
  let work: u32 = 0
  let v = warm
  while (v < end && work < MOST_WORK) {
    if (v >= warm) {
      const last = min(v + (TOUCH << 2), end)
      let sum: u32 = 0
      for (warm = v; warm < last; warm += 4) {
        const row = <usize>load<u32>(warm)
        sum += load<u32>(row, CUSTOMER) + load<u32>(row, 80)
      }
      sink = sum
    }
    let row = <usize>load<u32>(v)
    const customer = load<u32>(row, CUSTOMER)
    // The purchases within reach of the order looked at are those from `first` up to before `v`.
    let first = v
    v += 4
    for (;;) {
      row += SIZE + sizeof<Id>() + (<usize>load<Id>(row, SIZE)) * sizeof<Id>()
      if (load<u32>(row, CUSTOMER) != customer) break
      const order = load<u32>(row, ORDER)
      while (first < v && load<u32>(<usize>load<u32>(first), ORDER) + reach < order) first += 4
      if (first == v) {
        // Nothing within reach: go on after the next purchase, if there is one.
        if (v == end || load<u32>(<usize>load<u32>(v), CUSTOMER) != customer) break
        row = <usize>load<u32>(v)
        v += 4
        continue
      }
      let history: f64 = 0
      for (let p = first; p < v; p += 4) {
        const ago = order - 1 - load<u32>(<usize>load<u32>(p), ORDER)
        history += load<f64>(powers + ((<usize>ago) << 3))
      }
      work += addOrder<Id>(row, customer, history)
      if (v < end && <usize>load<u32>(v) == row) v += 4
    }
  }
  return (v - visits) >> 2
}

/** Adds what an order holds to the row. Returns how much that is. */
@inline
function addOrder<Id>(row: usize, customer: u32, history: f64): u32 {
  const size = <u32>load<Id>(row, SIZE)
  const pull = history * load<f64>(row)
  const gain = pull / Math.sqrt(<f64>size)
  mass += pull
  const counts = cells
  let p = row + SIZE + sizeof<Id>()
  const end = p + (<usize>size) * sizeof<Id>()
  const maker = (<u64>customer) << 32
  let met = next
  for (; p < end; p += sizeof<Id>()) {
    const other = <usize>load<Id>(p)
    const cell = counts + (other << 4)
    const count = load<u64>(cell, 8)
    store<u32>(met, <u32>other)
    met += (<usize>(count == 0)) << 2
    const isSame = (count == 0) | (count >> 32 == <u64>customer)
    store<u64>(cell, (isSame ? maker : SEVERAL << 32) | ((count & 0xffffffff) + 1), 8)
    store<f64>(cell, load<f64>(cell) + gain)
  }
  next = met
  return size
}

/** Keeps the best of the row, whose sums count times `damp`, in its list, and empties it. */
export function keepBest(rank: u32, damp: f64): void {
  let size: i32 = 0
  let worst: f64 = 0
  let worstItem = u32.MAX_VALUE
  for (let t = touched; t < next; t += 4) {
    const other = <usize>load<u32>(t)
    const cell = cells + (other << 4)
    const count = load<u64>(cell, 8)
    const sum = load<f64>(cell)
    store<f64>(cell, 0)
    store<u64>(cell, 0, 8)
    if (<u32>count < minTogether || (minTogether > 1 && count >> 32 != SEVERAL)) continue
    const score = sum * damp * load<f64>(appeal + (other << 3))
    if (!(score > 0) || score < worst) continue
    const item = load<u32>(items + (other << 2))
    if (!isBetter(score, item, worst, worstItem)) continue
    write(best + <usize>size * ENTRY, score, item, <i32>count)
    if (++size < bestRoom) continue
    select(best, size, neighbors)
    size = neighbors
    const last = best + <usize>(neighbors - 1) * ENTRY
    worst = scoreAt(last)
    worstItem = itemAt(last)
  }
  if (size > neighbors) select(best, size, neighbors)
  size = min(size, neighbors)
  const sorted = sort(best, size, best + <usize>bestRoom * ENTRY)
  memory.copy(entries + (<usize>rank) * (<usize>neighbors) * ENTRY, sorted, <usize>size * ENTRY)
  store<i32>(sizes + ((<usize>rank) << 2), size)
}
