import type {Baskets} from './count-row.ts'
import {type Formula, filterColumns, formulas} from './formula.ts'
import type {RowSource} from './kernel-rows.ts'
import type {Privacy} from './privacy.ts'
import type {Ranks} from './ranks.ts'
import {type WasmMemory, type WasmModule, webAssembly} from './web-assembly.ts'

/** A table to be kept: how it is scored, and who scores without having met. */
export interface PlannedTable {
  formula: Formula
  popular: Int32Array | undefined
}

/** One step of a build, in stretches that threads take one by one. Stretch `s` goes from `bounds[s]` to before `bounds[s + 1]`. */
export interface Phase {
  name: 'rows' | 'countTriangle' | 'addTriangles' | 'emitTriangle' | 'countRows' | 'finishLists'
  bounds: Int32Array
  /** Its share of the work, about. */
  share: number
}

export type Layout = Record<string, number>

/** A build as threads are told of it: all that it needs can be sent or shared. */
export interface KernelJob {
  memory: WasmMemory
  module: WasmModule
  isWide: boolean
  /** The variables of `assembly/layout.ts`, by name: those of all, and those of each instance. */
  layout: Layout
  instances: Layout[]
  source: RowSource
  phases: Phase[]
  /** Where the lists of each table are: as `assembly/table.ts` has it, and where they start, in entries. */
  lists: {entries: number; sizes: number; starts: Int32Array}[]
}

/** Words of `assembly/table.ts`, in its order. */
const tableWords = [
  ...['formula', 'readsWeight', 'hasPopular', 'left', 'middle', 'right', 'scale', 'f1', 'f2', 'f3', 'f4'],
  ...['floor', 'starts', 'sizes', 'worst', 'worstItem', 'locks', 'entries'],
]

const PAGE = 65536
/** All that 32-bit addresses reach, but for a last page. */
const MOST_BYTES = 65535 * PAGE
/** Bytes of an entry of a list, and of a cell. */
const [ENTRY, CELL] = [16, 8]

/** The memory of a build, given out piece by piece before there is any: pages that are never touched cost nothing. */
class Arena {
  size = 64
  readonly #fills: ((buffer: ArrayBufferLike) => void)[] = []

  /** Room for `bytes`, and a little beyond which may be read but means nothing. */
  take(bytes: number): number {
    const at = this.size
    this.size = Math.ceil((at + bytes + 16) / 64) * 64
    return at
  }

  /** Room for values, which are written when there is memory. */
  put(values: Int32Array | Float32Array | Float64Array): number {
    const at = this.take(values.byteLength)
    this.#fills.push((buffer) => {
      const Column = values.constructor as Int32ArrayConstructor
      new Column(buffer, at, values.length).set(values)
    })
    return at
  }

  fill(buffer: ArrayBufferLike): void {
    for (const fill of this.#fills) fill(buffer)
  }
}

/**
 * Lays out a build in the kernel's memory; `undefined` where it does not fit: into 4 GB, or counts and weights into 63 bits.
 * @param threads how many instances will run
 * @param mostHeadItems how many items' pairs are counted basket by basket, half of them where baskets are large: what stays
 * in the cache of a core
 */
