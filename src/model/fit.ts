import {type Csr, transpose} from '../matrix/csr.ts'
import type {Histories} from '../matrix/history.ts'
import {sumTable} from '../matrix/neighbor-sum.ts'
import {type Driver, each, part, type Steps, span} from '../matrix/steps.ts'
import {findSubstitutes, type SubstituteTable} from '../matrix/substitutes.ts'
import {openSums} from '../matrix/sum-kernel.ts'
import type {Scope} from '../orders/baskets.ts'
import type {CanonicalLog} from '../orders/canonical-log.ts'
import {newestTime} from '../orders/dates.ts'
import {looksLikeFee} from '../orders/fees.ts'
import {readSales, type Sales} from '../orders/first-sales.ts'
import {blockOf, idsOf} from '../orders/id-block.ts'
import {blockFinder} from '../orders/id-finder.ts'
import type {Ids} from '../orders/ids.ts'
import type {Log} from '../orders/log.ts'
import {LogWriter} from '../orders/log-writer.ts'
import {type Fates, settleReturns} from '../orders/returns.ts'
import {accountLines} from './account.ts'
import {Catalogue} from './catalogue.ts'
import {
  type AgedBaskets,
  type CountedScope,
  countScope,
  type PreparedScope,
  prepareScope,
  readAgedBaskets,
} from './fit-scope.ts'
import {followCustomers, type Learned, learn} from './learn.ts'
import type {Model, ScopeModel} from './model.ts'
import {type FitOptions, settingsOf} from './options.ts'
import {Pace} from './pace.ts'
import {type Reading, readLines, type Source} from './read-lines.ts'
import type {Report} from './report.ts'
import {makeQueryScratch} from './scratch.ts'
import type {Settings} from './settings.ts'
import {sizesOf} from './sizes.ts'

/** Reads a shop's order history and counts what is bought with what. See `Recommender.fit`. */
export async function fitModel(source: Source, options: FitOptions): Promise<Model> {
  const settings = settingsOf(options)
  options.signal?.throwIfAborted()
  const pace = new Pace(options.signal, options.onProgress)
  return fitLog(await readLog(source, options, pace), settings, pace)
}

/** A history as it was read, before anything is counted. */
export interface History {
  log: Log
  /** See `CanonicalLog`. */
  twoCustomers: number
  reading: Reading
}

/** Counts what is bought with what in a history that was read, and learns from it. */
export async function fitLog(history: History, settings: Settings, pace: Pace): Promise<Model> {
  const {log} = history
  const scopes = scopesOf(log, settings)
  const {orders, ...prepared} = await pace.run('baskets', prepare(history, scopes, settings))
  const {counted, reports} = await countScopes(prepared.byScope, settings, true, pace.driver('count'))
  const follow = pace.driver('next-order')
  const byItem = counted.get('order')?.together.baskets.byItem
  const pasts = await follow.run(readPasts(orders, byItem, log.items.length), 0, 0.05)
  const followed = pasts && (await followCustomers(pasts, orders.times, settings, part(follow, 0.05, 1)))
  const learner = pace.driver('learn')
  const learnedBy = settings.substitutes ? 0.7 : 0.9
  const learned = await learn(counted, pasts, followed, settings, part(learner, 0, learnedBy))
  const [first] = learned.scopes.values()
  const substitutes = settings.substitutes ? await learner.run(substitutesIn(first), learnedBy, 0.9) : undefined
  const made = {...history, ...prepared, ...learned, substitutes, reports, settings: {...settings, scopes}}
  return assemble(made, pace.seconds, part(learner, 0.9, 1))
}

function substitutesIn({together, marginals, privacy}: ScopeModel): Steps<SubstituteTable> {
  return findSubstitutes({...together.baskets, support: marginals.support}, privacy)
}

/** A model that knows no more than a measure's rows: also its joint answers are sums of these. */
export async function measureModel(history: History, settings: Settings, pace: Pace): Promise<Model> {
  const [scope] = scopesOf(history.log, settings)
  const {orders: _, ...prepared} = await pace.run('baskets', prepare(history, [scope], settings))
  const {counted, reports} = await countScopes(prepared.byScope, settings, false, pace.driver('count'))
  const scopes = new Map<Scope, ScopeModel>()
  for (const [scope, {together, ...model}] of counted) {
    scopes.set(scope, {...model, together: {...together, table: await pace.run('count', sumTable(together.table))}})
  }
  const made = {
    ...{...history, ...prepared, scopes, reports, settings: {...settings, scopes: [scope]}},
    ...{histories: undefined, substitutes: undefined, learned: {together: 0, next: 0}},
  }
  return assemble(made, pace.seconds, pace.driver('learn'))
}

/** What makes a basket, where the options do not say. */
function scopesOf(log: Log, settings: Settings): readonly Scope[] {
  return settings.scopes ?? [hasNamedOrders(log) ? 'order' : 'customer']
}

/** All that a model is made of. */
interface Made extends History, Learned, Pick<Model, 'fates' | 'settings' | 'substitutes' | 'sales'> {
  reports: Report['scopes']
  account: Pick<Report, 'lines' | 'orders' | 'customers'>
}

