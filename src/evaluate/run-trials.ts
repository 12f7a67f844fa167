import type {Steps} from '../matrix/steps.ts'
import {judge, LIST, spread} from './metrics.ts'
import type {Question, Trials} from './trials.ts'

/** Answers a question with a list of items, best first. */
export type Recommend = (question: Question) => ArrayLike<number>

/** What came of trials, by group; and over all of them. */
export interface Outcome {
  ndcg: Float64Array
  recall: Float64Array
  hit: Float64Array
  coverage: number
  topShare: number
}

/**
 * Puts every question to a method.
 * @param items how many there are by index
 * @param eligible how many of them could be shown
 */
export function* runTrials(trials: Trials, recommend: Recommend, items: number, eligible: number): Steps<Outcome> {
  const {groups} = trials
  const outcome = {ndcg: new Float64Array(groups), recall: new Float64Array(groups), hit: new Float64Array(groups)}
  const isRelevant = new Uint8Array(items)
  const shown = new Int32Array(items)
  for (let group = 0; group < groups; group++) {
    let asked = 0
    trials.each(group, (question, relevant) => {
      const list = recommend(question)
      for (const item of relevant) isRelevant[item] = 1
      const {ndcg, recall, hit} = judge(list, isRelevant, relevant.length)
      for (const item of relevant) isRelevant[item] = 0
      for (let place = 0; place < LIST && place < list.length; place++) shown[list[place]]++
      outcome.ndcg[group] += ndcg
      outcome.recall[group] += recall
      outcome.hit[group] += hit
      asked++
    })
    for (const column of Object.values(outcome)) column[group] /= asked
    yield group / groups
  }
  return {...outcome, ...spread(shown, eligible)}
}
