import {sortedIndices} from '../matrix/sort.ts'
import {each, type Steps} from '../matrix/steps.ts'
import {compareIds} from './ids.ts'
import type {IntColumn, SparseColumn} from './line-columns.ts'
import type {Log} from './log.ts'

/** In place of an order or a customer that a line does not name. */
export const NONE = -1

/** Lines as they came: ids by the order of their first appearance, columns by line. */
export interface RawLines {
  items: readonly (string | number)[]
  orders: readonly (string | number)[]
  /** How many orders have no id. */
  unnamedOrders: number
  customers: readonly (string | number)[]
  lineItem: IntColumn
  /** From 0 an index of `orders`, from -1 down an order without an id. */
  lineOrder: IntColumn
  lineCustomer: SparseColumn
  quantity: SparseColumn
  at: SparseColumn
  price: SparseColumn
  weight: SparseColumn
}

export interface CanonicalLog {
  log: Log
  /**
   * How many lines it leaves out because their order has two customers: it keeps the lines of the customer whose id sorts
   * first, and those that name none.
   */
  twoCustomers: number
}

/** The log of some lines: the same for any order in which they came. Uses the columns up. */
export function* canonicalLog(raw: RawLines): Steps<CanonicalLog> {
  const lines = raw.lineItem.length
  const [itemRank, items] = yield* ranked(raw.items)
  const [customerRank, customers] = yield* ranked(raw.customers)
  const named = raw.orders.length
  const orderOf = (line: number) => {
    const order = raw.lineOrder.values[line]
    return order >= 0 ? order : named - 1 - order
  }
  const customerOf = (line: number) => {
    const customer = raw.lineCustomer.get(line)
    return customer === NONE ? NONE : customerRank[customer]
  }
  const orders = yield* readOrderColumns(raw, orderOf, customerOf)

  const bySequence = yield* sortedIndices(orders.count, (a, b) => {
    const byCustomer = sequenceKey(orders.customers[a]) - sequenceKey(orders.customers[b])
    const byTime = byCustomer || compareTimes(orders.times[a], orders.times[b])
    return byTime || compareOrderIds(raw.orders[a] ?? '', raw.orders[b] ?? '')
  })
  const lineOffsets = new Int32Array(orders.count + 1)
  const next = new Int32Array(orders.count)
  yield* each(orders.count, (o) => {
    next[bySequence[o]] = lineOffsets[o]
    lineOffsets[o + 1] = lineOffsets[o] + orders.sizes[bySequence[o]]
  })
  const bySlot = new Int32Array(lineOffsets[orders.count])
  yield* each(lines, (line) => {
    if (!orders.isLeftOut(line)) bySlot[next[orderOf(line)]++] = line
  })
  const {lineItem, at, quantity, weight, price} = raw
  yield* sortRows(
    bySlot,
    lineOffsets,
    (a, b) =>
      itemRank[lineItem.values[a]] - itemRank[lineItem.values[b]] ||
      compareTimes(at.get(a), at.get(b)) ||
      quantity.get(a) - quantity.get(b) ||
      weight.get(a) - weight.get(b) ||
      compareTimes(price.get(a), price.get(b)),
  )

  const lineItems = new Int32Array(bySlot.length)
  yield* each(bySlot.length, (slot) => {
    lineItems[slot] = itemRank[lineItem.values[bySlot[slot]]]
  })
  const times = new Float64Array(orders.count)
  const ids: Log['orders'] = []
  yield* each(orders.count, (o) => {
    times[o] = orders.times[bySequence[o]]
    ids.push(raw.orders[bySequence[o]] ?? '')
  })
  const lineTimes = yield* at.take(bySlot)
  const log: Log = {
    items,
    customers,
    orders: ids,
    customerOrders: offsetsByCustomer(bySequence, orders.customers, customers.length),
    times,
    lineOffsets,
    lineItems,
    quantities: yield* quantity.take(bySlot),
    lineTimes: lineTimes && (yield* differsFromOrder(lineTimes, times, lineOffsets)) ? lineTimes : undefined,
    weights: yield* weight.take(bySlot),
    prices: yield* price.take(bySlot),
  }
  return {log, twoCustomers: lines - bySlot.length}
}

