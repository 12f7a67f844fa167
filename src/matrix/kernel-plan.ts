import {Arena} from './arena.ts'
import {bitsForCount, CELL} from './cell.ts'
import type {BasketRows} from './count-row.ts'
import {type Formula, filterColumns, formulas} from './formula.ts'
import {visitCursors, writeRows} from './kernel-rows.ts'
import {ENTRY, listRooms, placeLists} from './list-room.ts'
import type {Phase} from './phases.ts'
import type {Privacy} from './privacy.ts'
import type {Ranks} from './ranks.ts'
import {type Steps, span} from './steps.ts'
import {basketBounds, evenly, stretches, workBounds} from './stretches.ts'
import type {WasmMemory, WasmModule} from './web-assembly.ts'

/** A table to be kept: how it is scored, and who scores without having met. */
export interface PlannedTable {
  formula: Formula
  popular: Int32Array | undefined
}

/** One step of a build. */
export interface CountingPhase extends Phase {
  name: 'sortRows' | 'countTriangle' | 'addTriangles' | 'emitTriangle' | 'countRows' | 'finishLists'
}

type Layout = Record<string, number>

/** A build as threads are told of it: all that it needs can be sent or shared. */
export interface KernelJob {
  memory: WasmMemory
  module: WasmModule
  isWide: boolean
  /** The variables of `assembly/layout.ts`, by name: those of all, and those of each instance. */
  layout: Layout
  instances: Layout[]
  /** By stretch of `sortRows`, where the cursors of its visits are. */
  cursors: number[]
  phases: CountingPhase[]
  /** By table. */
  lists: Lists[]
}

/** Where the lists of a table are, by rank: entries of 16 bytes, how many a list has, and at which it starts. */
export interface Lists {
  entries: number
  sizes: number
  starts: Int32Array
}

/** Words of `assembly/table.ts`, in its order. */
const tableWords = [
  ...['formula', 'readsWeight', 'hasPopular', 'left', 'middle', 'right', 'scale', 'f1', 'f2', 'f3'],
  ...['floor', 'starts', 'rooms', 'sizes', 'worst', 'worstItem', 'locks', 'entries'],
]

/** Lines and baskets of a block, as in `assembly/rows.ts`. */
const [BLOCK_LINES, BLOCK_BASKETS] = [1 << 19, 1 << 16]

/** In how many parts rows are counted, see `placeLists`. Threads wait for each other after each. */
const PARTS = 8

/**
 * Lays out a build in the kernel's memory; `undefined` where it does not fit: into 4 GB, or counts and weights into 63 bits.
 * @param threads how many instances will run
 * @param mostHeadItems how many items' pairs are counted basket by basket, half of them where baskets are large: what stays
 * in the cache of a core
 */
