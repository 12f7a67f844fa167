import type {CountingOptions} from './counting.ts'
import {indicesBelow, rowLengths} from './csr.ts'
import {eachOrderAfter, HISTORY_ORDERS, type Histories, historyNorms, SEVERAL, trendFactors} from './history.ts'
import {readLists} from './kernel.ts'
import {HISTORY_EXPONENT, openNextOrders} from './next-order-kernel.ts'
import {planNextOrders} from './next-order-plan.ts'
import {runPhases} from './phases.ts'
import type {Privacy} from './privacy.ts'
import {type Ranks, rankItems} from './ranks.ts'
import {type Driver, each, type Steps, span} from './steps.ts'
import {type Table, tableOf} from './table.ts'
import {availableThreads, runThreads} from './threads.ts'
import {makeHeaps, offer} from './top-k.ts'

/** How much a popular next item is held down. */
const NEXT_EXPONENT = 0.3

/** Multiply-adds between two yields: a few milliseconds. */
const CHUNK = 1 << 18

/** Multiply-adds from which WebAssembly and threads make up for starting them. */
const [KERNEL_WORK, THREADS_WORK] = [200_000, 25_000_000]

/** What a row is counted with. */
export interface Following {
  ranks: Ranks
  /** By order of a known customer: `1 / √Σx` of the history before it, and who made it. */
  norms: Float64Array
  customerOf: Int32Array
  /** By item, a factor for its place in every row. */
  appeal: Float64Array
}

/**
 * Directed neighbors: what customers buy in an order after orders with `item`. For each order `y` with a history `x`
 * before it (the last 30 orders, each counting 0.9 of the next) every pair gains `x / √Σx · 1/√|y|`; a row is divided by
 * its own sum of `x / √Σx` to the 0.7, and each entry divided by the next item's support to the 0.3 and multiplied by
 * its trend to the 0.6. An item may follow itself. `together` is the number of such orders. Only pairs of `minTogether`
 * orders of at least two customers are kept.
 *
 * In WebAssembly where there is enough to count, in TypeScript otherwise. The bytes of the result are the same, for any
 * number of threads: all that a row sums is summed by one, customer by customer.
 */
export async function nextOrders(
  histories: Histories,
  privacy: Privacy,
  {neighbors, threads}: CountingOptions,
  driver: Driver,
): Promise<Table> {
  const following = await driver.run(prepareFollowing(histories), 0, 0.1)
  const work = workOf(histories)
  const instances = threads ?? (work < THREADS_WORK ? 1 : availableThreads())
  const isWorthIt = work >= KERNEL_WORK || (threads !== undefined && threads > 1)
  const k = Math.max(1, Math.min(neighbors, following.appeal.length))
  const plan = planNextOrders(histories, following, privacy, k, work, instances)
  const planned = isWorthIt && (await driver.run(plan, 0.1, 0.15))
  if (!planned) return driver.run(nextOrderTable(histories, following, privacy, k), 0.1, 1)
  const {job, lists} = planned
  if (instances > 1) await driver.wait((tell, signal) => runThreads(job, instances, tell, signal), 0.15, 0.98)
  else await driver.run(runPhases(job.phases, openNextOrders(job, 0)), 0.15, 0.98)
  return driver.run(readLists(job.memory, lists, following.ranks.rankOf), 0.98, 1)
}

export function* prepareFollowing(histories: Histories): Steps<Following> {
  const {byItem, customers} = histories
  const customerOf = new Int32Array(customers[customers.length - 1])
  for (let c = 0; c + 1 < customers.length; c++) customerOf.fill(c, customers[c], customers[c + 1])
  const appeal = trendFactors(histories)
  const support = rowLengths(byItem)
  for (let item = 0; item < appeal.length; item++) appeal[item] *= support[item] ** -NEXT_EXPONENT
  const norms = yield* span(historyNorms(histories), 0, 0.8)
  return {ranks: yield* span(rankItems(support), 0.8, 1), norms, customerOf, appeal}
}

/** Gains, about. */
function workOf({byOrder: {offsets}, customers}: Histories): number {
  let work = 0
  for (let c = 0; c + 1 < customers.length; c++) {
    const orders = customers[c + 1] - customers[c]
    const lines = offsets[customers[c + 1]] - offsets[customers[c]]
    if (orders > 1) work += (lines * lines * Math.min(orders - 1, 2 * HISTORY_ORDERS)) / (2 * orders)
  }
  return work
}

/** The same in TypeScript. */
export function* nextOrderTable(
  histories: Histories,
  {ranks: {items: byRank, rankOf}, norms, customerOf, appeal}: Following,
  {minTogether}: Privacy,
  neighbors: number,
): Steps<Table> {
  const {byOrder} = histories
  const items = appeal.length
  const heaps = makeHeaps(items, neighbors)
  const ranks = indicesBelow(items, byOrder.indices.length)
  const rank = (p: number) => {
    ranks[p] = rankOf[byOrder.indices[p]]
  }
  yield* span(each(ranks.length, rank), 0, 0.05)
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
      yield 0.05 + (0.85 * item) / items
    }
  }
  const identity = Int32Array.from({length: items}, (_, item) => item)
  return yield* span(tableOf(heaps, identity), 0.9, 1)
}
