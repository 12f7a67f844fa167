import {fitLog, type History, measureModel, readLog} from '../model/fit.ts'
import type {Model} from '../model/model.ts'
import {type FitOptions, fitOptionNames, settingsOf} from '../model/options.ts'
import {Pace} from '../model/pace.ts'
import type {Source} from '../model/read-lines.ts'
import {type MeasureName, type Settings, usualNextWeight} from '../model/settings.ts'
import {checkOptions, quote} from '../orders/options.ts'
import {settleReturns} from '../orders/returns.ts'
import {type Candidate, type Choice, type Chosen, choose, optionsOf, type Shop, warningsOf} from './choices.ts'
import type {EvaluateProgress} from './evaluate.ts'
import {historyOf, learn} from './learn.ts'
import {byModel} from './methods.ts'
import {type Split, splitLastOrders, splitOrders, tooFewOrders} from './split.ts'
import {alsoBoughtTrials, knownItems, nextOrders, type Part, suggestTrials} from './trials.ts'

/** What `tune` can be told: as `fit`, but for what it chooses itself. */
export interface TuneOptions extends Omit<FitOptions, 'onProgress' | 'measure' | 'recency' | 'discovery' | 'next'> {
  /** How many configurations may be tried, from 1 up; what promises most comes first. Default: all, some 20. */
  configurations?: number | undefined
  /** See `EvaluateOptions`. Default 1. */
  seed?: number | undefined
  /** Told every 15 ms or so how far it has come. Default: nobody is told. */
  onProgress?: ((progress: EvaluateProgress) => void) | undefined
}

/** Which settings are best for a shop, and why. */
export interface Tuning {
  /** What to give to `fit` beside what `tune` was given: only what differs from the defaults. */
  options: Chosen
  choices: Choice[]
  /** In plain words, what the figures do not tell. */
  warnings: string[]
  /** How many configurations were tried, the default among them. */
  configurations: number
}

const MEASURES: MeasureName[] = ['rp3beta', 'llr', 'deshpandeKarypis', 'bm25', 'cosine', 'count']
const RECENCIES = [false, 0.15, 0.7, 0.07] as const
const DISCOVERIES = [0, 1] as const
const WEIGHTS = [0.1, 0.2, 0.4, 0]
/** With the default, and the two that learning brings. */
const MOST = 3 + MEASURES.length + RECENCIES.length + DISCOVERIES.length + WEIGHTS.length - 1

/**
 * Chooses the settings of `fit` for a shop, on orders kept back from what it learns: the measure, `recency`, `discovery`,
 * whether to learn, and `next`, one after another, each with what was chosen before. A default is left only for what is
 * better by more than chance: where the interval of the difference excludes 0.
 *
 *     const {options} = await tune(readOrders('orders.csv'))
 *     const shop = await Recommender.fit(readOrders('orders.csv'), options)
 *
 * It never sees what it is judged by, but it chooses by it: for the accuracy of what was chosen ask `evaluate` of later orders.
 *
 * @throws as `Recommender.fit`; RangeError where there is nothing to foretell
 */
export async function tune(source: Source, options: TuneOptions = {}): Promise<Tuning> {
  checkOptions('tune', options, ['configurations', 'seed', ...fitOptionNames])
  const {configurations = Number.POSITIVE_INFINITY, seed = 1, onProgress, ...fitting} = options
  const settings = settingsOf(fitting)
  if (!(configurations >= 1 && (configurations === Number.POSITIVE_INFINITY || Number.isSafeInteger(configurations)))) {
    throw new RangeError(`tune: configurations must be a whole number from 1 up, got ${quote(configurations)}`)
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`tune: seed must be a whole number, got ${quote(seed)}`)
  const progress = {step: 'read', tried: 0}
  const most = Math.min(configurations, MOST)
  const pace = new Pace(fitting.signal, () => {
    const {step, tried} = progress
    onProgress?.({step, share: Math.min(1, tried / most)})
  })
  return tuneHistory(await readLog(source, fitting, pace), settings, {configurations, seed, pace, progress})
}

/** Fits with what `tune` chooses. */
export async function fitTuned(source: Source, options: FitOptions): Promise<Model> {
  const {measure, recency, discovery, next} = options
  if ([measure, recency, discovery, next].some((option) => option !== undefined)) {
    throw new RangeError('fit: tune chooses measure, recency, discovery and next; leave these out, or tune')
  }
  const settings = settingsOf(options)
  const {signal, onProgress} = options
  const pace = new Pace(signal, onProgress)
  const history = await readLog(source, options, pace)
  const tuning = new Pace(signal, () => onProgress?.({phase: 'tune'}))
  const {options: tuned} = await tuneHistory(history, settings, {
    configurations: Number.POSITIVE_INFINITY,
    seed: 1,
    pace: tuning,
  })
  const model = await fitLog(history, settingsOf({...options, ...tuned}), pace)
  return {...model, report: {...model.report, tuned}}
}