export function* planKernel(
  basketRows: BasketRows,
  {minTogether, owners}: Privacy,
  {items, rankOf}: Ranks,
  tables: PlannedTable[],
  neighbors: number,
  threads: number,
  module: WasmModule,
  mostHeadItems = 1024,
): Steps<KernelJob | undefined> {
  const {byBasket, weights, support} = basketRows
  const n = items.length
  const baskets = weights.length
  const lines = byBasket.indices.length
  const countBits = bitsForCount(support, weights)
  if (countBits === undefined) return undefined
  yield 0.1
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

  const largest = largestOf(byBasket.offsets)
  const room = k + Math.max(14, k >> 2)
  const rooms = tables.map(({popular}) => listRooms(support, items, largest, k, room, popular !== undefined))
  const countBounds = workBounds(headItems, items, support, lines / Math.max(1, baskets))
  const counted = countBounds.length - 1
  const cuts = evenly(counted, Math.max(1, Math.min(PARTS, counted)))
  const parts = Int32Array.of(0, ...cuts.map((stretch) => countBounds[stretch]))
  const visitsBefore = (rank: number) => visitOffsets[Math.max(0, rank - firstVisited)]
  const places = placeLists(rooms, parts, visitsBefore)

  const arena = new Arena()
  const entries = arena.take(places.bytes)
  const rowBytes = (lines + header * baskets) * width
  const layout = {
    rows: arena.take(rowBytes),
    headerBytes: header * width,
    ownerAt: dropsPrivate ? (isWide ? 8 : 6) : 0,
    visits: entries + places.visitsAt,
    visitOffsets: arena.put(visitOffsets),
    firstVisited,
    itemCount: n,
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
  const lists: KernelJob['lists'] = []
  const words: number[] = []
  for (const [t, {formula, popular}] of tables.entries()) {
    const share = (done: number) => 0.1 + (0.3 * (t + done)) / tables.length
    const filters = filterColumns(formula, support, baskets, 2 ** (32 - countBits))
    if (!filters) return undefined
    yield share(0.5)
    const starts = places.starts[t]
    const sizes = arena.take(4 * n)
    lists.push({entries, sizes, starts})
    const list = {entries, sizes, starts: arena.put(starts), rooms: arena.put(rooms[t])}
    const table: Record<string, number> = {...planTable(arena, formula, filters, items, popular !== undefined), ...list}
    words.push(...tableWords.map((word) => table[word]))
    yield share(1)
  }
  layout.tables = arena.put(Int32Array.from(words))
  const bestRoom = room + Math.max(k, 64)
  const triangleCells = (headItems * (headItems - 1)) / 2
  const sortBounds = basketBounds(byBasket.offsets, Math.max(1, Math.ceil(lines / threads)))
  const cursors = yield* span(visitCursors(basketRows, rankOf, firstVisited, visitOffsets, sortBounds), 0.4, 0.5)
  const cursorsAt = cursors.map((column) => arena.put(column))
  const instances = Array.from({length: threads}, () => ({
    rowStarts: arena.take(BLOCK_BASKETS * 4),
    rowEnds: arena.take(BLOCK_BASKETS * 4),
    staged: arena.take(Math.max(BLOCK_LINES, largest) * 2),
    rankEnds: arena.take(n * 4),
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
  const rowStart = (basket: number) => byBasket.offsets[basket] + header * basket
  const phases: CountingPhase[] = [
    {name: 'sortRows', bounds: sortBounds.map(rowStart), share: 0.15},
    {name: 'countTriangle', bounds: basketBounds(byBasket.offsets, 1 << 14).map(rowStart), share: 0.2},
    ...(threads > 1 ? [{name: 'addTriangles' as const, bounds: stretches(triangleCells, 1 << 15), share: 0.01}] : []),
    {name: 'emitTriangle', bounds: stretches(headItems, 16), share: 0.02},
    ...Array.from({length: cuts.length - 1}, (_, c) => {
      const bounds = countBounds.slice(cuts[c], cuts[c + 1] + 1)
      return {name: 'countRows' as const, bounds, share: 0.57 / (cuts.length - 1)}
    }),
    {name: 'finishLists', bounds: stretches(n, 256), share: 0.05},
  ]
  const memory = arena.open(true)
  if (!memory) return undefined
  const rows = isWide ? new Int32Array(memory.buffer, layout.rows) : new Uint16Array(memory.buffer, layout.rows)
  yield* span(writeRows(basketRows, dropsPrivate ? owners : undefined, rankOf, {rows, header}), 0.5, 1)
  return {
    memory,
    module,
    isWide,
    layout: {...layout, firstTriangle: instances[0].triangle},
    instances,
    cursors: cursorsAt,
    lists,
    phases,
  }
}

/** Lays out one table but for its lists. Returns its words, by name. */
function planTable(
  arena: Arena,
  {kind, readsWeight, left, middle, right, scale = 1}: Formula,
  filters: Float64Array[],
  items: Int32Array,
  hasPopular: boolean,
): Record<string, number> {
  const n = items.length
  const byRank = <Column extends Float64Array | Float32Array>(column: Float64Array, ranked: Column) => {
    for (let rank = 0; rank < n; rank++) ranked[rank] = column[items[rank]]
    return arena.put(ranked)
  }
  // A formula of fewer columns reads nothing that depends on the rest.
  const [f1, f2 = f1, f3 = f2] = filters.map((column) => byRank(column, new Float32Array(n)))
  return {
    formula: formulas[kind],
    readsWeight: Number(readsWeight),
    hasPopular: Number(hasPopular),
    left: byRank(left, new Float64Array(n)),
    middle: middle ? byRank(middle, new Float64Array(n)) : 0,
    right: byRank(right, new Float64Array(n)),
    scale: arena.put(Float64Array.of(scale)),
    ...{f1, f2, f3},
    floor: arena.take(4 * n),
    worst: arena.take(8 * n),
    worstItem: arena.take(4 * n),
    locks: arena.take(4 * n),
  }
}

function largestOf(basketOffsets: Int32Array): number {
  let largest = 0
  for (let b = 0; b + 1 < basketOffsets.length; b++)
    largest = Math.max(largest, basketOffsets[b + 1] - basketOffsets[b])
  return largest
}
