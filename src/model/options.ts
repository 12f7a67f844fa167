import type {Measure, Totals} from '../matrix/measures.ts'
import type {Scope} from '../orders/baskets.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {checkFields} from '../orders/columns.ts'
import {type DateFormat, dateFormats} from '../orders/dates.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Columns, OnBadRow} from '../orders/order-line.ts'
import type {Progress} from './pace.ts'
import {checkOneOf, checkWhole, type MeasureName, MOST_THREADS, type Settings, shopSettings} from './settings.ts'

/** What `fit` can be told: of reading, counting and learning. */
export interface FitOptions<Item extends CatalogueItem = CatalogueItem> {
  /**
   * What the shop sells, see `CatalogueItem`: `readItems(…)`, a list, or anything async that gives items. Rules read it, and
   * where orders say nothing an item's category does. `shop.items` changes it later. Default none.
   */
  items?: Iterable<Item> | AsyncIterable<Item> | undefined
  /**
   * What makes a basket: `'order'`, `'customer'` (everything a customer ever bought), or both. The first answers where a
   * query does not say. Default `['order']`, or `['customer']` if no line names an order.
   */
  scopes?: readonly Scope[] | undefined
  /** How many neighbors are stored for each item; more are counted when a query needs them. From 1 up, default 50. */
  neighbors?: number | undefined
  /**
   * In how many baskets two items must meet to be neighbors; from 2 up, these must also be of at least two customers where
   * customers are known. A pair that one person alone made is that person's history. Default 2; 1 lets every pair through.
   */
  minTogether?: number | undefined
  /** How `alsoBought` scores: a name, or a measure of your own. Default `'weighted'`, which has proved most accurate. */
  measure?: MeasureName | Measure | ((totals: Totals) => Measure) | undefined
  /** How far `'weighted'` goes from bestsellers to discoveries: 0 (most accurate) to 1. Default 0.5. */
  discovery?: number | undefined
  /**
   * How fast old orders lose weight: after this share of the shop's newer orders they count half. Above 0; `false` for
   * never. Default 0.35; without effect where orders have no dates, and on `alsoBought` by another measure.
   */
  recency?: number | false | undefined
  /** A basket of more distinct items keeps those bought last. From 2 up, `Infinity` for no limit. Default 500. */
  maxBasket?: number | undefined
  /**
   * For how many items, the most bought ones, weights are learned beside those that are counted (EASE for `boughtTogether`,
   * ridge for `suggest`): what an item says beside others, and not only by itself. `true` for 2,000, which take some seconds;
   * `false` for none. Time grows with the cube of the number, memory with its square; up to 8,192. Default true.
   */
  learn?: boolean | {items: number} | undefined
  /**
   * How `suggest` foresees what customers buy next. `weight`, from 0 to 1: how much the likeliest new item counts next to the
   * chance that an old one is bought again; default 0.2, or 0.1 where nothing is learned. `targets`: whether all purchases
   * after a history teach what follows it, or only those a customer makes for the `'first'` time, which is better where most
   * is bought again; default `'all'`, without effect unless weights are learned. `tune` tries both.
   */
  next?: {weight?: number | undefined; targets?: 'all' | 'first' | undefined} | undefined
  /**
   * Whether to look for `substitutes` among the 2,000 most bought items of the first scope: some seconds for ten million
   * lines. Default false: the query of that name then throws.
   */
  substitutes?: boolean | undefined
  /**
   * Whether to choose `measure`, `recency`, `discovery`, `learn` and `next` for this shop first, see `tune`, which tries some
   * twenty configurations; `report.tuned` tells what it chose. Default false.
   */
  tune?: boolean | undefined
  /** Whether a line with a quantity below 0 cancels what was bought (`'net'`, default) or is passed over (`'ignore'`). */
  returns?: 'net' | 'ignore' | undefined
  /**
   * How many worker threads count pairs, from 1 up; 1 for none but the caller's own. They live no longer than the counting,
   * and the result is the same to the byte for any number. Default: as many as there are cores, where the history is large
   * enough to make up for starting them.
   */
  threads?: number | undefined
  /** For raw rows, as a database cursor gives: which column holds which field. Default: rows are `OrderLine`s already. */
  columns?: Columns | undefined
  /** How dates that are texts are written; see `DateFormat`. By default months go before days, except between dots. */
  dateFormat?: DateFormat | undefined
  /** What to do with a row that cannot be used. Default: what `readOrders` was told, else `'throw'`. */
  onBadRow?: OnBadRow | undefined
  /** Told every 15 ms or so how far fitting has come. Default: nobody is told. */
  onProgress?: ((progress: Progress) => void) | undefined
  /** Aborts fitting, which then rejects with the signal's reason. Default: nothing does. */
  signal?: AbortSignal | undefined
}

export const fitOptionNames = [
  ...['items', 'scopes', 'neighbors', 'minTogether', 'measure', 'discovery', 'recency', 'maxBasket', 'learn', 'next'],
  ...['tune', 'substitutes', 'returns', 'threads', 'columns', 'dateFormat', 'onBadRow', 'onProgress', 'signal'],
]

/** Fills in the defaults and refuses what cannot be. */
export function settingsOf(options: FitOptions): Settings {
  checkOptions('fit', options, fitOptionNames)
  const {items, tune, threads} = options
  if (items !== undefined && !isIterable(items)) {
    throw new TypeError(`fit: items must be a list of items, or an async one, got ${quote(items)}`)
  }
  if (tune !== undefined && typeof tune !== 'boolean') {
    throw new TypeError(`fit: tune must be true or false, got ${quote(tune)}`)
  }
  if (threads !== undefined) checkWhole('threads', threads, 1, MOST_THREADS)
  checkReading('fit', options)
  return {...shopSettings(options), threads}
}

/** How lines are read, and who is told. */
type ReadingOptions = Pick<FitOptions, 'columns' | 'dateFormat' | 'onBadRow' | 'onProgress' | 'signal'>

/** Refuses what cannot be among the options of anything that reads lines; `name` is what it is called by. */
export function checkReading(name: string, {columns, dateFormat, onBadRow, onProgress, signal}: ReadingOptions): void {
  if (columns !== undefined) checkFields(columns)
  if (dateFormat !== undefined) checkOneOf('dateFormat', dateFormat, dateFormats, name)
  if (onBadRow !== undefined && typeof onBadRow !== 'function') {
    checkOneOf('onBadRow', onBadRow, ['throw', 'skip'], name)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`${name}: onProgress must be a function, got ${quote(onProgress)}`)
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new TypeError(`${name}: signal must be an AbortSignal, got ${quote(signal)}`)
  }
}

function isIterable(items: unknown): boolean {
  if (typeof items !== 'object' || items === null) return false
  return Symbol.iterator in items || Symbol.asyncIterator in items
}
