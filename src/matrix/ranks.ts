import {sortedIndices} from './sort.ts'
import type {Steps} from './steps.ts'

/**
 * Items by popularity, 0 the most bought, equal ones by index. Numbered so, the items that are met most stand side by side
 * in the counting arrays, which keeps what is touched most in cache.
 */
export interface Ranks {
  /** Item by rank. */
  items: Int32Array
  /** Rank by item. */
  rankOf: Int32Array
}

/** @param support by item, how often it was bought */
export function* rankItems(support: Int32Array): Steps<Ranks> {
  const items = yield* sortedIndices(support.length, (i, j) => support[j] - support[i] || i - j)
  const rankOf = new Int32Array(items.length)
  for (let rank = 0; rank < items.length; rank++) rankOf[items[rank]] = rank
  return {items, rankOf}
}
