import {LogWriter} from '../orders/log-writer.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {wholeOrder} from '../orders/whole-order.ts'
import type {Change} from './change.ts'
import type {Changes} from './changes.ts'
import {checkReading, type FitOptions} from './options.ts'
import {Pace} from './pace.ts'
import {readLines, type Source} from './read-lines.ts'

/** What `add` can be told. */
export interface AddOptions extends Pick<FitOptions, 'columns' | 'dateFormat' | 'onBadRow' | 'onProgress' | 'signal'> {
  /**
   * Whether orders are replaced whole: of an order with lines in this call, only these stay. A line without an order id names
   * its customer's order at its time. Default false: lines are added to what is there.
   */
  replace?: boolean | undefined
}

/** What became of the lines given to `add`: `read = added + ignored + Σ skipped`. */
export interface Added {
  /** Orders that are new, or others than before. */
  orders: number
  /** Lines read. */
  read: number
  /** Lines that their order had not. */
  added: number
  /** Lines that it had already, equal in every field. */
  ignored: number
  /** Lines that `replace` took away. */
  removed: number
  /** By reason: `'map'`, `'bad row'`, `'zero quantity'`, `'two customers'`. */
  skipped: Record<string, number>
}

/** What `remove` took away: nothing where the id is unknown. */
export interface Removed {
  orders: number
  lines: number
}

/** An order or a customer, by id. */
export type Removal = {order: Id; customer?: undefined} | {customer: Id; order?: undefined}

export function checkAddOptions(options: AddOptions): void {
  checkOptions('add', options, ['replace', 'columns', 'dateFormat', 'onBadRow', 'onProgress', 'signal'])
  checkReading('add', options)
  const {replace = false} = options
  if (typeof replace !== 'boolean') throw new TypeError(`add: replace must be true or false, got ${quote(replace)}`)
}

/** A change as lines say it, and those that are not in it: of bad rows, and of orders with two customers. */
export interface Addition extends Pick<Added, 'read' | 'skipped'> {
  change: Change & {kind: 'add'}
  twoCustomers: number
}

/** Reads lines to be added to the orders that there are. */
export async function readAddition(
  source: Source,
  options: AddOptions,
  {orders: current}: Pick<Changes, 'orders'>,
): Promise<Addition> {
  const {replace = false, onProgress, signal} = options
  const pace = new Pace(signal, onProgress)
  const writer = new LogWriter(replace ? undefined : (order) => current.find(order)?.customer)
  const {read, skipped, throws} = await readLines(source, options, writer, pace, 'add')
  const {log, twoCustomers} = await pace.run('sort', writer.finish())
  const all = Array.from({length: log.orders.length}, (_, order) => wholeOrder(log, order))
  // Of an order that another customer has, no line may be left.
  const orders = all.filter(({lines}) => lines.length > 0)
  return {change: {kind: 'add', orders, replace, strict: throws}, read, skipped, twoCustomers}
}

export function readRemoval(what: Removal): Change & {kind: 'remove'} {
  if (what === undefined) throw new TypeError('remove: expected {order} or {customer}, got undefined')
  checkOptions('remove', what, ['order', 'customer'])
  const {order, customer} = what
  if ((order === undefined) === (customer === undefined)) {
    throw new RangeError('remove: expected either {order} or {customer}, with an id')
  }
  const id = order ?? customer
  if (!['string', 'number', 'bigint'].includes(typeof id)) {
    throw new TypeError(`remove: an id must be a text or a number, got ${quote(id)}`)
  }
  return order === undefined ? {kind: 'remove', customer: String(id)} : {kind: 'remove', order: String(id)}
}
