import {each, type Steps} from '../matrix/steps.ts'
import type {Log} from './log.ts'
import {type Fates, fate} from './returns.ts'

/**
 * When each item first stood in an order, in ms since 1970; NaN where unknown. Absent where no order has a time, or none of
 * them is later than another.
 */
export function* firstSales({items, times, lineOffsets, lineItems, weights}: Log, fates: Fates): Steps<Float64Array | undefined> {
  if (!times) return undefined
  const first = new Float64Array(items.length).fill(Number.NaN)
  const look = (order: number) => {
    const time = times[order]
    if (Number.isNaN(time)) return
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
      if ((fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
      const item = lineItems[line]
      if (!(first[item] <= time)) first[item] = time
    }
  }
  yield* each(lineOffsets.length - 1, look, 1 << 13)
  return first
}
