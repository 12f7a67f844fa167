import type {Csr, Indices} from './csr.ts'

/** The baskets that hold both items, in ascending order. Walks those of the rarer one, and steps through the other's. */
export function commonBaskets({offsets, indices}: Csr, item: number, other: number): number[] {
  const isRarer = offsets[item + 1] - offsets[item] <= offsets[other + 1] - offsets[other]
  const [few, many] = isRarer ? [item, other] : [other, item]
  const common: number[] = []
  const end = offsets[many + 1]
  let q = offsets[many]
  if (q === end) return common
  for (let p = offsets[few]; p < offsets[few + 1]; p++) {
    const basket = indices[p]
    if (indices[q] > basket) continue
    q = lastUpTo(basket, indices, q, end)
    if (indices[q] === basket) common.push(basket)
  }
  return common
}

/** What baskets weigh together: a sum of whole numbers. */
export function weightOf(baskets: readonly number[], weights: Int32Array): number {
  let sum = 0
  for (const basket of baskets) sum += weights[basket]
  return sum
}

/** How many distinct items each of the baskets holds. */
export function sizesOfBaskets(baskets: readonly number[], {offsets}: Csr<Indices>): number[] {
  return baskets.map((basket) => offsets[basket + 1] - offsets[basket])
}

/** When each of the baskets was made; nothing where no times are known. */
export function timesOf(baskets: readonly number[], times: Float64Array | undefined): number[] {
  return times ? baskets.map((basket) => times[basket]) : []
}

/**
 * Who made any of these baskets, in ascending order, each once; those without a known customer are left out.
 * @param baskets ascending
 * @param customers customer `c` made the baskets from `customers[c]` up to before `customers[c + 1]`
 */
export function customersOf(baskets: ArrayLike<number>, customers: Int32Array): number[] {
  const found: number[] = []
  const known = customers[customers.length - 1]
  let customer = 0
  for (let b = 0; b < baskets.length && baskets[b] < known; b++) {
    if (found.length > 0 && baskets[b] < customers[customer + 1]) continue
    customer = lastUpTo(baskets[b], customers, customer, customers.length)
    found.push(customer)
  }
  return found
}

/**
 * The place of the last number, of ascending ones from `from` up to before `end`, that is not above `value`; the first must
 * not be. Goes in steps that double: the next one asked for is mostly near.
 */
function lastUpTo(value: number, numbers: Int32Array, from: number, end: number): number {
  let low = from
  let step = 1
  while (low + step < end && numbers[low + step] <= value) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, end)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (numbers[middle] <= value) low = middle
    else high = middle
  }
  return low
}
