import {indicesBelow} from '../matrix/csr.ts'
import {each, type Steps, span} from '../matrix/steps.ts'
import {compareOrderIds} from './canonical-log.ts'
import {compareIds} from './ids.ts'
import type {Log} from './log.ts'
import {compareTimes} from './sort-lines.ts'

/** Orders between two yields: a few milliseconds. */
const CHUNK = 1 << 13

/**
 * The log of what is left of one and of all in another, which have no order in common: what a log of all these lines would
 * be, to the byte. Both are sorted, so they are walked side by side, and nothing is sorted again.
 */
export function* mergeLogs(base: Log, isGone: (order: number) => boolean, added: Log): Steps<Log> {
  const {usedItems, usedCustomers} = yield* span(whatIsLeft(base, isGone), 0, 0.1)
  const items = yield* span(mergeIds(base.items, usedItems, added.items), 0.1, 0.15)
  const customers = yield* span(mergeIds(base.customers, usedCustomers, added.customers), 0.15, 0.25)
  const {sequence, customerOrders} = yield* span(mergeOrders(base, isGone, added, customers), 0.25, 0.4)

  // Orders of the base are numbered from 0 up, the others from -1 down.
  const logOf = (o: number) => (sequence[o] >= 0 ? base : added)
  const orderOf = (o: number) => (sequence[o] >= 0 ? sequence[o] : -1 - sequence[o])
  const count = sequence.length
  const lineOffsets = new Int32Array(count + 1)
  const times = new Float64Array(count)
  const measure = (o: number) => {
    const [log, order] = [logOf(o), orderOf(o)]
    lineOffsets[o + 1] = lineOffsets[o] + log.lineOffsets[order + 1] - log.lineOffsets[order]
    times[o] = log.times ? log.times[order] : Number.NaN
  }
  yield* span(each(count, measure, CHUNK), 0.4, 0.5)
  const lines = lineOffsets[count]

  const lineItems = indicesBelow(items.ids.length, lines)
  const copyItems = (o: number) => {
    const [log, order] = [logOf(o), orderOf(o)]
    const map = sequence[o] >= 0 ? items.ofBase : items.ofAdded
    for (let line = log.lineOffsets[order], slot = lineOffsets[o]; line < log.lineOffsets[order + 1]; line++, slot++) {
      lineItems[slot] = map[log.lineItems[line]]
    }
  }
  yield* span(each(count, copyItems, CHUNK), 0.5, 0.7)

  type Column = 'quantities' | 'weights' | 'prices' | 'lineTimes'
  /** `undefined` where all lines have what is usual. */
  const column = function* (name: Column, usual: (o: number) => number): Steps<Float64Array | undefined> {
    if (!base[name] && !added[name]) return undefined
    const values = new Float64Array(lines)
    let differs = false
    const copy = (o: number) => {
      const [log, order, most] = [logOf(o), orderOf(o), usual(o)]
      const given = log[name]
      if (!given) {
        values.fill(most, lineOffsets[o], lineOffsets[o + 1])
        return
      }
      for (
        let line = log.lineOffsets[order], slot = lineOffsets[o];
        line < log.lineOffsets[order + 1];
        line++, slot++
      ) {
        values[slot] = given[line]
        if (!Object.is(given[line], most)) differs = true
      }
    }
    yield* each(count, copy, CHUNK)
    return differs ? values : undefined
  }
  const lineTimes = yield* span(
    column('lineTimes', (o) => times[o]),
    0.7,
    0.78,
  )
  const quantities = yield* span(
    column('quantities', () => 1),
    0.78,
    0.86,
  )
  const weights = yield* span(
    column('weights', () => 1),
    0.86,
    0.9,
  )
  const prices = yield* span(
    column('prices', () => Number.NaN),
    0.9,
    0.98,
  )
  return {
    items: items.ids,
    customers: customers.ids,
    orders: orderIds(base, added, sequence),
    customerOrders,
    times: times.every(Number.isNaN) ? undefined : times,
    lineOffsets,
    lineItems,
    quantities,
    lineTimes,
    weights,
    prices,
  }
}

/** Which items and customers of a log still have a line. All have one while no order is gone. */
function* whatIsLeft(
  {items, customers, customerOrders, lineOffsets, lineItems}: Log,
  isGone: (order: number) => boolean,
): Steps<{usedItems: Uint8Array; usedCustomers: Uint8Array}> {
  const usedItems = new Uint8Array(items.length)
  const usedCustomers = new Uint8Array(customers.length)
  const orders = lineOffsets.length - 1
  let customer = 0
  let gone = 0
  const lookAtOrder = (order: number) => {
    while (customer < customers.length && customerOrders[customer + 1] <= order) customer++
    if (isGone(order)) gone++
    else if (customer < customers.length) usedCustomers[customer] = 1
  }
  yield* span(each(orders, lookAtOrder), 0, 0.2)
  if (gone === 0) return {usedItems: usedItems.fill(1), usedCustomers}
  const lookAtLines = (order: number) => {
    if (isGone(order)) return
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) usedItems[lineItems[line]] = 1
  }
  yield* span(each(orders, lookAtLines, CHUNK), 0.2, 1)
  return {usedItems, usedCustomers}
}

