import {expectedOf, type SubstituteTable} from '../matrix/substitutes.ts'
import type {Model} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import type {Id} from '../orders/order-line.ts'
import {scopeOf} from './also-bought.ts'
import {ask} from './ask.ts'
import {checkRules, indexOf, type Rules, ruleNames} from './rules.ts'
import {type Ranking, select} from './select.ts'

/** What `substitutes` can be told: rules, but nothing to fill up with. */
export type SubstitutesOptions<Item extends CatalogueItem = CatalogueItem> = Omit<Rules<Item>, 'fallback'>

/** Something that would do instead. */
export interface Substitute {
  item: string
  /** How alike the two are in what they are bought with, a cosine up to 1, which is the same; times its `boost`. */
  score: number
  /**
   * In how many baskets the two would stand together by chance, at least 5; in less than half of these they do. Baskets keep
   * their sizes `h`: `nᵢ · nⱼ · Σh(h − 1) / (Σh)²`. With `evidence`.
   */
  expected?: number
  /** In how many they do. With `evidence`; absent where these are fewer than `minTogether`, or all of one customer. */
  together?: number
}

/**
 * Why there is no substitute. `'unknown item'`: the id was never met. `'bought too rarely'`: it is not among the 2,000 most
 * bought items, or in so few baskets that with no other of them even 5 would be common by chance. `'nothing similar enough'`:
 * it was compared, and nothing would do. `'ruled out'`: there are some, and `only` and `exclude` leave none.
 */
export type NoSubstitute = 'unknown item' | 'bought too rarely' | 'nothing similar enough' | 'ruled out'

/** What would do instead of an item, the likest first, or why nothing would. */
export interface Substitutes {
  items: Substitute[]
  /** Absent where there are items. */
  reason?: NoSubstitute
}

const names = ruleNames.filter((name) => name !== 'fallback')

/** What would do instead: see `Recommender.substitutes`. */
export function substitutes<Item extends CatalogueItem>(
  model: Model,
  id: Id,
  options: SubstitutesOptions<Item> = {},
): Substitutes {
  checkRules('substitutes', options, names)
  const {substitutes: found, catalogue} = model
  const asked = indexOf('substitutes', catalogue.find, id)
  if (!found) throw new Error('substitutes: none were looked for; fit with the option substitutes: true')
  const {evidence = true, limit = 10} = options
  return ask(model, 'substitutes', options, () => {
    if (asked < 0) return {items: [], reason: 'unknown item'}
    // One that only the catalogue has was never bought.
    if (asked >= model.log.items.length) return {items: [], reason: 'bought too rarely'}
    const item = asked
    const row = rowOf(model, found, item)
    const picks = select('substitutes', model, {...options, limit: Math.min(limit, MOST), fallback: false}, [() => row])
    if (picks.length === 0) return {items: [], reason: reasonFor(found, item, row)}
    const {marginals, together} = scopeOf(model, 'substitutes', undefined)
    const {support} = marginals
    const isHidden = model.changes?.now.hiddenIn(model, together.table)
    const items = picks.map(({item: other, score, note}): Substitute => {
      const substitute: Substitute = {item: catalogue.idOf(other), score}
      if (evidence) {
        substitute.expected = expectedOf(found.chance, support[item], support[other])
        // Where every count may leave, so may that there is none.
        const mayTell = note > 0 || model.settings.minTogether === 1
        if (mayTell && !isHidden?.(item, other, note)) substitute.together = note
      }
      return substitute
    })
    return {items}
  })
}

/** How many at most, however many were asked for: more would not be substitutes. */
const MOST = 10

/**
 * How alike two items must be where the catalogue does not say that they are of one category. Less is enough where it does:
 * in a shop of gifts, baskets alone found nothing sensible below 0.75, and in one of food everything that was there above 0.85.
 */
const LEAST_LIKENESS = 0.8

/** The candidates that may do: of the same category, or, where that is not known of both, very much alike. */
function rowOf({catalogue}: Model, {table}: SubstituteTable, item: number): Ranking {
  const {category} = catalogue.at(item)
  const ranking = {items: [] as number[], scores: [] as number[], notes: [] as number[]}
  for (let p = table.offsets[item]; p < table.offsets[item + 1]; p++) {
    const {category: its} = catalogue.at(table.items[p])
    if (category && its ? category !== its : table.scores[p] < LEAST_LIKENESS) continue
    ranking.items.push(table.items[p])
    ranking.scores.push(table.scores[p])
    ranking.notes.push(table.together[p])
  }
  return {...ranking, n: ranking.items.length, tierOf: () => 'related'}
}

function reasonFor({isCommon}: SubstituteTable, item: number, row: Ranking): NoSubstitute {
  if (row.n > 0) return 'ruled out'
  return isCommon[item] ? 'nothing similar enough' : 'bought too rarely'
}
