import type {Indices} from './csr.ts'
import type {Steps} from './steps.ts'

/** Sorted by the engine in one go; longer stretches are merged from these. */
const BLOCK = 4096

/** The numbers from 0 to before `n`, sorted by `compare`, which must be a strict order. */
export function* sortedIndices(n: number, compare: (a: number, b: number) => number): Steps<Int32Array> {
  let from = new Int32Array(n)
  for (let i = 0; i < n; i++) from[i] = i
  if (yield* isSorted(from, compare)) return from
  for (let start = 0; start < n; start += BLOCK) {
    from.subarray(start, start + BLOCK).sort(compare)
    yield (0.5 * start) / n
  }
  let to = new Int32Array(n)
  const rounds = Math.ceil(Math.log2(n / BLOCK))
  for (let width = BLOCK, round = 0; width < n; width *= 2, round++) {
    for (let start = 0; start < n; start += 2 * width) {
      const share = 0.5 + (0.5 * (round + start / n)) / rounds
      yield* merge(from, to, start, Math.min(start + width, n), Math.min(start + 2 * width, n), compare, share)
    }
    ;[from, to] = [to, from]
  }
  return from
}

/** Already in order is the usual case: shops number their orders as they come. */
function* isSorted(indices: Int32Array, compare: (a: number, b: number) => number): Steps<boolean> {
  for (let i = 1; i < indices.length; i++) {
    if (compare(indices[i - 1], indices[i]) > 0) return false
    if (i % (16 * BLOCK) === 0) yield 0
  }
  return true
}

/** Merges `from[start, middle)` and `from[middle, end)` into the same places of `to`. */
function* merge(
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
  compare: (a: number, b: number) => number,
  share: number,
): Steps<void> {
  let left = start
  let right = middle
  for (let p = start; p < end; p++) {
    const takeLeft = left < middle && (right === end || compare(from[left], from[right]) <= 0)
    to[p] = takeLeft ? from[left++] : from[right++]
    if (p % (8 * BLOCK) === 0) yield share
  }
}

/** Sorts a short stretch by insertion, a long one by the engine. */
export function sortRange(values: Indices, from: number, to: number): void {
  if (to - from > 48) {
    values.subarray(from, to).sort()
    return
  }
  for (let p = from + 1; p < to; p++) {
    const value = values[p]
    let hole = p
    for (; hole > from && values[hole - 1] > value; hole--) values[hole] = values[hole - 1]
    values[hole] = value
  }
}
