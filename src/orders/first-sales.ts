import {each, type Steps} from '../matrix/steps.ts'
import type {Log} from './log.ts'
import {type Fates, fate} from './returns.ts'

/** When things were sold, in ms since 1970. */
export interface Sales {
  /** By item, when it first stood in an order; NaN where unknown. */
  first: Float64Array
  /** When the oldest and the newest order were made. */
  oldest: number
  newest: number
}

/** Absent where no order has a time. */
export function* readSales({items, times, ...log}: Log, fates: Fates): Steps<Sales | undefined> {
  if (!times) return undefined
  const {lineOffsets, lineItems, weights} = log
  const first = new Float64Array(items.length).fill(Number.NaN)
  let oldest = Number.POSITIVE_INFINITY
  let newest = Number.NEGATIVE_INFINITY
  const look = (order: number) => {
    const time = times[order]
    if (Number.isNaN(time)) return
    oldest = Math.min(oldest, time)
    newest = Math.max(newest, time)
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
      if ((fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
      const item = lineItems[line]
      if (!(first[item] <= time)) first[item] = time
    }
  }
  yield* each(lineOffsets.length - 1, look, 1 << 13)
  return {first, oldest, newest}
}
