import type {Baskets} from '../matrix/count-row.ts'
import {TENTHS} from '../matrix/first-purchases.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import {type Marginals, togetherScorer} from '../matrix/scorers.ts'
import type {Steps} from '../matrix/steps.ts'
import type {SubstituteTable} from '../matrix/substitutes.ts'
import type {Table} from '../matrix/table.ts'
import {ownersOf, type Scope} from '../orders/baskets.ts'
import type {Log} from '../orders/log.ts'
import type {SavedColumns} from './columns.ts'
import type {Facts} from './facts.ts'
import {FOREIGN} from './format.ts'
import type {HistoryModel, ScopeModel} from './model.ts'
import {measureOf, scorerOf} from './scoring.ts'
import type {Settings} from './settings.ts'
import {areAmounts} from './sound.ts'

interface Shop {
  log: Log
  facts: Facts
  settings: Settings
  hasLog: boolean
  name: string
}

/** What was counted of a scope. */
export function* readScope(columns: SavedColumns, scope: Scope, shop: Shop): Steps<ScopeModel> {
  const {log, settings, hasLog} = shop
  const items = log.items.length
  const made = hasLog ? yield* readBaskets(columns, scope, log) : noBaskets(items)
  const {customers, times, baskets, ownWeights} = made
  const marginals = readMarginals(columns, scope, shop, hasLog ? baskets : undefined)
  const {length} = columns.take(`${scope} baskets/companions.others`, 'f64')
  const companions = {
    offsets: columns.offsets(`${scope} baskets/companions.offsets`, items, length),
    baskets: columns.take(`${scope} baskets/companions.baskets`, 'i32', length),
    others: columns.take(`${scope} baskets/companions.others`, 'f64', length),
  }
  yield 0.8
  const totals = {baskets: marginals.baskets, purchases: marginals.purchases, items: marginals.popular.length}
  const measure = measureOf(settings, () => totals)
  return {
    customers,
    times,
    privacy: {minTogether: settings.minTogether, owners: ownersOf(customers, baskets.weights.length)},
    marginals,
    companions,
    alsoBought: {
      baskets: {...baskets, weights: ownWeights},
      scorer: scorerOf(measure, settings, marginals, () => companions),
      table: readTable(columns, `${scope} alsoBought`, items),
    },
    together: {baskets, scorer: togetherScorer(marginals), table: readSums(columns, `${scope} together`, items)},
  }
}

interface Made {
  customers: Int32Array
  times: Float64Array | undefined
  baskets: Baskets
  ownWeights: Int32Array
}

function* readBaskets(columns: SavedColumns, scope: Scope, log: Log): Steps<Made> {
  const part = `${scope} baskets`
  const items = log.items.length
  const weights = columns.take(`${part}/weights`, 'i32')
  const count = weights.length
  const byBasket = columns.rows(`${part}/byBasket`, items > 65536 ? 'i32' : 'u16', count, items)
  yield 0.3
  const byItem = columns.rows(`${part}/byItem`, 'i32', items, count, byBasket.indices.length)
  yield 0.7
  const customers = columns.take(`${part}/customers`, 'i32', log.customers.length + 1)
  const known = customers[customers.length - 1]
  if (known > count) columns.refuse(`${part}/customers`, `offsets up to ${count} at most`, `${known}`)
  return {
    customers: columns.offsets(`${part}/customers`, log.customers.length, known),
    times: columns.find(`${part}/times`, 'f64', count),
    baskets: {byBasket, byItem, weights},
    ownWeights: columns.take(`${part}/ownWeights`, 'i32', count),
  }
}

/** Of a shop saved without its log: rows that are counted come out empty. */
function noBaskets(items: number): Made {
  const weights = new Int32Array(0)
  const byBasket = {offsets: new Int32Array(1), indices: new Uint16Array(0)}
  const byItem = {offsets: new Int32Array(items + 1), indices: new Int32Array(0)}
  return {customers: new Int32Array(1), times: undefined, baskets: {byBasket, byItem, weights}, ownWeights: weights}
}

function readMarginals(
  columns: SavedColumns,
  scope: Scope,
  {log, facts, name}: Shop,
  baskets: Baskets | undefined,
): Marginals {
  const totals = facts.totals[scope]
  if (!totals) throw new Error(`${name}: expected the totals of scope ${scope}, got none${FOREIGN}`)
  const items = log.items.length
  const support = columns.take(`${scope} baskets/support`, 'i32', items)
  const of = (item: number) => (baskets ? baskets.byItem.offsets[item + 1] - baskets.byItem.offsets[item] : undefined)
  for (let item = 0; item < items; item++) {
    const count = of(item) ?? Math.min(totals.baskets, Math.max(0, support[item]))
    if (support[item] !== count) columns.refuse(`${scope} baskets/support`, 'how many baskets hold each item', 'others')
  }
  if (baskets && (baskets.weights.length !== totals.baskets || baskets.byBasket.indices.length !== totals.purchases)) {
    const counted = `${baskets.weights.length} baskets and ${baskets.byBasket.indices.length} purchases`
    const got = `${totals.baskets} and ${totals.purchases}`
    throw new Error(`${name}: expected ${counted} in the totals of scope ${scope}, got ${got}${FOREIGN}`)
  }
  const mass = columns.take(`${scope} baskets/mass`, 'f64', items)
  if (!areAmounts(mass)) columns.refuse(`${scope} baskets/mass`, 'numbers from 0 up', 'others')
  const popular = columns.distinct(`${scope} baskets/popular`, items)
  return {...totals, support, mass, popular}
}

function readTable(columns: SavedColumns, part: string, items: number): Table {
  const indices = columns.items(`${part}/items`, items)
  const {length} = indices
  return {
    offsets: columns.offsets(`${part}/offsets`, items, length, items),
    items: indices,
    scores: columns.take(`${part}/scores`, 'f32', length),
    together: columns.take(`${part}/together`, ['i16', 'i32'], length),
  }
}

function readSums(columns: SavedColumns, part: string, items: number): SumTable {
  const indices = columns.items(`${part}/items`, items)
  const {length} = indices
  const scales = columns.take(`${part}/scales`, 'f64', items)
  // Sums of them must stay whole numbers.
  if (!areAmounts(scales)) columns.refuse(`${part}/scales`, 'numbers from 0 up', 'others')
  return {
    offsets: columns.offsets(`${part}/offsets`, items, length, items),
    items: indices,
    shares: columns.take(`${part}/shares`, 'i16', length),
    scales,
    together: columns.take(`${part}/together`, ['i16', 'i32'], length),
  }
}

export function readHistories(columns: SavedColumns, items: number): HistoryModel {
  const begins = columns.find('next order/firsts.begins', 'f64', TENTHS)
  return {
    next: readSums(columns, 'next order', items),
    firsts: begins && {
      begins,
      counts: columns.take('next order/firsts.counts', 'i32', TENTHS * items),
      totals: columns.take('next order/firsts.totals', 'f64', TENTHS),
    },
    repeatRates: columns.take('next order/repeatRates', 'f64', items),
    waits: columns.find('next order/waits', 'f64', items),
  }
}

export function readSubstitutes(columns: SavedColumns, items: number, chance: number): SubstituteTable {
  const table = readTable(columns, 'substitutes', items)
  return {table, chance, isCommon: columns.take('substitutes/isCommon', 'u8', items)}
}
