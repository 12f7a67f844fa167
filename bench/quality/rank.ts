import {LIST} from '../../src/evaluate/metrics.ts'
import type {Question} from '../../src/evaluate/trials.ts'
import type {Shop} from './shop.ts'

/** Makes a list of scores. The first `n` of `candidates` are looked at, each once. */
type Rank = (question: Question, scores: ArrayLike<number>, candidates: ArrayLike<number>, n?: number) => number[]

/**
 * The rule that is the same for every peer: score descending, equal ones by popularity; what does not score above 0 comes
 * after what does, by popularity; never what was asked about, nor what the question's part leaves out.
 */
export function ranker({popular, items}: Pick<Shop, 'popular' | 'items'>): Rank {
  const places = new Int32Array(items).fill(popular.length)
  for (let place = 0; place < popular.length; place++) places[popular[place]] = place
  // An item may be listed in the question whose number it bears.
  const allowedIn = new Int32Array(items)
  let asked = 0
  return ({items: about, history, part}, scores, candidates, n = candidates.length) => {
    asked++
    if (part === 'repeat') for (const item of history) allowedIn[item] = asked
    else allowedIn.fill(asked)
    if (part === 'new') for (const item of history) allowedIn[item] = 0
    for (const item of about) allowedIn[item] = 0

    const list: number[] = []
    const isBetter = (item: number, other: number) =>
      scores[item] > scores[other] || (scores[item] === scores[other] && places[item] < places[other])
    for (let c = 0; c < n; c++) {
      const item = candidates[c]
      if (!(scores[item] > 0) || allowedIn[item] !== asked) continue
      if (list.length === LIST && !isBetter(item, list[LIST - 1])) continue
      let place = Math.min(list.length, LIST - 1)
      for (; place > 0 && isBetter(item, list[place - 1]); place--) list[place] = list[place - 1]
      list[place] = item
    }
    for (const item of list) allowedIn[item] = 0
    for (let p = 0; p < popular.length && list.length < LIST; p++) {
      if (allowedIn[popular[p]] === asked) list.push(popular[p])
    }
    return list
  }
}
