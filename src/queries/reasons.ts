import type {SumTable} from '../matrix/neighbor-sum.ts'
import type {Sparse} from '../matrix/sparse.ts'
import {findMarked} from '../matrix/sum-room.ts'
import {clearHeap, makeHeaps, offer, sortBestFirst} from '../matrix/top-k.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import {BARRED, PICKED, type QueryScratch, REASONS} from '../model/scratch.ts'
import {eachCountedScore, wholeWeights} from './joint-rows.ts'
import type {Pick} from './select.ts'

/** A purchase that speaks for a result. */
export interface Because {
  item: string
  /**
   * In how many baskets the two stand together; where it is a customer's past that speaks, after how many orders with
   * the one the other was bought; for a repeat, how often this customer bought it.
   */
  together: number
}

/** Names the seeds that carried most of each result by the stored rows, the strongest first, after what is named already. */
export function addStoredReasons(
  model: Model,
  table: SumTable,
  seeds: Sparse,
  picks: readonly Pick[],
  because: Because[][],
): void {
  const {scratch} = model
  const {weights} = scratch
  if (seeds.n === 0) return
  expectReasons(scratch, picks, ({tier}) => tier !== 'category' && tier !== 'popular')
  wholeWeights(seeds, table, weights)
  for (let s = 0; s < seeds.n; s++) if (weights[s] > 0) offerRow(table, seeds.items[s], weights[s], scratch)
  tellReasons(model, picks, because)
}

function offerRow(table: SumTable, seed: number, weight: number, scratch: QueryScratch): void {
  const {places, reasons, found} = scratch
  const n = findMarked(table, seed, PICKED, scratch)
  for (let f = 0; f < n; f++) {
    const p = found[f]
    const place = places[table.items[p]]
    const share = weight * table.shares[p]
    if (share >= reasons.worst[place]) offer(reasons, place, seed, share, table.together[p])
  }
}

/** The same by rows counted now, for the results that no stored row speaks for. */
export function addCountedReasons(
  model: Model,
  counted: ScopeModel,
  seeds: readonly Sparse[],
  picks: readonly Pick[],
  because: Because[][],
): void {
  const {eligible, places, reasons} = model.scratch
  const isLacking = ({tier}: Pick, place: number) => tier === 'copurchase' && because[place].length === 0
  if (!picks.some(isLacking)) return
  expectReasons(model.scratch, picks, isLacking)
  eachCountedScore(model, counted, seeds, (seed, other, score, count) => {
    if (eligible.marks[other] === PICKED) offer(reasons, places[other], seed, score, count)
  })
  tellReasons(model, picks, because)
}

/** Makes room for reasons, for the picks that want some. */
function expectReasons(
  scratch: QueryScratch,
  picks: readonly Pick[],
  isWanting: (pick: Pick, place: number) => boolean,
): void {
  const {eligible, places} = scratch
  if (scratch.reasons.sizes.length < picks.length) scratch.reasons = makeHeaps(picks.length, REASONS)
  for (let place = 0; place < picks.length; place++) {
    const {item} = picks[place]
    eligible.marks[item] = isWanting(picks[place], place) ? PICKED : BARRED
    places[item] = place
    clearHeap(scratch.reasons, place)
  }
}

function tellReasons({log, scratch: {reasons}}: Model, picks: readonly Pick[], because: Because[][]): void {
  for (let place = 0; place < picks.length; place++) {
    const told = because[place]
    const n = sortBestFirst(reasons, place)
    for (let r = place * REASONS; r < place * REASONS + n && told.length < REASONS; r++) {
      const item = log.items[reasons.indices[r]]
      if (!told.some((other) => other.item === item)) told.push({item, together: reasons.notes[r]})
    }
  }
}
