import {type Csr, type Indices, indicesBelow, rowLengths, transpose} from './csr.ts'
import {type Dense, openDense, sweep} from './dense.ts'
import type {LearningOptions} from './ease.ts'
import {headRows, headSize, headTable} from './head.ts'
import {HISTORY_DECAY, type Histories, SEVERAL} from './history.ts'
import type {Privacy} from './privacy.ts'
import {type Ranks, rankItems} from './ranks.ts'
import {type Driver, each, part, type Steps, span} from './steps.ts'
import type {Table} from './table.ts'

interface RidgeOptions extends LearningOptions {
  /** By item, a factor for its place in every row. */
  appeal: Float64Array
  /** Whether an order teaches only what its customer buys for the first time. */
  firstOnly: boolean
}

/** λ, as a multiple of the diagonal's mean. */
const RIDGE = 2

/** What has decayed below that is forgotten: after 263 orders. It keeps numbers from fading to where arithmetic is slow. */
const FAINT = 1e-12

/** Increments between two yields: a millisecond or so, and some more while memory is touched for the first time. */
const CHUNK = 1 << 16

/**
 * The weights by which a customer's history foretells the next order best, in the least squares, kept small by a penalty:
 * `W = (XᵀX + λI)⁻¹ XᵀY`, λ twice the mean of XᵀX's diagonal. For every order of a customer but the first, `X` has a row
 * `x / √Σx` for the history before it, in which an order counts 0.9 of the next, and `Y` a row `y / √|y|` for the order
 * itself, both of the most bought items only. Row `i` of the table holds the `j` with the strongest weights, times `appeal`;
 * an item may follow itself. Histories have no end after some orders, as those of `nextOrderTable` have: what is older counts
 * less than 0.05, and sums over all of it are faster. `together` is the number of such orders that hold `j` after a history
 * with `i`. Only pairs of `minTogether` such orders of at least two customers are kept.
 */
export async function learnRidge(
  histories: Histories,
  privacy: Privacy,
  {items, neighbors, threads, appeal, firstOnly}: RidgeOptions,
  driver: Driver,
): Promise<Table> {
  const support = rowLengths(histories.byItem)
  const size = headSize(items, support)
  const ranks = await driver.run(rankItems(support), 0, 0.02)
  const rows = await driver.run(headHistories(histories, ranks, size, firstOnly), 0.02, 0.1)
  const dense = openDense(size, size)
  const pairs = await driver.run(fillRows(rows, privacy, dense), 0.1, 0.5)
  await sweep(dense, threads, part(driver, 0.5, 0.95))
  const {values, starts, places} = dense
  const appeals = Float64Array.from({length: size}, (_, j) => appeal[ranks.items[j]])
  const weight = (i: number, j: number) => appeals[j] * values[starts[size + j] + places[i]]
  const together = (i: number, j: number) => pairs[i * size + j]
  return driver.run(headTable(ranks, size, together, weight, neighbors), 0.95, 1)
}

/** Orders and what they teach, by rank of the items. */
interface HeadHistories {
  byOrder: Csr<Indices>
  byItem: Csr
  customers: Int32Array
  /** By order. */
  customerOf: Int32Array
  /** Most orders of a customer. */
  longest: number
  /** What of each order is to be foretold. */
  targets: Csr<Indices>
  /** By order, the square of what its row of X is scaled by, and the product of that with what its row of Y is scaled by. */
  squares: Float64Array
  products: Float64Array
}

function* headHistories(
  {byOrder, customers}: Histories,
  ranks: Ranks,
  size: number,
  firstOnly: boolean,
): Steps<HeadHistories> {
  const allTargets = firstOnly ? yield* span(firstPurchases(byOrder, customers, ranks.items.length), 0, 0.2) : byOrder
  const orders = yield* span(headRows(byOrder, ranks, size), 0.2, 0.4)
  const targets = firstOnly ? yield* span(headRows(allTargets, ranks, size), 0.4, 0.6) : orders
  const byItem = yield* span(transpose(orders, size), 0.6, 0.9)
  const squares = new Float64Array(customers[customers.length - 1])
  const products = new Float64Array(squares.length)
  const customerOf = new Int32Array(squares.length)
  let longest = 0
  const scale = (customer: number) => {
    let history = 0
    longest = Math.max(longest, customers[customer + 1] - customers[customer])
    for (let order = customers[customer]; order < customers[customer + 1]; order++) {
      customerOf[order] = customer
      const bought = allTargets.offsets[order + 1] - allTargets.offsets[order]
      if (history > 0) {
        squares[order] = 1 / history
        products[order] = bought > 0 ? 1 / Math.sqrt(history * bought) : 0
      }
      history = HISTORY_DECAY * history + (byOrder.offsets[order + 1] - byOrder.offsets[order])
    }
  }
  yield* span(each(customers.length - 1, scale, 1 << 11), 0.9, 1)
  return {byOrder: orders, byItem, customers, customerOf, longest, targets, squares, products}
}

