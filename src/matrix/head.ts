import {type Csr, type Indices, indicesBelow} from './csr.ts'
import type {Ranks} from './ranks.ts'
import {sortRange} from './sort.ts'
import {each, type Steps} from './steps.ts'
import {type Table, tableWriter} from './table.ts'

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
export function headSize(wanted: number, support: Int32Array): number {
  const most = Math.min(wanted, MOST_ITEMS)
  let size = 0
  for (let item = 0; item < support.length && size < most; item++) if (support[item] >= 2) size++
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
 * What was learned, a row an item; those of items outside the head are empty. The strongest weights are kept, those below 0
 * too, which say that one is bought in place of the other: without them lists are less accurate, and more alike.
 * @param together by rank, in how many baskets a pair stands, 0 where it may not leave
 * @param weight by rank
 */
export function* headTable(
  {items, rankOf}: Ranks,
  size: number,
  together: (rank: number, other: number) => number,
  weight: (rank: number, other: number) => number,
  neighbors: number,
): Steps<Table> {
  const rows = rankOf.length
  const writer = tableWriter(rows, size, Math.max(1, Math.min(neighbors, size)))
  const read = (item: number) => {
    const rank = rankOf[item]
    for (let other = 0; rank < size && other < size; other++) {
      const count = together(rank, other)
      if (count > 0) writer.add(items[other], weight(rank, other), count)
    }
    writer.endRow()
  }
  yield* each(rows, read, Math.ceil(CHUNK / Math.max(1, size)))
  return writer.table()
}
