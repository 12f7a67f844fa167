import {wholeWeight} from '../matrix/basket-weights.ts'
import {commonBaskets, customersOf, sizesOfBaskets, timesOf, weightOf} from '../matrix/common-baskets.ts'
import {aboveChance, expectedTogether} from '../matrix/expected.ts'
import type {Measure} from '../matrix/measures.ts'
import {mayLeave} from '../matrix/privacy.ts'
import {UNIT, weightedScorer} from '../matrix/scorers.ts'
import {type Estimate, wilsonShare} from '../matrix/wilson.ts'
import type {Meeting, Pair} from '../model/changed-meeting.ts'
import type {ChangedModel} from '../model/changed-rows.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import {type MeasureName, measures} from '../model/settings.ts'
import type {Scope} from '../orders/baskets.ts'
import {newestTime} from '../orders/dates.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {scopeOf} from './also-bought.ts'
import {needLog} from './ask.ts'
import {indexOf} from './rules.ts'

/** What `explain` can be told. */
export interface ExplainOptions {
  /** Whether baskets are orders or customers; one that was fitted. Default the first of those. */
  scope?: Scope | undefined
}

/** How two items are bought, each by itself: known of every pair. */
export interface Apart {
  item: string
  other: string
  scope: Scope
  /** All baskets of the shop. */
  baskets: number
  /** How many of them hold the item, and how many the other one; 0 for an id that is unknown. */
  bought: [number, number]
}

/** What the baskets say that hold both. */
export interface Together {
  /** How many hold both, from `minTogether` up. */
  together: number
  /** How many would by chance, as `alsoBought` says it; above 0. */
  expected: number
  /** Which share of the item's baskets holds the other one too, 0 to 1, and between what it lies with 95 % confidence. */
  share: Estimate
  /** `together / expected`, from 0 up, 1 is chance; its bounds are those of `share`. */
  timesExpected: Estimate
  /** Of how many different customers these baskets are, from 1 up, leaving out those of nobody known; absent where all are. */
  customers?: number
  /** When the newest of these baskets was bought; of scope `'customer'`, when its customer bought last. Absent where unknown. */
  last?: Date
  /** By the measure of the model, as `alsoBought` scores what it counts on the spot. */
  score: number
  /**
   * What each measure says of the two; range and meaning stand with `MeasureName` and with each measure's own export.
   * `'weighted'` by the model's `discovery` and `recency`, without what two steps of a walk add for rare items.
   */
  measures: Record<MeasureName, number>
}

/**
 * Why one item is shown with another. With `tooFew` nothing is said of how often they meet: in fewer than `minTogether`
 * baskets, or in those of one customer alone, or never.
 */
export type Explanation = (Apart & {tooFew: true}) | (Apart & {tooFew: false} & Together)

/** Why an item is shown with another: see `Recommender.explain`. */
export function explain(model: Model, id: Id, otherId: Id, options: ExplainOptions = {}): Explanation {
  checkOptions('explain', options, ['scope'])
  needLog(model, 'explain')
  const [first] = model.scopes.keys()
  const {scope = first} = options
  const counted = scopeOf(model, 'explain', scope)
  const item = indexOf('explain', model.itemOf, id)
  const other = indexOf('explain', model.itemOf, otherId)
  if (String(id) === String(otherId)) {
    throw new RangeError(`explain: expected two different items, got ${quote(String(id))} twice`)
  }
  const now = model.changes?.now.pairNow(model as ChangedModel, scope, String(id), String(otherId))
  const {bought, met} = now ?? pairIn(counted, item, other)
  const {baskets} = counted.marginals
  const apart: Apart = {item: String(id), other: String(otherId), scope, baskets, bought}
  return met ? {...apart, tooFew: false, ...meeting(model, counted, bought, met)} : {...apart, tooFew: true}
}

function pairIn(counted: ScopeModel, item: number, other: number): Pair {
  const {privacy, marginals, alsoBought} = counted
  const {support} = marginals
  const common = item < 0 || other < 0 ? [] : commonBaskets(alsoBought.baskets.byItem, item, other)
  return {
    bought: [support[item] ?? 0, support[other] ?? 0],
    met: mayLeave(common, privacy) ? meetingIn(counted, item, other, common) : undefined,
  }
}

function meetingIn(counted: ScopeModel, item: number, other: number, common: readonly number[]): Meeting {
  const {marginals, companions, customers, alsoBought, together} = counted
  const {support, purchases, mass} = marginals
  const weight = weightOf(common, alsoBought.baskets.weights)
  return {
    expected: expectedTogether(companions, item, support[other] / purchases),
    sizes: sizesOfBaskets(common, together.baskets.byBasket),
    weight: weightOf(common, together.baskets.weights),
    customers: customersOf(common, customers).length,
    last: newestTime(timesOf(common, counted.times)),
    score: alsoBought.scorer.score(item, other, common.length, weight),
    mass: [mass[item], mass[other]],
  }
}

function meeting(model: Model, counted: ScopeModel, bought: Apart['bought'], met: Meeting): Together {
  const {expected, sizes, customers, last, score} = met
  const share = wilsonShare(sizes.length, bought[0])
  return {
    together: sizes.length,
    expected,
    share,
    timesExpected: scaled(share, bought[0] / expected),
    ...(customers > 0 && {customers}),
    ...(!Number.isNaN(last) && {last: new Date(last)}),
    score: Math.fround(score),
    measures: byMeasure(model, counted, bought, met),
  }
}

function scaled({value, low, high}: Estimate, factor: number): Estimate {
  return {value: value * factor, low: low * factor, high: high * factor}
}

/** What every named measure says of the pair, whichever the model was fitted with. */
function byMeasure(
  {settings}: Model,
  {marginals}: ScopeModel,
  [a, b]: Apart['bought'],
  {sizes, weight: jointWeight, expected, mass}: Meeting,
): Record<MeasureName, number> {
  const {purchases, popular} = marginals
  // One that has come since the model was made may be in more baskets than there were.
  const baskets = Math.max(marginals.baskets, a + b - sizes.length)
  const totals = {baskets, purchases, items: popular.length}
  const scoreBy = (named: (typeof measures)[keyof typeof measures]): number => {
    const {weight, score}: Measure = typeof named === 'function' ? named(totals) : named
    // None of the named ones asks how old a basket is.
    const both = weight ? UNIT * sizes.reduce((sum, size) => sum + wholeWeight(weight(size, 0)), 0) : sizes.length
    return score(both, a, b, baskets)
  }
  // The scorer of a shop that sells these two: what it keeps of each item is not to be made for the whole catalogue.
  const weighted = weightedScorer({...marginals, mass: Float64Array.from(mass)}, settings.discovery)
  const entries = Object.entries(measures).map(([name, measure]) => [name, scoreBy(measure)])
  return {
    weighted: weighted.score(0, 1, sizes.length, jointWeight),
    ...(Object.fromEntries(entries) as Record<keyof typeof measures, number>),
    chance: aboveChance(sizes.length, expected),
  }
}
