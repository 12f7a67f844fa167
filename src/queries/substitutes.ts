import {expectedOf, type SubstituteTable} from '../matrix/substitutes.ts'
import type {Model} from '../model/model.ts'
import type {Id} from '../orders/order-line.ts'
import {scopeOf} from './also-bought.ts'
import {ask} from './ask.ts'
import {checkRules, indexOf, type Rules, ruleNames} from './rules.ts'
import {type Ranking, select} from './select.ts'

export type SubstitutesOptions = Omit<Rules, 'fallback'>

/** Something that would do instead. */
export interface Substitute {
  item: string
  /** How alike the two are in what they are bought with, a cosine: 0.43 to 1, which is the same. */
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
export function substitutes(model: Model, id: Id, options: SubstitutesOptions = {}): Substitutes {
  checkRules('substitutes', options, names)
  const item = indexOf('substitutes', model.itemOf, id)
  const {substitutes: found, log} = model
  if (!found) throw new Error('substitutes: none were looked for; fit with the option substitutes: true')
  const {evidence = true} = options
  return ask(model, 'substitutes', options, () => {
    const row = item < 0 ? undefined : rowOf(found, item)
    const picks = row ? select(model, {...options, fallback: false}, [() => row]) : []
    if (picks.length === 0) return {items: [], reason: reasonFor(found, item, row)}
    const {support} = scopeOf(model, 'substitutes', undefined).marginals
    const items = picks.map(({item: other, score, note}): Substitute => {
      const substitute: Substitute = {item: log.items[other], score}
      if (evidence) {
        substitute.expected = expectedOf(found.chance, support[item], support[other])
        // Where every count may leave, so may that there is none.
        if (note > 0 || model.settings.minTogether === 1) substitute.together = note
      }
      return substitute
    })
    return {items}
  })
}

function rowOf({table}: SubstituteTable, item: number): Ranking {
  const [from, to] = [table.offsets[item], table.offsets[item + 1]]
  return {
    n: to - from,
    items: table.items.subarray(from, to),
    scores: table.scores.subarray(from, to),
    notes: table.together.subarray(from, to),
    tierOf: () => 'related',
  }
}

function reasonFor({isCommon}: SubstituteTable, item: number, row: Ranking | undefined): NoSubstitute {
  if (!row) return 'unknown item'
  if (row.n > 0) return 'ruled out'
  return isCommon[item] ? 'nothing similar enough' : 'bought too rarely'
}
