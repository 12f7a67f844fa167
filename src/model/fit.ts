import {basketWeights, marginalsOf} from '../matrix/basket-weights.ts'
import {buildTables} from '../matrix/build.ts'
import {makeScratch} from '../matrix/count-row.ts'
import {type Csr, transpose} from '../matrix/csr.ts'
import {type Companions, countCompanions} from '../matrix/expected.ts'
import type {Measure} from '../matrix/measures.ts'
import {sumTable} from '../matrix/neighbor-sum.ts'
import {nextOrderTable} from '../matrix/next-order.ts'
import {countRepeats, repeatRates} from '../matrix/repeat.ts'
import {
  byMass,
  chanceScorer,
  type Marginals,
  measureScorer,
  type Scorer,
  togetherScorer,
  weightedScorer,
} from '../matrix/scorers.ts'
import {each, type Steps} from '../matrix/steps.ts'
import {type BasketSet, basketAges, readBaskets, type Scope} from '../orders/baskets.ts'
import {looksLikeFee} from '../orders/fees.ts'
import {finder} from '../orders/ids.ts'
import type {Log} from '../orders/log.ts'
import {LogWriter} from '../orders/log-writer.ts'
import {quote} from '../orders/options.ts'
import {fate, settleReturns} from '../orders/returns.ts'
import type {HistoryModel, Model, QueryScratch, ScopeModel} from './model.ts'
import {type FitOptions, measures, type Settings, settingsOf} from './options.ts'
import {Pace} from './pace.ts'
import {type Reading, readLines, type Source} from './read-lines.ts'
import type {Report, ScopeReport} from './report.ts'
import {sizesOf} from './sizes.ts'

/** Reads a shop's order history and counts what is bought with what. See `Recommender.fit`. */
export async function fitModel(source: Source, options: FitOptions): Promise<Model> {
  const settings = settingsOf(options)
  options.signal?.throwIfAborted()
  const pace = new Pace(options.signal, options.onProgress)
  const writer = new LogWriter()
  const reading = await readLines(source, options, writer, pace)
  const scopes = settings.scopes ?? [writer.orders.ids.length > 0 || writer.length === 0 ? 'order' : 'customer']
  const {log, twoCustomers} = await pace.run('sort', writer.finish())
  const fates = await pace.run('baskets', settleReturns(log, settings.returns))

  const scopeModels = new Map<Scope, ScopeModel>()
  const scopeReports: Report['scopes'] = {}
  let orderBaskets: (BasketSet & {byItem?: Csr}) | undefined
  for (const scope of scopes) {
    const baskets = await pace.run('baskets', readBaskets(log, fates, scope, settings.maxBasket))
    const {model, report} = await fitScope(baskets, log, settings, pace)
    scopeModels.set(scope, model)
    scopeReports[scope] = report
    if (scope === 'order') orderBaskets = {...baskets, byItem: model.byItem}
  }
  orderBaskets ??= await pace.run('baskets', readBaskets(log, fates, 'order', settings.maxBasket))
  const histories = await fitHistories(orderBaskets, log.items.length, settings, pace)
  const first = scopeModels.get(scopes[0]) as ScopeModel
  const popular = byMass(first.marginals.mass)
  const account = await pace.run('baskets', accountLines(reading, log, fates, twoCustomers))
  const model: Model = {
    settings: {...settings, scopes},
    log,
    fates,
    itemOf: finder(log.items),
    customerOf: finder(log.customers),
    scopes: scopeModels,
    popular,
    histories,
    report: {
      ...account,
      columns: reading.columns,
      items: popular.length,
      scopes: scopeReports,
      suspects: Array.from(popular, (item) => log.items[item]).filter(looksLikeFee),
      bytes: {},
      seconds: pace.seconds,
    },
    scratch: queryScratch(log.items.length),
  }
  model.report.bytes = sizesOf(model)
  return model
}

function queryScratch(items: number): QueryScratch {
  return {...makeScratch(items), barred: new Uint8Array(items), scores: new Float64Array(items)}
}

