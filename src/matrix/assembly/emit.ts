import {countOf} from './count'
import {countBits, items, minTogether, streamCells, streamRanks, tableCount, tables} from './layout'
import {beginOwn, keepOwn, offer, offerOwn, ownFloor} from './lists'
import {boundForItem, boundForOther, exactScore} from './scores'
import {JACCARD, LLR, NPMI, PRODUCT, RATIO, ROOT, Table, TOGETHER, WEIGHTED} from './table'

/** Four values of a column: side by side, or of four ranks of the stream. */
@inline
function four(isDense: bool, column: usize, t: usize): v128 {
  if (isDense) return v128.load(column + (t << 2))
  const ranks = streamRanks + (t << 2)
  let values = v128.load32_zero(column + ((<usize>load<u32>(ranks)) << 2))
  values = v128.load_lane<f32>(column + ((<usize>load<u32>(ranks, 4)) << 2), values, 1)
  values = v128.load_lane<f32>(column + ((<usize>load<u32>(ranks, 8)) << 2), values, 2)
  return v128.load_lane<f32>(column + ((<usize>load<u32>(ranks, 12)) << 2), values, 3)
}

/**
 * Offers each pair of a row to both its items: `n` cells from `base` on, of ranks from 0 on or of the stream's. Four at a
 * time; what the filter lets through is scored exactly.
 */
@inline
function emitAs(kind: i32, isDense: bool, table: Table, rank: u32, base: usize, n: usize): void {
  const at4 = (<usize>rank) << 2
  const of1 = load<f32>(table.f1 + at4)
  const of2 = load<f32>(table.f2 + at4)
  const of3 = load<f32>(table.f3 + at4)
  const item = load<u32>(items + at4)
  const least = i32x4.splat(minTogether)
  const countMask = i32x4.splat(countBits >= 32 ? -1 : (1 << countBits) - 1)
  const readsWeight = table.readsWeight
  // The high words alone are weights cut off, if the count takes less than the low ones.
  const cutOff = f32x4.splat(countBits < 32 ? 1 : 0)
  const remainder = <i32>n
  for (let t: usize = 0; t < n; t += 4) {
    const low = v128.load(base + (t << 3))
    const high = v128.load(base + (t << 3), 16)
    const counts = v128.and(v128.shuffle<i32>(low, high, 0, 2, 4, 6), countMask)
    const isEnough = i32x4.ge_s(counts, least)
    if (!v128.any_true(isEnough)) continue
    const v = readsWeight
      ? f32x4.add(f32x4.convert_i32x4_u(v128.shuffle<i32>(low, high, 1, 3, 5, 7)), cutOff)
      : f32x4.convert_i32x4_u(counts)
    const o1 = four(isDense, table.f1, t)
    const o2 = four(isDense, table.f2, t)
    const o3 = kind == WEIGHTED || kind == LLR ? four(isDense, table.f3, t) : o2
    const forItem = f32x4.ge(boundForItem(kind, v, of1, of2, of3, o1, o2, o3), f32x4.splat(ownFloor))
    const forOther = f32x4.ge(boundForOther(kind, v, of1, of2, of3, o1, o2, o3), four(isDense, table.floor, t))
    let mine = i32x4.bitmask(v128.and(forItem, isEnough))
    let theirs = i32x4.bitmask(v128.and(forOther, isEnough))
    const left = remainder - <i32>t
    if (left < 4) {
      mine &= (1 << left) - 1
      theirs &= (1 << left) - 1
    }
    while (mine) {
      const place = t + <usize>ctz(mine)
      mine &= mine - 1
      const other = isDense ? <u32>place : load<u32>(streamRanks + (place << 2))
      const cell = load<u64>(base + (place << 3))
      const score = exactScore(table, rank, other, cell)
      offerOwn(table.formula, score, load<u32>(items + ((<usize>other) << 2)), countOf(cell))
    }
    while (theirs) {
      const place = t + <usize>ctz(theirs)
      theirs &= theirs - 1
      const other = isDense ? <u32>place : load<u32>(streamRanks + (place << 2))
      const cell = load<u64>(base + (place << 3))
      offer(table, other, exactScore(table, other, rank, cell), item, countOf(cell))
    }
  }
}

/** A loop of its own for each kind of filter: `kind` and `isDense` are constants where `emitAs` is put in place. */
@inline
function emitKinds(isDense: bool, kind: i32, table: Table, rank: u32, base: usize, n: usize): void {
  if (kind == WEIGHTED) emitAs(WEIGHTED, isDense, table, rank, base, n)
  else if (kind == TOGETHER) emitAs(TOGETHER, isDense, table, rank, base, n)
  else if (kind == RATIO || kind == ROOT || kind == PRODUCT) emitAs(RATIO, isDense, table, rank, base, n)
  else if (kind == JACCARD) emitAs(JACCARD, isDense, table, rank, base, n)
  else if (kind == LLR) emitAs(LLR, isDense, table, rank, base, n)
  else if (kind == NPMI) emitAs(NPMI, isDense, table, rank, base, n)
}

function emitTables(isDense: bool, rank: u32, base: usize, n: usize): void {
  for (let t = 0; t < tableCount; t++) {
    const table = changetype<Table>(tables + <usize>t * offsetof<Table>())
    beginOwn()
    if (isDense) emitKinds(true, table.formula, table, rank, base, n)
    else emitKinds(false, table.formula, table, rank, base, n)
    keepOwn(table, rank)
  }
}

/** Offers the pairs of a row whose cells lie side by side. */
export function emitDense(rank: u32, base: usize): void {
  emitTables(true, rank, base, <usize>rank)
}

/** Offers the pairs of the first `n` touched cells, and makes all of them untouched. */
export function emitTouched(rank: u32, counts: usize, touched: usize, n: i32): void {
  const ranks = streamRanks
  const streamed = streamCells
  let kept: usize = 0
  for (let p = touched, end = touched + ((<usize>n) << 2); p < end; p += 4) {
    const other = load<u32>(p)
    const at = counts + ((<usize>other) << 3)
    const cell = load<u64>(at)
    store<u64>(at, 0)
    store<u32>(ranks + (kept << 2), other)
    store<u64>(streamed + (kept << 3), cell)
    kept += <usize>(countOf(cell) >= minTogether)
  }
  for (let pad: usize = 0; pad < 4; pad++) store<u32>(ranks + ((kept + pad) << 2), 0)
  emitTables(false, rank, streamed, kept)
}
