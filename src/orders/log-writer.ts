import {sortedIndices} from '../matrix/sort.ts'
import {each, type Steps} from '../matrix/steps.ts'
import type {PlainLine} from './columns.ts'
import {compareIds, Interner} from './ids.ts'
import {IntColumn, SparseColumn} from './line-columns.ts'
import type {Log} from './log.ts'
import {quote} from './options.ts'

const NONE = -1

/** What `add` and `append` return for a line of no units: it is not taken. */
export const ZERO_QUANTITY = 'zero quantity'

/** Lines between two yields: a few milliseconds. */
const CHUNK = 1 << 16

/** Takes lines in any order and makes the log of them. */
export class LogWriter {
  readonly items = new Interner()
  readonly orders = new Interner()
  readonly customers = new Interner()
  /** Lines without an order id stand for the order of their customer at their time; these are numbered from -2 down. */
  readonly #unnamed = new Interner()
  readonly #lineItem = new IntColumn()
  readonly #lineOrder = new IntColumn()
  readonly #lineCustomer = new SparseColumn(NONE)
  readonly #quantity = new SparseColumn(1)
  readonly #at = new SparseColumn(Number.NaN)
  readonly #price = new SparseColumn(Number.NaN)
  readonly #weight = new SparseColumn(1)
  /** The first customer each named order was seen with. */
  readonly #firstCustomer = new SparseColumn(NONE)

  /** Lines taken so far. */
  get length(): number {
    return this.#lineItem.length
  }

  /** Takes a line; returns as `append` does. */
  add({
    item,
    order,
    customer,
    quantity = 1,
    at = Number.NaN,
    price = Number.NaN,
    weight = 1,
  }: PlainLine): string | undefined {
    return this.append(
      this.items.index(item),
      order === undefined ? NONE : this.orders.index(order),
      customer === undefined ? NONE : this.customers.index(customer),
      quantity,
      at,
      price,
      weight,
    )
  }

  /**
   * Takes a line whose ids are indices of this writer's interners, -1 for none.
   * @returns `ZERO_QUANTITY`, or what is wrong with the line beside others: its order has another customer. Such a line is
   * taken all the same, and `finish` leaves out all but one customer's: which one must not depend on what came first.
   */
  append(
    item: number,
    order: number,
    customer: number,
    quantity: number,
    at: number,
    price: number,
    weight: number,
  ): string | undefined {
    if (quantity === 0) return ZERO_QUANTITY
    const row = this.#lineItem.length
    this.#lineItem.push(item)
    this.#lineOrder.push(order >= 0 ? order : -2 - this.#unnamed.index(`${customer} ${at}`))
    this.#lineCustomer.set(row, customer)
    this.#quantity.set(row, quantity)
    this.#at.set(row, at)
    this.#price.set(row, price)
    this.#weight.set(row, weight)
    if (order < 0 || customer < 0) return undefined
    const first = this.#firstCustomer.get(order)
    if (first === NONE) this.#firstCustomer.set(order, customer)
    if (first === NONE || first === customer) return undefined
    const [one, other] = [first, customer].map((c) => quote(String(this.customers.ids[c])))
    return `order ${quote(String(this.orders.ids[order]))} has two customers, ${one} and ${other}`
  }

