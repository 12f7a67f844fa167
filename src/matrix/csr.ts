import type {Steps} from './steps.ts'

/** Indices of items take 16 bits where all fit, which is nearly always. */
export type Indices = Uint16Array | Int32Array

/** Zeros, to become indices below `limit`. */
export function indicesBelow(limit: number, length: number): Indices {
  return limit > 65536 ? new Int32Array(length) : new Uint16Array(length)
}

/** Compressed sparse rows: row `r` holds the column numbers `indices[offsets[r]]` up to before `indices[offsets[r + 1]]`. */
export interface Csr<Columns extends Indices = Int32Array> {
  /** One longer than there are rows; the last is the number of indices written. */
  offsets: Int32Array
  /** Ascending within a row, each at most once. */
  indices: Columns
}

/** How many entries are worked on between two yields: a few milliseconds. */
const CHUNK = 1 << 18

/** The same entries by column. Rows of the result are ascending, because rows are visited in order. */
export function* transpose({offsets, indices}: Csr<Indices>, columns: number): Steps<Csr> {
  const rows = offsets.length - 1
  const total = offsets[rows]
  const starts = new Int32Array(columns + 1)
  for (let from = 0; from < total; from += CHUNK) {
    const to = Math.min(from + CHUNK, total)
    for (let p = from; p < to; p++) starts[indices[p] + 1]++
    yield (0.3 * to) / total
  }
  for (let column = 0; column < columns; column++) starts[column + 1] += starts[column]

  const next = starts.slice()
  const flipped = new Int32Array(total)
  for (let row = 0, pause = CHUNK; row < rows; row++) {
    for (let p = offsets[row]; p < offsets[row + 1]; p++) flipped[next[indices[p]]++] = row
    if (offsets[row + 1] >= pause) {
      yield 0.3 + (0.7 * offsets[row + 1]) / total
      pause = offsets[row + 1] + CHUNK
    }
  }
  return {offsets: starts, indices: flipped}
}

/** How long each row is. */
export function rowLengths({offsets}: Csr<Indices>): Int32Array {
  return Int32Array.from({length: offsets.length - 1}, (_, row) => offsets[row + 1] - offsets[row])
}
