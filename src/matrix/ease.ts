import {basketWeights} from './basket-weights.ts'
import {countMorePopular, dropPrivate} from './build.ts'
import {type BasketRows, clearRow, makeScratch} from './count-row.ts'
import {type Dense, openDense, sweep} from './dense.ts'
import {forwardRows} from './forward-rows.ts'
import {headRows, headSize, headTable} from './head.ts'
import type {Privacy} from './privacy.ts'
import {type Ranks, rankItems} from './ranks.ts'
import {type Driver, part, type Steps, span} from './steps.ts'
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

/** Increments between two yields: a few milliseconds. */
const CHUNK = 1 << 19

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
  const head = await driver.run(headBaskets({byBasket, support}, ranks, size), 0.02, 0.1)
  const gram = openDense(size)
  const together = await driver.run(fillGram(head, privacy, gram), 0.1, 0.3)
  await sweep(gram, threads, part(driver, 0.3, 0.95))
  const {values, starts, places} = gram
  // The inverse is negated.
  const scales = Float64Array.from({length: size}, (_, j) => -1 / values[starts[j] + places[j]])
  const weight = (i: number, j: number) => scales[j] * values[i < j ? starts[j] + places[i] : starts[i] + places[j]]
  return driver.run(headTable(ranks, size, together, weight, neighbors), 0.95, 1)
}

/** Baskets of the head alone. What they weigh depends on all that is in them; it is a whole number, so that sums are exact. */
function* headBaskets(
  {byBasket, support}: Pick<BasketRows, 'byBasket' | 'support'>,
  ranks: Ranks,
  size: number,
): Steps<BasketRows> {
  const weigh = basketWeights(byBasket, undefined, (h) => 1 / Math.sqrt(h))
  const weights = yield* span(weigh, 0, 0.4)
  const rows = yield* span(headRows(byBasket, ranks, size), 0.4, 1)
  return {byBasket: rows, support: ranks.items.slice(0, size).map((item) => support[item]), weights}
}

/** Fills in G + λI, in units of weight. Returns the square of the counts of pairs that may leave. */
function* fillGram(
  head: BasketRows,
  {minTogether, owners}: Privacy,
  {n: size, values, starts, places}: Dense,
): Steps<Int32Array> {
  // Items are ranks already, and stay so.
  const forward = yield* span(forwardRows(head, owners), 0, 0.3)
  const {rows, offsets, visits} = forward
  const scratch = makeScratch(size)
  const {counts, sums, touched} = scratch
  const together = new Int32Array(size * size)
  const meanSize = visits.length / Math.max(1, head.weights.length)
  let trace = 0
  for (let item = 0, work = 0; item < size; item++) {
    const n = countMorePopular(item, forward, scratch)
    for (let t = 0; t < n; t++) values[starts[item] + places[touched[t]]] = sums[touched[t]]
    let own = 0
    for (let v = offsets[item]; v < offsets[item + 1]; v++) own += rows[visits[v]]
    values[starts[item] + places[item]] = own
    trace += own
    if (owners && minTogether > 1) dropPrivate(item, forward, minTogether, scratch)
    for (let t = 0; t < n; t++) {
      const other = touched[t]
      const count = counts[other] >= minTogether ? counts[other] : 0
      together[item * size + other] = count
      together[other * size + item] = count
    }
    clearRow(n, scratch)
    work += n + (1 + meanSize) * (offsets[item + 1] - offsets[item])
    if (work > CHUNK) {
      work = 0
      yield 0.3 + (0.7 * item) / size
    }
  }
  for (let item = 0; item < size; item++) values[starts[item] + places[item]] += (RIDGE * trace) / size
  return together
}
