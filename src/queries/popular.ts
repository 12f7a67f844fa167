import {addTo, type Sparse} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {fate} from '../orders/returns.ts'
import {ask, needLog} from './ask.ts'
import {timeOf} from './dates.ts'
import {checkRules, type Rules, ruleNames} from './rules.ts'
import {type Scored, select} from './select.ts'

/** What `popular` can be told, rules among it. */
export interface PopularOptions<Item extends CatalogueItem = CatalogueItem> extends Omit<Rules<Item>, 'evidence'> {
  /** Counts the orders from then on: a `Date`, an ISO date, or ms since 1970. Default: all, but newer ones for more. */
  since?: Date | number | string | undefined
}

/** What sells. */
export interface Bestseller {
  item: string
  /** In how many orders since then it stood, or, if not asked since when, in how many baskets, newer ones for more. */
  score: number
  tier: 'popular'
}

const names = [...ruleNames.filter((name) => name !== 'evidence'), 'since']

/** What sells: see `Recommender.popular`. */
export function popular<Item extends CatalogueItem>(model: Model, options: PopularOptions<Item> = {}): Bestseller[] {
  checkRules('popular', options, names)
  const since = options.since === undefined ? undefined : timeOf('popular', 'since', options.since)
  if (since !== undefined) needLog(model, 'popular with since')
  if (since !== undefined && !model.log.times) {
    throw new RangeError('popular: since needs orders with dates, and this shop has none; leave it out')
  }
  const {mix} = model.scratch
  return ask(model, 'popular', options, () => {
    const source = (): Scored => {
      if (since === undefined) addAll(model, mix)
      else addSince(model, since, mix)
      return {scores: mix, unit: 1, beside: 0, tierOf: () => 'popular'}
    }
    return select('popular', model, options, [source]).map(
      ({item, score}): Bestseller => ({item: model.catalogue.idOf(item), score, tier: 'popular'}),
    )
  })
}

function addAll({popular, scopes}: Model, into: Sparse): void {
  const [{marginals}] = scopes.values()
  for (const item of popular) if (marginals.mass[item] > 0) addTo(into, item, marginals.mass[item])
}

/** In how many orders from then on each item stood. */
function addSince({log, fates}: Model, since: number, into: Sparse): void {
  const {lineOffsets, lineItems, weights} = log
  const times = log.times as Float64Array
  for (let order = 0; order < times.length; order++) {
    if (!(times[order] >= since)) continue
    let last = -1
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
      const item = lineItems[line]
      // The lines of an item stand together.
      if (item === last || (fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
      last = item
      addTo(into, item, 1)
    }
  }
}
