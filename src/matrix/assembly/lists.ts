import {best, bestRoom, isShared, neighbors} from './layout'
import {LLR, Table} from './table'

/** Bytes of an entry: score f64, item u32, count u32. */
const ENTRY: usize = 16

/** What the row's own best so far asks of the next. */
let size: i32 = 0
let worst: f64 = 0
let worstItem: u32 = 0
/** How many entries, if that is all, are known to be in order. */
let sortedSize: i32 = 0
/** The same for the filter, which rounds. */
export let ownFloor: f32 = 0

// @ts-expect-error: decorator
@inline
function scoreAt(entry: usize): f64 {
  return load<f64>(entry)
}

// @ts-expect-error: decorator
@inline
function itemAt(entry: usize): u32 {
  return load<u32>(entry, 8)
}

/** The order of all lists: score descending, then item ascending. */
// @ts-expect-error: decorator
@inline
function isBetter(score: f64, item: u32, thanScore: f64, thanItem: u32): bool {
  return score > thanScore || (score == thanScore && item < thanItem)
}

// @ts-expect-error: decorator
@inline
function write(entry: usize, score: f64, item: u32, count: i32): void {
  store<f64>(entry, score)
  store<u32>(entry, item, 8)
  store<i32>(entry, count, 12)
}

// @ts-expect-error: decorator
@inline
function swap(a: usize, b: usize): void {
  const entry = v128.load(a)
  v128.store(a, v128.load(b))
  v128.store(b, entry)
}

/**
 * A bound the f32 filter may compare with: a little below the score, by more than its roundings add up to (some 10^-7), and
 * 0 or the largest number where f32 has no such precision.
 */
export function floorOf(formula: i32, score: f64): f32 {
  const compared = formula == LLR ? 0.5 * score * score : score
  if (compared < 1e-30) return 0
  return compared > 3e38 ? f32.MAX_VALUE : <f32>(compared * (1 - 2e-6))
}

/** Brings the best `k` of `n` entries to the front, the `k`th to its place: Hoare's quickselect. */
function select(entries: usize, n: i32, k: i32): void {
  let low: i32 = 0
  let high = n - 1
  const target = k - 1
  while (low < high) {
    const middle = entries + (<usize>((low + high) >> 1)) * ENTRY
    const first = entries + <usize>low * ENTRY
    const last = entries + <usize>high * ENTRY
    if (isBetter(scoreAt(middle), itemAt(middle), scoreAt(first), itemAt(first))) swap(middle, first)
    if (isBetter(scoreAt(last), itemAt(last), scoreAt(first), itemAt(first))) swap(last, first)
    if (isBetter(scoreAt(last), itemAt(last), scoreAt(middle), itemAt(middle))) swap(last, middle)
    const score = scoreAt(middle)
    const item = itemAt(middle)
    let i = first
    let j = last
    while (i <= j) {
      while (isBetter(scoreAt(i), itemAt(i), score, item)) i += ENTRY
      while (isBetter(score, item, scoreAt(j), itemAt(j))) j -= ENTRY
      if (i <= j) {
        swap(i, j)
        i += ENTRY
        j -= ENTRY
      }
    }
    const left = <i32>((j - entries) / ENTRY)
    const right = <i32>((i - entries) / ENTRY)
    if (j < entries || target > left) {
      if (target < right) return
      low = right
    } else {
      high = left
    }
  }
}

/** Entries sorted by insertion; longer lists are merged from these. */
const RUN: usize = 8 * ENTRY

/** Sorts `n` entries, best first, with room for as many behind `spare`. Returns which of both holds them. */
function sort(entries: usize, n: i32, spare: usize): usize {
  const bytes = <usize>n * ENTRY
  for (let run: usize = 0; run < bytes; run += RUN) {
    const first = entries + run
    const end = entries + min(run + RUN, bytes)
    for (let p = first + ENTRY; p < end; p += ENTRY) {
      const entry = v128.load(p)
      const score = scoreAt(p)
      const item = itemAt(p)
      let hole = p
      while (hole > first && isBetter(score, item, scoreAt(hole - ENTRY), itemAt(hole - ENTRY))) {
        v128.store(hole, v128.load(hole - ENTRY))
        hole -= ENTRY
      }
      v128.store(hole, entry)
    }
  }
  let from = entries
  let to = spare
  for (let width = RUN; width < bytes; width <<= 1) {
    for (let start: usize = 0; start < bytes; start += width << 1) {
      let left = from + start
      const middle = from + min(start + width, bytes)
      let right = middle
      const end = from + min(start + (width << 1), bytes)
      let out = to + start
      while (left < middle && right < end) {
        const takesRight = isBetter(scoreAt(right), itemAt(right), scoreAt(left), itemAt(left))
        v128.store(out, v128.load(takesRight ? right : left))
        right += takesRight ? ENTRY : 0
        left += takesRight ? 0 : ENTRY
        out += ENTRY
      }
      while (left < middle) {
        v128.store(out, v128.load(left))
        left += ENTRY
        out += ENTRY
      }
      while (right < end) {
        v128.store(out, v128.load(right))
        right += ENTRY
        out += ENTRY
      }
    }
    const swapped = from
    from = to
    to = swapped
  }
  return from
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

// @ts-ignore: decorator
@inline
function lockList(table: Table, at4: usize): void {
  if (isShared) while (atomic.cmpxchg<i32>(table.locks + at4, 0, 1) != 0) {}
}

// @ts-ignore: decorator
@inline
function unlockList(table: Table, at4: usize): void {
  if (isShared) atomic.store<i32>(table.locks + at4, 0)
}

/** Notes the last entry that a full list keeps. */
// @ts-ignore: decorator
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
    const start = <usize>load<u32>(table.starts + at4)
    const room = <i32>(<usize>load<u32>(table.starts + at4, 4) - start)
    const entries = table.entries + start * ENTRY
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
