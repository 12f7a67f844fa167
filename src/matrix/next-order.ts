import {indicesBelow, rowLengths} from './csr.ts'
import {eachOrderAfter, type Histories, historyNorms, SEVERAL, trendFactors} from './history.ts'
import type {Privacy} from './privacy.ts'
import {rankItems} from './ranks.ts'
import {each, type Steps, span} from './steps.ts'
import {type Table, tableOf} from './table.ts'
import {makeHeaps, offer} from './top-k.ts'

/** How much a popular item of the history, and a popular next item, are held down. */
const HISTORY_EXPONENT = 0.7
const NEXT_EXPONENT = 0.3

/** Multiply-adds between two yields: a few milliseconds. */
const CHUNK = 1 << 18

/**
 * Directed neighbors: what customers buy in an order after orders with `item`. For each order `y` with a history `x`
 * before it (the last 30 orders, each counting 0.9 of the next) every pair gains `x / √Σx · 1/√|y|`; a row is divided by
 * its own sum of `x / √Σx` to the 0.7, and each entry divided by the next item's support to the 0.3 and multiplied by
 * its trend to the 0.6. An item may follow itself. `together` is the number of such orders. Only pairs of `minTogether`
 * orders of at least two customers are kept.
 */
export function* nextOrderTable(histories: Histories, {minTogether}: Privacy, neighbors: number): Steps<Table> {
  const {byOrder, byItem, customers} = histories
  const customerOf = new Int32Array(customers[customers.length - 1])
  for (let c = 0; c + 1 < customers.length; c++) customerOf.fill(c, customers[c], customers[c + 1])
  const items = byItem.offsets.length - 1
  const width = Math.max(1, Math.min(neighbors, items))
  const heaps = makeHeaps(items, width)
  const appeal = trendFactors(histories)
  const support = rowLengths(byItem)
  for (let item = 0; item < items; item++) appeal[item] *= support[item] ** -NEXT_EXPONENT
  const norms = yield* span(historyNorms(histories), 0, 0.1)
  const {items: byRank, rankOf} = yield* rankItems(support)
  const ranks = indicesBelow(items, byOrder.indices.length)
  const rank = (p: number) => {
    ranks[p] = rankOf[byOrder.indices[p]]
  }
  yield* span(each(ranks.length, rank), 0.1, 0.15)
  // By rank. `makers` holds the customer who made a pair, or `SEVERAL`.
  const counts = new Int32Array(items)
  const sums = new Float64Array(items)
  const makers = new Int32Array(items)
  const touched = new Int32Array(items)
  let work = 0

  for (let item = 0; item < items; item++) {
    let n = 0
    let rowMass = 0
    eachOrderAfter(item, histories, customerOf, (order, customer, history) => {
      const from = byOrder.offsets[order]
      const to = byOrder.offsets[order + 1]
      const pull = history * norms[order]
      const gain = pull / Math.sqrt(to - from)
      rowMass += pull
      for (let q = from; q < to; q++) {
        const next = ranks[q]
        if (counts[next]++ === 0) {
          touched[n++] = next
          makers[next] = customer
        } else if (makers[next] !== customer) {
          makers[next] = SEVERAL
        }
        sums[next] += gain
      }
      work += to - from
    })
    const rowDamp = rowMass ** -HISTORY_EXPONENT
    for (let t = 0; t < n; t++) {
      const next = touched[t]
      if (counts[next] >= minTogether && (minTogether === 1 || makers[next] === SEVERAL)) {
        const score = sums[next] * rowDamp * appeal[byRank[next]]
        if (score >= heaps.worst[item]) offer(heaps, item, byRank[next], score, counts[next])
      }
      counts[next] = 0
      sums[next] = 0
    }
    if (work > CHUNK) {
      work = 0
      yield 0.15 + (0.75 * item) / items
    }
  }
  const identity = Int32Array.from({length: items}, (_, item) => item)
  return yield* span(tableOf(heaps, identity), 0.9, 1)
}
