import {clearSparse} from '../matrix/sparse.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {scopeOf} from './also-bought.ts'
import {allowOnly, ask, bar} from './ask.ts'
import {type Suggestion, suggestionsOf} from './bought-together.ts'
import {timeOf} from './dates.ts'
import {foreseen, reasonsFor} from './foresee.ts'
import {checkRules, indexOf, type Rules, ruleNames} from './rules.ts'
import {seedsIn} from './seeds.ts'
import {type Ranking, select} from './select.ts'
import {tasteOf} from './taste.ts'
import {checkWho, readHistory, readSession, type Who} from './who.ts'

export interface NewArrivalsOptions<Item extends CatalogueItem = CatalogueItem> extends Rules<Item> {
  /**
   * What is new: first sold from then on, a `Date`, an ISO date, or ms since 1970. What orders show in the first half of their
   * history is never new by them. Default: 60 days before the newest order or, where orders have no dates, the newest launch.
   */
  since?: Date | number | string | undefined
}

/** Something new that fits. */
export interface NewArrival extends Suggestion {
  /** When it was first sold, by the catalogue or else by the orders. */
  launchedAt: Date
}

const names = [...ruleNames, 'since']
const LATELY = 60 * 86_400_000

/** What is new and fits somebody: see `Recommender.newArrivals`. */
export function newArrivals<Item extends CatalogueItem>(
  model: Model,
  who: Who,
  options: NewArrivalsOptions<Item> = {},
): NewArrival[] {
  checkRules('newArrivals', options, names)
  const items = checkWho('newArrivals', who)
  const given = options.since === undefined ? undefined : timeOf('newArrivals', 'since', options.since)
  const customer = who.customer === undefined ? -1 : indexOf('newArrivals', model.customerOf, who.customer)
  const counted = scopeOf(model, 'newArrivals', undefined)
  const {catalogue, scratch} = model
  return ask(model, 'newArrivals', options, () => {
    const arrivals = catalogue.arrivals(given ?? lately(model))
    allowOnly(scratch.eligible, arrivals)
    readSession(model, 'newArrivals', items)
    if (customer >= 0) for (const item of readHistory(model, customer)) bar(scratch.eligible, item)
    const {purchases, eligible} = scratch
    for (let p = 0; p < purchases.n; p++) bar(eligible, purchases.items[p])
    const source = () => fitting(model, counted, arrivals)
    const picks = select('newArrivals', model, options, [source], () => seedsIn(model))
    const because = options.evidence === false ? undefined : reasonsFor(model, counted, picks)
    return suggestionsOf(model, picks, because).map((suggestion, place) => ({
      ...suggestion,
      launchedAt: new Date(catalogue.launchOf(picks[place].item)),
    }))
  })
}

function lately({catalogue, sales}: Model): number {
  if (sales) return sales.newest - LATELY
  const [newest] = catalogue.arrivals(Number.NEGATIVE_INFINITY)
  return newest === undefined ? 0 : catalogue.launchOf(newest) - LATELY
}

/**
 * How an arrival scores: by what orders say so far, 1 for the strongest of all that they foresee, new or old; and by how it
 * fits the catalogue's word on what they buy, see `tasteOf`. The second is there from the first day on.
 */
function fitting(model: Model, counted: ScopeModel, arrivals: Int32Array): Ranking {
  const {scores, beside} = foreseen(model, counted, false)
  let largest = 0
  for (let t = 0; t < scores.n; t++) largest = Math.max(largest, scores.values[scores.items[t]] - beside)
  const byOrders = (item: number) => {
    const score = scores.values[item] ?? 0
    return score === 0 ? 0 : Math.max(0, (score - beside) / largest)
  }
  const taste = tasteOf(model, seedsIn(model))
  const ranked = Array.from(arrivals, (item) => ({item, bought: byOrders(item), liked: taste(item)}))
    .filter(({bought, liked}) => bought + liked > 0)
    .sort((a, b) => b.bought + b.liked - (a.bought + a.liked) || a.item - b.item)
  clearSparse(scores)
  return {
    n: ranked.length,
    items: ranked.map(({item}) => item),
    scores: ranked.map(({bought, liked}) => bought + liked),
    notes: ranked.map(({bought, liked}) => (bought >= liked ? 1 : 0)),
    tierOf: (note) => (note === 1 ? 'copurchase' : 'category'),
  }
}
