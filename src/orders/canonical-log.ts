import {sortedIndices} from '../matrix/sort.ts'
import {each, type Steps, span} from '../matrix/steps.ts'
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
  const named = raw.orders.length
  const orderOf = (line: number) => {
    const order = raw.lineOrder.values[line]
    return order >= 0 ? order : named - 1 - order
  }
  const orders = yield* span(readOrderColumns(raw, orderOf), 0, 0.3)
  const [itemRank, items] = yield* span(ranked(raw.items, orders.isItem), 0.3, 0.35)
  const [customerRank, customers] = yield* span(ranked(raw.customers, orders.isCustomer), 0.35, 0.4)

  // Orders without a customer come last.
  const sequenceKey = (order: number) =>
    orders.customers[order] === NONE ? customers.length : customerRank[orders.customers[order]]
  const compareOrders = (a: number, b: number) =>
    sequenceKey(a) - sequenceKey(b) ||
    compareTimes(orders.times[a], orders.times[b]) ||
    compareOrderIds(raw.orders[a] ?? '', raw.orders[b] ?? '')
  const bySequence = yield* span(sortedIndices(orders.count, compareOrders), 0.4, 0.6)
  const lineOffsets = new Int32Array(orders.count + 1)
  const next = new Int32Array(orders.count)
  for (let o = 0; o < orders.count; o++) {
    next[bySequence[o]] = lineOffsets[o]
    lineOffsets[o + 1] = lineOffsets[o] + orders.sizes[bySequence[o]]
  }
  const bySlot = new Int32Array(lineOffsets[orders.count])
  const fill = (line: number) => {
    if (!orders.isLeftOut(line)) bySlot[next[orderOf(line)]++] = line
  }
  yield* span(each(lines, fill), 0.6, 0.7)
  const {lineItem, at, quantity, weight, price} = raw
  const compareLines = (a: number, b: number) =>
    itemRank[lineItem.values[a]] - itemRank[lineItem.values[b]] ||
    compareTimes(at.get(a), at.get(b)) ||
    quantity.get(a) - quantity.get(b) ||
    weight.get(a) - weight.get(b) ||
    compareTimes(price.get(a), price.get(b))
  yield* span(sortRows(bySlot, lineOffsets, compareLines), 0.7, 0.85)

  const lineItems = new Int32Array(bySlot.length)
  const times = new Float64Array(orders.count)
  const ids: Log['orders'] = []
  const setOrder = (o: number) => {
    times[o] = orders.times[bySequence[o]]
    ids.push(raw.orders[bySequence[o]] ?? '')
  }
  const setItem = (slot: number) => {
    lineItems[slot] = itemRank[lineItem.values[bySlot[slot]]]
  }
  yield* span(each(bySlot.length, setItem), 0.85, 0.88)
  yield* span(each(orders.count, setOrder), 0.88, 0.9)
  const lineTimes = yield* span(at.take(bySlot), 0.9, 0.92)
  const log: Log = {
    items,
    customers,
    orders: ids,
    customerOrders: yield* offsetsByCustomer(bySequence, sequenceKey, customers.length),
    times,
    lineOffsets,
    lineItems,
    lineTimes:
      lineTimes && (yield* span(differsFromOrder(lineTimes, times, lineOffsets), 0.92, 0.94)) ? lineTimes : undefined,
    quantities: yield* span(quantity.take(bySlot), 0.94, 0.96),
    weights: yield* span(weight.take(bySlot), 0.96, 0.98),
    prices: yield* span(price.take(bySlot), 0.98, 1),
  }
  return {log, twoCustomers: lines - bySlot.length}
}

/** The rank of each id that is used, and these ids by rank. */
function* ranked(ids: readonly (string | number)[], isUsed: Uint8Array): Steps<[Int32Array, string[]]> {
  const indices: number[] = []
  const texts: string[] = []
  const take = (index: number) => {
    if (isUsed[index] === 0) return
    indices.push(index)
    texts.push(String(ids[index]))
  }
  yield* span(each(ids.length, take), 0, 0.1)
  const byRank = yield* span(
    sortedIndices(texts.length, (a, b) => compareIds(texts[a], texts[b])),
    0.1,
    0.9,
  )
  const rank = new Int32Array(ids.length)
  const sorted: string[] = []
  const place = (r: number) => {
    rank[indices[byRank[r]]] = r
    sorted.push(texts[byRank[r]])
  }
  yield* span(each(byRank.length, place), 0.9, 1)
  return [rank, sorted]
}

interface OrderColumns {
  count: number
  /** Index of the customer, `NONE` where no line names one. */
  customers: Int32Array
  /** The earliest of its lines; NaN where unknown. */
  times: Float64Array
  /** Lines that stay. */
  sizes: Int32Array
  isLeftOut: (line: number) => boolean
  /** 1 for the items, the customers of lines that stay. */
  isItem: Uint8Array
  isCustomer: Uint8Array
}

/** What the lines of each order say of it. */
function* readOrderColumns(
  {items, lineItem, lineCustomer, at, orders, unnamedOrders, customers: ids}: RawLines,
  orderOf: (line: number) => number,
): Steps<OrderColumns> {
  const count = orders.length + unnamedOrders
  const customers = new Int32Array(count).fill(NONE)
  const giveCustomer = (line: number) => {
    const customer = lineCustomer.get(line)
    const known = customers[orderOf(line)]
    if (customer === NONE || customer === known) return
    if (known === NONE || compareIds(String(ids[customer]), String(ids[known])) < 0) customers[orderOf(line)] = customer
  }
  yield* span(each(lineItem.length, giveCustomer), 0, 0.5)
  const isLeftOut = (line: number) => {
    const customer = lineCustomer.get(line)
    return customer !== NONE && customer !== customers[orderOf(line)]
  }
  const times = new Float64Array(count).fill(Number.NaN)
  const sizes = new Int32Array(count)
  const isItem = new Uint8Array(items.length)
  const isCustomer = new Uint8Array(ids.length)
  const addLine = (line: number) => {
    if (isLeftOut(line)) return
    const order = orderOf(line)
    sizes[order]++
    isItem[lineItem.values[line]] = 1
    if (customers[order] !== NONE) isCustomer[customers[order]] = 1
    const time = at.get(line)
    if (time < times[order] || Number.isNaN(times[order])) times[order] = time
  }
  yield* span(each(lineItem.length, addLine), 0.5, 1)
  return {count, customers, times, sizes, isLeftOut, isItem, isCustomer}
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
      yield to / values.length
    }
  }
}

function* offsetsByCustomer(
  orders: Int32Array,
  customerOf: (order: number) => number,
  customers: number,
): Steps<Int32Array> {
  const offsets = new Int32Array(customers + 1)
  const count = (o: number) => {
    const customer = customerOf(orders[o])
    if (customer < customers) offsets[customer + 1]++
  }
  yield* span(each(orders.length, count), 0.9, 0.9)
  for (let c = 0; c < customers; c++) offsets[c + 1] += offsets[c]
  return offsets
}

function* differsFromOrder(lineTimes: Float64Array, times: Float64Array, offsets: Int32Array): Steps<boolean> {
  for (let o = 0, pause = CHUNK; o < times.length; o++) {
    for (let p = offsets[o]; p < offsets[o + 1]; p++) if (!Object.is(lineTimes[p], times[o])) return true
    if (offsets[o] >= pause) {
      pause = offsets[o] + CHUNK
      yield o / times.length
    }
  }
  return false
}