/** Of every customer's order, what is in none of that customer's before. */
function* firstPurchases({offsets, indices}: Csr<Indices>, customers: Int32Array, items: number): Steps<Csr<Indices>> {
  const known = customers[customers.length - 1]
  const starts = new Int32Array(offsets.length)
  const first = indicesBelow(items, offsets[known])
  /** The last customer seen with each item. */
  const buyer = new Int32Array(items).fill(-1)
  let n = 0
  const read = (customer: number) => {
    for (let order = customers[customer]; order < customers[customer + 1]; order++) {
      for (let p = offsets[order]; p < offsets[order + 1]; p++) {
        if (buyer[indices[p]] !== customer) first[n++] = indices[p]
        buyer[indices[p]] = customer
      }
      starts[order + 1] = n
    }
  }
  yield* each(customers.length - 1, read, 1 << 9)
  return {offsets: starts.fill(n, known + 1), indices: first.subarray(0, n)}
}

/**
 * Fills in XᵀX + λI, and YᵀX under it. Returns the square of the counts of pairs that may leave.
 *
 * An item's row of XᵀX sums, over all orders, what their histories hold of it times those histories. A history being a sum of
 * orders, that is a sum over orders too: each times what later histories hold of the item, decayed as the order is in
 * them. So a row takes one walk through the orders of its item's customers, forth for the histories and back for what is
 * later.
 */
function* fillRows(
  {byOrder, byItem, customers, customerOf, longest, targets, squares, products}: HeadHistories,
  {minTogether}: Privacy,
  {n: size, values, starts, places}: Dense,
): Steps<Int32Array> {
  const known = squares.length
  const together = new Int32Array(size * size)
  /** By order of a customer, what the history before it holds of the item. */
  const history = new Float64Array(longest)
  const [xx, xy] = [new Float64Array(size), new Float64Array(size)]
  const counts = new Int32Array(size)
  /** The customer who made a pair, or `SEVERAL`. */
  const makers = new Int32Array(size)
  let trace = 0
  let work = 0

  for (let item = 0; item < size; item++) {
    let p = byItem.offsets[item]
    const last = byItem.offsets[item + 1]
    while (p < last && byItem.indices[p] < known) {
      const first = byItem.indices[p]
      const customer = customerOf[first]
      const [from, to] = [customers[customer], customers[customer + 1]]
      let held = 0
      for (let order = first; order < to; order++) {
        history[order - from] = held
        held *= HISTORY_DECAY
        if (held < FAINT) held = 0
        if (p < last && byItem.indices[p] === order) {
          held++
          p++
        }
      }
      let later = 0
      for (let order = to - 1; order >= from; order--) {
        const before = order > first ? history[order - from] : 0
        if (later > 0) {
          for (let q = byOrder.offsets[order]; q < byOrder.offsets[order + 1]; q++) xx[byOrder.indices[q]] += later
        }
        if (before > 0) {
          const gain = before * products[order]
          for (let q = targets.offsets[order]; q < targets.offsets[order + 1]; q++) {
            const next = targets.indices[q]
            xy[next] += gain
            makers[next] = counts[next]++ === 0 || makers[next] === customer ? customer : SEVERAL
          }
        }
        later = HISTORY_DECAY * later + squares[order] * before
        if (later < FAINT) later = 0
      }
      work += byOrder.offsets[to] - byOrder.offsets[from]
      if (work > CHUNK) {
        work = 0
        yield item / size
      }
    }
    for (let other = 0; other < size; other++) {
      if (other <= item) values[starts[item] + places[other]] = xx[other]
      values[starts[size + other] + places[item]] = xy[other]
      const mayLeave = counts[other] >= minTogether && (minTogether === 1 || makers[other] === SEVERAL)
      if (mayLeave) together[item * size + other] = counts[other]
    }
    trace += xx[item]
    for (const column of [xx, xy, counts]) column.fill(0)
    work += size
  }
  // Where nobody ever came back there is nothing to learn, and anything may stand on the diagonal.
  const lambda = (RIDGE * trace) / size || 1
  for (let item = 0; item < size; item++) values[starts[item] + places[item]] += lambda
  return together
}
