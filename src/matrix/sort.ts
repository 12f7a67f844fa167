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

/** Numbers and their places, as `ascendingPlaces` moves them. */
interface Keyed {
  /** Of each number, the lower half of its bits and the upper one, made to be in order as whole numbers. */
  halves: Uint32Array
  places: Int32Array
}

/** Bytes of a number, and values of a byte. */
const [BYTES, VALUES] = [8, 256]

/** Numbers moved between two yields: a few milliseconds. */
const MOVED = 1 << 17

/**
 * The places of numbers, the smallest first, equal ones by place; none may be NaN. A radix sort, by the last byte first: no
 * two numbers are compared.
 */
export function* ascendingPlaces(numbers: Float64Array): Steps<Int32Array> {
  const n = numbers.length
  let from: Keyed = {halves: new Uint32Array(2 * n), places: new Int32Array(n)}
  let to: Keyed = {halves: new Uint32Array(2 * n), places: new Int32Array(n)}
  for (let first = 0; first < n; first += MOVED) {
    write(numbers, from, first, Math.min(first + MOVED, n))
    yield 0
  }
  for (let byte = 0; byte < BYTES; byte++) {
    const counts = new Int32Array(VALUES)
    for (let first = 0; first < n; first += MOVED) {
      countValues(from, byte, counts, first, Math.min(first + MOVED, n))
      yield byte / BYTES
    }
    // All alike.
    if (counts.includes(n)) continue
    const next = new Int32Array(VALUES)
    for (let v = 1; v < VALUES; v++) next[v] = next[v - 1] + counts[v - 1]
    for (let first = 0; first < n; first += MOVED) {
      move(from, to, byte, next, first, Math.min(first + MOVED, n))
      yield byte / BYTES
    }
    ;[from, to] = [to, from]
  }
  return from.places
}

function write(numbers: Float64Array, {halves, places}: Keyed, first: number, end: number): void {
  // There are two zeros.
  const bits = new Uint32Array(numbers.subarray(first, end).map((number) => number + 0).buffer)
  for (let place = first, low = 0; place < end; place++, low += 2) {
    const isNegative = bits[low + 1] >>> 31
    halves[2 * place] = bits[low] ^ -isNegative
    halves[2 * place + 1] = bits[low + 1] ^ (-isNegative | (1 << 31))
    places[place] = place
  }
}

function countValues({halves}: Keyed, byte: number, counts: Int32Array, first: number, end: number): void {
  const shift = 8 * (byte & 3)
  for (let t = first, at = 2 * first + (byte >> 2); t < end; t++, at += 2)
    counts[(halves[at] >>> shift) & (VALUES - 1)]++
}

function move(from: Keyed, to: Keyed, byte: number, next: Int32Array, first: number, end: number): void {
  const {halves, places} = from
  const shift = 8 * (byte & 3)
  for (let t = first, at = 2 * first + (byte >> 2); t < end; t++, at += 2) {
    const slot = next[(halves[at] >>> shift) & (VALUES - 1)]++
    to.halves[2 * slot] = halves[2 * t]
    to.halves[2 * slot + 1] = halves[2 * t + 1]
    to.places[slot] = places[t]
  }
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