export function planKernel(
  {byBasket, byItem, weights}: Baskets,
  {minTogether, owners}: Privacy,
  {items, rankOf}: Ranks,
  tables: PlannedTable[],
  neighbors: number,
  threads: number,
  module: WasmModule,
  mostHeadItems = 1024,
): KernelJob | undefined {
  if (!webAssembly) return undefined
  const n = items.length
  const baskets = weights.length
  const lines = byBasket.indices.length
  const support = Int32Array.from({length: n}, (_, item) => byItem.offsets[item + 1] - byItem.offsets[item])
  const countBits = bitsForCount(support, weights)
  if (countBits === undefined) return undefined
  const isWide = n > 65535
  const width = isWide ? 4 : 2
  const dropsPrivate = owners !== undefined && minTogether > 1
  const header = (dropsPrivate ? 8 : 4) / width + 1
  if (lines + header * baskets >= 2 ** 31) return undefined
  const headItems = Math.min(n, lines > 64 * baskets ? mostHeadItems / 2 : mostHeadItems)
  const firstVisited = dropsPrivate ? 0 : headItems
  const visitOffsets = new Int32Array(n - firstVisited + 1)
  for (let v = 0; v + firstVisited < n; v++) visitOffsets[v + 1] = visitOffsets[v] + support[items[firstVisited + v]]
  const k = Math.max(1, Math.min(neighbors, n - 1))
  const logs = tables.find(({formula}) => formula.logs)?.formula.logs
  const popular = tables.find((table) => table.popular)?.popular

  const arena = new Arena()
  const rowBytes = (lines + header * baskets) * width
  const layout = {
    rows: arena.take(rowBytes),
    headerBytes: header * width,
    ownerAt: dropsPrivate ? (isWide ? 8 : 6) : 0,
    visits: arena.take(visitOffsets[n - firstVisited] * 4),
    visitOffsets: arena.put(visitOffsets),
    firstVisited,
    items: arena.put(items),
    headItems,
    headRows: arena.put(Int32Array.from({length: headItems}, (_, rank) => (rank * (rank - 1)) / 2)),
    minTogether: Math.min(minTogether, 2 ** 31 - 1),
    countBits,
    neighbors: k,
    tables: 0,
    tableCount: tables.length,
    isShared: threads > 1 ? 1 : 0,
    total: baskets,
    logTotal: Math.log(baskets),
    logs: logs ? arena.put(logs) : 0,
    popular: popular ? arena.put(popular.map((item) => rankOf[item])) : 0,
    popularCount: popular?.length ?? 0,
  }
  const room = k + Math.max(14, k >> 2)
  const lists: KernelJob['lists'] = []
  const words: number[] = []
  for (const table of tables) {
    const filters = filterColumns(table.formula, support, baskets, 2 ** (32 - countBits))
    if (!filters) return undefined
    const byRank = (column: Float64Array | undefined) =>
      column ? arena.put(Float64Array.from(items, (item) => column[item])) : 0
    const filterByRank = (column: Float64Array | undefined) =>
      arena.put(Float32Array.from(items, (item) => column?.[item] ?? 0))
    const starts = listStarts(support, items, byBasket.offsets, k, room, table.popular !== undefined)
    const [f1, f2, f3 = f2] = filters.map(filterByRank)
    const {formula} = table
    const parts: Record<string, number> = {
      ...{formula: formulas[formula.kind], readsWeight: Number(formula.readsWeight)},
      hasPopular: Number(table.popular !== undefined),
      ...{left: byRank(formula.left), middle: byRank(formula.middle), right: byRank(formula.right)},
      scale: arena.put(Float64Array.of(formula.scale ?? 1)),
      ...{f1, f2: f2 ?? f1, f3: f3 ?? f1, f4: 0},
      floor: arena.take(4 * n),
      starts: arena.put(starts),
      sizes: arena.take(4 * n),
      worst: arena.take(8 * n),
      worstItem: arena.take(4 * n),
      locks: arena.take(4 * n),
      entries: arena.take(ENTRY * starts[n]),
    }
    lists.push({entries: parts.entries, sizes: parts.sizes, starts})
    words.push(...tableWords.map((word) => parts[word]))
  }
  layout.tables = arena.put(Int32Array.from(words))
  const bestRoom = room + Math.max(k, 64)
  const triangleCells = (headItems * (headItems - 1)) / 2
  const instances = Array.from({length: threads}, () => ({
    cells: arena.take((n + 4) * CELL),
    touched: arena.take((n + 1) * 4),
    streamRanks: arena.take((n + 4) * 4),
    streamCells: arena.take((n + 4) * CELL),
    own: dropsPrivate ? arena.take(n * 4) : 0,
    // Half of it is for sorting.
    best: arena.take(2 * bestRoom * ENTRY),
    bestRoom,
    triangle: arena.take(triangleCells * CELL),
  }))
  if (arena.size > MOST_BYTES) return undefined
  const pages = Math.ceil(arena.size / PAGE)
  const memory = new webAssembly.Memory({initial: pages, maximum: pages, shared: true})
  arena.fill(memory.buffer)
  return {
    memory,
    module,
    isWide,
    layout: {...layout, firstTriangle: instances[0].triangle},
    instances,
    source: {
      byItem,
      basketOffsets: byBasket.offsets,
      weights,
      owners: dropsPrivate ? owners : undefined,
      items,
      header,
      firstVisited,
      visitOffsets,
    },
    lists,
    phases: [
      {name: 'rows', bounds: evenly(baskets, threads), share: 0.15},
      {name: 'countTriangle', bounds: rowBounds(byBasket.offsets, header, 1 << 14), share: 0.2},
      ...(threads > 1 ? [{name: 'addTriangles' as const, bounds: stretches(triangleCells, 1 << 15), share: 0.01}] : []),
      {name: 'emitTriangle', bounds: stretches(headItems, 16), share: 0.02},
      {name: 'countRows', bounds: workBounds(headItems, items, support, lines / Math.max(1, baskets)), share: 0.57},
      {name: 'finishLists', bounds: stretches(n, 256), share: 0.05},
    ],
  }
}

