import type {Csr, Indices} from './csr.ts'
import {each, type Steps, span} from './steps.ts'

/**
 * How many other items the baskets of each item hold, as histograms: bin by bin how many baskets fall into it and how
 * many other items those hold in all. Exact bins up to 16 other items, two an octave above, empty bins left out.
 * Whole numbers, so the order of baskets does not matter.
 */
export interface Companions {
  /** Item `i` has the bins from `offsets[i]` up to before `offsets[i + 1]`. */
  offsets: Int32Array
  baskets: Int32Array
  others: Float64Array
}

/** 16 exact bins after 0, then two for each octave an Int32 can name. */
const BINS = 17 + 2 * 27

/** Which bin a basket with `others` other items falls into. */
export function companionBin(others: number): number {
  if (others <= 16) return others
  const octave = 31 - Math.clz32(others)
  const upperHalf = others >= Math.SQRT2 * 2 ** octave ? 1 : 0
  return 17 + 2 * (octave - 4) + upperHalf
}

/** One such histogram of numbers from 0 up, as if of an item 0. */
export function histogramOf(numbers: readonly number[]): Companions {
  const baskets = new Int32Array(BINS)
  const others = new Float64Array(BINS)
  for (const n of numbers) {
    baskets[companionBin(n)]++
    others[companionBin(n)] += n
  }
  return {offsets: Int32Array.of(0, BINS), baskets, others}
}

export function* countCompanions(byItem: Csr, byBasket: Csr<Indices>): Steps<Companions> {
  const items = byItem.offsets.length - 1
  const offsets = new Int32Array(items + 1)
  let most = 0
  for (let item = 0; item < items; item++) most += Math.min(BINS, byItem.offsets[item + 1] - byItem.offsets[item])
  const baskets = new Int32Array(most)
  const others = new Float64Array(most)
  let bins = 0
  const othersIn = new Int32Array(byBasket.offsets.length - 1)
  let largest = 0
  const measure = (basket: number) => {
    othersIn[basket] = byBasket.offsets[basket + 1] - byBasket.offsets[basket] - 1
    largest = Math.max(largest, othersIn[basket])
  }
  yield* span(each(othersIn.length, measure), 0, 0.1)
  const binOf = Uint8Array.from({length: largest + 1}, (_, others) => companionBin(others))
  const binBaskets = new Int32Array(BINS)
  const binOthers = new Float64Array(BINS)
  for (let item = 0, done = 0; item < items; item++) {
    for (let p = byItem.offsets[item]; p < byItem.offsets[item + 1]; p++) {
      const n = othersIn[byItem.indices[p]]
      const bin = binOf[n]
      binBaskets[bin]++
      binOthers[bin] += n
    }
    for (let bin = 0; bin < BINS; bin++) {
      if (binBaskets[bin] === 0) continue
      baskets[bins] = binBaskets[bin]
      others[bins++] = binOthers[bin]
      binBaskets[bin] = 0
      binOthers[bin] = 0
    }
    offsets[item + 1] = bins
    if (byItem.offsets[item + 1] >= done + 100_000) {
      done = byItem.offsets[item + 1]
      yield 0.1 + (0.9 * item) / items
    }
  }
  return {offsets, baskets: baskets.slice(0, bins), others: others.slice(0, bins)}
}

/**
 * How many baskets with `item` would hold the other item if each of their other places were filled by chance:
 * `Σ 1 − (1 − share)^others` over the item's baskets, `share` being the other item's share of all purchases, 0 to 1.
 * Not symmetric. Summed bin by bin, which lies at most 0.5 % above the exact sum on real shops, less for items in many
 * baskets; the power series of the paper diverges for popular items and wide baskets.
 * Smith & Linden 2017, Two Decades of Recommender Systems at Amazon.com.
 */
export function expectedTogether({offsets, baskets, others}: Companions, item: number, share: number): number {
  const missOnce = Math.log1p(-share)
  let expected = 0
  for (let bin = offsets[item]; bin < offsets[item + 1]; bin++) {
    if (others[bin] > 0) expected -= baskets[bin] * expm1((others[bin] / baskets[bin]) * missOnce)
  }
  return expected
}

/** `e^x − 1`. Most items are a small share of what sells: six terms are off by a 10¹¹th there, and take two thirds of the time. */
function expm1(x: number): number {
  if (x < -0.06) return Math.expm1(x)
  return x * (1 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720))))))
}

/**
 * `(n − E) / √(E + 1)`: by how many standard deviations a count lies above what chance would give, held down where next to
 * nothing was expected. Any real number. Smith & Linden 2017; the 1 under the root is ours, without it one common basket at
 * E = 0.0001 would score 100.
 */
export function aboveChance(n: number, expected: number): number {
  return (n - expected) / Math.sqrt(expected + 1)
}
