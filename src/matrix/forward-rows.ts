import type {BasketRows} from './count-row.ts'
import {rankItems} from './ranks.ts'
import {sortRange} from './sort.ts'
import type {Steps} from './steps.ts'

/**
 * The baskets as the build reads them. Items are numbered by rank, 0 the most bought, and a basket's row is
 * `[weight, owner, ranks ascending…]`. A walk that starts at a row and ends at the item itself has met the more popular
 * items and no others: each pair once, most of them near the start of the counting arrays, which stays in cache.
 */
export interface ForwardRows {
  rows: Int32Array
  /** Item by rank. */
  items: Int32Array
  /** Where the visits of the item with rank `r` begin; one longer than there are items. */
  offsets: Int32Array
  /** Where in `rows` each basket of an item starts: one cache miss a basket, where basket numbers would cost two. */
  visits: Int32Array
}

/** Places before the ranks of a row. */
export const HEADER = 2

/** Lines between two yields: a few milliseconds. */
const CHUNK = 1 << 17

export function* forwardRows({byBasket, weights, support}: BasketRows, owners?: Int32Array): Steps<ForwardRows> {
  const {items: byRank, rankOf} = yield* rankItems(support)
  const items = byRank.length

  const baskets = byBasket.offsets.length - 1
  const rows = new Int32Array(byBasket.indices.length + HEADER * baskets)
  for (let basket = 0, pause = CHUNK; basket < baskets; basket++) {
    const from = byBasket.offsets[basket]
    const to = byBasket.offsets[basket + 1]
    const start = from + HEADER * basket
    rows[start] = weights[basket]
    rows[start + 1] = owners ? owners[basket] : basket
    for (let p = from; p < to; p++) rows[start + HEADER + p - from] = rankOf[byBasket.indices[p]]
    sortRange(rows, start + HEADER, start + HEADER + to - from)
    if (to >= pause) {
      pause = to + CHUNK
      yield 0.05 + (0.65 * to) / byBasket.indices.length
    }
  }

  const offsets = new Int32Array(items + 1)
  for (let rank = 0; rank < items; rank++) offsets[rank + 1] = offsets[rank] + support[byRank[rank]]
  const next = offsets.slice()
  const visits = new Int32Array(byBasket.indices.length)
  for (let basket = 0, pause = CHUNK; basket < baskets; basket++) {
    const to = byBasket.offsets[basket + 1]
    const start = byBasket.offsets[basket] + HEADER * basket
    for (let p = start + HEADER; p < to + HEADER * (basket + 1); p++) visits[next[rows[p]]++] = start
    if (to >= pause) {
      pause = to + CHUNK
      yield 0.7 + (0.3 * to) / visits.length
    }
  }
  return {rows, items: byRank, offsets, visits}
}
