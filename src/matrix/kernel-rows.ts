import type {BasketRows} from './count-row.ts'
import {each, type Steps} from './steps.ts'

/** Where the rows of a build stand in the kernel's memory: see `assembly/layout.ts`. */
interface RowRoom {
  rows: Uint16Array | Int32Array
  /** Ids that the header of a row takes. */
  header: number
}

/**
 * Writes the rows of all baskets: `[weight, size, owner, ranks…]`, weight and owner of 32 bits. The ranks are in the order
 * of the items, until the kernel has sorted them.
 */
export function* writeRows(
  {byBasket: {offsets, indices}, weights}: BasketRows,
  owners: Int32Array | undefined,
  rankOf: Int32Array,
  {rows, header}: RowRoom,
): Steps<void> {
  const write = (basket: number) => {
    const from = offsets[basket]
    const to = offsets[basket + 1]
    const start = from + header * basket
    writeHeader(rows, start, weights[basket], to - from, owners?.[basket])
    for (let p = from, at = start + header; p < to; p++, at++) rows[at] = rankOf[indices[p]]
  }
  yield* each(weights.length, write, 1 << 14)
}

/** 16-bit ids write 32-bit numbers as two halves, the lower first. */
function writeHeader(
  rows: Uint16Array | Int32Array,
  start: number,
  weight: number,
  size: number,
  owner: number | undefined,
): void {
  if (rows instanceof Int32Array) {
    rows[start] = weight
    rows[start + 1] = size
    if (owner !== undefined) rows[start + 2] = owner
  } else {
    rows[start] = weight
    rows[start + 1] = weight >>> 16
    rows[start + 2] = size
    if (owner !== undefined) {
      rows[start + 3] = owner
      rows[start + 4] = owner >>> 16
    }
  }
}

/**
 * Where the visits that each stretch of baskets makes begin, by rank from `firstVisited` on: those of the stretches before it
 * come first.
 */
export function* visitCursors(
  {byBasket: {offsets, indices}}: BasketRows,
  rankOf: Int32Array,
  firstVisited: number,
  visitOffsets: Int32Array,
  basketBounds: Int32Array,
): Steps<Int32Array[]> {
  const next = visitOffsets.slice(0, -1)
  const cursors = [next.slice()]
  for (let s = 1; s + 1 < basketBounds.length; s++) {
    const from = offsets[basketBounds[s - 1]]
    const count = (line: number) => {
      const rank = rankOf[indices[from + line]]
      if (rank >= firstVisited) next[rank - firstVisited]++
    }
    yield* each(offsets[basketBounds[s]] - from, count, 1 << 19)
    cursors.push(next.slice())
  }
  return cursors
}
