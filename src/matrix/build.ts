import {type BasketRows, clearRow, makeScratch, type Scratch} from './count-row.ts'
import {type ForwardRows, forwardRows, HEADER} from './forward-rows.ts'
import {dropOneOwnerPairs, type Privacy} from './privacy.ts'
import type {Scorer} from './scorers.ts'
import {type Steps, span} from './steps.ts'
import {type Table, tableOf} from './table.ts'
import {type Heaps, makeHeaps, offer} from './top-k.ts'

export interface BuiltTables {
  /** One for each scorer. */
  tables: Table[]
  /** Distinct pairs there are, those that may not leave included. */
  pairs: number
}

/** Work between two yields: a few milliseconds. */
const CHUNK = 1 << 19

/** How many baskets are touched before they are walked, so that their cache misses overlap. */
const TOUCH = 32

/**
 * Counts every pair once and keeps, for each scorer, every item's best `neighbors`. Nothing else is stored of a pair:
 * it is offered to both its items and forgotten.
 */
export function* buildTables(
  baskets: BasketRows,
  privacy: Privacy,
  scorers: Scorer[],
  neighbors: number,
): Steps<BuiltTables> {
  const {heaps, items, pairs} = yield* span(countPairs(baskets, privacy, scorers, neighbors), 0, 0.9)
  const rankOf = new Int32Array(items.length)
  for (let rank = 0; rank < items.length; rank++) rankOf[items[rank]] = rank
  const tables: Table[] = []
  for (const [s, scorer] of scorers.entries()) {
    const share = (part: number) => 0.9 + (0.1 * (s + part)) / scorers.length
    // Taken from the list, so that its memory is free once the table stands.
    const filled = heaps.shift() as Heaps
    if (scorer.popular) yield* span(offerPopular(items, scorer.popular, scorer, filled), share(0), share(0.5))
    tables.push(yield* span(tableOf(filled, rankOf), share(0.5), share(1)))
  }
  return {tables, pairs}
}

/** The rows of `heaps` and of `items` go by rank. */
function* countPairs(
  baskets: BasketRows,
  privacy: Privacy,
  scorers: Scorer[],
  neighbors: number,
): Steps<{heaps: Heaps[]; items: Int32Array; pairs: number}> {
  const forward = yield* span(forwardRows(baskets, privacy.owners), 0, 0.15)
  const items = forward.items.length
  const width = Math.max(1, Math.min(neighbors, items - 1))
  const heaps = scorers.map(() => makeHeaps(items, width))
  const scratch = makeScratch(items)
  const meanSize = forward.visits.length / Math.max(1, baskets.weights.length)
  let pairs = 0
  for (let rank = 0, work = 0; rank < items; rank++) {
    const n = countMorePopular(rank, forward, scratch)
    pairs += n
    if (privacy.owners && privacy.minTogether > 1) dropPrivate(rank, forward, privacy.minTogether, scratch)
    for (let s = 0; s < scorers.length; s++) {
      offerPairs(rank, n, forward.items, privacy.minTogether, scorers[s], scratch, heaps[s])
    }
    clearRow(n, scratch)
    work += n + meanSize * (forward.offsets[rank + 1] - forward.offsets[rank])
    if (work > CHUNK) {
      work = 0
      yield 0.15 + (0.85 * rank) / items
    }
  }
  return {heaps, items: forward.items, pairs}
}

/** `countRow` for the half of the row that is more popular than the item. */
function countMorePopular(
  rank: number,
  {rows, offsets, visits}: ForwardRows,
  {counts, sums, touched}: Scratch,
): number {
  const end = offsets[rank + 1]
  let n = 0
  for (let from = offsets[rank]; from < end; from += TOUCH) {
    const to = Math.min(from + TOUCH, end)
    touchRows(rows, visits, from, to)
    for (let v = from; v < to; v++) {
      const start = visits[v]
      const weight = rows[start]
      for (let q = start + HEADER, other = rows[q]; other < rank; other = rows[++q]) {
        if (counts[other]++ === 0) touched[n++] = other
        sums[other] += weight
      }
    }
  }
  return n
}

/** Reads the head of each row; the sum only keeps the reads from being dropped. */
function touchRows(rows: Int32Array, visits: Int32Array, from: number, to: number): number {
  let sum = 0
  for (let v = from; v < to; v++) sum = (sum + rows[visits[v]]) | 0
  return sum
}

function dropPrivate(rank: number, forward: ForwardRows, minTogether: number, {counts, own}: Scratch): void {
  const {rows, offsets, visits} = forward
  const ownerOf = (v: number) => rows[visits[v] + 1]
  const eachOther = (v: number, see: (other: number) => void) => {
    for (let q = visits[v] + HEADER; rows[q] < rank; q++) see(rows[q])
  }
  dropOneOwnerPairs(offsets[rank], offsets[rank + 1], minTogether, ownerOf, eachOther, counts, own)
}

/** Offers each counted pair to both its items. */
function offerPairs(
  rank: number,
  n: number,
  items: Int32Array,
  minTogether: number,
  {score}: Scorer,
  {counts, sums, touched}: Scratch,
  heaps: Heaps,
): void {
  const {worst} = heaps
  const item = items[rank]
  for (let t = 0; t < n; t++) {
    const otherRank = touched[t]
    const count = counts[otherRank]
    if (count < minTogether) continue
    const other = items[otherRank]
    const sum = sums[otherRank]
    const forItem = score(item, other, count, sum)
    if (forItem >= worst[rank]) offer(heaps, rank, other, forItem, count)
    const forOther = score(other, item, count, sum)
    if (forOther >= worst[otherRank]) offer(heaps, otherRank, item, forOther, count)
  }
}

/**
 * Offers every item the most popular ones it was never bought with, best first, until they no longer enter. One it was
 * bought with needs no second offer: it scores higher for that, and so is in the heap or would not enter now.
 */
function* offerPopular(items: Int32Array, popular: Int32Array, {score}: Scorer, heaps: Heaps): Steps<void> {
  const {k, sizes, worst, indices} = heaps
  const taken = new Uint8Array(items.length)
  for (let rank = 0; rank < items.length; rank++) {
    const item = items[rank]
    const root = rank * k
    const met = indices.slice(root, root + sizes[rank])
    taken[item] = 1
    for (const other of met) taken[other] = 1
    for (let p = 0; p < popular.length; p++) {
      const byPopularity = score(item, popular[p], 0, 0)
      if (!(byPopularity >= worst[rank]) || byPopularity === 0) break
      if (!taken[popular[p]]) offer(heaps, rank, popular[p], byPopularity, 0)
    }
    taken[item] = 0
    for (const other of met) taken[other] = 0
    if (rank % Math.ceil(50_000 / k) === 0) yield rank / items.length
  }
}
