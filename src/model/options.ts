import {
  bm25,
  confidence,
  cosine,
  count,
  deshpandeKarypis,
  jaccard,
  lift,
  llr,
  type Measure,
  npmi,
  rp3beta,
  type Totals,
} from '../matrix/measures.ts'
import type {Scope} from '../orders/baskets.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {checkFields} from '../orders/columns.ts'
import {type DateFormat, dateFormats} from '../orders/dates.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Columns, OnBadRow} from '../orders/order-line.ts'
import type {Progress} from './pace.ts'

/** The measures that a name stands for, but for the two that know more of the shop than a `Measure` is told. */
export const measures = {
  count,
  confidence,
  deshpandeKarypis: deshpandeKarypis(),
  cosine,
  jaccard,
  lift,
  npmi,
  llr,
  bm25: bm25(),
  rp3beta: rp3beta(),
} satisfies Record<string, Measure | ((totals: Totals) => Measure)>

/**
 * `'weighted'`, the default: `(g + c·(π + H)) / n^b`. `g` sums `size^−0.6 · 2^(−age/recency)` over the common baskets, `π` is
 * the other item's share of recent purchases and `n` their number. `c` leans a rarely bought item toward what sells, and, in
 * fewer than 20 baskets, by `H` toward the neighbors of its neighbors. `b` is 0.1 (0.2 with `discovery: 1`). From 0 up, for
 * ranking within a list.
 *
 * `'chance'`: `(both − E) / √(E + 1)`, E the number of common baskets to expect by chance, here at most 0.2 % too low.
 * Standard deviations above chance, any real number. Smith & Linden 2017.
 *
 * The others are exported under their names, with formula, range, blind spot and source.
 */
export type MeasureName = 'weighted' | 'chance' | keyof typeof measures

export const measureNames = ['weighted', ...Object.keys(measures), 'chance'] as readonly MeasureName[]

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
   * chance that an old one is bought again; default 0.2, or 0.1 where nothing is learned. `targets`: whether all purchases after a history teach what follows
   * it, or only those a customer makes for the `'first'` time, which is better where most is bought again; default `'all'`,
   * without effect unless weights are learned. `tune` tries both.
   */
  next?: {weight?: number; targets?: 'all' | 'first'} | undefined
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

/** The options as used, every default filled in; `scopes` stays open until the lines are known. */
export interface Settings {
  scopes: readonly Scope[] | undefined
  neighbors: number
  minTogether: number
  measure: NonNullable<FitOptions['measure']>
  discovery: number
  recency: number | false
  maxBasket: number
  /** For how many items weights are learned. */
  learnedItems: number
  nextWeight: number
  nextTargets: 'all' | 'first'
  /** Whether they are looked for. */
  substitutes: boolean
  returns: 'net' | 'ignore'
  threads: number | undefined
}

/** A mistyped number of threads must not take the machine down: each has its own stack, heap and 4 MB to count in. */
const MOST_THREADS = 256

export const fitOptionNames = [
  ...['items', 'scopes', 'neighbors', 'minTogether', 'measure', 'discovery', 'recency', 'maxBasket', 'learn', 'next'],
  ...['tune', 'substitutes', 'returns', 'threads', 'columns', 'dateFormat', 'onBadRow', 'onProgress', 'signal'],
]

