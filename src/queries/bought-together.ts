import type {Model, ScopeModel} from '../model/model.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {scopeOf} from './also-bought.ts'
import {
  type Because,
  countedCandidates,
  countedReasons,
  jointCandidates,
  type Seeds,
  seedsOf,
  storedReasons,
} from './joint-rows.ts'
import {checkRules, indicesOf, type Rules} from './rules.ts'
import {type Pick, select, type Tier} from './select.ts'

/** An item suggested for a basket, a customer or a visitor. */
export interface Suggestion {
  item: string
  /**
   * Comparable within one list and one tier only: what adds up rows has the unit of these, and a session beside a past, or
   * repeats, are put on a common scale. 0 for what only `fallback` brought.
   */
  score: number
  /** `'copurchase'`: goes with what they have. `'repeat'`: they buy it again. `'popular'`: neither, but it sells well. */
  tier: Tier
  /** The purchases that speak for it most, at most three, the strongest first. With `evidence`; empty if popular. */
  because?: Because[]
}

/** What completes these items, as one joint answer: see `Recommender.boughtTogether`. */
export function boughtTogether(model: Model, ids: Iterable<Id>, options: Rules = {}): Suggestion[] {
  checkRules('boughtTogether', options)
  if (typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids)) {
    throw new TypeError(`boughtTogether: expected a list of ids, got ${quote(ids)}`)
  }
  const counted = scopeOf(model, 'boughtTogether', undefined)
  const {table} = counted.together
  const asked = indicesOf('boughtTogether', model.itemOf, ids)
  const seeds = seedsOf(new Map(asked.map((item) => [item, 1])))
  const picks = select('boughtTogether', model, options, asked, [
    () => jointCandidates(model, table, seeds),
    () => countedCandidates(model, counted, seeds),
  ])
  const plain = picks.map(({item, score, tier}) => ({item: model.log.items[item], score, tier}))
  if (options.evidence === false) return plain
  const because = storedReasons(model, table, seeds, picks)
  fillReasons(model, counted, () => seeds, picks, because)
  return plain.map((suggestion, place) => ({...suggestion, because: because[place]}))
}

/** Gives reasons to the results that no stored row speaks for: they came from rows counted on demand. */
export function fillReasons(
  model: Model,
  counted: ScopeModel,
  seeds: () => Seeds,
  picks: readonly Pick[],
  because: Because[][],
): void {
  const isLacking = (place: number) => picks[place].tier === 'copurchase' && because[place].length === 0
  const lacking = [...picks.keys()].filter(isLacking)
  if (lacking.length === 0) return
  const found = countedReasons(
    model,
    counted,
    seeds(),
    lacking.map((place) => picks[place]),
  )
  for (const [i, place] of lacking.entries()) because[place] = found[i]
}
