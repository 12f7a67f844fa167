import {type Steps, span} from '../matrix/steps.ts'
import {measureModel, readLog} from '../model/fit.ts'
import {type FitOptions, fitOptionNames, settingsOf} from '../model/options.ts'
import {Pace} from '../model/pace.ts'
import type {Source} from '../model/read-lines.ts'
import {type MeasureName, measureNames, type Settings} from '../model/settings.ts'
import {checkOptions, quote} from '../orders/options.ts'
import {settleReturns} from '../orders/returns.ts'
import {type Learned, learn} from './learn.ts'
import {byChance, byFrequency, byModel, byPopularity} from './methods.ts'
import {type Outcome, type Recommend, runTrials} from './run-trials.ts'
import {type Split, splitLastOrders, splitOrders, tooFewOrders} from './split.ts'
import {summarize, type TaskResult} from './summary.ts'
import {
  alsoBoughtTrials,
  boughtTogetherTrials,
  knownItems,
  type NextOrder,
  nextOrders,
  suggestTrials,
  type Trials,
} from './trials.ts'

/** `items` and `substitutes` may be there, so that one object of options does for fitting too; nothing is judged by them. */
export interface EvaluateOptions extends Omit<FitOptions, 'onProgress' | 'scopes'> {
  /** The measures to compare `measure` with. Default all that have a name. */
  measures?: readonly MeasureName[] | undefined
  /** Where there are no dates it chooses the orders to foretell; and it draws the samples of the intervals. Default 1. */
  seed?: number | undefined
  /** Told every 15 ms or so how far it has come. Default: nobody is told. */
  onProgress?: ((progress: EvaluateProgress) => void) | undefined
}

/** How far an evaluation has come. */
export interface EvaluateProgress {
  /** `'read'`, `'fit'`, or the measure that is judged. */
  step: string
  /** Of the whole, 0 to 1. It never falls. */
  share: number
}

/** How good a shop's recommendations are. */
export interface Evaluation {
  /** The same seed and lines give the same figures. */
  seed: number
  /** How `alsoBought` and `boughtTogether` were judged: `asked` of `test` orders have two items or more that were seen before. */
  orders: {
    by: Split['by']
    train: number
    test: number
    asked: number
    /** The share of what the test orders hold that was never seen before. */
    unseen: number
  }
  /** The five questions; then, where there are dates, those about customers once more, all from where the newest fifth begins. */
  tasks: TaskResult<Task>[]
  /** How long it all took. */
  seconds: number
}

/** A question of the library; `from one date`: of what was known on one date, see `Evaluation.tasks`. */
export type Task = OrderTask | CustomerTask | `${CustomerTask} from one date`
type OrderTask = 'alsoBought' | 'boughtTogether'
type CustomerTask = 'suggest exclude' | 'suggest include' | 'suggest only'

const parts = {'suggest exclude': 'new', 'suggest include': 'all', 'suggest only': 'repeat'} as const
const customerTasks = Object.keys(parts) as CustomerTask[]

/**
 * How good are the recommendations on this shop? What a model that never saw them says of orders is compared with what was
 * in them: of the newest fifth of all orders, and of each customer's last.
 *
 *     const {tasks} = await evaluate(readOrders('orders.csv'))
 *
 * - `alsoBought`: each item of an order asks, and the others are looked for in the list. `boughtTogether`: each item is held
 *   out and looked for in the list for the others. Of an order of more than 20 items 20 ask.
 * - `suggest`: a customer's last order is looked for in the lists made of those before: what is new to them (`exclude`), what
 *   is not (`only`), and all of it (`include`).
 *
 * Beside the model that the options make stand every measure by name, what sells best and what chance gives, each with the
 * difference to it and where that lies in 95 of 100 samples like this one. Every list is filled up to ten by what sells best.
 * A measure's answer to several items is the sum of its rows.
 *
 * Offline figures tell which list foresees better what customers do anyhow; not what they would do if they saw it.
 *
 * @throws as `Recommender.fit`; RangeError where there is nothing to foretell
 */
