import {each, type Steps, span} from '../matrix/steps.ts'
import type {Log} from './log.ts'
import {LogWriter} from './log-writer.ts'
import {NONE} from './runs.ts'

/** A line as it was given, by ids: what is absent is NaN, or 1 of quantity and weight. */
export interface WholeLine {
  item: string
  at: number
  quantity: number
  weight: number
  price: number
}

/** An order apart from any log. Not to be changed. */
export interface WholeOrder {
  /** '' where it stands for its customer at its time. */
  id: string | number
  /** Absent where no line names one. */
  customer: string | undefined
  /** The earliest of its lines, NaN where unknown. */
  time: number
  lines: readonly WholeLine[]
}

/** What an order is known by: its id, or its customer and time. */
export function orderKey({id, customer, time}: Pick<WholeOrder, 'id' | 'customer' | 'time'>): string {
  return id === '' ? `at ${time} ${customer}` : `id ${id}`
}

/** Which customer made an order of a log; -1 where nobody is known. */
export function customerOfOrder({customerOrders}: Log, order: number): number {
  const customers = customerOrders.length - 1
  if (order >= customerOrders[customers]) return -1
  let low = 0
  let high = customers
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (customerOrders[middle] <= order) low = middle
    else high = middle
  }
  return low
}

/** Takes an order out of a log. */
export function wholeOrder(log: Log, order: number): WholeOrder {
  const {lineOffsets, lineItems, lineTimes, quantities, weights, prices} = log
  const customer = customerOfOrder(log, order)
  const time = log.times ? log.times[order] : Number.NaN
  const lines: WholeLine[] = []
  for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
    lines.push({
      item: log.items.at(lineItems[line]) as string,
      at: lineTimes ? lineTimes[line] : time,
      quantity: quantities ? quantities[line] : 1,
      weight: weights ? weights[line] : 1,
      price: prices ? prices[line] : Number.NaN,
    })
  }
  const id = log.orders.at(order) as string | number
  return {id, customer: customer < 0 ? undefined : log.customers.at(customer), time, lines}
}

/** What became of the lines that were given for an order. */
interface MergedOrder {
  order: WholeOrder
  /** Lines that the order had not, and lines that it had already. */
  added: number
  ignored: number
  /** Lines that it had and has no more. */
  removed: number
}

/**
 * Adds lines to an order: of each distinct line it then holds as many as it did, or as many as are given, whichever is more.
 * So what comes once more is ignored, and what was sold twice in one call is sold twice. With `replace` it holds what is given.
 */
export function mergeOrder(before: WholeOrder | undefined, given: WholeOrder, replace: boolean): MergedOrder {
  if (!before) return {order: given, added: given.lines.length, ignored: 0, removed: 0}
  const left = new Map<string, number>()
  for (const line of before.lines) left.set(lineKey(line), (left.get(lineKey(line)) ?? 0) + 1)
  const added = given.lines.filter((line) => {
    const n = left.get(lineKey(line)) ?? 0
    if (n > 0) left.set(lineKey(line), n - 1)
    return n === 0
  })
  const ignored = given.lines.length - added.length
  if (replace) return {order: given, added: added.length, ignored, removed: before.lines.length - ignored}
  const times = [before.time, given.time].filter((time) => !Number.isNaN(time))
  const order = {
    id: before.id,
    customer: before.customer ?? given.customer,
    time: times.length > 0 ? Math.min(...times) : Number.NaN,
    lines: [...before.lines, ...added],
  }
  return {order, added: added.length, ignored, removed: 0}
}

function lineKey({item, at, quantity, weight, price}: WholeLine): string {
  return `${at} ${quantity} ${weight} ${price} ${item}`
}

/** The log of some orders. */
export function* logOfOrders(orders: readonly WholeOrder[]): Steps<Log> {
  const writer = new LogWriter()
  yield* span(
    each(orders.length, (o) => writeOrder(orders[o], writer), 1 << 10),
    0,
    0.3,
  )
  return (yield* span(writer.finish(), 0.3, 1)).log
}

function writeOrder({id, customer, lines}: WholeOrder, writer: LogWriter): void {
  const order = id === '' ? NONE : writer.orders.index(id)
  const who = customer === undefined ? NONE : writer.customers.index(customer)
  for (const {item, at, quantity, weight, price} of lines) {
    writer.append(writer.items.index(item), order, who, quantity, at, price, weight)
  }
}
