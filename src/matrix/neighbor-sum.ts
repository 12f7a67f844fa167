import {each, type Steps} from './steps.ts'
import type {Table} from './table.ts'

/**
 * A table as sums read it: 16-bit scores, each row scaled so that its best is 65,535, and 16-bit items where they fit.
 * Whole numbers add up to the same sum in any order.
 */
export interface SumTable {
  offsets: Int32Array
  items: Uint16Array | Int32Array
  shares: Uint16Array
  /** What a share of 1 is worth in each row. */
  scales: Float64Array
  together: Int32Array
}

const FULL_SHARE = 65535

export function* sumTable({offsets, items, scores, together}: Table): Steps<SumTable> {
  const rows = offsets.length - 1
  const scales = new Float64Array(rows)
  const shares = new Uint16Array(scores.length)
  const scale = (row: number) => {
    const from = offsets[row]
    if (from === offsets[row + 1]) return
    scales[row] = scores[from] / FULL_SHARE
    for (let p = from; p < offsets[row + 1]; p++) shares[p] = Math.max(1, Math.round(scores[p] / scales[row]))
  }
  yield* each(rows, scale, 1 << 12)
  return {offsets, items: rows < 65536 ? new Uint16Array(items) : items, shares, scales, together}
}