/** Fills in the defaults and refuses what cannot be. */
export function settingsOf(options: FitOptions): Settings {
  checkOptions('fit', options, fitOptionNames)
  const {
    items,
    scopes,
    neighbors = 50,
    minTogether = 2,
    measure = 'weighted',
    discovery = 0.5,
    recency = 0.35,
  } = options
  const {maxBasket = 500, learn = true, next = {}, substitutes = false, tune, returns = 'net', threads} = options
  if (items !== undefined && !isIterable(items)) {
    throw new TypeError(`fit: items must be a list of items, or an async one, got ${quote(items)}`)
  }
  if (scopes !== undefined) checkScopes(scopes)
  checkWhole('neighbors', neighbors, 1)
  checkWhole('minTogether', minTogether, 1)
  if (maxBasket !== Number.POSITIVE_INFINITY) checkWhole('maxBasket', maxBasket, 2)
  const learnedItems = typeof learn === 'object' && learn !== null ? learn.items : learn === true ? 2000 : 0
  if (typeof learn === 'object' ? learn === null || !isWhole(learn.items, 1) : typeof learn !== 'boolean') {
    throw new RangeError(`fit: learn must be true, false or {items: a whole number from 1 up}, got ${quote(learn)}`)
  }
  const {weight: nextWeight = usualNextWeight(learnedItems), targets: nextTargets = 'all'} = checkNext(next)
  if (typeof substitutes !== 'boolean') {
    throw new TypeError(`fit: substitutes must be true or false, got ${quote(substitutes)}`)
  }
  if (tune !== undefined && typeof tune !== 'boolean') {
    throw new TypeError(`fit: tune must be true or false, got ${quote(tune)}`)
  }
  checkOneOf('returns', returns, ['net', 'ignore'])
  if (threads !== undefined) checkWhole('threads', threads, 1, MOST_THREADS)
  if (typeof measure === 'string') {
    checkOneOf('measure', measure, measureNames)
  } else if (typeof measure !== 'function') {
    checkMeasure(measure)
  }
  if (!(typeof discovery === 'number' && discovery >= 0 && discovery <= 1)) {
    throw new RangeError(`fit: discovery must be from 0 to 1, got ${quote(discovery)}`)
  }
  if (recency !== false && !(typeof recency === 'number' && recency > 0 && recency < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`fit: recency must be a number above 0 or false, got ${quote(recency)}`)
  }
  checkReading('fit', options)
  return {
    scopes: scopes && [...scopes],
    neighbors,
    minTogether,
    measure,
    discovery,
    recency,
    maxBasket,
    learnedItems,
    nextWeight,
    nextTargets,
    substitutes,
    returns,
    threads,
  }
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

/** See `FitOptions.next`. */
export function usualNextWeight(learnedItems: number): number {
  return learnedItems > 0 ? 0.2 : 0.1
}

function checkNext(next: NonNullable<FitOptions['next']>): NonNullable<FitOptions['next']> {
  checkOptions('fit: next', next, ['weight', 'targets'])
  const {weight = 0, targets = 'all'} = next
  if (!(typeof weight === 'number' && weight >= 0 && weight <= 1)) {
    throw new RangeError(`fit: next.weight must be from 0 to 1, got ${quote(weight)}`)
  }
  checkOneOf('next.targets', targets, ['all', 'first'])
  return next
}

/** Refuses what is not a measure, be it given or made by a function of the totals. */
export function checkMeasure(measure: Measure): void {
  if (typeof measure?.score !== 'function') {
    throw new TypeError(`fit: measure must be a name or have a score function, got ${quote(measure)}`)
  }
  if (measure.weight !== undefined && typeof measure.weight !== 'function') {
    throw new TypeError(`fit: measure must have a function as its weight, got ${quote(measure.weight)}`)
  }
}

function checkScopes(scopes: readonly Scope[]): void {
  if (!Array.isArray(scopes) || scopes.length === 0 || new Set(scopes).size < scopes.length) {
    throw new RangeError("fit: scopes must be ['order'], ['customer'] or both")
  }
  for (const scope of scopes) checkOneOf('scopes', scope, ['order', 'customer'])
}

function checkWhole(option: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!isWhole(value, least) || value > most) {
    const to = most < Number.MAX_SAFE_INTEGER ? `to ${most}` : 'up'
    throw new RangeError(`fit: ${option} must be a whole number from ${least} ${to}, got ${quote(value)}`)
  }
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least
}

function isIterable(items: unknown): boolean {
  if (typeof items !== 'object' || items === null) return false
  return Symbol.iterator in items || Symbol.asyncIterator in items
}

function checkOneOf(option: string, value: unknown, valid: readonly string[], name = 'fit'): void {
  if (!valid.includes(value as string)) {
    throw new RangeError(`${name}: unknown ${option} ${quote(value)}; valid are ${valid.join(', ')}`)
  }
}
