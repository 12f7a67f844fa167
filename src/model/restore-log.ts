import {type BlockIds, type IdBlock, idsOf} from '../orders/id-block.ts'
import type {Log, OrderIds} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import type {SavedColumns} from './columns.ts'

/**
 * A log that was saved, or one without lines where it was not. Its `lineItems` are still to be looked through: they mostly
 * are the rows of baskets as well.
 */
export function readLog(
  columns: SavedColumns,
  items: BlockIds,
  hasLog: boolean,
): {log: Log; fates: Fates; customers: BlockIds} {
  if (!hasLog) {
    const customers = idsOf({offsets: new Int32Array(1), bytes: new Uint8Array(0)})
    return {log: emptyLog(items, customers), fates: undefined, customers}
  }
  const customers = idsOf(readBlock(columns, 'ids/customers'))
  const orderIds: OrderIds = columns.has('ids/orders')
    ? columns.take('ids/orders', 'i32')
    : idsOf(readBlock(columns, 'ids/orders'))
  const orders = orderIds.length
  const lineItems: Log['lineItems'] = columns.take('log/lineItems', items.length > 65536 ? 'i32' : 'u16')
  const lines = lineItems.length
  const customerOrders = columns.take('log/customerOrders', 'i32', customers.length + 1)
  const known = customerOrders[customers.length]
  if (known > orders) columns.refuse('log/customerOrders', `offsets up to ${orders} at most`, `${known}`)
  const log: Log = {
    items,
    customers,
    orders: orderIds,
    customerOrders: columns.offsets('log/customerOrders', customers.length, known),
    times: columns.find('log/times', 'f64', orders),
    lineOffsets: columns.offsets('log/lineOffsets', orders, lines),
    lineItems,
    quantities: columns.find('log/quantities', 'f64', lines),
    lineTimes: columns.find('log/lineTimes', 'f64', lines),
    weights: columns.find('log/weights', 'f64', lines),
    prices: columns.find('log/prices', 'f64', lines),
  }
  return {log, fates: columns.find('log/fates', 'u8', lines), customers}
}

/** Ids in one block; nothing is asked of the bytes, since any can be read as texts. */
export function readBlock(columns: SavedColumns, name: string): IdBlock {
  const bytes = columns.take(`${name}.bytes`, 'u8')
  const rows = columns.take(`${name}.offsets`, 'i32').length - 1
  return {offsets: columns.offsets(`${name}.offsets`, Math.max(0, rows), bytes.length), bytes}
}

function emptyLog(items: BlockIds, customers: BlockIds): Log {
  return {
    items,
    customers,
    orders: new Int32Array(0),
    customerOrders: new Int32Array(1),
    times: undefined,
    lineOffsets: new Int32Array(1),
    lineItems: new Uint16Array(0),
    quantities: undefined,
    lineTimes: undefined,
    weights: undefined,
    prices: undefined,
  }
}
