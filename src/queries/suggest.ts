import type {Model} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import {scopeOf} from './also-bought.ts'
import {allowOnly, ask, bar} from './ask.ts'
import {type Suggestion, suggestionsOf} from './bought-together.ts'
import {foresee, reasonsFor} from './foresee.ts'
import {checkRules, indexOf, type Rules, ruleNames} from './rules.ts'
import {seedsIn} from './seeds.ts'
import {select} from './select.ts'
import {checkWho, readHistory, readSession, type Who} from './who.ts'

export interface SuggestOptions<Item extends CatalogueItem = CatalogueItem> extends Rules<Item> {
  /**
   * What a customer has bought before: `'exclude'` it, since suggestions are new things; `'include'` it, ranked by the
   * chance that they buy it now; or `'only'` that. Default `'exclude'`.
   */
  repeat?: 'exclude' | 'include' | 'only' | undefined
}

export const suggestNames = [...ruleNames, 'repeat']
const repeats = ['exclude', 'include', 'only']

/** What to suggest to a customer or a visitor: see `Recommender.suggest`. */
export function suggest<Item extends CatalogueItem>(
  model: Model,
  who: Who,
  options: SuggestOptions<Item> = {},
): Suggestion[] {
  checkSuggest('suggest', options)
  const {repeat = 'exclude', evidence = true} = options
  const items = checkWho('suggest', who)
  const customer = who.customer === undefined ? -1 : indexOf('suggest', model.customerOf, who.customer)
  const counted = scopeOf(model, 'suggest', undefined)
  const {purchases, eligible} = model.scratch
  return ask(model, 'suggest', options, () => {
    readSession(model, 'suggest', items)
    const brought = customer >= 0 ? readHistory(model, customer) : []
    if (repeat === 'exclude') {
      for (let p = 0; p < purchases.n; p++) bar(eligible, purchases.items[p])
      for (const item of brought) bar(eligible, item)
    }
    if (repeat === 'only') allowOnly(eligible, purchases.items, purchases.n)
    const picks = select('suggest', model, options, foresee(model, counted, repeat !== 'exclude'), () => seedsIn(model))
    return suggestionsOf(model, picks, evidence ? reasonsFor(model, counted, picks) : undefined)
  })
}

/** Refuses options that do not exist or cannot be. */
export function checkSuggest<Item extends CatalogueItem>(
  query: string,
  options: SuggestOptions<Item>,
  names: readonly string[] = suggestNames,
): void {
  checkRules(query, options, names)
  const {repeat = 'exclude'} = options
  if (repeats.includes(repeat)) return
  throw new RangeError(`${query}: unknown repeat ${quote(repeat)}; valid are ${repeats.join(', ')}`)
}
