import type {SumTable} from '../matrix/neighbor-sum.ts'
import {type Steps, span} from '../matrix/steps.ts'
import {makeSums, type SumRoom} from '../matrix/sum-room.ts'
import type {Scope} from '../orders/baskets.ts'
import type {Sales} from '../orders/first-sales.ts'
import {idsOf} from '../orders/id-block.ts'
import {blockFinder} from '../orders/id-finder.ts'
import {quote} from '../orders/options.ts'
import {Catalogue} from './catalogue.ts'
import {itemsInJson} from './catalogue-json.ts'
import type {SavedColumns} from './columns.ts'
import {type Facts, settingsIn} from './facts.ts'
import {FOREIGN} from './format.ts'
import type {Model, ScopeModel} from './model.ts'
import type {FitOptions} from './options.ts'
import {readBlock, readLog} from './restore-log.ts'
import {readHistories, readScope, readSubstitutes} from './restore-tables.ts'
import {makeQueryScratch} from './scratch.ts'
import type {Settings} from './settings.ts'

/** What a saved model does not hold. */
export interface LoadOptions {
  /**
   * The measure of your own that the shop was fitted with: it is a function, which is not saved. Required for such a shop
   * unless it was saved with `log: false`, and refused for others.
   */
  measure?: Exclude<FitOptions['measure'], string> | undefined
}

/** Makes the room for sums, which may move the columns of the tables. */
export type OpenSums = (items: number, tables: readonly SumTable[]) => Steps<SumRoom>

/** Makes a model of facts and columns, which it looks through: what cannot be is refused. */
export function* restore(
  facts: Facts,
  columns: SavedColumns,
  {measure}: LoadOptions,
  name: string,
  openSums?: OpenSums,
): Steps<Omit<Model, 'report'>> {
  const settings = settingsFor(facts, measure, name)
  const hasLog = facts.log
  const ids = idsOf(readBlock(columns, 'ids/items'))
  const items = ids.length
  const finder = blockFinder(ids)
  // It makes room for texts, which the first question is not to wait for.
  if (items > 0) ids.at(0)
  yield 0.1
  const {log, fates, customers} = readLog(columns, ids, hasLog)
  yield 0.2
  const scopes = new Map<Scope, ScopeModel>()
  for (const scope of settings.scopes) {
    scopes.set(scope, yield* span(readScope(columns, scope, {log, facts, settings, hasLog, name}), 0.2, 0.7))
  }
  if (hasLog) columns.items('log/lineItems', items)
  const popular = columns.distinct('popular/items', items)
  const histories = columns.has('next order/offsets') ? readHistories(columns, items) : undefined
  const substitutes = facts.chance === undefined ? undefined : readSubstitutes(columns, items, facts.chance)
  const sales = readSales(columns, facts, items)
  const summed = Array.from(scopes.values(), ({together}) => together.table)
  if (histories) summed.push(histories.next)
  const room = openSums ? yield* span(openSums(items, summed), 0.8, 0.95) : makeSums(items)
  const scratch = makeQueryScratch(items, popular, room)
  const catalogue = new Catalogue({ids, finder, popular, sales, scratch})
  fillCatalogue(catalogue, columns, name)
  columns.finish()
  return {
    settings,
    hasLog,
    log,
    fates,
    itemOf: finder.find,
    customerOf: hasLog ? blockFinder(customers).find : noCustomers,
    watermark: facts.watermark ?? Number.NaN,
    scopes,
    popular,
    sales,
    histories,
    substitutes,
    catalogue,
    scratch,
  }
}

function readSales(columns: SavedColumns, {orderTimes}: Facts, items: number): Sales | undefined {
  if (!orderTimes) return undefined
  const {oldest, newest} = orderTimes
  return {
    first: columns.take('log/firstSales', 'f64', items),
    oldest: oldest ?? Number.POSITIVE_INFINITY,
    newest: newest ?? Number.NEGATIVE_INFINITY,
  }
}

function noCustomers(): never {
  throw new Error(
    'this shop was saved with log: false and knows no customers; ask by items, or load one that was saved with its log',
  )
}

function settingsFor(
  facts: Facts,
  measure: LoadOptions['measure'],
  name: string,
): Settings & {scopes: readonly Scope[]} {
  const {measure: saved} = facts.settings
  if (saved !== null && measure !== undefined) {
    throw new RangeError(
      `${name}: measure is for shops that were fitted with one of their own; this one has ${quote(saved)}: leave it out`,
    )
  }
  if (saved === null && measure === undefined && facts.log) {
    throw new RangeError(
      `${name}: this shop was fitted with a measure of its own, which is not saved; give it with the option measure`,
    )
  }
  try {
    // Without baskets nothing is counted any more, so nothing is scored either.
    return settingsIn(facts, (saved as FitOptions['measure']) ?? measure ?? {score: () => 0})
  } catch (error) {
    const {message} = error as Error
    throw new Error(`${name}: its settings cannot be: ${message.replace(/^fit: /, '')}${FOREIGN}`)
  }
}

function fillCatalogue(catalogue: Catalogue, columns: SavedColumns, name: string): void {
  const json = columns.take('catalogue/items', 'u8')
  try {
    catalogue.set(itemsInJson(json) as [])
  } catch (error) {
    throw new Error(`${name}: its catalogue cannot be: ${(error as Error).message}${FOREIGN}`)
  }
}
