import {aboveChance, type Companions, expectedTogether} from '../matrix/expected.ts'
import {measureScorer, type Scorer, UNIT, weightedScorer} from '../matrix/scorers.ts'
import type {Model, ScopeModel} from './model.ts'
import {measureOf} from './scoring.ts'

/** What `alsoBought` makes of pairs that were counted since its model was made. */
interface PairScores {
  /** What a basket that came weighs, by its size and time; and what it weighs for joint answers. */
  weigh: (size: number, time: number) => number
  weighJoint: (size: number, time: number) => number
  ofRow: (row: CountedPairs) => Float64Array
}

/** Pairs of one item. */
interface CountedPairs {
  item: number
  /** In how many baskets it stands. */
  support: number
  companions: Companions
  items: readonly number[]
  together: Int32Array
  /** What the common baskets weigh. */
  weighed: Float64Array
  /** In how many baskets an item stands that had not sold when the model was made. */
  bought: (other: number) => number
}

const made = new WeakMap<ScopeModel, PairScores>()

/** Baskets whose times tell how old another is. */
const SAMPLE = 4096

export function pairScores({settings}: Model, counted: ScopeModel): PairScores {
  const known = made.get(counted)
  if (known) return known
  const {marginals} = counted
  const {baskets, purchases, popular} = marginals
  const measure = measureOf(settings, () => ({baskets, purchases, items: popular.length}))
  const ageOf = agesIn(counted.times)
  const halfLife = settings.recency === false ? Number.POSITIVE_INFINITY : settings.recency
  const weighJoint = (size: number, time: number) => size ** -0.6 * Math.max(UNIT, 2 ** (-ageOf(time) / halfLife))
  const own = measure?.weight
  const scores: PairScores = {
    weighJoint,
    weigh: own ? (size, time) => own(size, ageOf(time)) : weighJoint,
    ofRow: ({item, support, companions, items, together, weighed, bought}) => {
      const pair = [item, ...items]
      // A pair cannot count more often than its items do.
      const supports = Int32Array.from(pair, (i, p) => Math.max(marginals.support[i] || 0, p > 0 ? together[p - 1] : 0))
      supports[0] = support
      const mass = Float64Array.from(pair, (i) => marginals.mass[i] || bought(i))
      const baskets = Math.max(marginals.baskets, support + supports.reduce((most, n) => Math.max(most, n), 0))
      const ofPairs = {...marginals, baskets, support: supports, mass}
      const chance: Scorer['score'] = (_item, p, count) =>
        aboveChance(count, expectedTogether(companions, 0, Math.min(0.5, supports[p] / (marginals.purchases || 1))))
      const {score} = measure
        ? measureScorer(measure, ofPairs)
        : settings.measure === 'chance'
          ? {score: chance}
          : weightedScorer({...ofPairs, ...whole(ofPairs)}, settings.discovery)
      return Float64Array.from(items, (_, place) => score(0, place + 1, together[place], weighed[place]))
    },
  }
  made.set(counted, scores)
  return scores
}

/** Of a shop that had sold nothing, what a score divides by is of what it sells now. */
function whole({totalMass, pairWeight, mass}: ScopeModel['marginals']): {totalMass: number; pairWeight: number} {
  return {totalMass: totalMass || mass.reduce((sum, m) => sum + m, 0), pairWeight}
}

/** How old a basket of a time is: which share of the model's baskets is newer, by up to `SAMPLE` of them. */
function agesIn(times: Float64Array | undefined): (time: number) => number {
  if (!times || times.length === 0) return () => 0
  const step = Math.ceil(times.length / SAMPLE)
  const orderable = (time: number) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time)
  const sample = Float64Array.from({length: Math.ceil(times.length / step)}, (_, s) =>
    orderable(times[s * step]),
  ).sort()
  return (time) => {
    let low = 0
    let high = sample.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sample[middle] <= orderable(time)) low = middle + 1
      else high = middle
    }
    return (sample.length - low) / sample.length
  }
}
