/**
 * The counting core, for one instance a thread on one shared memory. Called for short stretches at a time: V8 replaces a
 * function by its optimized form only between calls. `layout.ts` says where everything lies.
 */
import {countRow, countTriangle, dropPrivate} from './count'
import {emitDense, emitTouched} from './emit'
import {
  cells,
  firstTriangle,
  firstVisited,
  headRows,
  items,
  minTogether,
  neighbors,
  ownerAt,
  popular,
  popularCount,
  tableCount,
  tables,
  touched,
  triangle,
  visitOffsets,
} from './layout'
import {isTooLow, offerPopularItem, putDown, takeUp} from './lists'
import {sortRows} from './rows'
import {exactScore} from './scores'
import {Table} from './table'

export {sink} from './count'
export * from './layout'

/** Distinct pairs that this instance has met. */
export let pairs: f64 = 0

export function sortRows16(from: u32, to: u32, cursors: usize): u32 {
  return sortRows<u16>(from, to, cursors)
}

export function sortRows32(from: u32, to: u32, cursors: usize): u32 {
  return sortRows<u32>(from, to, cursors)
}

export function countTriangle16(from: u32, to: u32): void {
  countTriangle<u16>(<usize>from, <usize>to)
}

export function countTriangle32(from: u32, to: u32): void {
  countTriangle<u32>(<usize>from, <usize>to)
}

/** Adds a stretch of another instance's triangle, which starts at `other`, to the first one's. */
export function addTriangle(other: usize, from: u32, to: u32): void {
  for (let cell = (<usize>from) << 3; cell < (<usize>to) << 3; cell += 8) {
    store<u64>(firstTriangle + cell, load<u64>(firstTriangle + cell) + load<u64>(other + cell))
  }
}

export function emitTriangle16(from: u32, to: u32): void {
  emitTriangle<u16>(from, to)
}

export function emitTriangle32(from: u32, to: u32): void {
  emitTriangle<u32>(from, to)
}

/** Offers the pairs of finished rows of the triangle. */
function emitTriangle<Id>(from: u32, to: u32): void {
  for (let rank = from; rank < to; rank++) {
    const base = firstTriangle + ((<usize>load<u32>(headRows + ((<usize>rank) << 2))) << 3)
    let n = 0
    for (let p = base, end = base + ((<usize>rank) << 3); p < end; p += 8) n += <i32>(load<u64>(p) != 0)
    pairs += <f64>n
    if (ownerAt && minTogether > 1) {
      const offsets = visitOffsets + ((<usize>(rank - firstVisited)) << 2)
      dropPrivate<Id>(rank, base, <usize>load<u32>(offsets), <usize>load<u32>(offsets, 4))
    }
    emitDense(rank, base)
  }
}

export function countRows16(from: u32, to: u32): void {
  countRows<u16>(from, to)
}

export function countRows32(from: u32, to: u32): void {
  countRows<u32>(from, to)
}

/** Counts the rows of items past the triangle, and offers their pairs. */
function countRows<Id>(from: u32, to: u32): void {
  for (let rank = from; rank < to; rank++) {
    const offsets = visitOffsets + ((<usize>(rank - firstVisited)) << 2)
    const first = <usize>load<u32>(offsets)
    const last = <usize>load<u32>(offsets, 4)
    const n = countRow<Id>(rank, first, last)
    pairs += <f64>n
    if (ownerAt && minTogether > 1) dropPrivate<Id>(rank, cells, first, last)
    if (<u32>n * 6 >= rank) {
      emitDense(rank, cells)
      memory.fill(cells, 0, (<usize>rank) << 3)
    } else {
      emitTouched(rank, cells, touched, n)
    }
  }
}

/** Finishes the lists of a stretch of items: the popular ones are offered, the best kept and sorted. */
export function finishLists(from: u32, to: u32): void {
  for (let t = 0; t < tableCount; t++) {
    const table = changetype<Table>(tables + <usize>t * offsetof<Table>())
    for (let rank = from; rank < to; rank++) {
      takeUp(table, rank)
      if (table.hasPopular) offerPopular(table, rank)
      putDown(table, rank)
    }
  }
}

/**
 * Offers an item the most popular ones that are not in its list, best first, until they no longer enter. One that was
 * bought with it and is not in the list would not enter by popularity alone.
 */
function offerPopular(table: Table, rank: u32): void {
  markListed(table, rank, 1)
  for (let p = 0; p < popularCount; p++) {
    const other = load<u32>(popular + ((<usize>p) << 2))
    const score = exactScore(table, rank, other, 0)
    if (score == 0 || isTooLow(score)) break
    const item = load<u32>(items + ((<usize>other) << 2))
    if (other != rank && load<u64>(cells + ((<usize>item) << 3)) == 0) offerPopularItem(table.formula, score, item)
  }
  markListed(table, rank, 0)
}

function markListed(table: Table, rank: u32, mark: u64): void {
  const at4 = (<usize>rank) << 2
  const entries = table.entries + ((<usize>load<u32>(table.starts + at4)) << 4)
  for (let p = entries, end = entries + ((<usize>load<i32>(table.sizes + at4)) << 4); p < end; p += 16) {
    store<u64>(cells + ((<usize>load<u32>(p, 8)) << 3), mark)
  }
}
