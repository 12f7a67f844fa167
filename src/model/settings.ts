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
import {checkOptions, quote} from '../orders/options.ts'
import type {FitOptions} from './options.ts'

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

/** A mistyped number of threads must not take the machine down: each has its own stack, heap and 4 MB to count in. */
export const MOST_THREADS = 256

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

/** Those options of `fit` that make a shop what it is, and are saved with it. */
type ShopOptions = Pick<
  FitOptions,
  | ('scopes' | 'neighbors' | 'minTogether' | 'measure' | 'discovery' | 'recency' | 'maxBasket')
  | ('learn' | 'next' | 'substitutes' | 'returns')
>

/** Fills in the defaults and refuses what cannot be. */
export function shopSettings(options: ShopOptions): Omit<Settings, 'threads'> {
  const {scopes, neighbors = 50, minTogether = 2, measure = 'weighted', discovery = 0.5, recency = 0.35} = options
  const {maxBasket = 500, learn = true, next = {}, substitutes = false, returns = 'net'} = options
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
  checkOneOf('returns', returns, ['net', 'ignore'])
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

/** @param name what the option is one of, for messages */
export function checkWhole(
  option: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
  name = 'fit',
): void {
  if (!isWhole(value, least) || value > most) {
    const to = most < Number.MAX_SAFE_INTEGER ? `to ${most}` : 'up'
    throw new RangeError(`${name}: ${option} must be a whole number from ${least} ${to}, got ${quote(value)}`)
  }
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least
}

export function checkOneOf(option: string, value: unknown, valid: readonly string[], name = 'fit'): void {
  if (!valid.includes(value as string)) {
    throw new RangeError(`${name}: unknown ${option} ${quote(value)}; valid are ${valid.join(', ')}`)
  }
}
