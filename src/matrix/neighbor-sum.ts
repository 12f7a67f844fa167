import type {Indices} from './csr.ts'
import {each, type Steps} from './steps.ts'
import type {Counts, Table} from './table.ts'

/**
 * A table as sums read it: 16-bit scores, each row scaled so that its strongest is 32,767, and 16-bit items where they fit.
 * Whole numbers add up to the same sum in any order.
 */
export interface SumTable {
  offsets: Int32Array
  items: Indices
  /** Never 0; below 0 where an item speaks against another. */
  shares: Int16Array
  /** What a share of 1 is worth in each row. */
  scales: Float64Array
  together: Counts
}

const FULL_SHARE = 32767

export function* sumTable({offsets, items, scores, together}: Table): Steps<SumTable> {
  const rows = offsets.length - 1
  const scales = new Float64Array(rows)
  const shares = new Int16Array(scores.length)
  const scale = (row: number) => {
    const [from, to] = [offsets[row], offsets[row + 1]]
    if (from === to) return
    // Best first: the strongest is at either end.
    scales[row] = Math.max(scores[from], -scores[to - 1]) / FULL_SHARE
    for (let p = from; p < to; p++) shares[p] = Math.round(scores[p] / scales[row]) || Math.sign(scores[p])
  }
  yield* each(rows, scale, 1 << 12)
  return {offsets, items: rows < 65536 ? new Uint16Array(items) : items, shares, scales, together}
}
