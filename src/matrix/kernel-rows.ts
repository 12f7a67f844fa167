import type {Csr} from './csr.ts'
import type {Steps} from './steps.ts'

/** What the kernel's rows are made of. */
export interface RowSource {
  byItem: Csr
  /** Of `byBasket`. */
  basketOffsets: Int32Array
  weights: Float64Array
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

/** Lines between two yields. The rows of so many stay in cache while they are written. */
const BLOCK = 1 << 19

/**
 * Writes the rows of the baskets from `from` up to before `to`: `[weight, size, owner, ranks ascending…]`, weight and owner
 * of 32 bits. Items are visited by rank and appended to their baskets, block by block, so no row needs to be sorted.
 */
export function* fillRows(
  {byItem, basketOffsets, weights, owners, items, header, firstVisited, visitOffsets}: RowSource,
  rows: Uint16Array | Int32Array,
  visits: Int32Array,
  from: number,
  to: number,
): Steps<void> {
  const {offsets, indices} = byItem
  const block = Math.max(BLOCK, 2 * items.length)
  const next = new Int32Array(Math.min(to - from, block))
  const cursors = Int32Array.from(items, (item) => firstFrom(indices, offsets[item], offsets[item + 1], from))
  for (let low = from, high = from; low < to; low = high) {
    while (high < to && high - low < next.length && basketOffsets[high] - basketOffsets[low] < block) high++
    for (let basket = low; basket < high; basket++) {
      const start = basketOffsets[basket] + header * basket
      next[basket - low] = start + header
      const size = basketOffsets[basket + 1] - basketOffsets[basket]
      writeHeader(rows, start, weights[basket], size, owners ? owners[basket] : -1)
    }
    for (let rank = 0; rank < items.length; rank++) {
      const end = offsets[items[rank] + 1]
      let p = cursors[rank]
      if (p === end || indices[p] >= high) continue
      if (rank < firstVisited) {
        for (; p < end && indices[p] < high; p++) rows[next[indices[p] - low]++] = rank
      } else {
        let v = visitOffsets[rank - firstVisited] + p - offsets[items[rank]]
        for (; p < end && indices[p] < high; p++) {
          const basket = indices[p]
          rows[next[basket - low]++] = rank
          visits[v++] = basketOffsets[basket] + header * basket
        }
      }
      cursors[rank] = p
    }
    yield (high - from) / (to - from)
  }
}

/** 16-bit ids write 32-bit numbers as two halves, the lower first. An owner of -1 is none. */
function writeHeader(rows: Uint16Array | Int32Array, start: number, weight: number, size: number, owner: number): void {
  if (rows instanceof Int32Array) {
    rows[start] = weight
    rows[start + 1] = size
    if (owner >= 0) rows[start + 2] = owner
  } else {
    rows[start] = weight
    rows[start + 1] = weight >>> 16
    rows[start + 2] = size
    if (owner >= 0) {
      rows[start + 3] = owner
      rows[start + 4] = owner >>> 16
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
