/** The counting core as `fit` calls it, on order lines that are numbers already: no ids, no dates, no customers. */
import {basketWeights, marginalsOf} from '../src/matrix/basket-weights.ts'
import {buildTables} from '../src/matrix/build.ts'
import type {BasketRows} from '../src/matrix/count-row.ts'
import {countTables} from '../src/matrix/counting.ts'
import {type Csr, type Indices, indicesBelow} from '../src/matrix/csr.ts'
import {type Marginals, type Scorer, togetherScorer, weightedScorer} from '../src/matrix/scorers.ts'
import {sortRange} from '../src/matrix/sort.ts'
import {finish, inOneGo} from '../src/matrix/steps.ts'
import type {Table} from '../src/matrix/table.ts'
import type {Shop} from './sets.ts'

/** What `buildTables` and every scorer read. */
export interface CountingInput extends BasketRows {
  marginals: Marginals
}

/** The options of `fit` that counting knows, at their defaults. */
export const defaults = {neighbors: 50, minTogether: 2, maxBasket: 500, discovery: 0.5}

/** The default measure's weight of a basket without a date. */
export const defaultWeight = (size: number) => size ** -0.6

/** @param maxBasket a basket of more items keeps those of its first lines: without dates, as good a choice as any */
export function countingInput(
  shop: Shop,
  maxBasket = defaults.maxBasket,
  weight: (size: number, age: number) => number = defaultWeight,
): CountingInput {
  const byBasket = cappedRows(shop, maxBasket)
  const weights = finish(basketWeights(byBasket, undefined, weight))
  const marginals = finish(marginalsOf(byBasket, shop.itemCount, undefined, weights))
  return {byBasket, weights, marginals, support: marginals.support}
}

function cappedRows({baskets, items, basketCount, itemCount}: Shop, maxBasket: number): Csr<Indices> {
  const offsets = new Int32Array(basketCount + 1)
  const indices = indicesBelow(itemCount, items.length)
  let size = 0
  let basket = 0
  for (let line = 0; line < items.length; line++) {
    while (basket < baskets[line]) offsets[++basket] = size
    if (size - offsets[basket] < maxBasket) indices[size++] = items[line]
  }
  while (basket < basketCount) offsets[++basket] = size
  // Lines come in no order within a basket.
  for (basket = 0; basket < basketCount; basket++) sortRange(indices, offsets[basket], offsets[basket + 1])
  return {offsets, indices: indices.subarray(0, size)}
}

/** One table for each scorer, by the kernel on so many threads. */
export async function countFast(input: CountingInput, scorers: Scorer[], threads = 1): Promise<Table[]> {
  const {neighbors, minTogether} = defaults
  return (await countTables(input, {minTogether}, scorers, {neighbors, threads}, inOneGo)).tables
}

/** The same in TypeScript alone. */
export function countPlainly(input: CountingInput, scorers: Scorer[]): Table[] {
  return finish(buildTables(input, {minTogether: defaults.minTogether}, scorers, defaults.neighbors)).tables
}

export function defaultScorer({marginals}: CountingInput): Scorer {
  return weightedScorer(marginals, defaults.discovery)
}

/** Those of a fit with default options: `alsoBought` and `boughtTogether`, counted in one go. */
export function bothScorers(input: CountingInput): Scorer[] {
  return [defaultScorer(input), togetherScorer(input.marginals)]
}

/** From order lines to the neighbors of every item, by the default measure. */
export async function coreBuild(shop: Shop, maxBasket?: number): Promise<Table> {
  const input = countingInput(shop, maxBasket)
  return (await countFast(input, [defaultScorer(input)]))[0]
}
