import type {Model} from '../model/model.ts'
import {type Neighbor, scopeOf} from './also-bought.ts'
import type {Answers} from './batch.ts'
import type {Suggestion} from './bought-together.ts'
import {type Because, PairReason} from './reasons.ts'
import type {Tier} from './select.ts'

/*
 * Answers as numbers, which go from thread to thread as they are: to copy as many objects takes as long as to find them. An
 * answer is the number of its results; then, for each,
 *
 *     item, score, tier, together, expected, number of reasons
 *
 * and for each reason
 *
 *     item, together, last, whether it is a `PairReason`
 *
 * Items are indices, which are the same in every copy of a model. What is absent is NaN, and -1 in place of a number of reasons.
 */

const tiers: readonly Tier[] = ['copurchase', 'related', 'repeat', 'category', 'popular']

/** Adds the answer to one question to the numbers. */
export function writeAnswers(answers: Answers, find: (id: string) => number, numbers: number[]): void {
  numbers.push(answers.length)
  for (const answer of answers as (Neighbor & Suggestion)[]) {
    const {item, score, tier, together = Number.NaN, expected = Number.NaN, because} = answer
    numbers.push(find(item), score, tiers.indexOf(tier), together, expected, because ? because.length : -1)
    for (const reason of because ?? []) {
      const last = reason.last ? reason.last.getTime() : Number.NaN
      numbers.push(find(reason.item), reason.together ?? Number.NaN, last, Number(reason instanceof PairReason))
    }
  }
}

/** Reads one answer after another, as the model would have given it. */
export function answerReader(numbers: Float64Array, model: Model): () => Answers {
  const {catalogue} = model
  const counted = scopeOf(model, 'suggestAll', undefined)
  let at = 0
  const next = () => numbers[at++]
  const readReason = (other: number): Because => {
    const [item, together, last, isPair] = [next(), next(), next(), next()]
    const id = catalogue.idOf(item)
    let reason: Because = {item: id}
    if (isPair) reason = new PairReason(id, together, counted, item, other)
    else if (!Number.isNaN(together)) reason = {item: id, together}
    if (!Number.isNaN(last)) reason.last = new Date(last)
    return reason
  }
  const readResult = (): Neighbor & Suggestion => {
    const [index, score, tier, together, expected, reasons] = [next(), next(), tiers[next()], next(), next(), next()]
    const item = catalogue.idOf(index)
    if (reasons >= 0) return {item, score, tier, because: listOf(reasons, () => readReason(index))}
    return Number.isNaN(together) ? {item, score, tier} : {item, score, tier, together, expected}
  }
  return () => listOf(next(), readResult)
}

function listOf<Entry>(length: number, read: () => Entry): Entry[] {
  const list: Entry[] = []
  for (let i = 0; i < length; i++) list.push(read())
  return list
}
