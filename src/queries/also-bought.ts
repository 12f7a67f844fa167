import {clearRow, countPublicRow} from '../matrix/count-row.ts'
import {expectedTogether} from '../matrix/expected.ts'
import {addTo, clearSparse} from '../matrix/sparse.ts'
import {RELATED} from '../matrix/table.ts'
import type {ChangedModel} from '../model/changed-rows.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import type {Scope} from '../orders/baskets.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {ask, bar, needLog} from './ask.ts'
import {boughtAfter} from './bought-after.ts'
import {checkFlag, checkRules, indexOf, type Rules, ruleNames} from './rules.ts'
import type {Screen} from './screen.ts'
import {type Ranking, type Scored, select, type Tier} from './select.ts'

export interface AlsoBoughtOptions<Item extends CatalogueItem = CatalogueItem> extends Rules<Item> {
  /** Whether baskets are orders or customers; one that was fitted. Default the first of those. */
  scope?: Scope | undefined
  /**
   * With `true`, what is bought later and not with it (the camera, then the memory card): items that more customers than by
   * chance bought first in an order newer than their first one with this item. It looks at customers' orders, whatever the
   * baskets, so it takes no `scope`, and finds nothing where customers or times are unknown. A pair needs `minTogether`
   * customers. Counted on the spot, in up to 2,000,000 lines of the item's customers; if they have more, by a fixed part of
   * them. Default false.
   */
  after?: boolean | undefined
}

/** An item that is bought with the one asked about. */
export interface Neighbor {
  item: string
  /** By the measure of the model, times its `boost`; comparable within one list. 0 for what only `fallback` brought. */
  score: number
  /**
   * `'copurchase'`: bought together often enough. `'related'`: not, but with the same things; among the stored neighbors of
   * rare items only, by the default measure. `'category'`: neither, but of the same category. `'popular'`: sells well.
   */
  tier: Tier
  /** In how many baskets the two stand together; `after` how many customers bought it later. With `evidence`, on tier `'copurchase'`. */
  together?: number
  /**
   * In how many they would by chance, if the other places of this item's baskets were filled as the shop sells: `Σ 1 − (1 −
   * share)^others`; `after` the same over the item's customers, each with as many places as they bought items later, and the
   * item's share of what all customers first bought from then on. With `evidence`, on tier `'copurchase'`. Smith & Linden 2017.
   */
  expected?: number
}

export const alsoBoughtNames = [...ruleNames, 'scope', 'after']

/** Customers who bought this also bought: see `Recommender.alsoBought`. */
export function alsoBought<Item extends CatalogueItem>(
  model: Model,
  id: Id,
  options: AlsoBoughtOptions<Item> = {},
): Neighbor[] {
  const counted = checkAlsoBought(model, 'alsoBought', options)
  const {evidence = true, after} = options
  const {catalogue} = model
  const asked = indexOf('alsoBought', catalogue.find, id)
  if (after) return boughtAfter(model, asked, options)
  // One that only the catalogue has stands in no basket.
  const item = asked < model.log.items.length ? asked : -1
  const {companions, marginals} = counted
  return ask(model, 'alsoBought', options, () => {
    if (asked >= 0) bar(model.scratch.eligible, asked)
    const changed = asked < 0 ? undefined : model.changes
    const now = changed?.now.rankingNow(model as ChangedModel, counted, asked, storedRow)
    const sources = now ? [() => ({...now, tierOf})] : item < 0 ? [] : rowsOf(model, counted, item, options)
    const seeds = () => (asked < 0 ? [] : [[asked, 1] as const])
    return select('alsoBought', model, options, sources, seeds).map((pick) => {
      const neighbor: Neighbor = {item: catalogue.idOf(pick.item), score: Math.fround(pick.score), tier: pick.tier}
      if (evidence && pick.tier === 'copurchase') {
        neighbor.together = pick.note
        neighbor.expected = now
          ? now.expected(pick.item)
          : expectedTogether(companions, item, marginals.support[pick.item] / marginals.purchases)
      }
      return neighbor
    })
  })
}

