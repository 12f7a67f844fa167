import type {Model} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {scopeOf} from './also-bought.ts'
import {allowOnly, ask, isOpen, listOf} from './ask.ts'
import {foresee} from './foresee.ts'
import {ItemSet, listsOf} from './item-set.ts'
import {checkRules, indexOf, type Rules, ruleNames, textOf} from './rules.ts'
import {screenOf} from './screen.ts'
import {select} from './select.ts'
import {checkWho, readHistory, readSession, type Who} from './who.ts'

/** What `rank` can be told, rules among it. */
export interface RankOptions<Item extends CatalogueItem = CatalogueItem>
  extends Omit<Rules<Item>, 'limit' | 'fallback' | 'evidence'> {
  /** How many to return, the best. Default all. */
  limit?: number | undefined
}

/** A candidate in its place. */
export interface Ranked {
  item: string
  /** Comparable within one list and one tier only. 0 for what stands where it stood. */
  score: number
  /** `'repeat'`: they buy it again. `'copurchase'`: it goes with what they have. `'given'`: nothing is known. */
  tier: 'repeat' | 'copurchase' | 'given'
}

const names = ruleNames.filter((name) => name !== 'fallback' && name !== 'evidence')

/** Puts a list in order for somebody: see `Recommender.rank`. */
export function rank<Item extends CatalogueItem>(
  model: Model,
  candidates: Iterable<Id>,
  who: Who,
  options: RankOptions<Item> = {},
): Ranked[] {
  checkRules('rank', options, names)
  if (typeof candidates !== 'object' || candidates === null || !(Symbol.iterator in candidates)) {
    throw new TypeError(`rank: expected a list of ids, got ${quote(candidates)}`)
  }
  const {catalogue, scratch} = model
  const entryOf = (given: Id) => {
    const id = textOf('rank', given)
    const item = catalogue.find(id)
    return {id, item: catalogue.sells(item) ? item : -1}
  }
  const list = listOf(candidates)
  const items = checkWho('rank', who)
  const customer = who.customer === undefined ? -1 : indexOf('rank', model.customerOf, who.customer)
  const limit = options.limit ?? Math.max(1, list.length)
  const rules = {...options, ...listsOf('rank', options), limit, fallback: false}
  const isListed = onLists(rules)
  return ask(model, 'rank', rules, () => {
    const entries = [...new Map(list.map(entryOf).map((entry) => [entry.id, entry])).values()]
    const known = entries.filter(({item}) => item >= 0).map(({item}) => item)
    allowOnly(scratch.eligible, known)
    const screen = screenOf('rank', model, rules)
    const left = entries.filter(({item, id}) => (item >= 0 ? screen.lets(item) : isListed(id) && screen.suits({id})))
    readSession(model, 'rank', items, true)
    if (customer >= 0) readHistory(model, customer)
    const counted = scopeOf(model, 'rank', undefined)
    const picks = select('rank', model, rules, foresee(model, counted, true), undefined, screen)
    const ranked = picks.map(
      ({item, score, tier}): Ranked => ({item: catalogue.idOf(item), score, tier: tier as 'repeat'}),
    )
    const isPicked = new Set(picks.map(({item}) => item))
    const others = left.filter(({item}) => !isPicked.has(item))
    // What the customer is to be spared, a bad rating say, is in the list all the same: it comes last.
    const isSpared = ({item}: {item: number}) => item >= 0 && !isOpen(scratch.eligible, item)
    for (const entry of [...others.filter((entry) => !isSpared(entry)), ...others.filter(isSpared)]) {
      if (ranked.length === limit) break
      if (entry.item >= 0 && !(screen.admits?.(entry.item) ?? true)) continue
      ranked.push({item: entry.id, score: 0, tier: 'given'})
    }
    return ranked
  })
}

/** Whether an id stands on the lists of the rules, which know nothing else of one that the shop has never heard of. */
function onLists({only, exclude}: Pick<Rules, 'only' | 'exclude'>): (id: string) => boolean {
  const isIn = (ids: Iterable<Id>, id: string) => (ids instanceof ItemSet ? ids.has(id) : [...ids].includes(id))
  return (id) => (!only || isIn(only, id)) && !(exclude && isIn(exclude, id))
}
