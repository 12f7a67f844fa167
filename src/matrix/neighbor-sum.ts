import type {Sparse} from './sparse.ts'
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

/**
 * Adds up the first `n` of `rows`, each times its weight: a whole number from 0 to 65,536, so that the sums are exact.
 */
export function sumRows(
  {offsets, items, shares}: SumTable,
  rows: Int32Array,
  weights: Int32Array,
  n: number,
  sums: Sparse,
): void {
  for (let r = 0; r < n; r++) {
    if (weights[r] === 0) continue
    const row = rows[r]
    sums.n = addRow(items, shares, offsets[row], offsets[row + 1], weights[r], sums.items, sums.values, sums.n)
  }
}

/**
 * A function of its own with all it reads in variables: twice as fast as in the loop over rows. An item is appended whether
 * new or not, and the next overwrites it if it was not: half of them are new, which no branch predictor guesses.
 */
function addRow(
  items: SumTable['items'],
  shares: Uint16Array,
  from: number,
  to: number,
  weight: number,
  touched: Int32Array,
  sums: Float64Array,
  size: number,
): number {
  let n = size
  for (let p = from; p < to; p++) {
    const item = items[p]
    const sum = sums[item]
    touched[n] = item
    n += +(sum === 0)
    sums[item] = sum + weight * shares[p]
  }
  return n
}
