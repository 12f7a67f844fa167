import type {Recommend} from '../../src/evaluate/run-trials.ts'
import {clearHeap, makeHeaps, offer, sortBestFirst} from '../../src/matrix/top-k.ts'
import {ranker} from './rank.ts'
import type {Shop} from './shop.ts'
import type {Peer} from './tune.ts'

/**
 * Temporal item frequency and user kNN: what a customer bought, the latest counting most, mixed with the same of the `k`
 * customers nearest to them: `alpha · own + (1 − alpha) · mean`. Hu, He, Gao & Zhang 2020, Modeling personalized item
 * frequency information for next-basket recommendation.
 */
export const tifuKnn: Peer = {
  name: 'TIFU-KNN',
  grid: {
    within: [0.6, 0.7, 0.8, 0.9, 1],
    between: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
    groups: [3, 7, 11, 15, 23],
    k: [50, 100, 200, 300, 600],
    alpha: [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9],
  },
  start: {within: 0.9, between: 0.7, groups: 7, k: 300, alpha: 0.7},
  open: (shop) => {
    // The search changes the last settings most often.
    let vectors: Vector[] = []
    let nearest: (customer: number) => Int32Array = () => new Int32Array()
    let made = ''
    return ({within, between, groups, k, alpha}) => {
      const key = `${within} ${between} ${groups}`
      if (made !== key) {
        vectors = frequencyVectors(shop, {within, between, groups})
        nearest = nearestVectors(vectors, shop.items, MOST_NEIGHBORS)
        made = key
      }
      return mixed(shop, vectors, nearest, k, alpha)
    }
  },
}

const MOST_NEIGHBORS = 600

/** The first of `items` with a value each. */
export interface Vector {
  items: Int32Array
  values: Float64Array
}

interface Decay {
  /** How much an order counts after each later one of its group. */
  within: number
  /** How much a group counts after each later one. */
  between: number
  /** How many groups of consecutive orders; one an order where there are fewer orders. */
  groups: number
}

/** By customer: the mean over groups of the means over their orders, both decayed. */
export function frequencyVectors(shop: Shop, decay: Decay): Vector[] {
  const {byBasket, customers} = shop.baskets('order')
  return Array.from({length: customers.length - 1}, (_, customer) => {
    const weights = orderWeights(customers[customer + 1] - customers[customer], decay)
    const sums = new Map<number, number>()
    for (const [o, weight] of weights.entries()) {
      const order = customers[customer] + o
      for (let p = byBasket.offsets[order]; p < byBasket.offsets[order + 1]; p++) {
        sums.set(byBasket.indices[p], (sums.get(byBasket.indices[p]) ?? 0) + weight)
      }
    }
    return {items: Int32Array.from(sums.keys()), values: Float64Array.from(sums.values())}
  })
}

/** What each of `n` orders counts, oldest first. Later groups are the larger where they differ. */
export function orderWeights(n: number, {within, between, groups: most}: Decay): number[] {
  const groups = Math.min(n, most)
  const smaller = groups - (n % groups)
  const weights: number[] = []
  for (let group = 0; group < groups; group++) {
    const size = Math.floor(n / groups) + (group < smaller ? 0 : 1)
    for (let place = 0; place < size; place++) {
      weights.push((within ** (size - 1 - place) / size) * (between ** (groups - 1 - group) / groups))
    }
  }
  return weights
}

/** The other customers by Euclidean distance, the nearest `k`. Found when first asked for. */
export function nearestVectors(vectors: readonly Vector[], items: number, k: number): (customer: number) => Int32Array {
  const squares = Float64Array.from(vectors, ({values}) => values.reduce((sum, value) => sum + value * value, 0))
  const byItem = vectorsByItem(vectors, items)
  const products = new Float64Array(vectors.length)
  const heap = makeHeaps(1, k)
  const found: Int32Array[] = []
  return (customer) => {
    if (found[customer]) return found[customer]
    products.fill(0)
    const {items: bought, values} = vectors[customer]
    for (let p = 0; p < bought.length; p++) {
      const end = byItem.offsets[bought[p] + 1]
      for (let q = byItem.offsets[bought[p]]; q < end; q++) products[byItem.owners[q]] += values[p] * byItem.values[q]
    }
    clearHeap(heap, 0)
    for (let other = 0; other < vectors.length; other++) {
      if (other === customer || squares[other] === 0) continue
      const nearness = 1 / (1 + Math.max(0, squares[customer] + squares[other] - 2 * products[other]))
      if (nearness >= heap.worst[0]) offer(heap, 0, other, nearness, 0)
    }
    found[customer] = heap.indices.slice(0, sortBestFirst(heap, 0))
    return found[customer]
  }
}

/** The same by item: whose vectors hold it, from `offsets[item]` up to before `offsets[item + 1]`. */
function vectorsByItem(vectors: readonly Vector[], items: number) {
  const offsets = new Int32Array(items + 1)
  for (const vector of vectors) for (const item of vector.items) offsets[item + 1]++
  for (let item = 0; item < items; item++) offsets[item + 1] += offsets[item]
  const next = offsets.slice()
  const owners = new Int32Array(offsets[items])
  const values = new Float64Array(offsets[items])
  for (const [owner, vector] of vectors.entries()) {
    for (const [p, item] of vector.items.entries()) {
      owners[next[item]] = owner
      values[next[item]++] = vector.values[p]
    }
  }
  return {offsets, owners, values}
}

function mixed(
  shop: Shop,
  vectors: readonly Vector[],
  nearest: (customer: number) => Int32Array,
  k: number,
  alpha: number,
): Recommend {
  const rank = ranker(shop)
  const scores = new Float64Array(shop.items)
  const add = ({items, values}: Vector, weight: number) => {
    for (let p = 0; p < items.length; p++) scores[items[p]] += weight * values[p]
  }
  return (question) => {
    const neighbors = nearest(question.customer).subarray(0, k)
    scores.fill(0)
    add(vectors[question.customer], alpha)
    for (const neighbor of neighbors) add(vectors[neighbor], (1 - alpha) / neighbors.length)
    return rank(question, scores, shop.popular)
  }
}