/** Refuses options that do not exist or cannot be. Returns what answers. */
export function checkAlsoBought<Item extends CatalogueItem>(
  model: Model,
  query: string,
  options: AlsoBoughtOptions<Item>,
  names: readonly string[] = alsoBoughtNames,
): ScopeModel {
  checkRules(query, options, names)
  const {scope, after} = options
  checkFlag(query, 'after', after)
  if (after) needLog(model, `${query} with after`)
  const counted = scopeOf(model, query, scope)
  if (!after || scope === undefined) return counted
  throw new RangeError(`${query}: after looks at orders whatever the scope, got ${quote(scope)}; leave scope out`)
}

/** The stored row, and the whole one where it is longer: in turn, or, as a boost may bring up any of it, as one. */
function rowsOf(
  model: Model,
  counted: ScopeModel,
  item: number,
  {boost}: {boost?: unknown},
): ((screen: Screen) => Ranking | Scored)[] {
  const {table} = counted.alsoBought
  // A stored row with room left is the whole row.
  const isCut = table.offsets[item + 1] - table.offsets[item] >= model.settings.neighbors
  const stored = () => storedRow(counted, item)
  const whole = (screen: Screen) => countedRow(model, counted, item, screen)
  if (!isCut) return [stored]
  return boost ? [(screen) => joined(stored(), whole(screen))] : [stored, whole]
}

/** The counted baskets of a scope that was fitted; without one, of the first. */
export function scopeOf(model: Model, query: string, scope: Scope | undefined): ScopeModel {
  const counted = scope === undefined ? model.scopes.values().next().value : model.scopes.get(scope)
  if (counted) return counted
  const fitted = [...model.scopes.keys()].join(', ')
  throw new RangeError(`${query}: scope ${quote(scope)} was not fitted, only ${fitted}; name it in the scopes of fit`)
}

function tierOf(together: number): Tier {
  if (together === RELATED) return 'related'
  return together > 0 ? 'copurchase' : 'popular'
}

function storedRow({alsoBought: {table}}: ScopeModel, item: number): Ranking {
  const [from, to] = [table.offsets[item], table.offsets[item + 1]]
  return {
    n: to - from,
    items: table.items.subarray(from, to),
    scores: table.scores.subarray(from, to),
    notes: table.together.subarray(from, to),
    tierOf,
  }
}

/**
 * The whole row, counted now: what comes when rules leave too little of the stored one. What is only related, or sells well,
 * scores among stored neighbors alone.
 */
function countedRow({scratch}: Model, counted: ScopeModel, item: number, {lets}: Screen): Scored {
  const {baskets, scorer} = counted.alsoBought
  const {row, mix} = scratch
  const n = countPublicRow(item, baskets, counted.privacy, row)
  const countOf = new Map<number, number>()
  try {
    for (let t = 0; t < n; t++) {
      const other = row.touched[t]
      // Before it is scored: a bestseller has shared a basket with nearly everything.
      if (!lets(other)) continue
      const count = row.counts[other]
      const score = scorer.score(item, other, count, row.sums[other])
      if (!(score > 0)) continue
      addTo(mix, other, score)
      countOf.set(other, count)
    }
  } finally {
    clearRow(n, row)
  }
  return {scores: mix, unit: 1, beside: 0, noteOf: (other) => countOf.get(other) as number, tierOf: () => 'copurchase'}
}

/** The stored neighbors, then the rest of the row, for a boost to put in order. Empties the row. */
function joined({items, scores, notes, tierOf}: Ranking, {scores: row, noteOf = () => 0}: Scored): Ranking {
  const all = {items: Array.from(items), scores: Array.from(scores), notes: Array.from(notes)}
  const isStored = new Set(all.items)
  for (let t = 0; t < row.n; t++) {
    const item = row.items[t]
    if (isStored.has(item)) continue
    all.items.push(item)
    all.scores.push(row.values[item])
    all.notes.push(noteOf(item))
  }
  clearSparse(row)
  return {...all, n: all.items.length, tierOf}
}
