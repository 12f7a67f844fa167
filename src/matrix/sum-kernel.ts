import {Arena} from './arena.ts'
import {sumBytes} from './embedded.ts'
import type {SumTable} from './neighbor-sum.ts'
import type {Sparse} from './sparse.ts'
import {type Steps, span} from './steps.ts'
import {makeSums, type SumKernel, type SumRoom} from './sum-room.ts'
import {bytesOf, instantiate, type WasmExport, type WasmModule, webAssembly} from './web-assembly.ts'

/** Up to as many are chosen by insertion into a list; more take a heap, which is not here. */
const MOST_INSERTED = 128

/** Bytes from the start of a row that are read before the row is, whether it is so long or not. */
const TOUCHED = 100

/**
 * Room for so many items in one memory with the tables, whose columns move there: only these can be summed. That takes a third
 * of the time: once a process has given any buffer away, to a thread or a stream, as every service has, the engine looks
 * before each access to a typed array whether it is still there. Where there is no WebAssembly, the room has no kernel.
 */
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
    tables: tables.map(({offsets, items, shares, scales}) => ({
      offsets: arena.take(offsets.byteLength),
      items: arena.take(items.byteLength + TOUCHED),
      shares: arena.take(shares.byteLength + TOUCHED),
      scales: arena.take(scales.byteLength),
    })),
  }
  const module = inTypeScript ? undefined : sumModule()
  const memory = module && arena.open(false)
  if (!module || !memory) return makeSums(items)
  const {buffer} = memory
  for (const [t, table] of tables.entries()) {
    const share = (done: number) => (t + done) / tables.length
    table.offsets = yield* span(moved(table.offsets, buffer, at.tables[t].offsets), share(0), share(0.1))
    table.items = yield* span(moved(table.items, buffer, at.tables[t].items), share(0.1), share(0.5))
    table.shares = yield* span(moved(table.shares, buffer, at.tables[t].shares), share(0.5), share(0.9))
    table.scales = yield* span(moved(table.scales, buffer, at.tables[t].scales), share(0.9), share(1))
  }
  const sparseAt = (place: {items: number; values: number}): Sparse => ({
    n: 0,
    items: new Int32Array(buffer, place.items, items + 1),
    values: new Float64Array(buffer, place.values, items),
  })
  const sums = sparseAt(at.sums)
  const room = {
    session: sparseAt(at.session),
    history: sparseAt(at.history),
    sums,
    mix: sparseAt(at.mix),
    weights: new Int32Array(buffer, at.weights, items),
    marks: new Uint8Array(buffer, at.marks, items),
    // Nothing is added up while something is looked for.
    found: sums.items,
  }
  const best = {
    items: new Int32Array(buffer, at.best.items, MOST_INSERTED),
    scores: new Float64Array(buffer, at.best.scores, MOST_INSERTED),
  }
  return {...room, kernel: kernelOf(instantiate(module, memory, {}), room, best)}
}

/** Calls what was compiled, which reads the room and the tables where they lie. */
function kernelOf(
  calls: Record<string, WasmExport>,
  {sums, weights, marks, found}: SumRoom,
  best: {items: Int32Array; scores: Float64Array},
): SumKernel {
  return {
    weighRows: ({scales}, seeds) =>
      calls.weighRows(scales.byteOffset, seeds.items.byteOffset, seeds.values.byteOffset, seeds.n, weights.byteOffset),
    sumRows: ({offsets, items, shares}, seeds) => {
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
    },
    takeBest: (scores, k, mark) => {
      if (k > MOST_INSERTED) return undefined
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
    },
    findMarked: ({offsets, items}, row, mark) =>
      calls.findMarked(
        isWide(items),
        items.byteOffset,
        offsets[row],
        offsets[row + 1],
        marks.byteOffset,
        mark,
        found.byteOffset,
      ),
  }
}

/** Entries between two yields: some milliseconds. */
const CHUNK = 1 << 21

function* moved<Column extends Int32Array | Uint16Array | Int16Array | Float64Array>(
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