  /**
   * The log, and how many lines it leaves out because their order has two customers: it keeps the lines of the customer
   * whose id sorts first, and those that name none. The writer is empty afterwards.
   */
  *finish(): Steps<{log: Log; twoCustomers: number}> {
    const lines = this.#lineItem.length
    const named = this.orders.ids.length
    const orders = named + this.#unnamed.ids.length
    const [itemRank, items] = yield* ranked(this.items)
    const [customerRank, customers] = yield* ranked(this.customers)
    const lineOrder = this.#lineOrder.values
    const orderOf = (line: number) => (lineOrder[line] >= 0 ? lineOrder[line] : named - 2 - lineOrder[line])
    const customerOf = (line: number) => {
      const customer = this.#lineCustomer.get(line)
      return customer === NONE ? NONE : customerRank[customer]
    }

    const orderCustomer = new Int32Array(orders).fill(NONE)
    yield* each(lines, (line) => {
      const customer = customerOf(line)
      const order = orderOf(line)
      if (customer !== NONE && (orderCustomer[order] === NONE || customer < orderCustomer[order])) {
        orderCustomer[order] = customer
      }
    })
    const isLeftOut = (line: number) => customerOf(line) !== NONE && customerOf(line) !== orderCustomer[orderOf(line)]

    const orderTime = new Float64Array(orders).fill(Number.NaN)
    const sizes = new Int32Array(orders)
    yield* each(lines, (line) => {
      if (isLeftOut(line)) return
      const order = orderOf(line)
      sizes[order]++
      const at = this.#at.get(line)
      if (at < orderTime[order] || Number.isNaN(orderTime[order])) orderTime[order] = at
    })

    const ids = this.orders.ids
    const bySequence = yield* sortedIndices(orders, (a, b) => {
      const byCustomer = customerKey(orderCustomer[a]) - customerKey(orderCustomer[b])
      if (byCustomer !== 0) return byCustomer
      const byTime = compareTimes(orderTime[a], orderTime[b])
      return byTime !== 0 ? byTime : compareOrderIds(ids[a] ?? '', ids[b] ?? '')
    })

    const lineOffsets = new Int32Array(orders + 1)
    const next = new Int32Array(orders)
    for (let o = 0; o < orders; o++) {
      next[bySequence[o]] = lineOffsets[o]
      lineOffsets[o + 1] = lineOffsets[o] + sizes[bySequence[o]]
    }
    const bySlot = new Int32Array(lineOffsets[orders])
    yield* each(lines, (line) => {
      if (!isLeftOut(line)) bySlot[next[orderOf(line)]++] = line
    })
    const compareLines = (a: number, b: number) =>
      itemRank[this.#lineItem.values[a]] - itemRank[this.#lineItem.values[b]] ||
      compareTimes(this.#at.get(a), this.#at.get(b)) ||
      this.#quantity.get(a) - this.#quantity.get(b) ||
      this.#weight.get(a) - this.#weight.get(b) ||
      compareTimes(this.#price.get(a), this.#price.get(b))
    yield* sortRows(bySlot, lineOffsets, compareLines)

    const lineItems = new Int32Array(bySlot.length)
    yield* each(bySlot.length, (p) => {
      lineItems[p] = itemRank[this.#lineItem.values[bySlot[p]]]
    })
    const times = new Float64Array(orders)
    const sequence: Log['orders'] = []
    yield* each(orders, (o) => {
      times[o] = orderTime[bySequence[o]]
      sequence.push(ids[bySequence[o]] ?? '')
    })
    const lineTimes = yield* this.#at.take(bySlot)
    const log: Log = {
      items,
      customers,
      orders: sequence,
      customerOrders: offsetsByCustomer(bySequence, orderCustomer, customers.length),
      times,
      lineOffsets,
      lineItems,
      quantities: yield* this.#quantity.take(bySlot),
      lineTimes: lineTimes && (yield* differsFromOrder(lineTimes, times, lineOffsets)) ? lineTimes : undefined,
      weights: yield* this.#weight.take(bySlot),
      prices: yield* this.#price.take(bySlot),
    }
    return {log, twoCustomers: lines - bySlot.length}
  }
}

/** The rank of each interned id among all, and the ids by rank. */
function* ranked({ids}: Interner): Steps<[Int32Array, string[]]> {
  const texts = ids.map(String)
  const byRank = yield* sortedIndices(texts.length, (a, b) => compareIds(texts[a], texts[b]))
  const rank = new Int32Array(texts.length)
  for (let r = 0; r < byRank.length; r++) rank[byRank[r]] = r
  return [rank, Array.from(byRank, (index) => texts[index])]
}

function customerKey(customer: number): number {
  return customer === NONE ? Number.POSITIVE_INFINITY : customer
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

/** Sorts each row, short ones by insertion. */
function* sortRows(values: Int32Array, offsets: Int32Array, compare: (a: number, b: number) => number): Steps<void> {
  for (let row = 0, pause = CHUNK; row + 1 < offsets.length; row++) {
    const from = offsets[row]
    const to = offsets[row + 1]
    if (to - from > 32) {
      const sorted = yield* sortedIndices(to - from, (a, b) => compare(values[from + a], values[from + b]) || a - b)
      values.set(
        sorted.map((p) => values[from + p]),
        from,
      )
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

function offsetsByCustomer(orders: Int32Array, orderCustomer: Int32Array, customers: number): Int32Array {
  const offsets = new Int32Array(customers + 1)
  for (const order of orders) if (orderCustomer[order] !== NONE) offsets[orderCustomer[order] + 1]++
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