/** Sorted ids of two logs as one list, and where each has gone; `undefined` of which index in it is of which customer. */
interface MergedIds {
  ids: string[]
  ofBase: Int32Array
  ofAdded: Int32Array
}

function* mergeIds(base: Log['items'], isUsed: Uint8Array, added: Log['items']): Steps<MergedIds> {
  const ids: string[] = []
  const ofBase = new Int32Array(base.length).fill(-1)
  const ofAdded = new Int32Array(added.length)
  let a = 0
  const addBefore = (id: string | undefined) => {
    for (; a < added.length; a++) {
      const other = added.at(a) as string
      if (id !== undefined && compareIds(other, id) >= 0) return
      ofAdded[a] = ids.push(other) - 1
    }
  }
  const take = (b: number) => {
    if (isUsed[b] === 0) return
    const id = base.at(b) as string
    addBefore(id)
    ofBase[b] = ids.push(id) - 1
    if (a < added.length && added.at(a) === id) ofAdded[a++] = ofBase[b]
  }
  yield* each(base.length, take, CHUNK)
  addBefore(undefined)
  return {ids, ofBase, ofAdded}
}

/** The orders of both in their sequence: those of the base by number, the others as -1, -2… */
function* mergeOrders(
  base: Log,
  isGone: (order: number) => boolean,
  added: Log,
  {ids, ofBase, ofAdded}: MergedIds,
): Steps<{sequence: Int32Array; customerOrders: Int32Array}> {
  const sequence = new Int32Array(base.lineOffsets.length + added.lineOffsets.length - 2)
  const customerOrders = new Int32Array(ids.length + 1)
  let n = 0
  const idAt = (log: Log, order: number) => log.orders.at(order) as string | number
  const compare = (b: number, a: number) =>
    compareTimes(base.times ? base.times[b] : Number.NaN, added.times ? added.times[a] : Number.NaN) ||
    compareOrderIds(idAt(base, b), idAt(added, a))
  const merge = (b: number, bEnd: number, a: number, aEnd: number) => {
    for (; b < bEnd; b++) {
      if (isGone(b)) continue
      while (a < aEnd && compare(b, a) > 0) sequence[n++] = -1 - a++
      sequence[n++] = b
    }
    while (a < aEnd) sequence[n++] = -1 - a++
  }
  /** By customer, who that is in each log; -1 for nobody. */
  const inBase = inverse(ofBase, ids.length)
  const inAdded = inverse(ofAdded, ids.length)
  const mergeCustomer = (customer: number) => {
    const [b, a] = [inBase[customer], inAdded[customer]]
    merge(
      b < 0 ? 0 : base.customerOrders[b],
      b < 0 ? 0 : base.customerOrders[b + 1],
      a < 0 ? 0 : added.customerOrders[a],
      a < 0 ? 0 : added.customerOrders[a + 1],
    )
    customerOrders[customer + 1] = n
  }
  yield* each(ids.length, mergeCustomer, 1 << 11)
  const lastOf = ({customerOrders: offsets}: Log) => offsets[offsets.length - 1]
  merge(lastOf(base), base.lineOffsets.length - 1, lastOf(added), added.lineOffsets.length - 1)
  return {sequence: sequence.slice(0, n), customerOrders}
}

function inverse(map: Int32Array, length: number): Int32Array {
  const indices = new Int32Array(length).fill(-1)
  for (let i = 0; i < map.length; i++) if (map[i] >= 0) indices[map[i]] = i
  return indices
}

/** Whole numbers where all are. */
function orderIds(base: Log, added: Log, sequence: Int32Array): Log['orders'] {
  const [ofBase, ofAdded] = [base.orders, added.orders]
  if (ofBase instanceof Int32Array && ofAdded instanceof Int32Array) {
    return sequence.map((o) => (o >= 0 ? ofBase[o] : ofAdded[-1 - o]))
  }
  const idOf = (o: number) => (o >= 0 ? ofBase.at(o) : ofAdded.at(-1 - o)) as string | number
  if (sequence.every((o) => isInt(idOf(o)))) return sequence.map((o) => idOf(o) as number)
  return Array.from(sequence, idOf)
}

function isInt(id: string | number): boolean {
  return typeof id === 'number' && (id | 0) === id
}
