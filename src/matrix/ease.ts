import {basketWeights} from './basket-weights.ts'
import type {BasketRows} from './count-row.ts'
import {type Dense, openDense, sweep} from './dense.ts'
import {headRows, headSize, headTable} from './head.ts'
import {SEVERAL} from './history.ts'
import type {Privacy} from './privacy.ts'
import {type Ranks, rankItems} from './ranks.ts'
import {type Driver, each, part, type Steps, span} from './steps.ts'
import type {Table} from './table.ts'

export interface LearningOptions {
  /** For how many items, the most bought ones: see `headSize`. */
  items: number
  /** Stored for each of them. */
  neighbors: number
  /** See `sweep`. */
  threads?: number | undefined
}

/** λ, as a multiple of the diagonal's mean. */
const RIDGE = 0.5

/** Increments between two yields: a millisecond or so, and some more while memory is touched for the first time. */
const CHUNK = 1 << 16

/**
 * EASE (Steck 2019): the weights by which each item of a basket is foretold best, in the least squares, from all others of it,
 * kept small by a penalty. What an item says beside others is its own: two that always come together share it. `G` sums
 * `1/√h` over the baskets of `h` items that hold both, `P = (G + λI)⁻¹` with λ half the mean of G's diagonal, and the weight
 * of `i` for `j` is `−Pᵢⱼ / Pⱼⱼ`. Row `i` of the table holds the `j` with the strongest weights. Only pairs that may leave
 * are kept; `together` is the number of their baskets.
 */
export async function learnEase(
  {byBasket, support}: Pick<BasketRows, 'byBasket' | 'support'>,
  privacy: Privacy,
  {items, neighbors, threads}: LearningOptions,
  driver: Driver,
): Promise<Table> {
  const size = headSize(items, support)
  const ranks = await driver.run(rankItems(support), 0, 0.02)
  const gram = openDense(size)
  const pairs = await driver.run(fillGram(byBasket, ranks, privacy, gram), 0.02, 0.3)
  await sweep(gram, threads, part(driver, 0.3, 0.95))
  const {values, starts, places} = gram
  // The inverse is negated.
  const scales = Float64Array.from({length: size}, (_, j) => -1 / values[starts[j] + places[j]])
  const weight = (i: number, j: number) => scales[j] * values[i < j ? starts[j] + places[i] : starts[i] + places[j]]
  const together = (i: number, j: number) => (i === j ? 0 : pairs[2 * (i < j ? pairAt(j, i) : pairAt(i, j))])
  return driver.run(headTable(ranks, size, together, weight, neighbors), 0.95, 1)
}

/** Where among all pairs one stands; `j` is below `i`. */
function pairAt(i: number, j: number): number {
  return (i * (i - 1)) / 2 + j
}

/**
 * Fills in G + λI, in units of weight. Returns two numbers a pair: its count, 0 where it may not leave, and its owner, or
 * `SEVERAL`.
 */
function* fillGram(
  byBasket: BasketRows['byBasket'],
  ranks: Ranks,
  {minTogether, owners}: Privacy,
  {n: size, values, starts, places}: Dense,
): Steps<Int32Array> {
  // What a basket weighs depends on all that is in it; it is a whole number, so that sums are exact.
  const weight = (h: number) => 1 / Math.sqrt(h)
  const weights = yield* span(basketWeights(byBasket, undefined, weight), 0, 0.1)
  const {offsets, indices} = yield* span(headRows(byBasket, ranks, size), 0.1, 0.3)
  const pairs = new Int32Array(2 * pairAt(size, 0))
  let trace = 0
  for (let basket = 0, work = 0; basket < weights.length; basket++) {
    const owner = owners ? owners[basket] : basket
    const from = offsets[basket]
    const to = offsets[basket + 1]
    for (let p = from; p < to; p++) {
      const start = starts[indices[p]]
      const first = pairAt(indices[p], 0)
      values[start + places[indices[p]]] += weights[basket]
      trace += weights[basket]
      for (let q = from; q < p; q++) {
        const other = indices[q]
        values[start + places[other]] += weights[basket]
        const at = 2 * (first + other)
        pairs[at + 1] = pairs[at]++ === 0 || pairs[at + 1] === owner ? owner : SEVERAL
      }
      work += 1 + p - from
      if (work > CHUNK) {
        work = 0
        yield 0.3 + (0.6 * basket) / weights.length
      }
    }
  }
  const settle = (item: number) => {
    values[starts[item] + places[item]] += (RIDGE * trace) / size
    for (let at = 2 * pairAt(item, 0); at < 2 * pairAt(item + 1, 0); at += 2) {
      if (pairs[at] < minTogether || (minTogether > 1 && pairs[at + 1] !== SEVERAL)) pairs[at] = 0
    }
  }
  yield* span(each(size, settle, 1 << 6), 0.9, 1)
  return pairs
}
