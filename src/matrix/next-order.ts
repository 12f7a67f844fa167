import type {Csr} from './csr.ts'
import type {Privacy} from './privacy.ts'
import {each, type Steps} from './steps.ts'
import {type Table, tableOf} from './table.ts'
import {makeHeaps, offer} from './top-k.ts'

/** Orders as customers made them. */
export interface Histories {
  byOrder: Csr
  byItem: Csr
  /** By order, the share of orders newer than it, 0 to 1; all 0 where there are no dates. */
  ages: Float64Array
  /** Customer `c` made the orders from `customers[c]` up to before `customers[c + 1]`, oldest first; who made later ones is unknown. */
  customers: Int32Array
}

/** How much an order counts after each later one, and how many orders back are looked at. */
export const HISTORY_DECAY = 0.9
export const HISTORY_ORDERS = 30

/** How much a popular item of the history, and a popular next item, are held down; how much a trend lifts the latter. */
const HISTORY_EXPONENT = 0.7
const NEXT_EXPONENT = 0.3
const TREND_EXPONENT = 0.6

/** Multiply-adds between two yields: a few milliseconds. */
const CHUNK = 1 << 20

/**
 * Directed neighbors: what customers buy in an order after orders with `item`. For each order `y` with a history `x`
 * before it (the last 30 orders, each counting 0.9 of the next) every pair gains `x / √Σx · 1/√|y|`; a row is divided by
 * its own sum of `x / √Σx` to the 0.7, and each entry divided by the next item's support to the 0.3 and multiplied by
 * its trend to the 0.6. An item may follow itself. `together` is the number of such orders. Only pairs of `minTogether`
 * orders of at least two customers are kept.
 */
export function* nextOrderTable(histories: Histories, {minTogether}: Privacy, neighbors: number): Steps<Table> {
  const {byOrder, byItem, customers} = histories
  const items = byItem.offsets.length - 1
  const width = Math.max(1, Math.min(neighbors, items))
  const heaps = makeHeaps(items, width)
  const appeal = trends(histories)
  for (let item = 0; item < items; item++) {
    const support = byItem.offsets[item + 1] - byItem.offsets[item]
    appeal[item] = support ** -NEXT_EXPONENT * appeal[item] ** TREND_EXPONENT
  }
  const powers = Float64Array.from({length: HISTORY_ORDERS}, (_, age) => HISTORY_DECAY ** age)
  const norms = yield* historyNorms(byOrder, customers, powers)
  const customerOf = new Int32Array(customers[customers.length - 1])
  for (let c = 0; c + 1 < customers.length; c++) customerOf.fill(c, customers[c], customers[c + 1])

  const counts = new Int32Array(items)
  const sums = new Float64Array(items)
  /** The customer who made a pair, or `SEVERAL`. */
  const makers = new Int32Array(items)
  const SEVERAL = -1
  const touched = new Int32Array(items)
  let work = 0

  for (let item = 0; item < items; item++) {
    let n = 0
    let rowMass = 0
    const end = byItem.offsets[item + 1]
    // `first` up to before `last` are the visits within reach of the order looked at.
    for (let first = byItem.offsets[item]; first < end && byItem.indices[first] < customerOf.length; ) {
      const customer = customerOf[byItem.indices[first]]
      const orders = customers[customer + 1]
      let last = first
      for (let order = byItem.indices[first] + 1; order < orders; order++) {
        while (last < end && byItem.indices[last] < order) last++
        while (first < last && byItem.indices[first] < order - HISTORY_ORDERS) first++
        if (first === last) {
          // Nothing within reach: go on after the next time the customer bought the item, if ever.
          if (last === end || byItem.indices[last] >= orders) break
          order = byItem.indices[last]
          continue
        }
        let history = 0
        for (let p = first; p < last; p++) history += powers[order - 1 - byItem.indices[p]]
        const from = byOrder.offsets[order]
        const to = byOrder.offsets[order + 1]
        const pull = history * norms[order]
        const gain = pull / Math.sqrt(to - from)
        rowMass += pull
        for (let q = from; q < to; q++) {
          const next = byOrder.indices[q]
          if (counts[next]++ === 0) {
            touched[n++] = next
            makers[next] = customer
          } else if (makers[next] !== customer) {
            makers[next] = SEVERAL
          }
          sums[next] += gain
        }
        work += to - from + last - first
      }
      while (first < end && byItem.indices[first] < orders) first++
    }
    const rowDamp = rowMass ** -HISTORY_EXPONENT
    for (let t = 0; t < n; t++) {
      const next = touched[t]
      const isPublic = counts[next] >= minTogether && (minTogether === 1 || makers[next] === SEVERAL)
      const score = sums[next] * rowDamp * appeal[next]
      if (isPublic && score >= heaps.worst[item]) offer(heaps, item, next, score, counts[next])
      counts[next] = 0
      sums[next] = 0
    }
    if (work > CHUNK) {
      work = 0
      yield item / items
    }
  }
  return yield* tableOf(
    heaps,
    Int32Array.from({length: items}, (_, item) => item),
  )
}

/**
 * How much better each item sells of late, 1 being as ever: `(n in the newest tenth of orders + 2) / (n / 10 + 2)`.
 * 1 for all where there are no dates.
 */
function trends({byOrder, byItem, ages}: Histories): Float64Array {
  const items = byItem.offsets.length - 1
  const lately = new Int32Array(items)
  const hasDates = ages.some((age) => age > 0)
  if (!hasDates) return new Float64Array(items).fill(1)
  for (let order = 0; order < ages.length; order++) {
    if (ages[order] >= 0.1) continue
    for (let p = byOrder.offsets[order]; p < byOrder.offsets[order + 1]; p++) lately[byOrder.indices[p]]++
  }
  return Float64Array.from(lately, (n, item) => (n + 2) / (0.1 * (byItem.offsets[item + 1] - byItem.offsets[item]) + 2))
}

/** `1 / √Σx` of the history before each order; 0 where there is none. */
function* historyNorms({offsets}: Csr, customers: Int32Array, powers: Float64Array): Steps<Float64Array> {
  const norms = new Float64Array(customers[customers.length - 1])
  const norm = (customer: number) => {
    for (let order = customers[customer] + 1; order < customers[customer + 1]; order++) {
      let sum = 0
      for (let before = Math.max(customers[customer], order - HISTORY_ORDERS); before < order; before++) {
        sum += powers[order - 1 - before] * (offsets[before + 1] - offsets[before])
      }
      norms[order] = 1 / Math.sqrt(sum)
    }
  }
  yield* each(customers.length - 1, norm, 1 << 11)
  return norms
}