/**
 * How many bits of a cell hold the count, so that no pair can overflow it: it is bought at most as often as the second most
 * bought item, by baskets none of which weighs more than the heaviest. `undefined` where 63 bits are too few.
 */
function bitsForCount(support: Int32Array, weights: Float64Array): number | undefined {
  let [most, mostTogether] = [0, 0]
  for (const n of support) {
    if (n > most) [most, mostTogether] = [n, most]
    else if (n > mostTogether) mostTogether = n
  }
  let heaviest = 0
  for (let basket = 0; basket < weights.length; basket++) heaviest = Math.max(heaviest, weights[basket])
  const bits = Math.min(32, 63 - bitLength(mostTogether * heaviest))
  return bits >= bitLength(mostTogether) ? bits : undefined
}

function bitLength(n: number): number {
  return Math.ceil(Math.log2(n + 1))
}

/** Room for `room` entries in each list, or for all that an item can have where that is less. */
function listStarts(
  support: Int32Array,
  items: Int32Array,
  basketOffsets: Int32Array,
  k: number,
  room: number,
  hasPopular: boolean,
): Int32Array {
  let largest = 0
  for (let b = 0; b + 1 < basketOffsets.length; b++)
    largest = Math.max(largest, basketOffsets[b + 1] - basketOffsets[b])
  const starts = new Int32Array(items.length + 1)
  for (let rank = 0; rank < items.length; rank++) {
    const met = Math.min(items.length - 1, support[items[rank]] * (largest - 1))
    starts[rank + 1] = starts[rank] + Math.min(room, hasPopular ? Math.max(met, k) : met)
  }
  return starts
}

function stretches(n: number, size: number): Int32Array {
  const bounds = Int32Array.from({length: Math.ceil(n / size) + 1}, (_, s) => Math.min(n, s * size))
  return bounds
}

function evenly(n: number, parts: number): Int32Array {
  return Int32Array.from({length: parts + 1}, (_, part) => Math.round((n * part) / parts))
}

/** Where stretches of rows begin that hold about `lines` lines each. */
function rowBounds(basketOffsets: Int32Array, header: number, lines: number): Int32Array {
  const baskets = basketOffsets.length - 1
  const bounds = [0]
  for (let basket = 1, last = 0; basket <= baskets; basket++) {
    if (basketOffsets[basket] - last < lines && basket < baskets) continue
    last = basketOffsets[basket]
    bounds.push(last + header * basket)
  }
  return Int32Array.from(bounds)
}

/** Visits times their mean length that a stretch of rows may have, a few milliseconds; and the most rows. */
const [MOST_WORK, MOST_ROWS] = [1 << 20, 32]

function workBounds(from: number, items: Int32Array, support: Int32Array, meanSize: number): Int32Array {
  const bounds = [from]
  for (let rank = from, work = 0, rows = 0; rank < items.length; rank++) {
    work += support[items[rank]] * meanSize + rank / 16
    if (++rows < MOST_ROWS && work < MOST_WORK && rank + 1 < items.length) continue
    bounds.push(rank + 1)
    ;[work, rows] = [0, 0]
  }
  return Int32Array.from(bounds)
}
