/** What decides the cost of a build: how many lines, how big the baskets, how many pairs. */
import type {Csr, Indices} from '../src/matrix/csr.ts'
import type {Shop} from './sets.ts'

interface Shape {
  lines: number
  /** Items and baskets with at least one line. */
  items: number
  baskets: number
  p50: number
  p99: number
  max: number
  /** Unordered pairs of items, summed over the baskets. */
  increments: number
  /** Share of the lines that the 1,024 most bought items have. */
  head: number
}

export function shapeOf({baskets, items, basketCount, itemCount}: Shop): Shape {
  const sizes = new Int32Array(basketCount)
  const sold = new Int32Array(itemCount)
  for (let line = 0; line < items.length; line++) {
    sizes[baskets[line]]++
    sold[items[line]]++
  }
  sizes.sort()
  sold.sort().reverse()
  const first = sizes.findIndex((size) => size > 0)
  const filled = first < 0 ? sizes.subarray(0, 0) : sizes.subarray(first)
  const quantile = (share: number) => filled[Math.floor(share * (filled.length - 1))]
  return {
    lines: items.length,
    items: sold.reduce((n, count) => n + (count > 0 ? 1 : 0), 0),
    baskets: filled.length,
    p50: quantile(0.5),
    p99: quantile(0.99),
    max: quantile(1),
    increments: filled.reduce((sum, size) => sum + pairsOf(size), 0),
    head: sold.subarray(0, 1024).reduce((sum, count) => sum + count, 0) / items.length,
  }
}

/** What a count has to add up: every unordered pair of two items of a basket, once. */
export function incrementsOf({offsets}: Csr<Indices>): number {
  let increments = 0
  for (let basket = 0; basket + 1 < offsets.length; basket++)
    increments += pairsOf(offsets[basket + 1] - offsets[basket])
  return increments
}

function pairsOf(size: number): number {
  return (size * (size - 1)) / 2
}

/** How many unordered pairs of items share at least one basket. One bit a pair: 156 MB for 50,000 items. */
export function countDistinctPairs({baskets, items, itemCount}: Shop): number {
  const wordsPerRow = Math.ceil(itemCount / 32)
  // Row j of the triangle has bits for i < j only.
  const rows = Array.from({length: itemCount}, (_, j) => new Int32Array(Math.min(wordsPerRow, (j >> 5) + 1)))
  let pairs = 0
  for (let start = 0, end = 0; start < items.length; start = end) {
    while (end < items.length && baskets[end] === baskets[start]) end++
    const basket = items.slice(start, end).sort()
    for (let p = 1; p < basket.length; p++) pairs += markPairs(rows[basket[p]], basket, p)
  }
  return pairs
}

/** Marks the items before position p in a row; returns how many were not marked yet. */
function markPairs(row: Int32Array, basket: Int32Array, p: number): number {
  let added = 0
  for (let q = 0; q < p; q++) {
    const word = basket[q] >> 5
    const before = row[word]
    added += ((before >>> basket[q]) & 1) ^ 1
    row[word] = before | (1 << basket[q])
  }
  return added
}
