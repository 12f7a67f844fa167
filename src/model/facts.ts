import type {Marginals} from '../matrix/scorers.ts'
import type {Scope} from '../orders/baskets.ts'
import type {Model} from './model.ts'
import type {FitOptions} from './options.ts'
import type {Report} from './report.ts'
import {measures, type Settings, shopSettings} from './settings.ts'

/** What a saved model says in JSON: all that is no column. What is not a number in memory is `null`. */
export interface Facts {
  /** Whether the log is there, and with it all that only it feeds. */
  log: boolean
  settings: SavedSettings
  /** Without what depends on the machine and the form: seconds and bytes. */
  report: Omit<Report, 'seconds' | 'bytes'>
  /** See `Model`. */
  watermark: number | null
  /** When the oldest and the newest order were made, `null` where none is known; absent with the model's `sales`. */
  orderTimes?: {oldest: number | null; newest: number | null}
  /** By scope, in their order. */
  totals: {[scope in Scope]?: Totals}
  /** See `SubstituteTable`; absent with it. */
  chance?: number
}

type Totals = Pick<Marginals, 'baskets' | 'purchases' | 'totalMass' | 'meanRecency' | 'pairWeight'>

/** As options of `fit`. */
interface SavedSettings
  extends Required<Pick<FitOptions, 'scopes' | 'neighbors' | 'minTogether' | 'discovery' | 'recency'>>,
    Required<Pick<FitOptions, 'learn' | 'next' | 'substitutes' | 'returns'>> {
  /** `null` for a measure of one's own: a function. */
  measure: string | null
  /** `null` for no limit. */
  maxBasket: number | null
}

export function factsOf(
  {settings, report, watermark, sales, scopes, substitutes}: Omit<Model, 'catalogue'>,
  log: boolean,
): Facts {
  const {seconds: _seconds, bytes: _bytes, ...kept} = report
  const totals: Facts['totals'] = {}
  for (const [scope, {marginals}] of scopes) {
    const {baskets, purchases, totalMass, meanRecency, pairWeight} = marginals
    totals[scope] = {baskets, purchases, totalMass, meanRecency, pairWeight}
  }
  return {
    log,
    settings: savedSettings(settings, [...scopes.keys()]),
    report: kept,
    watermark: finite(watermark),
    ...(sales && {orderTimes: {oldest: finite(sales.oldest), newest: finite(sales.newest)}}),
    totals,
    ...(substitutes && {chance: substitutes.chance}),
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function savedSettings(settings: Settings, scopes: readonly Scope[]): SavedSettings {
  const {neighbors, minTogether, discovery, recency, maxBasket} = settings
  const {learnedItems, nextWeight, nextTargets, substitutes, returns} = settings
  return {
    scopes,
    neighbors,
    minTogether,
    measure: measureNameOf(settings),
    discovery,
    recency,
    maxBasket: maxBasket === Number.POSITIVE_INFINITY ? null : maxBasket,
    learn: learnedItems > 0 && {items: learnedItems},
    next: {weight: nextWeight, targets: nextTargets},
    substitutes,
    returns,
  }
}

/** What a measure is saved by: `null` for one of one's own. An exported one is as good as its name. */
export function measureNameOf({measure}: Settings): string | null {
  if (typeof measure === 'string') return measure
  return Object.entries(measures).find(([, own]) => own === measure)?.[0] ?? null
}

/** The settings that were saved. Throws where they cannot be, as `fit` does. */
export function settingsIn({settings}: Facts, measure: FitOptions['measure']): Settings & {scopes: readonly Scope[]} {
  const {maxBasket, measure: _, ...options} = settings
  const read = shopSettings({...options, maxBasket: maxBasket ?? Number.POSITIVE_INFINITY, measure})
  return {...read, threads: undefined} as Settings & {scopes: readonly Scope[]}
}

type Test = (value: unknown) => boolean

const isNumber: Test = Number.isFinite
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isText: Test = (value) => typeof value === 'string'
const isFlag: Test = (value) => typeof value === 'boolean'
const isObject: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isKnown: Test = (value) => value !== undefined
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value)
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value)
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const recordOf =
  (test: Test): Test =>
  (value) =>
    isObject(value) && Object.values(value as object).every(test)
/** An object of these fields and no others. */
const shape =
  (fields: Record<string, Test>): Test =>
  (value) =>
    isObject(value) &&
    Object.keys(value as object).every((key) => Object.hasOwn(fields, key)) &&
    Object.entries(fields).every(([key, test]) => test((value as Record<string, unknown>)[key]))

const ofScope = (test: Test) => shape({order: optional(test), customer: optional(test)})

const tests: Record<keyof Facts, Test> = {
  log: isFlag,
  // `settingsIn` looks closer.
  settings: shape({
    scopes: listOf(isText),
    ...{neighbors: isCount, minTogether: isCount, maxBasket: orNull(isCount), learn: isKnown},
    measure: orNull(isText),
    ...{discovery: isNumber, recency: isKnown, next: isObject, substitutes: isFlag, returns: isText},
  }),
  report: shape({
    lines: shape({
      read: isCount,
      used: isCount,
      netted: isCount,
      unmatchedReturns: isCount,
      skipped: recordOf(isCount),
    }),
    columns: recordOf(orNull(isText)),
    orders: isCount,
    customers: isCount,
    items: isCount,
    scopes: ofScope(
      shape({
        ...{baskets: isCount, purchases: isCount, pairs: isCount, observations: isCount},
        capped: shape({baskets: isCount, items: isCount}),
      }),
    ),
    learned: shape({together: isCount, next: isCount}),
    tuned: optional(isObject),
    suspects: listOf(isText),
  }),
  watermark: orNull(isNumber),
  orderTimes: optional(shape({oldest: orNull(isNumber), newest: orNull(isNumber)})),
  totals: ofScope(
    shape({baskets: isCount, purchases: isCount, totalMass: isNumber, meanRecency: isNumber, pairWeight: isNumber}),
  ),
  chance: optional(isNumber),
}

/** What is wrong with facts that were read: the name of the first one; `undefined` if nothing is. */
export function wrongFact(facts: unknown): string | undefined {
  if (!isObject(facts)) return 'facts'
  const unknown = Object.keys(facts as object).find((key) => !Object.hasOwn(tests, key))
  if (unknown !== undefined) return unknown
  return (Object.keys(tests) as (keyof Facts)[]).find((key) => !tests[key]((facts as Facts)[key]))
}
