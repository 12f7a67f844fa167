import {aboveChance, type Companions} from './expected.ts'
import {expectedGrid} from './expected-grid.ts'
import type {Formula} from './formula.ts'
import type {Measure} from './measures.ts'

/** Basket weights are whole numbers of this unit, so that sums are exact: `round(65536 · weight)`. */
export const UNIT = 1 / 65536

/** How often each item was bought. */
export interface Marginals {
  /** Baskets with at least one item. */
  baskets: number
  /** The sum of all supports. */
  purchases: number
  /** Baskets that hold the item. */
  support: Int32Array
  /** The same with each basket counted by its recency, 0 to 1; equal to `support` where there are no dates. */
  mass: Float64Array
  /** The sum of these. */
  totalMass: number
  /** The items in any basket, most bought of late first, then by index. */
  popular: Int32Array
  /** Mean recency of a basket: 1 where there are no dates. */
  meanRecency: number
  /** Weight of all ordered pairs of all baskets: Σ weight · size · (size − 1). */
  pairWeight: number
}

/** Turns what was counted of two items into a score. */
export interface Scorer {
  /**
   * @param sum of the weights of the common baskets, in `UNIT`s
   * @param reached how likely a walk over other items leads to this one, see `addRelated`; default 0
   */
  score: (item: number, other: number, count: number, sum: number, reached?: number) => number
  /** Where items score without ever having met `item`: all that were bought, the highest such score first. */
  popular?: Int32Array
  /** What `formulaOf` makes the same score as data of: the kernel knows no functions. */
  formula?: Formula
  parts?: {measure: Measure; support: Int32Array; baskets: number}
}

/**
 * The default measure: `(g + c·(π + H)) / n^b`. `g` is the weight of the common baskets, `π` the other item's share of all
 * recent purchases, `n` its recent purchases; `H`, for rare items, how likely a walk over what is bought together leads
 * from the item to the other in two steps. `c = min(30·w̄, κ·nᵢ) · M` is how much the item leans on these: one bought
 * rarely more, next to its own evidence (`M`, the mean pair weight a purchase brings; `w̄`, the mean recency).
 * From 0 up; compare within a list only. Rewards being bought together in small, recent baskets; corrects for popularity
 * only lightly, since more costs accuracy. Blind to what sells never together.
 * @param discovery 0 most accurate, 1 a third fewer places for the bestsellers
 */
export function weightedScorer(
  {mass, totalMass, popular, meanRecency, pairWeight}: Marginals,
  discovery: number,
): Scorer {
  const kappa = discovery < 0.5 ? 3 - 4 * discovery : 1
  const damping = discovery < 0.5 ? 0.1 : 0.2 * discovery
  const meanWeight = pairWeight / totalMass
  const lean = mass.map((m) => Math.min(30 * meanRecency, kappa * m) * meanWeight)
  const share = mass.map((m) => m / totalMass)
  const damp = mass.map((m) => (m > 0 ? m ** -damping : 0))
  return {
    popular,
    score: (item, other, _count, sum, reached = 0) =>
      (sum * UNIT + lean[item] * (share[other] + reached)) * damp[other],
    formula: {kind: 'weighted', left: lean, middle: share, right: damp, readsWeight: true},
  }
}

/** What an item is worth in the joint answer for a whole basket: `(g / ((nᵢ + κ)^0.7 · (nⱼ + κ)^0.4))^1.5`, κ = 0.3·n̄. */
export function togetherScorer({mass, totalMass}: Marginals): Scorer {
  const bought = mass.reduce((n, m) => n + (m > 0 ? 1 : 0), 0)
  const kappa = (0.3 * totalMass) / bought
  const ofItem = mass.map((m) => (m + kappa) ** -0.7)
  const ofOther = mass.map((m) => (m + kappa) ** -0.4)
  return {
    score: (item, other, _count, sum) => {
      const x = sum * UNIT * ofItem[item] * ofOther[other]
      return x * Math.sqrt(x)
    },
    formula: {kind: 'together', left: ofItem, right: ofOther, readsWeight: true},
  }
}

/** Any measure of plain marginals. One without a weight reads the plain counts. */
export function measureScorer(measure: Measure, {support, baskets}: Marginals): Scorer {
  const {weight} = measure
  const score: Measure['score'] = (...counts) => {
    const given = measure.score(...counts)
    // A promise would be no number, and no pair would be a neighbor.
    if (typeof given === 'number') return given
    throw new TypeError(`measure: score must return a number, got ${typeof given}`)
  }
  return {
    parts: {measure, support, baskets},
    score: weight
      ? (item, other, _count, sum) => score(sum * UNIT, support[item], support[other], baskets)
      : (item, other, count) => score(count, support[item], support[other], baskets),
  }
}

/**
 * Chance-corrected co-purchase: `aboveChance`, with E = `expectedTogether`. Knows that wide baskets hold everything. E comes
 * from `expectedGrid`, at most 0.2 % too low: working it out for every pair makes counting take two and a half times as long.
 */
export function chanceScorer(companions: Companions, {support, purchases}: Marginals): Scorer {
  const expectedWith = expectedGrid(companions, support, purchases)
  return {
    score: (item, other, count) => aboveChance(count, expectedWith(item, other)),
  }
}
