import {Arena} from './arena.ts'
import {sumBytes} from './embedded.ts'
import type {SumTable} from './neighbor-sum.ts'
import {clearSparse, type Sparse} from './sparse.ts'
import {type Steps, span} from './steps.ts'
import {makeHeaps, offer, sortBestFirst} from './top-k.ts'
import {bytesOf, instantiate, type WasmExport, type WasmModule, webAssembly} from './web-assembly.ts'

/**
 * Room to sum rows in, in one memory with the tables, so that WebAssembly can do it where there is some. That takes a third
 * of the time: once a process has given any buffer away, to a thread or a stream, as every service has, the engine looks
 * before each access to a typed array whether it is still there.
 */
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
  /** Room for what `takeBest` chooses. */
  best: Columns
  /** What `findMarked` found last. */
  found: Int32Array
  calls: Record<string, WasmExport> | undefined
}

interface Columns {
  items: Int32Array
  scores: Float64Array
}

/** Up to as many are chosen by insertion into a list, more by a heap. */
const MOST_INSERTED = 128

/** Bytes from the start of a row that are read before the row is, whether it is so long or not. */
const TOUCHED = 100

/** Makes room for so many items, and moves the columns of tables there: only such a one can be summed. */
export function* openSums(items: number, tables: readonly SumTable[], inTypeScript = false): Steps<SumRoom> {
  const arena = new Arena()
  const takeSparse = () => ({items: arena.take(4 * (items + 1)), values: arena.take(8 * items)})
  const at = {
    session: takeSparse(),
    history: takeSparse(),
    sums: takeSparse(),
    mix: takeSparse(),
    weights: arena.take(4 * items),
    marks: arena.take(items),
    best: {items: arena.take(4 * MOST_INSERTED), scores: arena.take(8 * MOST_INSERTED)},
    tables: tables.map(({offsets, items, shares}) => ({
      offsets: arena.take(offsets.byteLength),
      items: arena.take(items.byteLength + TOUCHED),
      shares: arena.take(shares.byteLength + TOUCHED),
    })),
  }
  const module = inTypeScript ? undefined : sumModule()
  const memory = module && arena.open(false)
  const buffer = memory?.buffer ?? new ArrayBuffer(arena.size)

  for (const [t, table] of tables.entries()) {
    const share = (done: number) => (t + done) / tables.length
    table.offsets = yield* span(moved(table.offsets, buffer, at.tables[t].offsets), share(0), share(0.1))
    table.items = yield* span(moved(table.items, buffer, at.tables[t].items), share(0.1), share(0.5))
    table.shares = yield* span(moved(table.shares, buffer, at.tables[t].shares), share(0.5), share(1))
  }
  const sparseAt = (place: {items: number; values: number}): Sparse => ({
    n: 0,
    items: new Int32Array(buffer, place.items, items + 1),
    values: new Float64Array(buffer, place.values, items),
  })
  return {
    session: sparseAt(at.session),
    history: sparseAt(at.history),
    sums: sparseAt(at.sums),
    mix: sparseAt(at.mix),
    weights: new Int32Array(buffer, at.weights, items),
    marks: new Uint8Array(buffer, at.marks, items),
    best: {
      items: new Int32Array(buffer, at.best.items, MOST_INSERTED),
      scores: new Float64Array(buffer, at.best.scores, MOST_INSERTED),
    },
    // Nothing is added up while something is looked for.
    found: new Int32Array(buffer, at.sums.items, items + 1),
    calls: module && memory && instantiate(module, memory, {}),
  }
}

/** Entries between two yields: some milliseconds. */
const CHUNK = 1 << 21

function* moved<Column extends Int32Array | Uint16Array | Int16Array>(
  column: Column,
  buffer: ArrayBufferLike,
  at: number,
): Steps<Column> {
  const Same = column.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => Column
  const copy = new Same(buffer, at, column.length)
  for (let from = 0; from < column.length; from += CHUNK) {
    copy.set(column.subarray(from, from + CHUNK), from)
    yield from / column.length
  }
  return copy
}

/** Compiled once; `null` where it cannot be. */
let compiled: WasmModule | null | undefined

/**
 * The sums, compiled; nothing where the platform does not let code be made of bytes, as pages with a strict content security
 * policy and some edge runtimes do not, or knows no SIMD.
 */
function sumModule(): WasmModule | undefined {
  if (compiled === undefined) {
    try {
      compiled = webAssembly ? new webAssembly.Module(bytesOf(sumBytes)) : null
    } catch {
      compiled = null
    }
  }
  return compiled ?? undefined
}

/** 1 where items take 32 bits, for the kernel. */
function isWide(items: SumTable['items']): number {
  return Number(items.BYTES_PER_ELEMENT === 4)
}

/** What is beside a sum in `sums`: see `MET` in `assembly/sums.ts`. */
export const BESIDE_SUM = -0.5

/**
 * Adds up the rows of `seeds`, `session` or `history`, each times its weight; leaves that, plus `BESIDE_SUM`, in
 * `sums`: also what is below 0.
 */
export function sumRows(table: SumTable, seeds: Sparse, {weights, sums, calls}: SumRoom): void {
  const {offsets, items, shares} = table
  if (calls) {
    sums.n = calls.sumRows(
      isWide(items),
      offsets.byteOffset,
      items.byteOffset,
      shares.byteOffset,
      seeds.items.byteOffset,
      weights.byteOffset,
      seeds.n,
      sums.values.byteOffset,
      sums.items.byteOffset,
    )
    return
  }
  const {values, items: met} = sums
  for (let s = 0; s < seeds.n; s++) {
    if (weights[s] === 0) continue
    const row = seeds.items[s]
    for (let p = offsets[row]; p < offsets[row + 1]; p++) {
      const item = items[p]
      if (values[item] === 0) {
        met[sums.n++] = item
        values[item] = BESIDE_SUM
      }
      values[item] += weights[s] * shares[p]
    }
  }
}

/**
 * The best `k` of the items that have the mark and a score above 0: score descending, then index ascending. They hold until
 * the next are chosen.
 * `scores`, which is `sums` or `mix`, is empty afterwards.
 */
export function takeBest(
  scores: Sparse,
  k: number,
  mark: number,
  {marks, best, calls}: SumRoom,
): Columns & {n: number} {
  if (calls && k <= MOST_INSERTED) {
    const n = calls.takeBest(
      scores.items.byteOffset,
      scores.n,
      scores.values.byteOffset,
      marks.byteOffset,
      mark,
      k,
      best.items.byteOffset,
      best.scores.byteOffset,
    )
    scores.n = 0
    return {n, ...best}
  }
  const heap = makeHeaps(1, k)
  for (let t = 0; t < scores.n; t++) {
    const item = scores.items[t]
    if (marks[item] === mark) offer(heap, 0, item, scores.values[item], 0)
  }
  clearSparse(scores)
  return {n: sortBestFirst(heap, 0), items: heap.indices, scores: heap.scores}
}

/** Looks through a row for items with the mark. Leaves the places in the table in `found`; returns how many. */
export function findMarked(
  {offsets, items}: SumTable,
  row: number,
  mark: number,
  {marks, found, calls}: SumRoom,
): number {
  const from = offsets[row]
  const to = offsets[row + 1]
  if (calls) {
    return calls.findMarked(isWide(items), items.byteOffset, from, to, marks.byteOffset, mark, found.byteOffset)
  }
  let n = 0
  for (let p = from; p < to; p++) if (marks[items[p]] === mark) found[n++] = p
  return n
}
