import {type Baskets, clearRow, countPublicRow, makeScratch, type Scratch} from './count-row.ts'
import type {Companions} from './expected.ts'
import type {Privacy} from './privacy.ts'
import type {Marginals, Scorer} from './scorers.ts'
import {addTo, clearSparse, type Sparse} from './sparse.ts'
import {each, type Steps, span} from './steps.ts'
import {RELATED, type Table} from './table.ts'
import {clearHeap, type Heaps, makeHeaps, offer, sortBestFirst} from './top-k.ts'

/**
 * An item in fewer baskets than this gets a new row. Of others, what they were bought with says so much more than one more
 * step does that their lists would hardly change; and their rows take long to count.
 */
const RARE = 20

/** Steps a walk may take from an item: its likeliest. */
const STEPS = 50

/** Chances are whole numbers of this unit: a sum of products of two is exact, and the same in any order. */
const CHANCE = 2 ** -23

/** What was counted of a shop whose table is to be completed. */
interface Shop {
  baskets: Baskets
  privacy: Privacy
  marginals: Marginals
  companions: Companions
}

/** Where a walk may go from item `i`, and how likely: the steps from `offsets[i]` up to before `offsets[i + 1]`. */
interface Walk {
  offsets: Int32Array
  items: Int32Array
  /** Whole numbers of `CHANCE`, above 0. */
  chances: Int32Array
}

/**
 * Scores the rows of rare items anew, in place, with what is bought with the things they are bought with: `H = P·P`, two
 * steps of a walk from item to item by pairs that may leave. Other rows keep their bytes.
 *
 * Over eight cuts of Online Retail II it lifts NDCG@10 of items in 5 to 9 baskets by 3 %, in 10 to 19 by 1 %; of those in
 * fewer, where a row is a pair or two, it gains on some cuts and loses on others. The same for all items, from whole rows,
 * did no better. All rows are and stay of one length, since whatever was bought scores: by its popularity at least.
 */
export function* addRelated(table: Table, scorer: Scorer, shop: Shop): Steps<void> {
  const {baskets, privacy, marginals} = shop
  const items = marginals.support.length
  const [first] = marginals.popular
  const width = table.offsets[first + 1] - table.offsets[first]
  // Nothing was bought together, or nothing at all.
  if (!(width > 0)) return
  const scratch = makeScratch(items)
  const walk = yield* span(likeliestSteps(table, shop, scratch), 0, 0.5)
  const reached: Sparse = {n: 0, items: new Int32Array(items + 1), values: new Float64Array(items)}
  const best = makeHeaps(1, width)
  const rescore = (item: number) => {
    if (!isRare(item, marginals)) return
    walkTwice(walk, item, reached)
    // It was bought with nothing that leads on: its row stays.
    if (reached.n === 0) return
    const n = countPublicRow(item, baskets, privacy, scratch)
    offerAll(item, n, marginals, scorer, scratch, reached, best)
    clearRow(n, scratch)
    clearSparse(reached)
    const size = sortBestFirst(best, 0)
    table.items.set(best.indices.subarray(0, size), table.offsets[item])
    table.scores.set(best.scores.subarray(0, size), table.offsets[item])
    table.together.set(best.notes.subarray(0, size), table.offsets[item])
    clearHeap(best, 0)
  }
  yield* span(each(items, rescore, 16), 0.5, 1)
}

function isRare(item: number, {support}: Marginals): boolean {
  return support[item] > 0 && support[item] < RARE
}

/**
 * From a rare item: by the weight of the common baskets, out of its whole row. From others: by how many they are, out of
 * all places beside it in its baskets, as far as its row is stored.
 */
function* likeliestSteps(table: Table, shop: Shop, scratch: Scratch): Steps<Walk> {
  const {baskets, privacy, marginals, companions} = shop
  const items = marginals.support.length
  const walk = {
    offsets: new Int32Array(items + 1),
    items: new Int32Array(items * STEPS),
    chances: new Int32Array(items * STEPS),
  }
  let end = 0
  const add = (item: number, share: number) => {
    const chance = Math.round(share / CHANCE)
    if (!(chance > 0)) return
    walk.items[end] = item
    walk.chances[end++] = chance
  }
  const strongest = makeHeaps(1, STEPS)
  const addCounted = (item: number) => {
    const {touched, sums} = scratch
    const n = countPublicRow(item, baskets, privacy, scratch)
    let total = 0
    for (let t = 0; t < n; t++) {
      const sum = sums[touched[t]]
      total += sum
      if (sum >= strongest.worst[0]) offer(strongest, 0, touched[t], sum, 0)
    }
    for (let s = 0; s < strongest.sizes[0]; s++) add(strongest.indices[s], strongest.scores[s] / total)
    clearRow(n, scratch)
    clearHeap(strongest, 0)
  }
  const addStored = (item: number) => {
    const first = end
    const total = othersOf(item, companions)
    for (let p = table.offsets[item]; p < table.offsets[item + 1] && end < first + STEPS; p++) {
      add(table.items[p], table.together[p] / total)
    }
  }
  const read = (item: number) => {
    if (isRare(item, marginals)) addCounted(item)
    else addStored(item)
    walk.offsets[item + 1] = end
  }
  yield* each(items, read, 16)
  return walk
}

/** How many other items the baskets of an item hold in all. */
function othersOf(item: number, {offsets, others}: Companions): number {
  let sum = 0
  for (let bin = offsets[item]; bin < offsets[item + 1]; bin++) sum += others[bin]
  return sum
}

/** How likely two steps lead from an item to each other one, in whole `CHANCE²`. */
function walkTwice({offsets, items, chances}: Walk, item: number, reached: Sparse): void {
  for (let p = offsets[item]; p < offsets[item + 1]; p++) {
    const between = items[p]
    for (let q = offsets[between]; q < offsets[between + 1]; q++) {
      if (items[q] !== item) addTo(reached, items[q], chances[p] * chances[q])
    }
  }
}

/** Offers what the item was bought with, what the walk reached beyond, and what sells well beside. */
function offerAll(
  item: number,
  n: number,
  {popular}: Marginals,
  {score}: Scorer,
  {counts, sums, touched}: Scratch,
  reached: Sparse,
  best: Heaps,
): void {
  const scoreOf = (other: number) =>
    score(item, other, counts[other], sums[other], reached.values[other] * CHANCE * CHANCE)
  const offerOne = (other: number, note: number) => {
    const value = scoreOf(other)
    if (value >= best.worst[0]) offer(best, 0, other, value, note)
  }
  for (let t = 0; t < n; t++) offerOne(touched[t], counts[touched[t]])
  for (let r = 0; r < reached.n; r++) if (counts[reached.items[r]] === 0) offerOne(reached.items[r], RELATED)
  for (const other of popular) {
    if (other === item || counts[other] > 0 || reached.values[other] > 0) continue
    if (scoreOf(other) < best.worst[0]) break
    offerOne(other, 0)
  }
}