interface HowToTune {
  configurations: number
  seed: number
  pace: Pace
  /** What is being chosen, and how many configurations were tried. */
  progress?: {step: string; tried: number}
}

/** The same for a history that was read. */
async function tuneHistory(
  {log}: History,
  settings: Settings,
  {configurations, seed, pace, progress = {step: '', tried: 0}}: HowToTune,
): Promise<Tuning> {
  const fates = await pace.run('evaluate', settleReturns(log, settings.returns))
  const shop: Shop = {log, fates, settings, seed, pace, left: configurations, progress, choices: []}
  await tuneMeasure(shop, await pace.run('evaluate', splitOrders(log, seed)))
  await tuneNext(shop, await pace.run('evaluate', splitLastOrders(log, fates)))
  const {choices} = shop
  if (choices.length === 0) {
    throw tooFewOrders('tune')
  }
  return {options: optionsOf(choices), choices, warnings: warningsOf(choices), configurations: progress.tried}
}

async function tuneMeasure(shop: Shop, {train, tests}: Split): Promise<void> {
  const history = historyOf(train)
  const candidate = <Value>(value: Value, change: Partial<Settings>, isNew = true): Candidate<Value> => ({
    ...{value, isNew},
    method: async () => {
      const model = await measureModel(history, {...shop.settings, ...change}, shop.pace)
      return byModel(model).alsoBought
    },
  })
  const plain = await measureModel(history, {...shop.settings, measure: 'weighted'}, shop.pace)
  const [{marginals}] = plain.scopes.values()
  const {orders} = knownItems(shop.log, shop.fates, tests, marginals.support)
  const trials = alsoBoughtTrials(orders, shop.log.items)
  if (trials.groups === 0) return
  const contest = <Value>(option: Choice['option'], candidates: Candidate<Value>[]) =>
    choose(shop, option, 'alsoBought', trials, plain.popular.length, candidates)

  const named = MEASURES.map((measure) => candidate(measure, {measure}))
  const measure = await contest('measure', [candidate<MeasureName>('weighted', {measure: 'weighted'}), ...named])
  shop.settings = {...shop.settings, measure}
  // The others read neither.
  if (measure !== 'weighted') return
  if (marginals.meanRecency < 1) {
    const recencies = RECENCIES.map((recency) => candidate<number | false>(recency, {recency}))
    const recency = await contest('recency', [candidate<number | false>(0.35, {recency: 0.35}, false), ...recencies])
    shop.settings = {...shop.settings, recency}
  }
  const others = DISCOVERIES.map((discovery) => candidate<number>(discovery, {discovery}))
  const discovery = await contest('discovery', [candidate<number>(0.5, {discovery: 0.5}, false), ...others])
  shop.settings = {...shop.settings, discovery}
}

async function tuneNext(shop: Shop, split: Split): Promise<void> {
  const learner = async (change: Partial<Settings>) => {
    const settings = {...shop.settings, ...change}
    return {settings, ...(await learn(split, settings, shop.pace))}
  }
  let best = await learner({})
  const next = nextOrders(shop.log, shop.fates, split.tests, best)
  const items = best.model.popular.length
  const contest = async <Value>(
    option: Choice['option'],
    part: Part,
    usual: Value,
    others: readonly Value[],
    learnWith: (value: Value) => Promise<typeof best>,
  ) => {
    const trials = suggestTrials(next, part)
    if (trials.groups === 0) return
    const made = new Map([[usual, best]])
    const candidates = [usual, ...others].map((value): Candidate<Value> => {
      const method = async () => {
        const learned = made.get(value) ?? (await learnWith(value))
        made.set(value, learned)
        return byModel(learned.model).suggest
      }
      return {value, isNew: value !== usual || shop.progress.tried === 0, method}
    })
    const task = part === 'new' ? 'suggest exclude' : 'suggest include'
    best = made.get(await choose(shop, option, task, trials, items, candidates)) ?? best
    shop.settings = best.settings
  }
  if (shop.settings.learnedItems > 0) {
    await contest<'all' | 'first'>('next.targets', 'new', 'all', ['first'], (nextTargets) => learner({nextTargets}))
    await contest('learn', 'new', true, [false], () => learner({learnedItems: 0, nextWeight: usualNextWeight(0)}))
  }
  const others = WEIGHTS.filter((weight) => weight !== shop.settings.nextWeight)
  await contest('next.weight', 'all', shop.settings.nextWeight, others, async (nextWeight) => {
    const settings = {...best.settings, nextWeight}
    return {...best, settings, model: {...best.model, settings: {...best.model.settings, nextWeight}}}
  })
}
