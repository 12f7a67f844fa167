import type {SumTable} from './neighbor-sum.ts'
import type {Sparse} from './sparse.ts'
import {makeHeaps, offer, sortBestFirst} from './top-k.ts'

/** Room to sum rows in, and what is done there. */
export interface SumRoom {
  /** The rows to sum, and how much each counts: what a question starts from. */
  session: Sparse
  history: Sparse
  /** By place in one of these, the weight of the row in the sum: a whole number from 0 to 65,536, so that sums are exact. */
  weights: Int32Array
  /** Where rows are added up. */
  sums: Sparse
  /** For what several sums come to. */
  mix: Sparse
  /** By item, what `takeBest` and `findMarked` look for. */
  marks: Uint8Array
  /** What `findMarked` found last. */
  found: Int32Array
  /** The same in WebAssembly, see `sum-kernel.ts`. */
  kernel?: SumKernel
}

/** Does what the functions of its names do here, to the bit. */
export interface SumKernel {
  weighRows: (table: SumTable, seeds: Sparse) => number
  sumRows: (table: SumTable, seeds: Sparse) => void
  /** Nothing where it has no room for so many. */
  takeBest: (scores: Sparse, k: number, mark: number) => Best | undefined
  findMarked: (table: SumTable, row: number, mark: number) => number
}

/** The first `n` of these. */
interface Best {
  n: number
  items: Int32Array
  scores: Float64Array
}

/** Room for so many items. */
export function makeSums(items: number): SumRoom {
  const makeSparse = (): Sparse => ({n: 0, items: new Int32Array(items + 1), values: new Float64Array(items)})
  const sums = makeSparse()
  return {
    session: makeSparse(),
    history: makeSparse(),
    weights: new Int32Array(items),
    sums,
    mix: makeSparse(),
    marks: new Uint8Array(items),
    // Nothing is added up while something is looked for.
    found: sums.items,
  }
}

/** What is beside a sum in `sums`: see `MET` in `assembly/sums.ts`. */
export const BESIDE_SUM = -0.5

/**
 * Makes the `weights` of the rows of `seeds`, `session` or `history`: the numbers of these, each by what a share of its row is
 * worth, the heaviest 65,536. Returns what 1 in their sum is worth.
 */
export function weighRows(table: SumTable, seeds: Sparse, {weights, kernel}: SumRoom): number {
  if (kernel) return kernel.weighRows(table, seeds)
  const {n, items, values} = seeds
  const {scales} = table
  let largest = 0
  for (let s = 0; s < n; s++) largest = Math.max(largest, values[items[s]])
  // Next to the largest first: a product with the smallest or largest of numbers would be 0 or infinite.
  let heaviest = 0
  for (let s = 0; s < n; s++) heaviest = Math.max(heaviest, (values[items[s]] / largest) * scales[items[s]])
  for (let s = 0; s < n; s++) {
    weights[s] = heaviest === 0 ? 0 : Math.round(((values[items[s]] / largest) * scales[items[s]] * 65536) / heaviest)
  }
  return (heaviest / 65536) * largest
}

/**
 * Adds up the rows of `seeds`, each times its weight; leaves that, plus `BESIDE_SUM`, in
 * `sums`: also what is below 0.
 */
export function sumRows(table: SumTable, seeds: Sparse, {weights, sums, kernel}: SumRoom): void {
  if (kernel) {
    kernel.sumRows(table, seeds)
    return
  }
  const {offsets, items, shares} = table
  const {values, items: met} = sums
  let n = 0
  for (let s = 0; s < seeds.n; s++) {
    const weight = weights[s]
    if (weight === 0) continue
    const row = seeds.items[s]
    const end = offsets[row + 1]
    for (let p = offsets[row]; p < end; p++) {
      const item = items[p]
      const sum = values[item]
      // No branch, which processors would guess wrong half of the time: it takes twice as long.
      const isNew = Number(sum === 0)
      met[n] = item
      n += isNew
      values[item] = sum + weight * shares[p] + isNew * BESIDE_SUM
    }
  }
  sums.n = n
}

/**
 * The best `k` of the items that have the mark and a score above 0: score descending, then index ascending. They hold until
 * the next are chosen.
 * `scores`, which is `sums` or `mix`, is empty afterwards.
 */
export function takeBest(scores: Sparse, k: number, mark: number, {marks, kernel}: SumRoom): Best {
  const taken = kernel?.takeBest(scores, k, mark)
  if (taken) return taken
  const heap = makeHeaps(1, k)
  const {n, items, values} = scores
  let worst = 0
  for (let t = 0; t < n; t++) {
    const item = items[t]
    const score = values[item]
    values[item] = 0
    if (score < worst || marks[item] !== mark) continue
    offer(heap, 0, item, score, 0)
    worst = heap.worst[0]
  }
  scores.n = 0
  return {n: sortBestFirst(heap, 0), items: heap.indices, scores: heap.scores}
}

/** Looks through a row for items with the mark. Leaves the places in the table in `found`; returns how many. */
export function findMarked(table: SumTable, row: number, mark: number, {marks, found, kernel}: SumRoom): number {
  if (kernel) return kernel.findMarked(table, row, mark)
  const {offsets, items} = table
  const end = offsets[row + 1]
  let n = 0
  for (let p = offsets[row]; p < end; p++) {
    found[n] = p
    n += Number(marks[items[p]] === mark)
  }
  return n
}
