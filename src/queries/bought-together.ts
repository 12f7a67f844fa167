import type {Model} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {scopeOf} from './also-bought.ts'
import {ask, bar, indicesOf, listOf} from './ask.ts'
import {countedCandidates, jointCandidates} from './joint-rows.ts'
import {addCountedReasons, addKinReasons, addStoredReasons, type Because} from './reasons.ts'
import {checkRules, type Rules} from './rules.ts'
import {addSeed, seedsIn} from './seeds.ts'
import {type Pick, select, type Tier} from './select.ts'

/** An item suggested for a basket, a customer or a visitor. */
export interface Suggestion {
  item: string
  /**
   * Comparable within one list and one tier only: what adds up rows has the unit of these, and a session beside a past, or
   * repeats, are put on a common scale. 0 for what only `fallback` brought.
   */
  score: number
  /**
   * `'copurchase'`: goes with what they have. `'repeat'`: they buy it again. `'category'`: neither, but of the categories of
   * what they have. `'popular'`: sells well.
   */
  tier: Tier
  /**
   * The purchases that speak for it most, at most three, the strongest first. With `evidence`; empty for what only `fallback`
   * brought.
   */
  because?: Because[]
}

/** What completes these items, as one joint answer: see `Recommender.boughtTogether`. */
export function boughtTogether<Item extends CatalogueItem>(
  model: Model,
  ids: Iterable<Id>,
  options: Rules<Item> = {},
): Suggestion[] {
  checkRules('boughtTogether', options)
  if (typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids)) {
    throw new TypeError(`boughtTogether: expected a list of ids, got ${quote(ids)}`)
  }
  const asked = listOf(ids)
  const counted = scopeOf(model, 'boughtTogether', undefined)
  const {table} = counted.together
  const {session: seeds, eligible} = model.scratch
  return ask(model, 'boughtTogether', options, () => {
    for (const item of indicesOf(model, 'boughtTogether', asked)) {
      bar(eligible, item)
      addSeed(model, item, 1)
    }
    const sources = [() => jointCandidates(model, table, seeds), () => countedCandidates(model, counted, [seeds])]
    const picks = select('boughtTogether', model, options, sources, () => seedsIn(model))
    if (options.evidence === false) return suggestionsOf(model, picks)
    const because = picks.map((): Because[] => [])
    addStoredReasons(model, table, counted, seeds, picks, because)
    addCountedReasons(model, counted, [seeds], picks, because)
    addKinReasons(model, () => seedsIn(model), picks, because)
    return suggestionsOf(model, picks, because)
  })
}

export function suggestionsOf({catalogue}: Model, picks: readonly Pick[], because?: Because[][]): Suggestion[] {
  return picks.map(({item, score, tier}, place) =>
    because
      ? {item: catalogue.idOf(item), score, tier, because: because[place]}
      : {item: catalogue.idOf(item), score, tier},
  )
}
