/** How many items a list has that is judged. */
export const LIST = 10

/** How good one list is, each from 0 to 1. */
interface Quality {
  /**
   * Normalized discounted cumulative gain: `Σ 1/log₂(place + 1)` over the places, from 1, that hold something relevant, as
   * a share of what the best list would have. Järvelin & Kekäläinen 2002.
   */
  ndcg: number
  /** The share of what is relevant that is in the list. */
  recall: number
  /** Whether anything relevant is in the list: 0 or 1. */
  hit: number
}

const DISCOUNT = Float64Array.from({length: LIST}, (_, place) => 1 / Math.log2(place + 2))

/**
 * Judges the first ten places of a list.
 * @param isRelevant by item, 0 for what is not
 * @param relevant how many items are, from 1 up
 */
export function judge(list: ArrayLike<number>, isRelevant: ArrayLike<number>, relevant: number): Quality {
  let gain = 0
  let found = 0
  for (let place = 0; place < LIST && place < list.length; place++) {
    if (isRelevant[list[place]] === 0) continue
    gain += DISCOUNT[place]
    found++
  }
  let best = 0
  for (let place = 0; place < LIST && place < relevant; place++) best += DISCOUNT[place]
  return {ndcg: gain / best, recall: found / relevant, hit: found > 0 ? 1 : 0}
}

/**
 * How many items are ever shown, as a share of those that could be, and the share of all places that the ten items shown
 * most hold.
 * @param shown by item, how often
 */
export function spread(shown: ArrayLike<number>, items: number): {coverage: number; topShare: number} {
  const counts = Array.from(shown).filter((n) => n > 0)
  const all = counts.reduce((sum, n) => sum + n, 0)
  const top = counts.sort((a, b) => b - a).slice(0, LIST)
  return {
    coverage: items === 0 ? 0 : counts.length / items,
    topShare: all === 0 ? 0 : top.reduce((sum, n) => sum + n, 0) / all,
  }
}
