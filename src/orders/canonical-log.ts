import {sortedIndices} from '../matrix/sort.ts'
import {each, type Steps, span} from '../matrix/steps.ts'
import {compareIds} from './ids.ts'
import {type IndexColumn, type SparseColumn, takeRows} from './line-columns.ts'
import type {TextLog} from './log.ts'
import {NONE, type Runs} from './runs.ts'
import {compareTimes, type LinePlaces, sortLines} from './sort-lines.ts'

/** Lines as they came: ids by the order of their first appearance, columns by line. */
export interface RawLines {
  items: readonly (string | number)[]
  orders: readonly (string | number)[]
  /** How many orders have no id. */
  unnamedOrders: number
  customers: readonly (string | number)[]
  /** By named order, the customer it is known to have, whatever its lines say; `NONE` where that is for these to say. */
  knownCustomer: SparseColumn
  lineItem: IndexColumn
  runs: Runs
  quantity: SparseColumn
  price: SparseColumn
  weight: SparseColumn
}

export interface CanonicalLog {
  log: TextLog
  /**
   * How many lines it leaves out because their order has two customers: it keeps the lines of the customer whose id sorts
   * first, and those that name none.
   */
  twoCustomers: number
}

/** The log of some lines: the same for any order in which they came. Uses the columns up. */
export function* canonicalLog(raw: RawLines): Steps<CanonicalLog> {
  const lines = raw.lineItem.length
  const orders = yield* span(readOrderColumns(raw), 0, 0.2)
  const [itemRank, items] = yield* span(ranked(raw.items, orders.isItem), 0.2, 0.25)
  const [customerRank, customers] = yield* span(ranked(raw.customers, orders.isCustomer), 0.25, 0.3)

  // Orders without a customer come last.
  const sequenceKey = (order: number) =>
    orders.customers[order] === NONE ? customers.length : customerRank[orders.customers[order]]
  const compareOrders = (a: number, b: number) =>
    sequenceKey(a) - sequenceKey(b) ||
    (orders.times ? compareTimes(orders.times[a], orders.times[b]) : 0) ||
    compareOrderIds(raw.orders[a] ?? '', raw.orders[b] ?? '')
  const bySequence = yield* span(sortedIndices(orders.count, compareOrders), 0.3, 0.5)
  const lineOffsets = new Int32Array(orders.count + 1)
  const next = orders.sizes
  for (let o = 0; o < orders.count; o++) {
    lineOffsets[o + 1] = lineOffsets[o] + orders.sizes[bySequence[o]]
    next[bySequence[o]] = lineOffsets[o]
  }
  const places: LinePlaces = {eachRun: orders.eachRun, times: orders.times, lineOffsets, next}
  const sorted = yield* span(sortLines(raw, itemRank, items.length, places), 0.5, 0.95)
  const log: TextLog = {
    ...sorted,
    items,
    customers,
    orders: yield* span(orderIds(raw, bySequence), 0.95, 0.97),
    customerOrders: yield* span(offsetsByCustomer(bySequence, sequenceKey, customers.length), 0.97, 0.98),
    times: orders.times && (yield* span(takeRows(orders.times, bySequence), 0.98, 1)),
    lineOffsets,
  }
  return {log, twoCustomers: lines - log.lineItems.length}
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
  /** The earliest of its lines; NaN where unknown. Absent where all are. */
  times: Float64Array | undefined
  /** Lines that stay. */
  sizes: Int32Array
  eachRun: LinePlaces['eachRun']
  /** 1 for the items, the customers of lines that stay. */
  isItem: Uint8Array
  isCustomer: Uint8Array
}

/** What the lines of each order say of it. */
function* readOrderColumns({
  items,
  lineItem,
  runs,
  orders,
  unnamedOrders,
  customers: ids,
  knownCustomer,
}: RawLines): Steps<OrderColumns> {
  const count = orders.length + unnamedOrders
  const orderOf = (run: number) => {
    const order = runs.orders.values[run]
    return order >= 0 ? order : orders.length - 1 - order
  }
  const customers = new Int32Array(count).fill(NONE)
  for (let order = 0; order < orders.length; order++) customers[order] = knownCustomer.get(order)
  const giveCustomer = (run: number) => {
    const customer = runs.customers.get(run)
    const known = customers[orderOf(run)]
    if (customer === NONE || customer === known || knownCustomer.get(orderOf(run)) !== NONE) return
    if (known === NONE || compareIds(String(ids[customer]), String(ids[known])) < 0) customers[orderOf(run)] = customer
  }
  yield* span(runs.each(lineItem.length, giveCustomer), 0, 0.3)
  const eachRun: LinePlaces['eachRun'] = (see) =>
    runs.each(lineItem.length, (run, from, to) => {
      const customer = runs.customers.get(run)
      const order = orderOf(run)
      if (customer === NONE || customer === customers[order]) see(order, from, to, runs.times.get(run))
    })
  const times = runs.times.values && new Float64Array(count).fill(Number.NaN)
  const sizes = new Int32Array(count)
  const isItem = new Uint8Array(items.length)
  const isCustomer = new Uint8Array(ids.length)
  const addRun = (order: number, from: number, to: number, time: number) => {
    sizes[order] += to - from
    for (let line = from; line < to; line++) isItem[lineItem.values[line]] = 1
    if (customers[order] !== NONE) isCustomer[customers[order]] = 1
    if (times && (time < times[order] || Number.isNaN(times[order]))) times[order] = time
  }
  yield* span(eachRun(addRun), 0.3, 1)
  return {count, customers, times, sizes, eachRun, isItem, isCustomer}
}

/** Shorter ids first, so that numbers count upwards: without dates it is the best guess at the sequence there is. */
export function compareOrderIds(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number' && a >= 0 && b >= 0) return a - b
  const x = String(a)
  const y = String(b)
  return x.length - y.length || compareIds(x, y)
}

/** Whole numbers where all are: an eighth of what texts take. */
function* orderIds({orders, unnamedOrders}: RawLines, bySequence: Int32Array): Steps<TextLog['orders']> {
  const areInts = unnamedOrders === 0 && orders.every((id) => typeof id === 'number' && (id | 0) === id)
  const ids = areInts ? new Int32Array(orders.length) : new Array<string | number>(bySequence.length)
  yield* each(bySequence.length, (o) => {
    ids[o] = orders[bySequence[o]] ?? ''
  })
  return ids
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
  if (customers > 0) yield* each(orders.length, count)
  for (let c = 0; c < customers; c++) offsets[c + 1] += offsets[c]
  return offsets
}
