import {clearRow, countPublicRow} from '../matrix/count-row.ts'
import {type SumTable, sumRows} from '../matrix/neighbor-sum.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import type {Candidates, Pick} from './select.ts'

/** The items a joint question starts from, and how much each counts, above 0. */
export interface Seeds {
  items: Int32Array
  weights: Float64Array
}

/** By index, so that the order in which they were named does not matter. */
export function seedsOf(weightOf: ReadonlyMap<number, number>): Seeds {
  const items = Int32Array.from(weightOf.keys()).sort()
  return {items, weights: Float64Array.from(items, (item) => weightOf.get(item) as number)}
}

/** Whole-number weights of the seeds' rows, the heaviest 65,536, and what 1 in their sum is worth. */
function rowWeights({items, weights}: Seeds, {scales}: SumTable): {whole: Int32Array; unit: number} {
  let heaviest = 0
  for (let s = 0; s < items.length; s++) heaviest = Math.max(heaviest, weights[s] * scales[items[s]])
  const whole = new Int32Array(items.length)
  if (heaviest === 0) return {whole, unit: 0}
  for (let s = 0; s < items.length; s++) whole[s] = Math.round((weights[s] * scales[items[s]] * 65536) / heaviest)
  return {whole, unit: heaviest / 65536}
}

/** The sum of the seeds' stored rows. What it returns lies in the scratch: it holds until the next question to the model. */
export function jointCandidates({scratch}: Model, table: SumTable, seeds: Seeds): Candidates {
  const {sums, touched, scores} = scratch
  const {whole, unit} = rowWeights(seeds, table)
  const n = sumRows(table, seeds.items, whole, seeds.items.length, scratch)
  for (let t = 0; t < n; t++) {
    const item = touched[t]
    scores[t] = sums[item] * unit
    sums[item] = 0
  }
  return {n, items: touched, scores, tierOf: isCopurchase}
}

const isCopurchase = () => 'copurchase' as const

/** Multiply-adds that counting on demand may take, some milliseconds: as many rows as fit, the heaviest seed's always. */
const MOST_WORK = 2_000_000

/** The same from whole rows, counted now: what comes when rules leave too little of the stored ones. */
export function countedCandidates(model: Model, counted: ScopeModel, seeds: Seeds): Candidates {
  const {scorer} = counted.together
  const total = new Map<number, number>()
  eachCountedPair(model, counted, seeds, (seed, weight, other, count, sum) => {
    total.set(other, (total.get(other) ?? 0) + weight * scorer.score(seed, other, count, sum))
  })
  return {
    n: total.size,
    items: Int32Array.from(total.keys()),
    scores: Float64Array.from(total.values()),
    tierOf: () => 'copurchase',
  }
}

function eachCountedPair(
  {scratch}: Model,
  counted: ScopeModel,
  {items, weights}: Seeds,
  see: (seed: number, weight: number, other: number, count: number, sum: number) => void,
): void {
  const heaviestFirst = [...items.keys()].sort((a, b) => weights[b] - weights[a] || a - b)
  const meanSize = counted.marginals.purchases / Math.max(1, counted.marginals.baskets)
  let work = 0
  for (const s of heaviestFirst) {
    work += counted.marginals.support[items[s]] * meanSize
    if (work > MOST_WORK && s !== heaviestFirst[0]) break
    const n = countPublicRow(items[s], counted.together.baskets, counted.privacy, scratch)
    for (let t = 0; t < n; t++) {
      const other = scratch.touched[t]
      see(items[s], weights[s], other, scratch.counts[other], scratch.sums[other])
    }
    clearRow(n, scratch)
  }
}

/** A purchase that speaks for a result. */
export interface Because {
  item: string
  /**
   * In how many baskets the two stand together; where it is a customer's past that speaks, after how many orders with
   * the one the other was bought; for a repeat, how often this customer bought it.
   */
  together: number
}

/** How many purchases are named for each result. */
export const REASONS = 3

/** For each result, the seeds that carried most of it, the strongest first, by the rows counted on demand. */
export function countedReasons(model: Model, counted: ScopeModel, seeds: Seeds, picks: readonly Pick[]): Because[][] {
  const {scorer} = counted.together
  const reasons = new Reasons(picks, model.scratch)
  eachCountedPair(model, counted, seeds, (seed, weight, other, count, sum) => {
    reasons.add(other, seed, weight * scorer.score(seed, other, count, sum), count)
  })
  return reasons.best(model.log.items)
}

/** The same by the stored rows; none for a result that they say nothing of. */
export function storedReasons(
  {log, scratch}: Model,
  table: SumTable,
  seeds: Seeds,
  picks: readonly Pick[],
): Because[][] {
  const {whole} = rowWeights(seeds, table)
  const reasons = new Reasons(picks, scratch)
  for (let s = 0; s < seeds.items.length; s++) {
    const row = seeds.items[s]
    for (let p = table.offsets[row]; p < table.offsets[row + 1]; p++) {
      reasons.add(table.items[p], row, whole[s] * table.shares[p], table.together[p])
    }
  }
  return reasons.best(log.items)
}

/** Collects what speaks for each result, and keeps the strongest. */
class Reasons {
  readonly #picks: readonly Pick[]
  readonly #places: Int32Array
  readonly #found: {seed: number; share: number; together: number}[][]

  constructor(picks: readonly Pick[], {places}: Model['scratch']) {
    this.#picks = picks
    this.#places = places
    this.#found = picks.map(() => [])
    for (const [place, {item}] of picks.entries()) places[item] = place + 1
  }

  add(item: number, seed: number, share: number, together: number): void {
    const place = this.#places[item] - 1
    if (place < 0 || share <= 0) return
    const found = this.#found[place]
    let rank = found.length
    while (
      rank > 0 &&
      (found[rank - 1].share < share || (found[rank - 1].share === share && found[rank - 1].seed > seed))
    ) {
      rank--
    }
    if (rank === REASONS) return
    found.splice(rank, 0, {seed, share, together})
    found.length = Math.min(found.length, REASONS)
  }

  /** Ends collecting and leaves the scratch clean. */
  best(ids: readonly string[]): Because[][] {
    for (const {item} of this.#picks) this.#places[item] = 0
    return this.#found.map((reasons) => reasons.map(({seed, together}) => ({item: ids[seed], together})))
  }
}
