import {best, bestRoom, isShared, neighbors} from './layout'
import {ENTRY, isBetter, itemAt, scoreAt, select, sort, write} from './entries'
import {LLR, Table} from './table'

/** What the row's own best so far asks of the next. */
let size: i32 = 0
let worst: f64 = 0
let worstItem: u32 = 0
/** How many entries, if that is all, are known to be in order. */
let sortedSize: i32 = 0
/** The same for the filter, which rounds. */
export let ownFloor: f32 = 0

/**
 * A bound the f32 filter may compare with: a little below the score, by more than its roundings add up to (some 10^-7), and
 * 0 or the largest number where f32 has no such precision.
 */
export function floorOf(formula: i32, score: f64): f32 {
  const compared = formula == LLR ? 0.5 * score * score : score
  if (compared < 1e-30) return 0
  return compared > 3e38 ? f32.MAX_VALUE : <f32>(compared * (1 - 2e-6))
}

export function beginOwn(): void {
  size = 0
  worst = 0
  worstItem = u32.MAX_VALUE
  ownFloor = 0
}

/** Offers an entry to the row's own best. A score that is not above 0 (NaN included) never enters. */
export function offerOwn(formula: i32, score: f64, item: u32, count: i32): void {
  if (!(score > 0) || !isBetter(score, item, worst, worstItem)) return
  write(best + <usize>size * ENTRY, score, item, count)
  if (++size == bestRoom) trimOwn(formula)
}

function trimOwn(formula: i32): void {
  select(best, size, neighbors)
  size = neighbors
  sortedSize = 0
  const last = best + <usize>(neighbors - 1) * ENTRY
  worst = scoreAt(last)
  worstItem = itemAt(last)
  ownFloor = floorOf(formula, worst)
}

/**
 * Gives the row's own best to its list. It becomes the list, and a full one turns away what is worse from then on, unless
 * another instance came first.
 */
export function keepOwn(table: Table, rank: u32): void {
  if (size >= neighbors) trimOwn(table.formula)
  const at4 = (<usize>rank) << 2
  lockList(table, at4)
  const isFirst = load<i32>(table.sizes + at4) == 0
  if (isFirst) {
    memory.copy(table.entries + (<usize>load<u32>(table.starts + at4)) * ENTRY, best, <usize>size * ENTRY)
    store<i32>(table.sizes + at4, size)
    if (size == neighbors) keepWorst(table, rank, worst, worstItem)
  }
  unlockList(table, at4)
  if (isFirst) return
  for (let p = best, end = best + <usize>size * ENTRY; p < end; p += ENTRY) {
    offer(table, rank, scoreAt(p), itemAt(p), load<i32>(p, 12))
  }
}

@inline
function lockList(table: Table, at4: usize): void {
  if (isShared) while (atomic.cmpxchg<i32>(table.locks + at4, 0, 1) != 0) {}
}

@inline
function unlockList(table: Table, at4: usize): void {
  if (isShared) atomic.store<i32>(table.locks + at4, 0)
}

/** Notes the last entry that a full list keeps. */
@inline
function keepWorst(table: Table, rank: u32, score: f64, item: u32): void {
  const at4 = (<usize>rank) << 2
  store<f64>(table.worst + ((<usize>rank) << 3), score)
  store<u32>(table.worstItem + at4, item)
  store<f32>(table.floor + at4, floorOf(table.formula, score))
}

/** Offers an entry to an item's list. */
export function offer(table: Table, rank: u32, score: f64, item: u32, count: i32): void {
  if (!(score > 0)) return
  const at4 = (<usize>rank) << 2
  lockList(table, at4)
  const worstAt = table.worst + ((<usize>rank) << 3)
  if (isBetter(score, item, load<f64>(worstAt), load<u32>(table.worstItem + at4))) {
    const room = load<i32>(table.rooms + at4)
    const entries = table.entries + (<usize>load<u32>(table.starts + at4)) * ENTRY
    let n = load<i32>(table.sizes + at4)
    write(entries + <usize>n * ENTRY, score, item, count)
    if (++n == room && room > neighbors) {
      select(entries, n, neighbors)
      n = neighbors
      const last = entries + <usize>(n - 1) * ENTRY
      keepWorst(table, rank, scoreAt(last), itemAt(last))
    }
    store<i32>(table.sizes + at4, n)
  }
  unlockList(table, at4)
}

/** Takes a finished list up, for the popular to be offered to it as to a row's own best. A full one is sorted and cut. */
export function takeUp(table: Table, rank: u32): void {
  beginOwn()
  const at4 = (<usize>rank) << 2
  const entries = table.entries + (<usize>load<u32>(table.starts + at4)) * ENTRY
  size = load<i32>(table.sizes + at4)
  memory.copy(best, entries, <usize>size * ENTRY)
  sortedSize = 0
  if (size < neighbors) return
  sortOwn()
  size = neighbors
  sortedSize = size
  const last = best + <usize>(neighbors - 1) * ENTRY
  worst = scoreAt(last)
  worstItem = itemAt(last)
}

function sortOwn(): void {
  const sorted = sort(best, size, best + <usize>bestRoom * ENTRY)
  if (sorted != best) memory.copy(best, sorted, <usize>size * ENTRY)
}

/** Whether the list taken up is full and would not take this score. */
export function isTooLow(score: f64): bool {
  return !(score >= worst)
}

/** Offers an item to the list taken up, by a score that is no higher than those offered before. */
export function offerPopularItem(formula: i32, score: f64, item: u32): void {
  offerOwn(formula, score, item, 0)
  if (size == neighbors && sortedSize == 0) trimOwn(formula)
}

/** Puts it down again, cut and sorted. */
export function putDown(table: Table, rank: u32): void {
  if (size != sortedSize) sortOwn()
  size = min(size, neighbors)
  const at4 = (<usize>rank) << 2
  const entries = table.entries + (<usize>load<u32>(table.starts + at4)) * ENTRY
  memory.copy(entries, best, <usize>size * ENTRY)
  store<i32>(table.sizes + at4, size)
}
