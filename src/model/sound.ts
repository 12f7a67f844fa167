import type {Csr, Indices} from '../matrix/csr.ts'

/*
 * What columns that were read must be, so that no query leaves them: each looked through once, without a branch a value,
 * since there are tens of millions. A number below 0 has its highest bit set; so has what all of them are or'ed to.
 */

/** Whether offsets begin at 0, never fall, and end at `end`, with no row longer than `most`. */
export function areOffsets(offsets: Int32Array, end: number, most = end): boolean {
  const last = offsets.length - 1
  if (last < 0 || offsets[0] !== 0 || offsets[last] !== end) return false
  let wrong = 0
  for (let row = 0; row < last; row++) {
    const length = (offsets[row + 1] - offsets[row]) | 0
    wrong |= length | (most - length)
  }
  return wrong >= 0
}

/** Whether all are from 0 up to before `limit`. */
export function areBelow(indices: Indices, limit: number): boolean {
  if (indices instanceof Uint16Array && limit >= 65536) return true
  let wrong = 0
  for (let p = 0; p < indices.length; p++) {
    const index = indices[p]
    wrong |= index | (limit - 1 - index)
  }
  return wrong >= 0
}

/** The same, and that each row ascends. Its offsets are known to be sound. */
export function areRows({offsets, indices}: Csr<Indices>, limit: number): boolean {
  let wrong = 0
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = offsets[row + 1]
    let before = -1
    for (let p = offsets[row]; p < end; p++) {
      const index = indices[p]
      wrong |= index | (index - before - 1)
      before = index
    }
    // No other of the row is above its last.
    wrong |= limit - 1 - before
  }
  return wrong >= 0
}

/** Whether all are numbers from 0 up, and none is infinite. */
export function areAmounts(values: Float64Array): boolean {
  let sound = true
  for (let i = 0; i < values.length; i++) sound = sound && values[i] >= 0 && values[i] < Number.POSITIVE_INFINITY
  return sound
}