export async function evaluate(source: Source, options: EvaluateOptions = {}): Promise<Evaluation> {
  const start = performance.now()
  checkOptions('evaluate', options, ['measures', 'seed', ...fitOptionNames])
  const {measures = measureNames, seed = 1, onProgress, ...fitting} = options
  const settings = settingsOf(fitting)
  checkComparison({measures, seed})
  // Reading, and a model for each measure on either side of the evaluation.
  const progress = {step: 'read', done: 0, of: 1 + 2 * (1 + measures.length)}
  let told = 0
  const pace = new Pace(fitting.signal, ({phase, share = 0}) => {
    const {step, done, of} = progress
    // In one step several methods may be judged, each from the start.
    told = Math.max(told, (done + (phase === 'evaluate' ? share : 0)) / of)
    onProgress?.({step, share: told})
  })
  const {log} = await readLog(source, fitting, pace)
  const run = <Result>(steps: Steps<Result>) => pace.run('evaluate', steps)
  const fates = await run(settleReturns(log, settings.returns))
  const byTime = await run(splitOrders(log, seed))
  const shop: Shop = {settings, measures, seed, pace, progress}
  begin(progress, 'fit')
  const older = await learn(byTime, settings, pace)
  const {orders, unseen} = knownItems(log, fates, byTime.tests, older.support)
  const ofOrders = await judge(shop, older, [
    ['alsoBought', alsoBoughtTrials(orders, log.items)],
    ['boughtTogether', boughtTogetherTrials(orders, log.items)],
    ...(byTime.by === 'time' ? customerTrials(nextOrders(log, fates, byTime.tests, older), ' from one date') : []),
  ])
  const lastOrders = await run(splitLastOrders(log, fates))
  begin(progress, 'fit')
  const earlier = await learn(lastOrders, settings, pace)
  const ofCustomers = await judge(shop, earlier, customerTrials(nextOrders(log, fates, lastOrders.tests, earlier), ''))
  const tasks = [...ofOrders.slice(0, 2), ...ofCustomers, ...ofOrders.slice(2)].filter(({groups}) => groups > 0)
  if (tasks.length === 0) throw tooFewOrders('evaluate')
  const test = byTime.tests.length
  return {
    seed,
    orders: {by: byTime.by, train: log.lineOffsets.length - 1 - test, test, asked: orders.length, unseen},
    tasks,
    seconds: (performance.now() - start) / 1000,
  }
}

/** Throws a RangeError that says what would do. */
export function checkComparison({measures = [], seed = 0}: Pick<EvaluateOptions, 'measures' | 'seed'>): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`evaluate: seed must be a whole number, got ${quote(seed)}`)
  for (const measure of measures) {
    if (measureNames.includes(measure)) continue
    throw new RangeError(`evaluate: unknown measure ${quote(measure)}; valid are ${measureNames.join(', ')}`)
  }
}

/** What is the same for all that is judged. */
interface Shop {
  settings: Settings
  measures: readonly MeasureName[]
  seed: number
  pace: Pace
  progress: {step: string; done: number}
}

function customerTrials(next: readonly NextOrder[], suffix: '' | ' from one date'): [Task, Trials][] {
  return customerTasks.map((task) => [`${task}${suffix}` as Task, suggestTrials(next, parts[task])])
}

/** Puts the questions of every task to the model that was learned, to each measure and to the baselines. */
async function judge(shop: Shop, learned: Learned, tasks: readonly [Task, Trials][]): Promise<TaskResult<Task>[]> {
  const {settings, measures, seed, pace, progress} = shop
  const {model, history} = learned
  const outcomes = new Map(tasks.map(([task]) => [task, new Map<string, Outcome>()]))
  const put = async (method: string, recommend: (task: Task) => Recommend | undefined) => {
    for (const [place, [task, trials]] of tasks.entries()) {
      const asked = recommend(task)
      if (!asked) continue
      const steps = runTrials(trials, asked, history.log.items.length, model.popular.length)
      const part = span(steps, place / tasks.length, (place + 1) / tasks.length)
      outcomes.get(task)?.set(method, await pace.run('evaluate', part))
    }
  }
  const own = byModel(model)
  await put('alsobought', (task) => (isOrderTask(task) ? own[task] : own.suggest))
  await put('popular', () => byPopularity(model))
  await put('random', () => byChance(model, seed))
  await put('frequency', (task) =>
    isOrderTask(task) || task.startsWith('suggest exclude') ? undefined : byFrequency(model),
  )
  for (const measure of measures) {
    begin(progress, measure)
    const {alsoBought, boughtTogether, sumOfHistory} = byModel(
      await measureModel(history, {...settings, measure}, pace),
    )
    await put(measure, (task) => {
      if (task === 'alsoBought') return measure === settings.measure ? undefined : alsoBought
      if (task === 'boughtTogether') return boughtTogether
      // A sum of rows knows nothing of what is bought again.
      return task.startsWith('suggest exclude') ? sumOfHistory : undefined
    })
  }
  const results: TaskResult<Task>[] = []
  for (const [task, trials] of tasks) {
    const found = outcomes.get(task) ?? new Map()
    results.push(await pace.run('evaluate', summarize(task, trials, found, seed)))
  }
  return results
}

function isOrderTask(task: Task): task is OrderTask {
  return task === 'alsoBought' || task === 'boughtTogether'
}

function begin(progress: Shop['progress'], step: string): void {
  progress.step = step
  progress.done++
}
