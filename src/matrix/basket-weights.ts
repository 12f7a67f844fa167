import type {Csr, Indices} from './csr.ts'
import {type Marginals, UNIT} from './scorers.ts'
import {sortedIndices} from './sort.ts'
import {each, type Steps, span} from './steps.ts'

/**
 * A weight for every basket, in whole `UNIT`s.
 * @param ages by basket, the share of baskets newer than it, 0 to 1; left out where there are no dates: 0 for all
 * @throws RangeError for a weight that is not a number from 0 up, or too large to be summed exactly
 */
export function* basketWeights(
  {offsets}: Csr<Indices>,
  ages: Float64Array | undefined,
  weight: (size: number, age: number) => number,
): Steps<Int32Array> {
  const weights = new Int32Array(offsets.length - 1)
  let total = 0
  yield* each(weights.length, (basket) => {
    const size = offsets[basket + 1] - offsets[basket]
    const value = weight(size, ages ? ages[basket] : 0)
    if (!(value >= 0 && value <= 32767)) {
      throw new RangeError(`measure: a basket's weight must be from 0 to 32767, got ${value} for ${size} items`)
    }
    weights[basket] = wholeWeight(value)
    total += weights[basket]
  })
  if (total > Number.MAX_SAFE_INTEGER) {
    throw new RangeError('measure: the baskets weigh too much to be summed exactly; make the weights smaller')
  }
  return weights
}

/** In whole `UNIT`s. What weighs little still weighs something, or a pair bought long ago would be forgotten. */
export function wholeWeight(weight: number): number {
  return weight === 0 ? 0 : Math.max(1, Math.round(weight / UNIT))
}

/**
 * @param recency by basket, whole `UNIT`s; left out where there are no dates: 1 for all
 * @param weights by basket, whole `UNIT`s
 */
export function* marginalsOf(
  {offsets, indices}: Csr<Indices>,
  items: number,
  recency: Int32Array | undefined,
  weights: Int32Array,
): Steps<Marginals> {
  const support = new Int32Array(items)
  const mass = new Float64Array(items)
  const baskets = offsets.length - 1
  let recencySum = 0
  let pairSum = 0
  const add = (basket: number) => {
    const size = offsets[basket + 1] - offsets[basket]
    const fresh = recency ? recency[basket] : 1 / UNIT
    recencySum += fresh
    pairSum += weights[basket] * size * (size - 1)
    for (let p = offsets[basket]; p < offsets[basket + 1]; p++) {
      support[indices[p]]++
      mass[indices[p]] += fresh
    }
  }
  yield* span(each(baskets, add, 1 << 14), 0, 0.9)
  return {
    baskets,
    purchases: indices.length,
    support,
    mass: mass.map((sum) => sum * UNIT),
    totalMass: mass.reduce((all, sum) => all + sum, 0) * UNIT,
    popular: yield* span(mostFirst(mass), 0.9, 1),
    meanRecency: baskets > 0 ? (recencySum * UNIT) / baskets : 1,
    pairWeight: pairSum * UNIT,
  }
}

/** The items with a mass, the largest first, then by index. */
function* mostFirst(mass: Float64Array): Steps<Int32Array> {
  const bought = Int32Array.from(mass.keys()).filter((item) => mass[item] > 0)
  const order = yield* sortedIndices(bought.length, (i, j) => mass[bought[j]] - mass[bought[i]] || i - j)
  return order.map((i) => bought[i])
}
