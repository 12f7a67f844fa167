import {each, type Steps, span} from '../matrix/steps.ts'
import type {Log} from './log.ts'

/** The log of some of the orders: those with a mark other than 0. Items and customers keep their indices. */
export function* selectOrders(log: Log, marks: Uint8Array): Steps<Log> {
  const {items, customers, orders, customerOrders, times, lineOffsets} = log
  const kept = Int32Array.from(marks.keys()).filter((order) => marks[order] !== 0)
  const offsets = new Int32Array(kept.length + 1)
  for (const [o, order] of kept.entries()) offsets[o + 1] = offsets[o] + lineOffsets[order + 1] - lineOffsets[order]
  const before = new Int32Array(marks.length + 1)
  for (let order = 0; order < marks.length; order++) before[order + 1] = before[order] + (marks[order] !== 0 ? 1 : 0)

  const column = function* <Column extends Exclude<Log['quantities'], undefined> | Log['lineItems']>(values: Column) {
    const taken = values.slice(0, offsets[kept.length]) as Column
    const copy = (o: number) =>
      taken.set(values.subarray(lineOffsets[kept[o]], lineOffsets[kept[o] + 1]) as never, offsets[o])
    yield* each(kept.length, copy, 1 << 13)
    return taken
  }
  return {
    items,
    customers,
    orders: ArrayBuffer.isView(orders)
      ? kept.map((o) => orders[o])
      : Array.from(kept, (order) => orders.at(order) as string | number),
    customerOrders: customerOrders.map((order) => before[order]),
    times: times && Float64Array.from(kept, (order) => times[order]),
    lineOffsets: offsets,
    lineItems: yield* span(column(log.lineItems), 0, 0.4),
    quantities: log.quantities && (yield* span(column(log.quantities), 0.4, 0.6)),
    lineTimes: log.lineTimes && (yield* span(column(log.lineTimes), 0.6, 0.8)),
    weights: log.weights && (yield* span(column(log.weights), 0.8, 0.9)),
    prices: log.prices && (yield* span(column(log.prices), 0.9, 1)),
  }
}
