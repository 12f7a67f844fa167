import {clearRow, countPublicRow} from '../matrix/count-row.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import {addTo, type Sparse} from '../matrix/sparse.ts'
import {BESIDE_SUM, sumRows, weighRows} from '../matrix/sum-room.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import type {Scored} from './select.ts'

const isCopurchase = () => 'copurchase' as const

/** The sum of the seeds' stored rows. A seed is an item the question starts from; its number is how much it counts. */
export function jointCandidates(model: Model, table: SumTable, seeds: Sparse): Scored {
  const {scratch} = model
  const unit = weighRows(table, seeds, scratch)
  sumRows(table, seeds, scratch)
  model.changes?.now.takeBackHidden(model, table, seeds)
  return {scores: scratch.sums, unit, beside: BESIDE_SUM, tierOf: isCopurchase}
}

/** The same from whole rows, counted now: what comes when rules leave too little of the stored ones. */
export function countedCandidates(model: Model, counted: ScopeModel, seeds: readonly Sparse[]): Scored {
  const {mix} = model.scratch
  eachCountedScore(model, counted, seeds, (_seed, other, score) => addTo(mix, other, score))
  return {scores: mix, unit: 1, beside: 0, tierOf: isCopurchase}
}

/** Multiply-adds that counting on demand may take, some milliseconds: as many rows as fit, the heaviest seed's always. */
const MOST_WORK = 2_000_000

/** Shows what each pair of a seed's whole row adds to the sum, the heaviest seed first. */
export function eachCountedScore(
  model: Model,
  {marginals, together: {baskets, scorer, table}, privacy}: ScopeModel,
  seeds: readonly Sparse[],
  see: (seed: number, other: number, score: number, count: number) => void,
): void {
  const heaviestFirst = unite(seeds).sort((a, b) => b.weight - a.weight || a.item - b.item)
  const meanSize = marginals.purchases / Math.max(1, marginals.baskets)
  const {row} = model.scratch
  const isHidden = model.changes?.now.hiddenIn(model, table)
  let work = 0
  for (const [place, {item, weight}] of heaviestFirst.entries()) {
    work += marginals.support[item] * meanSize
    if (work > MOST_WORK && place > 0) break
    const n = countPublicRow(item, baskets, privacy, row)
    for (let t = 0; t < n; t++) {
      const other = row.touched[t]
      const count = row.counts[other]
      if (isHidden?.(item, other, count)) continue
      const score = weight * scorer.score(item, other, count, row.sums[other])
      if (score > 0) see(item, other, score, count)
    }
    clearRow(n, row)
  }
}

/** An item of the past that is in the session too counts as the larger of the two. */
function unite(seeds: readonly Sparse[]): {item: number; weight: number}[] {
  const weightOf = new Map<number, number>()
  for (const {n, items, values} of seeds) {
    for (const item of items.subarray(0, n)) weightOf.set(item, Math.max(values[item], weightOf.get(item) ?? 0))
  }
  return Array.from(weightOf, ([item, weight]) => ({item, weight}))
}
