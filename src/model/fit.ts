import {type Csr, transpose} from '../matrix/csr.ts'
import {sumTable} from '../matrix/neighbor-sum.ts'
import {nextOrderTable} from '../matrix/next-order.ts'
import {countRepeats, repeatRates} from '../matrix/repeat.ts'
import {type Driver, each, part, type Steps, span} from '../matrix/steps.ts'
import {openSums} from '../matrix/sum-room.ts'
import type {Scope} from '../orders/baskets.ts'
import type {CanonicalLog} from '../orders/canonical-log.ts'
import {looksLikeFee} from '../orders/fees.ts'
import {finder} from '../orders/ids.ts'
import type {Log} from '../orders/log.ts'
import {LogWriter} from '../orders/log-writer.ts'
import {type Fates, settleReturns} from '../orders/returns.ts'
import {accountLines} from './account.ts'
import {type AgedBaskets, countScope, type PreparedScope, prepareScope, readAgedBaskets} from './fit-scope.ts'
import type {HistoryModel, Model, ScopeModel} from './model.ts'
import {type FitOptions, type Settings, settingsOf} from './options.ts'
import {Pace} from './pace.ts'
import {type Reading, readLines, type Source} from './read-lines.ts'
import type {Report} from './report.ts'
import {makeQueryScratch} from './scratch.ts'
import {sizesOf} from './sizes.ts'

/** Reads a shop's order history and counts what is bought with what. See `Recommender.fit`. */
export async function fitModel(source: Source, options: FitOptions): Promise<Model> {
  const settings = settingsOf(options)
  options.signal?.throwIfAborted()
  const pace = new Pace(options.signal, options.onProgress)
  const {log, twoCustomers, reading} = await readLog(source, options, pace)
  const scopes = settings.scopes ?? [hasNamedOrders(log) ? 'order' : 'customer']
  const prepared = await pace.run('baskets', prepare(log, scopes, settings, reading, twoCustomers))
  const {fates, account, byScope} = prepared
  const counted = await countScopes(byScope, settings, pace.driver('count'))
  const items = log.items.length
  const last = pace.driver('next-order')
  const byItem = counted.scopes.get('order')?.together.baskets.byItem
  const histories = await last.run(fitHistories(prepared.orders, byItem, items, settings), 0, 0.9)
  const popular = popularItems(counted.scopes)
  const summed = Array.from(counted.scopes.values(), ({together}) => together.table)
  if (histories) summed.push(histories.next)
  const room = await last.run(openSums(items, summed), 0.9, 0.96)
  const model: Model = {
    settings: {...settings, scopes},
    log,
    fates,
    itemOf: finder(log.items),
    customerOf: finder(log.customers),
    scopes: counted.scopes,
    popular,
    histories,
    report: {
      ...account,
      columns: reading.columns,
      items: popular.length,
      scopes: counted.reports,
      suspects: await last.run(suspectsIn(popular, log.items), 0.96, 0.98),
      bytes: {},
      seconds: pace.seconds,
    },
    scratch: makeQueryScratch(items, popular, room),
  }
  model.report.bytes = await last.run(sizesOf(model), 0.98, 1)
  return model
}

/** Every item in a basket, most bought by the first scope first; those that only stand in baskets of the others come last. */
function popularItems(scopes: Map<Scope, ScopeModel>): Int32Array {
  const [first, ...others] = Array.from(scopes.values(), ({marginals}) => marginals)
  if (others.length === 0) return first.popular
  const isOnlyThere = (item: number) => first.support[item] === 0 && others.some(({support}) => support[item] > 0)
  return Int32Array.from([...first.popular, ...Array.from(first.support.keys()).filter(isOnlyThere)])
}

function* suspectsIn(popular: Int32Array, ids: readonly string[]): Steps<string[]> {
  const suspects: string[] = []
  const look = (p: number) => {
    const id = ids[popular[p]]
    if (looksLikeFee(id)) suspects.push(id)
  }
  yield* each(popular.length, look, 1 << 13)
  return suspects
}

/** A function of its own, so that the writer's memory is free once the log stands. */
async function readLog(source: Source, options: FitOptions, pace: Pace): Promise<CanonicalLog & {reading: Reading}> {
  const writer = new LogWriter()
  const reading = await readLines(source, options, writer, pace)
  return {...(await pace.run('sort', writer.finish())), reading}
}

/** Whether any line named an order. An empty shop is one of orders too. */
function hasNamedOrders({orders}: Log): boolean {
  return orders.length === 0 || orders.some((id) => id !== '')
}

interface Prepared {
  fates: Fates
  account: Pick<Report, 'lines' | 'orders' | 'customers'>
  byScope: Map<Scope, PreparedScope>
  /** The baskets of scope `order`, asked for or not: histories are made of them. */
  orders: AgedBaskets
}

function* prepare(
  log: Log,
  scopes: readonly Scope[],
  settings: Settings,
  reading: Reading,
  twoCustomers: number,
): Steps<Prepared> {
  const fates = yield* span(settleReturns(log, settings.returns), 0, 0.1)
  const account = yield* span(accountLines(reading, log, fates, twoCustomers), 0.1, 0.2)
  const byScope = new Map<Scope, PreparedScope>()
  for (const [s, scope] of scopes.entries()) {
    const share = (part: number) => 0.2 + (0.6 * part) / scopes.length
    byScope.set(scope, yield* span(prepareScope(log, fates, scope, settings), share(s), share(s + 1)))
  }
  const orders = byScope.get('order') ?? (yield* span(readAgedBaskets(log, fates, 'order', settings.maxBasket), 0.8, 1))
  return {fates, account, byScope, orders}
}

async function countScopes(
  byScope: Map<Scope, PreparedScope>,
  settings: Settings,
  driver: Driver,
): Promise<{scopes: Map<Scope, ScopeModel>; reports: Report['scopes']}> {
  const scopes = new Map<Scope, ScopeModel>()
  const reports: Report['scopes'] = {}
  for (const [scope, prepared] of byScope) {
    const done = scopes.size
    const share = part(driver, done / byScope.size, (done + 1) / byScope.size)
    const counted = await countScope(prepared, settings, share)
    scopes.set(scope, counted.model)
    reports[scope] = counted.report
  }
  return {scopes, reports}
}

function* fitHistories(
  {byBasket: byOrder, customers, owners, ages}: AgedBaskets,
  known: Csr | undefined,
  items: number,
  {minTogether, neighbors}: Settings,
): Steps<HistoryModel | undefined> {
  if (!owners) return undefined
  const byItem = known ?? (yield* span(transpose(byOrder, items), 0, 0.05))
  const histories = {byOrder, byItem, customers, ages}
  const next = yield* span(nextOrderTable(histories, {minTogether}, neighbors), 0.05, 0.9)
  const repeats = yield* span(countRepeats(histories, {minTogether}), 0.9, 0.95)
  return {next: yield* span(sumTable(next), 0.95, 1), repeatRates: repeatRates(repeats)}
}
