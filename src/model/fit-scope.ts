import {basketWeights, marginalsOf} from '../matrix/basket-weights.ts'
import type {BasketRows} from '../matrix/count-row.ts'
import {countTables} from '../matrix/counting.ts'
import {type Csr, type Indices, transpose} from '../matrix/csr.ts'
import {type Companions, countCompanions} from '../matrix/expected.ts'
import type {Measure} from '../matrix/measures.ts'
import {addRelated} from '../matrix/related.ts'
import {type Marginals, type Scorer, togetherScorer, UNIT} from '../matrix/scorers.ts'
import {type Driver, part, type Steps, span} from '../matrix/steps.ts'
import type {Table} from '../matrix/table.ts'
import {type BasketSet, basketAges, readBaskets, type Scope} from '../orders/baskets.ts'
import type {Log} from '../orders/log.ts'
import {quote} from '../orders/options.ts'
import type {Fates} from '../orders/returns.ts'
import type {ScopeModel} from './model.ts'
import type {ScopeReport} from './report.ts'
import {measureOf, scorerOf} from './scoring.ts'
import type {Settings} from './settings.ts'

/** The baskets of a scope, and how old each is: see `basketAges`. */
export interface AgedBaskets extends BasketSet {
  ages: Float64Array | undefined
}

/** The baskets of a scope, ready to be counted. */
export interface PreparedScope extends BasketRows, AgedBaskets {
  /** Weights of the measure's own, where it has them. */
  ownWeights: Int32Array | undefined
  marginals: Marginals
  /** Absent for the measures that know more of the shop than a `Measure` is told. */
  measure: Measure | undefined
}

/** Reads the baskets of a scope. */
export function* readAgedBaskets(log: Log, fates: Fates, scope: Scope, maxBasket: number): Steps<AgedBaskets> {
  const baskets = yield* span(readBaskets(log, fates, scope, maxBasket), 0, 0.8)
  return {...baskets, ages: yield* span(basketAges(baskets.times), 0.8, 1)}
}

/** Reads the baskets of a scope and weighs them. */
export function* prepareScope(log: Log, fates: Fates, scope: Scope, settings: Settings): Steps<PreparedScope> {
  const items = log.items.length
  const baskets = yield* span(readAgedBaskets(log, fates, scope, settings.maxBasket), 0, 0.5)
  const {byBasket, ages} = baskets
  const halfLife = settings.recency === false ? Number.POSITIVE_INFINITY : settings.recency
  // However old, a purchase is one.
  const recency = (age: number) => Math.max(UNIT, 2 ** (-age / halfLife))
  const weight = (size: number, age: number) => size ** -0.6 * recency(age)
  const weights = yield* span(basketWeights(byBasket, ages, weight), 0.5, 0.6)
  const ofAge = (_size: number, age: number) => recency(age)
  const recencies = ages && (yield* span(basketWeights(byBasket, ages, ofAge), 0.6, 0.65))
  const marginals = yield* span(marginalsOf(byBasket, items, recencies, weights), 0.65, 0.9)
  const totals = {baskets: marginals.baskets, items: marginals.popular.length, purchases: marginals.purchases}
  const measure = measureOf(settings, () => totals)
  const ownWeights = measure?.weight && (yield* span(basketWeights(byBasket, ages, measure.weight), 0.9, 1))
  return {...baskets, weights, ownWeights, marginals, support: marginals.support, measure}
}

/** What was counted of a scope, before joint answers are made ready to be summed. */
export interface CountedScope {
  model: Omit<ScopeModel, 'together'> & {together: Omit<ScopeModel['together'], 'table'> & {table: Table}}
  report: ScopeReport
}

/**
 * Counts a scope's pairs and keeps the best neighbors of every item.
 * @param forJoint whether joint answers have a table of their own; otherwise it is that of `alsoBought`, and is not counted twice
 */
export async function countScope(
  {byBasket, weights, ownWeights, owners, customers, times, marginals, support, measure, capped}: PreparedScope,
  settings: Settings,
  forJoint: boolean,
  driver: Driver,
): Promise<CountedScope> {
  const {minTogether, neighbors, measure: name, threads} = settings
  checkWidth(neighbors, support.length)
  const rows = {byBasket, weights, support}
  const privacy = {minTogether, owners}
  const turn = turnRound(byBasket, support.length)
  const turned = name === 'chance' ? await driver.run(turn, 0, 0.05) : undefined
  const scorer = scorerOf(measure, settings, marginals, () => (turned as {companions: Companions}).companions)
  const together: Scorer = togetherScorer(marginals)
  const own = ownWeights ? {...rows, weights: ownWeights} : rows
  const options = {neighbors, threads}
  // Where the measure weighs baskets its own way, joint answers take a pass of their own: they do not depend on it.
  const isApart = forJoint && ownWeights !== undefined
  const scorers = forJoint && !isApart ? [scorer, together] : [scorer]
  const {pairs, tables} = await countTables(own, privacy, scorers, options, part(driver, 0.05, isApart ? 0.4 : 0.85))
  if (isApart) tables.push(...(await countTables(rows, privacy, [together], options, part(driver, 0.4, 0.85))).tables)
  const [table, togetherTable] = tables
  const {byItem, companions} = turned ?? (await driver.run(turn, 0.85, 0.95))
  const baskets = {byBasket, byItem, weights}
  const shop = {baskets, privacy, marginals, companions}
  if (name === 'weighted') await driver.run(addRelated(table, scorer, shop), 0.95, 1)
  const alsoBought = {baskets: {...baskets, weights: own.weights}, scorer, table}
  let observations = 0
  for (let basket = 0; basket < weights.length; basket++) {
    const size = byBasket.offsets[basket + 1] - byBasket.offsets[basket]
    observations += (size * (size - 1)) / 2
  }
  return {
    model: {
      customers,
      times,
      privacy,
      marginals,
      companions,
      alsoBought,
      together: forJoint ? {baskets, scorer: together, table: togetherTable} : alsoBought,
    },
    report: {
      baskets: weights.length,
      purchases: byBasket.indices.length,
      pairs,
      observations,
      capped,
    },
  }
}

/** What queries read of the baskets, item by item: made when counting is done with its memory, unless it counts by this. */
function* turnRound(byBasket: Csr<Indices>, items: number): Steps<{byItem: Csr; companions: Companions}> {
  const byItem = yield* span(transpose(byBasket, items), 0, 0.4)
  return {byItem, companions: yield* span(countCompanions(byItem, byBasket), 0.4, 1)}
}

/** The rows are held at full width while they are counted. */
function checkWidth(neighbors: number, items: number): void {
  if (Math.min(neighbors, items) * items > 2 ** 28) {
    throw new RangeError(`fit: ${quote(neighbors)} neighbors of ${items} items do not fit in memory; ask for fewer`)
  }
}