/** The rank of each id among all, and the ids by rank. */
function* ranked(ids: readonly (string | number)[]): Steps<[Int32Array, string[]]> {
  const texts = ids.map(String)
  const byRank = yield* sortedIndices(texts.length, (a, b) => compareIds(texts[a], texts[b]))
  const rank = new Int32Array(texts.length)
  for (let r = 0; r < byRank.length; r++) rank[byRank[r]] = r
  return [rank, Array.from(byRank, (index) => texts[index])]
}

interface OrderColumns {
  count: number
  /** `NONE` where no line names one. */
  customers: Int32Array
  /** The earliest of its lines; NaN where unknown. */
  times: Float64Array
  /** Lines that stay. */
  sizes: Int32Array
  isLeftOut: (line: number) => boolean
}

/** What the lines of each order say of it. */
function* readOrderColumns(
  {lineItem, at, orders, unnamedOrders}: RawLines,
  orderOf: (line: number) => number,
  customerOf: (line: number) => number,
): Steps<OrderColumns> {
  const count = orders.length + unnamedOrders
  const customers = new Int32Array(count).fill(NONE)
  yield* each(lineItem.length, (line) => {
    const customer = customerOf(line)
    const order = orderOf(line)
    if (customer !== NONE && (customers[order] === NONE || customer < customers[order])) customers[order] = customer
  })
  const isLeftOut = (line: number) => customerOf(line) !== NONE && customerOf(line) !== customers[orderOf(line)]
  const times = new Float64Array(count).fill(Number.NaN)
  const sizes = new Int32Array(count)
  yield* each(lineItem.length, (line) => {
    if (isLeftOut(line)) return
    const order = orderOf(line)
    sizes[order]++
    const time = at.get(line)
    if (time < times[order] || Number.isNaN(times[order])) times[order] = time
  })
  return {count, customers, times, sizes, isLeftOut}
}

/** Orders without a customer come last. */
function sequenceKey(customer: number): number {
  return customer === NONE ? Number.MAX_SAFE_INTEGER : customer
}

/** Unknown first. */
function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
  return a - b
}

/** Shorter ids first, so that numbers count upwards: without dates it is the best guess at the sequence there is. */
function compareOrderIds(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number' && a >= 0 && b >= 0) return a - b
  const x = String(a)
  const y = String(b)
  return x.length - y.length || compareIds(x, y)
}

/** Entries between two yields: a few milliseconds. */
const CHUNK = 1 << 16

/** Sorts each row, short ones by insertion. */
function* sortRows(values: Int32Array, offsets: Int32Array, compare: (a: number, b: number) => number): Steps<void> {
  for (let row = 0, pause = CHUNK; row + 1 < offsets.length; row++) {
    const from = offsets[row]
    const to = offsets[row + 1]
    if (to - from > 32) {
      const unsorted = values.slice(from, to)
      const sorted = yield* sortedIndices(unsorted.length, (a, b) => compare(unsorted[a], unsorted[b]) || a - b)
      for (let p = 0; p < sorted.length; p++) values[from + p] = unsorted[sorted[p]]
    } else {
      for (let p = from + 1; p < to; p++) {
        const value = values[p]
        let hole = p
        for (; hole > from && compare(values[hole - 1], value) > 0; hole--) values[hole] = values[hole - 1]
        values[hole] = value
      }
    }
    if (to >= pause) {
      pause = to + CHUNK
      yield 0.8
    }
  }
}

function offsetsByCustomer(orders: Int32Array, customerOf: Int32Array, customers: number): Int32Array {
  const offsets = new Int32Array(customers + 1)
  for (const order of orders) if (customerOf[order] !== NONE) offsets[customerOf[order] + 1]++
  for (let c = 0; c < customers; c++) offsets[c + 1] += offsets[c]
  return offsets
}

function* differsFromOrder(lineTimes: Float64Array, times: Float64Array, offsets: Int32Array): Steps<boolean> {
  for (let o = 0, pause = CHUNK; o < times.length; o++) {
    for (let p = offsets[o]; p < offsets[o + 1]; p++) if (!Object.is(lineTimes[p], times[o])) return true
    if (offsets[o] >= pause) {
      pause = offsets[o] + CHUNK
      yield 0.95
    }
  }
  return false
}