/** Makes a model of its parts: room for queries, and the report. */
async function assemble(made: Made, seconds: Record<string, number>, driver: Driver): Promise<Model> {
  const {fates, reading, account, scopes, reports, learned, histories, substitutes, sales, settings} = made
  const items = idsOf(await driver.run(blockOf(made.log.items), 0, 0.05))
  const customers = idsOf(await driver.run(blockOf(made.log.customers), 0.05, 0.1))
  const log = {...made.log, items, customers}
  const popular = popularItems(scopes)
  const summed = Array.from(scopes.values(), ({together}) => together.table)
  if (histories) summed.push(histories.next)
  const room = await driver.run(openSums(items.length, summed), 0.1, 0.6)
  const scratch = makeQueryScratch(items.length, popular, room)
  const finder = blockFinder(items)
  const model: Model = {
    settings,
    hasLog: true,
    log,
    fates,
    watermark: newestTime(log.lineTimes ?? log.times ?? []),
    itemOf: finder.find,
    customerOf: blockFinder(customers).find,
    scopes,
    popular,
    sales,
    histories,
    substitutes,
    report: {
      ...account,
      columns: reading.columns,
      items: popular.length,
      scopes: reports,
      learned,
      suspects: await driver.run(suspectsIn(popular, items), 0.6, 0.8),
      bytes: {},
      seconds,
    },
    catalogue: new Catalogue({ids: items, finder, popular, sales, scratch}),
    scratch,
  }
  model.report.bytes = await driver.run(sizesOf(model), 0.8, 1)
  return model
}

/** Every item in a basket, most bought by the first scope first; those that only stand in baskets of the others come last. */
function popularItems(scopes: Map<Scope, ScopeModel>): Int32Array {
  const [first, ...others] = Array.from(scopes.values(), ({marginals}) => marginals)
  if (others.length === 0) return first.popular
  const isOnlyThere = (item: number) => first.support[item] === 0 && others.some(({support}) => support[item] > 0)
  return Int32Array.from([...first.popular, ...Array.from(first.support.keys()).filter(isOnlyThere)])
}

function* suspectsIn(popular: Int32Array, ids: Ids): Steps<string[]> {
  const suspects: string[] = []
  const look = (p: number) => {
    const id = ids.at(popular[p]) as string
    if (looksLikeFee(id)) suspects.push(id)
  }
  yield* each(popular.length, look, 1 << 13)
  return suspects
}

/** A function of its own, so that the writer's memory is free once the log stands. */
export async function readLog(source: Source, options: FitOptions, pace: Pace): Promise<History & CanonicalLog> {
  const writer = new LogWriter()
  const {throws: _, ...reading} = await readLines(source, options, writer, pace)
  return {...(await pace.run('sort', writer.finish())), reading}
}

/** Whether any line named an order. An empty shop is one of orders too. */
function hasNamedOrders({orders}: Log): boolean {
  if (orders.length === 0 || ArrayBuffer.isView(orders)) return true
  for (let order = 0; order < orders.length; order++) if (orders.at(order) !== '') return true
  return false
}

interface Prepared {
  fates: Fates
  account: Pick<Report, 'lines' | 'orders' | 'customers'>
  byScope: Map<Scope, PreparedScope>
  /** The baskets of scope `order`, asked for or not: histories are made of them. */
  orders: AgedBaskets
  sales: Sales | undefined
}

function* prepare(
  {log, twoCustomers, reading}: History,
  scopes: readonly Scope[],
  settings: Settings,
): Steps<Prepared> {
  const fates = yield* span(settleReturns(log, settings.returns), 0, 0.1)
  const account = yield* span(accountLines(reading, log, fates, twoCustomers), 0.1, 0.2)
  const byScope = new Map<Scope, PreparedScope>()
  for (const [s, scope] of scopes.entries()) {
    const share = (part: number) => 0.2 + (0.6 * part) / scopes.length
    byScope.set(scope, yield* span(prepareScope(log, fates, scope, settings), share(s), share(s + 1)))
  }
  const orders =
    byScope.get('order') ?? (yield* span(readAgedBaskets(log, fates, 'order', settings.maxBasket), 0.8, 0.95))
  const sales = yield* span(readSales(log, fates), 0.95, 1)
  return {fates, account, byScope, orders, sales}
}

interface Counted {
  counted: Map<Scope, CountedScope['model']>
  reports: Report['scopes']
}

async function countScopes(
  byScope: Map<Scope, PreparedScope>,
  settings: Settings,
  forJoint: boolean,
  driver: Driver,
): Promise<Counted> {
  const counted: Counted['counted'] = new Map()
  const reports: Report['scopes'] = {}
  for (const [scope, prepared] of byScope) {
    const done = counted.size
    const share = part(driver, done / byScope.size, (done + 1) / byScope.size)
    const {model, report} = await countScope(prepared, settings, forJoint, share)
    counted.set(scope, model)
    reports[scope] = report
  }
  return {counted, reports}
}

function* readPasts(
  {byBasket: byOrder, customers, owners, ages}: AgedBaskets,
  known: Csr | undefined,
  items: number,
): Steps<Histories | undefined> {
  if (!owners) return undefined
  return {byOrder, byItem: known ?? (yield* transpose(byOrder, items)), customers, ages}
}
