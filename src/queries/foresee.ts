import type {SumTable} from '../matrix/neighbor-sum.ts'
import {repeatChance} from '../matrix/repeat.ts'
import {addTo, type Sparse} from '../matrix/sparse.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import {countedCandidates, jointCandidates} from './joint-rows.ts'
import {addCountedReasons, addKinReasons, addLast, addStoredReasons, type Because} from './reasons.ts'
import {seedsIn} from './seeds.ts'
import type {Pick, Scored} from './select.ts'

/** What whoever was read into the scratch will want, best first: the sources of all questions about somebody. */
export function foresee(model: Model, counted: ScopeModel, withRepeats: boolean): (() => Scored)[] {
  const {session, history} = model.scratch
  return [
    () => foreseen(model, counted, withRepeats),
    () => jointCandidates(model, counted.together.table, history),
    () => countedCandidates(model, counted, [session, history]),
  ]
}

/** The purchases that speak for each result. */
export function reasonsFor(model: Model, counted: ScopeModel, picks: readonly Pick[]): Because[][] {
  const {session, history, purchases} = model.scratch
  const because = picks.map(({item, tier}): Because[] =>
    tier === 'repeat'
      ? [addLast({item: model.catalogue.idOf(item), together: purchases.orders[item]}, model, item)]
      : [],
  )
  addStoredReasons(model, counted.together.table, counted, session, picks, because)
  if (model.histories) addStoredReasons(model, model.histories.next, undefined, history, picks, because)
  addStoredReasons(model, counted.together.table, counted, history, picks, because)
  addCountedReasons(model, counted, [session, history], picks, because)
  addKinReasons(model, () => seedsIn(model), picks, because)
  return because
}

/**
 * How much what a past goes with counts next to what it leads to, for `n` items: `e^(−n/40)`, nothing beyond 156. The fewer a
 * customer has bought, the more the orders of all others tell; of new items only, the others are their own habit.
 */
function nearness(n: number): number {
  const share = Math.exp(-n / 40)
  return share < 0.02 ? 0 : share
}

/** What the session goes with, what the past leads to and goes with, and what is bought again. */
export function foreseen(model: Model, counted: ScopeModel, withRepeats: boolean): Scored {
  const {histories, scratch} = model
  const {session, history, purchases, mix} = scratch
  const {table} = counted.together
  const weight = withRepeats ? model.settings.nextWeight : 1
  const parts: [SumTable, Sparse, number][] = []
  if (hasRows(table, session)) parts.push([table, session, weight])
  if (histories && hasRows(histories.next, history)) {
    parts.push([histories.next, history, weight])
    const near = withRepeats ? 0 : nearness(history.n)
    if (near > 0 && hasRows(table, history)) parts.push([table, history, near])
  }
  if (!withRepeats && parts.length < 2) {
    const [[rows, seeds] = [table, session]] = parts
    return jointCandidates(model, rows, seeds)
  }
  for (const [rows, seeds, most] of parts) mixIn(mix, most, jointCandidates(model, rows, seeds))
  const chanceOf = (item: number) =>
    histories && withRepeats ? repeatChance(purchases, item, histories.repeatRates[item]) : 0
  for (let p = 0; p < purchases.n; p++) {
    const chance = chanceOf(purchases.items[p])
    if (chance > 0) addTo(mix, purchases.items[p], chance)
  }
  // What the larger part of the score comes from.
  return {
    scores: mix,
    unit: 1,
    beside: 0,
    tierOf: (item, score) => (2 * chanceOf(item) > score ? 'repeat' : 'copurchase'),
  }
}

/** Moves the scores above 0 into the mix, where the strongest is worth `most`. As in `sumRows`, without a branch. */
function mixIn(mix: Sparse, most: number, {scores, beside}: Scored): void {
  const {items, values} = scores
  const {items: met, values: mixed} = mix
  let {n} = mix
  let largest = 0
  for (let t = 0; t < scores.n; t++) largest = Math.max(largest, values[items[t]] - beside)
  // Nothing is above 0, and nothing comes of it.
  if (largest === 0) largest = 1
  for (let t = 0; t < scores.n; t++) {
    const item = items[t]
    const before = mixed[item]
    const sum = before + (most * Math.max(0, values[item] - beside)) / largest
    met[n] = item
    n += Number(before === 0) - Number(sum === 0)
    mixed[item] = sum
    values[item] = 0
  }
  mix.n = n
  scores.n = 0
}

/** Whether a table says anything of the seeds. */
function hasRows({offsets}: SumTable, {n, items}: Sparse): boolean {
  for (let s = 0; s < n; s++) if (offsets[items[s] + 1] > offsets[items[s]]) return true
  return false
}