async function fitScope(
  {byBasket, owners, times, capped}: BasketSet,
  log: Log,
  settings: Settings,
  pace: Pace,
): Promise<{model: ScopeModel; report: ScopeReport}> {
  const items = log.items.length
  const ages = await pace.run('baskets', basketAges(times))
  const byItem = await pace.run('baskets', transpose(byBasket, items))
  const companions = await pace.run('baskets', countCompanions(byItem, byBasket))
  const halfLife = settings.recency === false ? Number.POSITIVE_INFINITY : settings.recency
  const recency = (age: number) => 2 ** (-age / halfLife)
  const measure = namedMeasure(settings, byBasket.indices.length, byItem.offsets, byBasket.offsets.length - 1)
  const weight = measure?.weight ?? ((size: number, age: number) => size ** -0.6 * recency(age))
  const weights = await pace.run('baskets', basketWeights(byBasket, ages, weight))
  const recencies = await pace.run(
    'baskets',
    basketWeights(byBasket, ages, (_, age) => recency(age)),
  )
  const marginals = await pace.run('baskets', marginalsOf(byBasket, items, recencies, weights))
  const scorer = measure ? measureScorer(measure, marginals) : namedScorer(settings, marginals, companions)
  const together = togetherScorer(marginals)
  const baskets = {byBasket, byItem, weights}
  const privacy = {minTogether: settings.minTogether, owners}
  checkWidth(settings.neighbors, items)
  const built = await pace.run('count', buildTables(baskets, privacy, [scorer, together], settings.neighbors))
  let observations = 0
  for (let basket = 0; basket < weights.length; basket++) {
    const size = byBasket.offsets[basket + 1] - byBasket.offsets[basket]
    observations += (size * (size - 1)) / 2
  }
  return {
    model: {
      ...baskets,
      privacy,
      marginals,
      companions,
      alsoBought: {scorer, table: built.tables[0]},
      together: {scorer: together, table: await pace.run('count', sumTable(built.tables[1]))},
    },
    report: {
      baskets: weights.length,
      purchases: byBasket.indices.length,
      pairs: built.pairs,
      observations,
      capped,
    },
  }
}

/** The measure asked for, unless it is one of the two that know more than a `Measure` is told. */
function namedMeasure(
  {measure}: Settings,
  purchases: number,
  offsets: Int32Array,
  baskets: number,
): Measure | undefined {
  if (measure === 'weighted' || measure === 'chance') return undefined
  const named = typeof measure === 'string' ? measures[measure] : measure
  if (typeof named !== 'function') return named
  let items = 0
  for (let item = 0; item + 1 < offsets.length; item++) if (offsets[item + 1] > offsets[item]) items++
  return named({baskets, items, purchases})
}

function namedScorer({measure, discovery}: Settings, marginals: Marginals, companions: Companions): Scorer {
  return measure === 'chance' ? chanceScorer(companions, marginals) : weightedScorer(marginals, discovery)
}

/** The rows are held at full width while they are counted. */
function checkWidth(neighbors: number, items: number): void {
  const places = Math.min(neighbors, items) * items
  if (places > 2 ** 30) {
    throw new RangeError(`fit: ${quote(neighbors)} neighbors of ${items} items do not fit in memory; ask for fewer`)
  }
}

async function fitHistories(
  {byBasket: byOrder, byItem, customers, owners, times}: BasketSet & {byItem?: Csr},
  items: number,
  {minTogether, neighbors}: Settings,
  pace: Pace,
): Promise<HistoryModel | undefined> {
  if (!owners) return undefined
  byItem ??= await pace.run('baskets', transpose(byOrder, items))
  const ages = await pace.run('baskets', basketAges(times))
  const histories = {byOrder, byItem, customers, ages}
  const next = await pace.run('next-order', nextOrderTable(histories, {minTogether}, neighbors))
  const repeats = await pace.run('next-order', countRepeats(histories))
  return {
    ...histories,
    next: await pace.run('next-order', sumTable(next)),
    repeatRates: repeatRates(repeats),
  }
}

function* accountLines(
  {read, skipped}: Reading,
  {lineOffsets, customerOrders}: Log,
  fates: Uint8Array,
  twoCustomers: number,
): Steps<Pick<Report, 'lines' | 'orders' | 'customers'>> {
  const byFate = [0, 0, 0, 0]
  yield* each(fates.length, (line) => {
    byFate[fates[line]]++
  })
  const isUsed = new Uint8Array(lineOffsets.length - 1)
  yield* each(isUsed.length, (order) => {
    let line = lineOffsets[order]
    while (line < lineOffsets[order + 1] && fates[line] !== fate.used) line++
    if (line < lineOffsets[order + 1]) isUsed[order] = 1
  })
  let customers = 0
  yield* each(customerOrders.length - 1, (customer) => {
    if (isUsed.subarray(customerOrders[customer], customerOrders[customer + 1]).includes(1)) customers++
  })
  const reasons = {...skipped}
  if (twoCustomers > 0) reasons['two customers'] = twoCustomers
  if (byFate[fate.ignored] > 0) reasons.return = byFate[fate.ignored]
  return {
    lines: {
      read,
      used: byFate[fate.used],
      netted: byFate[fate.netted],
      unmatchedReturns: byFate[fate.unmatched],
      skipped: Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    orders: isUsed.reduce((sum, used) => sum + used, 0),
    customers,
  }
}
