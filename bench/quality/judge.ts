import {byFrequency, byModel, byPopularity} from '../../src/evaluate/methods.ts'
import {type Outcome, type Recommend, runTrials} from '../../src/evaluate/run-trials.ts'
import {summarize, type TaskResult} from '../../src/evaluate/summary.ts'
import type {Trials} from '../../src/evaluate/trials.ts'
import {finish} from '../../src/matrix/steps.ts'
import {fitLog} from '../../src/model/fit.ts'
import type {Model} from '../../src/model/model.ts'
import {type FitOptions, settingsOf} from '../../src/model/options.ts'
import {Pace} from '../../src/model/pace.ts'
import type {Contest, Goal} from './contests.ts'
import type {Shop} from './shop.ts'
import {type Stage, some, type Task} from './stage.ts'
import {describe, type Peer, type Tuned, tune} from './tune.ts'

/** How a task went with one fit of the library, which is the first method. */
export interface Judged extends TaskResult<Task> {
  goal: Goal
  /** By peer, the settings it chose. */
  tuned: Record<string, Tuned>
}

interface JudgeOptions {
  seed: number
  /** Groups of trials, at most. */
  judgeBy: number
  tell: (step: string) => void
}

/**
 * Tunes the peers on the inner split, has each learn from all of the training part with the settings it chose, and judges
 * it beside the library, once. Nothing where nobody can be asked.
 */
export async function judgeTask(
  task: Task,
  {peers, goals, tuneOn}: Contest,
  outer: Stage,
  inner: Stage,
  {seed, judgeBy, tell}: JudgeOptions,
): Promise<Judged[]> {
  const [asked, rehearsed] = [outer.trials[task], inner.trials[task]]
  if (!asked?.groups || !rehearsed?.groups) return []
  const trials = some(asked, judgeBy)
  const practice = some(rehearsed, tuneOn)
  const peerOutcomes = new Map<string, Outcome>()
  const note = (method: string, recommend: Recommend) => {
    const outcome = ask(trials, outer.shop, recommend)
    peerOutcomes.set(method, outcome)
    tell(`${task}: ${method} ${mean(outcome.ndcg).toFixed(4)}`)
  }
  const tuned: Record<string, Tuned> = {}
  for (const peer of peers) {
    tell(`${task}: tuning ${peer.name}`)
    const {config, ndcg, tried} = choose(peer, practice, inner.shop, tell)
    tuned[peer.name] = {config, ndcg, tried}
    tell(`${task}: ${peer.name} chose ${describe(config) || 'nothing'} of ${tried}, inner ${ndcg.toFixed(4)}`)
    note(peer.name, peer.open(outer.shop)(config))
  }
  if (task.startsWith('suggest')) note('popular', byPopularity(outer.shop))
  if (task === 'suggest include' || task === 'suggest only') note('frequency', byFrequency(outer.shop))

  const results: Judged[] = []
  for (const goal of goals) {
    const ours = ask(trials, outer.shop, answersOf(await fitOurs(outer.shop, goal), task))
    const outcomes = new Map([['ours', ours], ...peerOutcomes])
    results.push({...finish(summarize(task, trials, outcomes, seed)), goal, tuned})
  }
  return results
}

/** The settings with which a peer does best in some trials. */
export function choose(peer: Peer, practice: Trials, shop: Shop, tell?: JudgeOptions['tell']): Tuned {
  const answerWith = peer.open(shop)
  return tune(peer, (config) => {
    const ndcg = mean(ask(practice, shop, answerWith(config)).ndcg)
    tell?.(`  ${describe(config)}: ${ndcg.toFixed(4)}`)
    return ndcg
  })
}

function ask(trials: Trials, {items, popular}: Shop, recommend: Recommend): Outcome {
  return finish(runTrials(trials, recommend, items, popular.length))
}

function answersOf(model: Model, task: Task): Recommend {
  const {alsoBought, boughtTogether, suggest} = byModel(model)
  return {alsoBought, boughtTogether}[task as string] ?? suggest
}

/** The library's own model, with its defaults but for what is learned. */
function fitOurs({train}: Shop, {learn}: Goal): Promise<Model> {
  const options = learn !== undefined ? {learn} : {}
  const history = {log: train, twoCustomers: 0, reading: {read: train.lineItems.length, skipped: {}, columns: {}}}
  return fitLog(history, settingsOf(options as FitOptions), new Pace(undefined, undefined))
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
