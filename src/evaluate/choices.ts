import type {FitOptions} from '../model/options.ts'
import type {Pace} from '../model/pace.ts'
import type {Settings} from '../model/settings.ts'
import type {Log} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import {type Interval, pairedIntervals} from './bootstrap.ts'
import {type Recommend, runTrials} from './run-trials.ts'
import {mean} from './summary.ts'
import type {Trials} from './trials.ts'

/** One decision. */
export interface Choice {
  option: 'measure' | 'recency' | 'discovery' | 'learn' | 'next.targets' | 'next.weight'
  /** By how well which question is answered, on orders that were kept back. */
  task: 'alsoBought' | 'suggest exclude' | 'suggest include'
  groups: number
  chosen: unknown
  /** The default first. `difference` is to it, with where it lies in 95 of 100 samples. */
  candidates: {value: unknown; ndcg: number; difference?: Interval}[]
}

/** What is the same for all choices; `settings` are those chosen so far. */
export interface Shop {
  log: Log
  fates: Fates
  settings: Settings
  seed: number
  pace: Pace
  /** How many configurations may still be tried. */
  left: number
  progress: {step: string; tried: number}
  choices: Choice[]
}

/** A setting's value, and how to get what answers with it. */
export interface Candidate<Value> {
  value: Value
  /** Whether asking it is to try another configuration. */
  isNew: boolean
  method: () => Promise<Recommend>
}

/** Asks the candidates, the default first, as long as there are configurations left. Returns the value chosen. */
export async function choose<Value>(
  shop: Shop,
  option: Choice['option'],
  task: Choice['task'],
  trials: Trials,
  items: number,
  candidates: readonly Candidate<Value>[],
): Promise<Value> {
  const asked: {value: Value; ndcg: Float64Array}[] = []
  shop.progress.step = option
  for (const {value, isNew, method} of candidates) {
    if (isNew && shop.left === 0) continue
    if (isNew) {
      shop.left--
      shop.progress.tried++
    }
    const {ndcg} = await shop.pace.run('evaluate', runTrials(trials, await method(), shop.log.items.length, items))
    asked.push({value, ndcg})
  }
  const columns = asked.map(({ndcg}) => ndcg)
  const intervals = await shop.pace.run(
    'evaluate',
    pairedIntervals(columns, new Uint8Array(trials.groups), 1, shop.seed),
  )
  const differences = intervals.map((ofClass) => ofClass[1])
  let best = 0
  for (const [c, {difference, low}] of differences.entries()) {
    if (low > 0 && difference > differences[best].difference) best = c
  }
  const found = asked.map(({value, ndcg}, c) => ({
    ...{value, ndcg: mean(ndcg)},
    ...(c > 0 && {difference: differences[c]}),
  }))
  shop.choices.push({option, task, groups: trials.groups, chosen: asked[best].value, candidates: found})
  return asked[best].value
}

/** What `tune` chooses. */
export type Chosen = Pick<FitOptions, 'measure' | 'recency' | 'discovery' | 'learn' | 'next'>

/** The options that say what was chosen where it is not the default. */
export function optionsOf(choices: readonly Choice[]): Chosen {
  const options: Record<string, unknown> = {}
  const next: Record<string, unknown> = {}
  for (const {option, chosen, candidates} of choices) {
    if (chosen === candidates[0].value) continue
    if (option.startsWith('next.')) next[option.slice('next.'.length)] = chosen
    else options[option] = chosen
  }
  return {...options, ...(Object.keys(next).length > 0 && {next})}
}

/** So few orders or customers say little. */
const FEW = 200

export function warningsOf(choices: readonly Choice[]): string[] {
  return choices.flatMap(({option, task, groups, candidates}) => {
    const unclear = candidates.filter(({difference}) => difference && difference.low <= 0 && difference.high >= 0)
    const names = unclear.map(({value}) => JSON.stringify(value)).join(', ')
    return [
      ...(unclear.length > 0 ? [`${option}: ${names} and the default are within noise of each other on ${task}`] : []),
      ...(groups < FEW ? [`${option}: only ${groups} asked, which says little`] : []),
    ]
  })
}
