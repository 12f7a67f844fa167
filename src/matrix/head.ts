import {type Csr, type Indices, indicesBelow} from './csr.ts'
import type {Ranks} from './ranks.ts'
import {sortRange} from './sort.ts'
import {each, type Steps, span} from './steps.ts'
import {type Table, tableOf} from './table.ts'
import {makeHeaps, offer} from './top-k.ts'

/**
 * Most items that weights are learned for. At 8,192, ridge holds a matrix, its right-hand side and their counts in 1 GB, and
 * takes 7 · 10¹¹ multiply-adds, a minute or two of a core. A bound that knows no clock and no machine: all learn the same.
 */
const MOST_ITEMS = 8192

/** Lines or entries between two yields: a few milliseconds. */
const CHUNK = 1 << 18

/**
 * For how many items, the most bought ones, weights are learned: as many as wanted, as there may be, and as were bought twice:
 * once teaches nothing.
 */
export function headSize(wanted: number, {offsets}: Csr): number {
  const most = Math.min(wanted, MOST_ITEMS)
  let size = 0
  for (let item = 0; item + 1 < offsets.length && size < most; item++) {
    if (offsets[item + 1] - offsets[item] >= 2) size++
  }
  return size
}

/** What rows hold of the `size` most bought items, by rank, ascending within a row. */
export function* headRows({offsets, indices}: Csr<Indices>, {rankOf}: Ranks, size: number): Steps<Csr<Indices>> {
  const rows = offsets.length - 1
  const starts = new Int32Array(rows + 1)
  const ranks = indicesBelow(size, offsets[rows])
  let n = 0
  for (let row = 0, pause = CHUNK; row < rows; row++) {
    for (let p = offsets[row]; p < offsets[row + 1]; p++) {
      const rank = rankOf[indices[p]]
      if (rank < size) ranks[n++] = rank
    }
    sortRange(ranks, starts[row], n)
    starts[row + 1] = n
    if (offsets[row + 1] >= pause) {
      pause = offsets[row + 1] + CHUNK
      yield row / rows
    }
  }
  return {offsets: starts, indices: ranks.subarray(0, n)}
}

/**
 * The best of what was learned, a row an item; those of items outside the head are empty.
 * @param together by rank, in how many baskets a pair stands, 0 where it may not leave
 * @param score by rank; what is not above 0 is left out
 */
export function* headTable(
  {items, rankOf}: Ranks,
  size: number,
  together: (rank: number, other: number) => number,
  score: (rank: number, other: number) => number,
  neighbors: number,
): Steps<Table> {
  const heaps = makeHeaps(size + 1, Math.max(1, Math.min(neighbors, size)))
  const read = (rank: number) => {
    for (let other = 0; other < size; other++) {
      const count = together(rank, other)
      if (count === 0) continue
      // What differs in later digits differs by rounding: such are ties.
      const rounded = Math.fround(score(rank, other))
      if (rounded >= heaps.worst[rank]) offer(heaps, rank, items[other], rounded, count)
    }
  }
  yield* span(each(size, read, Math.ceil(CHUNK / Math.max(1, size))), 0, 0.8)
  const heapOf = rankOf.map((rank) => Math.min(rank, size))
  return yield* span(tableOf(heaps, heapOf), 0.8, 1)
}
