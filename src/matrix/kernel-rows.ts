import type {Csr} from './csr.ts'
import {each, type Steps, span} from './steps.ts'

/** What the kernel's rows are made of. */
export interface RowSource {
  byItem: Csr
  /** Of `byBasket`. */
  basketOffsets: Int32Array
  weights: Int32Array
  owners: Int32Array | undefined
  /** Item by rank. */
  items: Int32Array
  /** Ids that the header of a row takes. */
  header: number
  /** Items from this rank on are told where their baskets start. */
  firstVisited: number
  /** By rank from `firstVisited` on, where the item's visits begin. */
  visitOffsets: Int32Array
}

/** Where rows are written, in the kernel's memory: see `assembly/layout.ts`. */
export interface RowWriting {
  rows: Uint16Array | Int32Array
  visits: Int32Array
  rowStarts: Int32Array
  rowEnds: Int32Array
  cursors: Int32Array
  cursorEnds: Int32Array
  staged: Int32Array
  /** The kernel's, see `assembly/rows.ts`. */
  appendStaged: (rank: number, n: number, low: number) => void
  appendVisited: (low: number, high: number, items: number) => void
}

/** Lines and baskets of a block: its rows stay in cache while they are written. */
const BLOCK_LINES = 1 << 19
export const BLOCK_BASKETS = 1 << 16

/**
 * Writes the rows of the baskets from `from` up to before `to`: `[weight, size, owner, ranks ascending…]`, weight and owner
 * of 32 bits. Items are visited by rank and appended to their baskets, block by block, so no row needs to be sorted.
 */
export function* fillRows(source: RowSource, writing: RowWriting, from: number, to: number): Steps<void> {
  const {basketOffsets, items, header, firstVisited, byItem} = source
  const {rows, rowStarts, rowEnds, appendVisited} = writing
  yield* copyBaskets(source, writing, from, to)
  /** Of the items that are not visited. */
  const next = items
    .slice(0, firstVisited)
    .map((item) => firstFrom(byItem.indices, byItem.offsets[item], byItem.offsets[item + 1], from))
  for (let low = from, high = from; low < to; low = high) {
    const end = basketOffsets[low] + BLOCK_LINES
    do high++
    while (high < to && high - low < BLOCK_BASKETS && basketOffsets[high + 1] <= end)
    for (let basket = low; basket < high; basket++) {
      const start = basketOffsets[basket] + header * basket
      rowStarts[basket - low] = start
      rowEnds[basket - low] = start + header
      writeHeader(rows, start, source, basket)
    }
    for (let rank = 0; rank < firstVisited; rank++)
      next[rank] = appendUnvisited(source, writing, rank, next[rank], low, high)
    appendVisited(low, high, items.length)
    yield 0.2 + (0.8 * (high - from)) / (to - from)
  }
}

/** Copies which baskets of the stretch hold each visited item to where its visits will be. */
function* copyBaskets(
  {byItem: {offsets, indices}, items, firstVisited, visitOffsets}: RowSource,
  {visits, cursors, cursorEnds}: RowWriting,
  from: number,
  to: number,
): Steps<void> {
  const copy = (v: number) => {
    const item = items[firstVisited + v]
    const first = firstFrom(indices, offsets[item], offsets[item + 1], from)
    const last = firstFrom(indices, first, offsets[item + 1], to)
    const at = visitOffsets[v] + first - offsets[item]
    visits.set(indices.subarray(first, last), at)
    cursors[v] = at
    cursorEnds[v] = at + last - first
  }
  yield* span(each(items.length - firstVisited, copy, 1 << 12), 0, 0.2)
}

/** Appends one item to its rows in a block. Returns where in `byItem` the next block begins. */
function appendUnvisited(
  {byItem, items}: RowSource,
  {staged, appendStaged}: RowWriting,
  rank: number,
  first: number,
  low: number,
  high: number,
): number {
  const last = firstFrom(byItem.indices, first, byItem.offsets[items[rank] + 1], high)
  staged.set(byItem.indices.subarray(first, last))
  appendStaged(rank, last - first, low)
  return last
}

/** 16-bit ids write 32-bit numbers as two halves, the lower first. */
function writeHeader(
  rows: Uint16Array | Int32Array,
  start: number,
  {weights, owners, basketOffsets}: RowSource,
  basket: number,
): void {
  const size = basketOffsets[basket + 1] - basketOffsets[basket]
  if (rows instanceof Int32Array) {
    rows[start] = weights[basket]
    rows[start + 1] = size
    if (owners) rows[start + 2] = owners[basket]
  } else {
    rows[start] = weights[basket]
    rows[start + 1] = weights[basket] >>> 16
    rows[start + 2] = size
    if (owners) {
      rows[start + 3] = owners[basket]
      rows[start + 4] = owners[basket] >>> 16
    }
  }
}

/** The first position from `low` up to before `high` whose value is at least `value`. */
function firstFrom(values: Int32Array, low: number, high: number, value: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
