import type {Recommend} from '../../src/evaluate/run-trials.ts'
import type {Question} from '../../src/evaluate/trials.ts'
import {basketWeights} from '../../src/matrix/basket-weights.ts'
import {clearRow, countRow, makeScratch} from '../../src/matrix/count-row.ts'
import {UNIT} from '../../src/matrix/scorers.ts'
import {finish} from '../../src/matrix/steps.ts'
import {makeHeaps, offer, sortBestFirst} from '../../src/matrix/top-k.ts'
import {ranker} from './rank.ts'
import type {PlainBaskets, Shop} from './shop.ts'

/** What an item shares with each that was ever in a basket with it: all of them, whereas the library stores the best 50. */
export interface CountedRow {
  others: Int32Array
  counts: Int32Array
  /** What the common baskets weigh. */
  sums: Float64Array
  /** What all baskets with the item weigh. */
  own: number
}

export type CountableBaskets = PlainBaskets & {ages?: Float64Array | undefined}

export function countRows(
  {byBasket, byItem, ages}: CountableBaskets,
  weight: (size: number, age: number) => number = () => 1,
): CountedRow[] {
  const items = byItem.offsets.length - 1
  const baskets = {byBasket, byItem, weights: finish(basketWeights(byBasket, ages, weight))}
  const scratch = makeScratch(items)
  return Array.from({length: items}, (_, item) => {
    const n = countRow(item, baskets, scratch)
    const others = scratch.touched.slice(0, n).filter((other) => other !== item)
    const row = {
      others,
      counts: others.map((other) => scratch.counts[other]),
      sums: Float64Array.from(others, (other) => scratch.sums[other] * UNIT),
      own: scratch.sums[item] * UNIT,
    }
    clearRow(n, scratch)
    return row
  })
}

/** Which pairs of a row count: those in `least` baskets or more, of these the `neighbors` best. */
interface Cut {
  least?: number
  neighbors?: number
}

/** What speaks for each neighbor of an item. */
type ScoredRow = Pick<CountedRow, 'others'> & {scores: Float64Array}

/** Rows with their scores, each worked out when it is first asked for. Scores are of the place in a row. */
export function scoredRows(
  rows: readonly CountedRow[],
  scoreOf: (item: number, place: number) => number,
  {least = 1, neighbors = Number.POSITIVE_INFINITY}: Cut,
): (item: number) => ScoredRow {
  const known: ScoredRow[] = []
  return (item) => {
    if (known[item]) return known[item]
    const {others, counts} = rows[item]
    const scores = new Float64Array(others.length)
    for (let p = 0; p < others.length; p++) if (counts[p] >= least) scores[p] = Math.max(0, scoreOf(item, p))
    known[item] = cutRow(others, scores, neighbors)
    return known[item]
  }
}

function cutRow(others: Int32Array, scores: Float64Array, neighbors: number): ScoredRow {
  if (others.length <= neighbors) return {others, scores}
  const heap = makeHeaps(1, neighbors)
  for (let p = 0; p < others.length; p++) if (scores[p] >= heap.worst[0]) offer(heap, 0, others[p], scores[p], 0)
  const n = sortBestFirst(heap, 0)
  return {others: heap.indices.subarray(0, n), scores: heap.scores.subarray(0, n)}
}

/** Answers to one item with its row. */
export function byRow(shop: Shop, rowOf: (item: number) => ScoredRow): Recommend {
  const rank = ranker(shop)
  const scores = new Float64Array(shop.items)
  const lists: number[][] = []
  return (question) => {
    const [item] = question.items
    if (lists[item]) return lists[item]
    const row = rowOf(item)
    for (let p = 0; p < row.others.length; p++) scores[row.others[p]] = row.scores[p]
    lists[item] = rank(question, scores, row.others)
    for (const other of row.others) scores[other] = 0
    return lists[item]
  }
}

/**
 * Answers with the sum of the rows of what is asked about: a basket, or else all that a customer bought.
 * @param weightsOf by place in these
 */
export function bySum(
  shop: Shop,
  rowOf: (item: number) => ScoredRow,
  weightsOf?: (question: Question) => readonly number[],
): Recommend {
  const rank = ranker(shop)
  const sums = new Float64Array(shop.items)
  return (question) => {
    const weights = weightsOf?.(question)
    sums.fill(0)
    for (const [place, seed] of (question.customer < 0 ? question.items : question.history).entries()) {
      const {others, scores} = rowOf(seed)
      const weight = weights ? weights[place] : 1
      for (let p = 0; p < others.length; p++) sums[others[p]] += weight * scores[p]
    }
    return rank(question, sums, shop.popular)
  }
}
