import {type BasketRows, clearRow, countPublicRow, countRow, makeScratch} from './count-row.ts'
import {type Csr, type Indices, transpose} from './csr.ts'
import {headRows, headSize} from './head.ts'
import type {Privacy} from './privacy.ts'
import {rankItems} from './ranks.ts'
import {each, type Steps, span} from './steps.ts'
import {type Table, tableOf} from './table.ts'
import {type Heaps, makeHeaps, offer} from './top-k.ts'

/** Which pairs are taken for substitutes. */
export interface SubstituteLimits {
  /** How many items are looked at: the most bought ones. */
  items: number
  /** In how many baskets a pair must be expected, or that it is rare says nothing. */
  leastExpected: number
  /** It must stand in less than this share of them. */
  mostOfExpected: number
  /** The cosine of the two profiles that it must reach, 0 to 1. */
  leastLikeness: number
  /** How many items must go with both: fewer make any two alike. */
  leastShared: number
  /** How many candidates are kept for an item. */
  neighbors: number
}

/** Strict, since of what is bought with similar things and rarely together most replaces nothing. */
export const substituteLimits: SubstituteLimits = {
  items: 2000,
  leastExpected: 5,
  mostOfExpected: 0.5,
  leastLikeness: 0.43,
  leastShared: 2,
  neighbors: 50,
}

/** What would do instead of what. */
export interface SubstituteTable {
  /** Scores are the likeness; `together` is 0 where the count may not leave, and where there is none. */
  table: Table
  /** See `expectedOf`. */
  chance: number
  /** By item, 1 where it was bought often enough to be told from another. */
  isCommon: Uint8Array
}

/** What goes with an item: its row of what is more often in its baskets than by chance, by rank, ascending. */
interface Profile {
  others: Int32Array
  strengths: Float64Array
  /** The Euclidean length of the row. */
  norm: number
}

/** A common basket counts as `n / (n + 5)` of one in a profile: few may be chance. */
const DOUBT = 5

/**
 * Finds what is bought with the same things as an item and hardly ever with the item itself: two kettles, not a kettle and
 * its cup. Of each pair of the most bought items it asks, in this order: is it to be expected in 5 baskets or more, does it
 * stand in less than half of these, and are the profiles alike, a cosine of 0.43 or more? A profile holds, for every other
 * of these items, `max(0, log(n/E)) · n/(n + 5)`.
 *
 * The count that is tested is the true one, since rarity is what is tested; a profile holds only pairs that may leave.
 */
export function* findSubstitutes(
  {byBasket, weights, support}: BasketRows,
  privacy: Privacy,
  limits = substituteLimits,
): Steps<SubstituteTable> {
  const size = headSize(limits.items, support)
  const {items, rankOf} = yield* span(rankItems(support), 0, 0.05)
  const chance = yield* span(pairChance(byBasket), 0.05, 0.1)
  const head = yield* span(headRows(byBasket, {items, rankOf}, size), 0.1, 0.2)
  const baskets = {byBasket: head, byItem: yield* span(transpose(head, size), 0.2, 0.25), weights}
  const expected = (rank: number, other: number) => expectedOf(chance, support[items[rank]], support[items[other]])
  const scratch = makeScratch(size)
  const {counts, touched} = scratch

  const isCommon = new Uint8Array(support.length)
  /** By rank, the less bought items that it stands with too rarely. */
  const apart: number[][] = []
  const readApart = (rank: number) => {
    if (size > 1 && expected(rank, rank === 0 ? 1 : 0) >= limits.leastExpected) isCommon[items[rank]] = 1
    const n = countRow(rank, baskets, scratch)
    const others: number[] = []
    // The less an item is bought, the less is expected.
    for (let other = rank + 1; other < size && expected(rank, other) >= limits.leastExpected; other++) {
      if (counts[other] / expected(rank, other) < limits.mostOfExpected) others.push(other)
    }
    apart.push(others)
    clearRow(n, scratch)
  }
  yield* span(each(size, readApart, 1), 0.25, 0.45)

  /** In how many baskets these pairs stand, 0 where that may not leave. */
  const together: number[][] = []
  const profiles: Profile[] = []
  const readProfile = (rank: number) => {
    const n = countPublicRow(rank, baskets, privacy, scratch)
    together.push(apart[rank].map((other) => counts[other]))
    profiles.push(profileOf(touched.subarray(0, n).sort(), counts, (other) => expected(rank, other)))
    clearRow(n, scratch)
  }
  yield* span(each(size, readProfile, 1), 0.45, 0.75)

  const best = makeHeaps(size + 1, limits.neighbors)
  const row = new Float64Array(size)
  const compare = (rank: number) => {
    const others = apart[rank]
    const profile = profiles[rank]
    setRow(row, profile)
    for (let a = 0; a < others.length; a++) {
      const other = others[a]
      const likeness = likenessOf(row, profile.norm, profiles[other], limits.leastShared)
      if (!(likeness >= limits.leastLikeness)) continue
      offerIf(best, rank, items[other], likeness, together[rank][a])
      offerIf(best, other, items[rank], likeness, together[rank][a])
    }
    for (const other of profile.others) row[other] = 0
  }
  yield* span(each(size, compare, 1), 0.75, 0.95)
  // All items that were not looked at share the last heap, which is empty.
  const heapOf = rankOf.map((rank) => Math.min(rank, size))
  return {table: yield* span(tableOf(best, heapOf), 0.95, 1), chance, isCommon}
}

/**
 * In how many baskets two items would stand, bought so often each, if purchases fell into baskets at random and baskets kept
 * their sizes `h`: `nᵢ · nⱼ · Σh(h − 1) / (Σh)²`, of which the last factor is `chance`.
 */
export function expectedOf(chance: number, support: number, otherSupport: number): number {
  return support * otherSupport * chance
}

function* pairChance({offsets}: Csr<Indices>): Steps<number> {
  let purchases = 0
  let pairs = 0
  const add = (basket: number) => {
    const size = offsets[basket + 1] - offsets[basket]
    purchases += size
    pairs += size * (size - 1)
  }
  yield* each(offsets.length - 1, add, 1 << 19)
  return purchases > 0 ? pairs / purchases ** 2 : 0
}

function profileOf(met: Int32Array, counts: Int32Array, expected: (other: number) => number): Profile {
  const others = met.filter((other) => counts[other] > expected(other))
  const strengths = Float64Array.from(others, (other) => {
    const count = counts[other]
    return (Math.log(count / expected(other)) * count) / (count + DOUBT)
  })
  return {others, strengths, norm: Math.sqrt(strengths.reduce((sum, strength) => sum + strength ** 2, 0))}
}

function setRow(row: Float64Array, {others, strengths}: Profile): void {
  for (let p = 0; p < others.length; p++) row[others[p]] = strengths[p]
}

/**
 * The cosine; 0 where the two share too little. It adds up by rank whichever item comes first, and drops the digits in which
 * equals may differ by rounding.
 */
function likenessOf(
  row: Float64Array,
  rowNorm: number,
  {others, strengths, norm}: Profile,
  leastShared: number,
): number {
  let sum = 0
  let shared = 0
  for (let p = 0; p < others.length; p++) {
    sum += row[others[p]] * strengths[p]
    if (row[others[p]] > 0) shared++
  }
  return shared < leastShared ? 0 : Math.fround(sum / (rowNorm * norm))
}

function offerIf(best: Heaps, rank: number, item: number, likeness: number, together: number): void {
  if (likeness >= best.worst[rank]) offer(best, rank, item, likeness, together)
}
