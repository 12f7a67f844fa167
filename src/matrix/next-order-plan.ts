import {Arena} from './arena.ts'
import {type Csr, rowLengths} from './csr.ts'
import {followBytes} from './embedded.ts'
import {HISTORY_ORDERS, type Histories, POWERS} from './history.ts'
import type {Lists} from './kernel-plan.ts'
import type {Following} from './next-order.ts'
import type {NextOrderJob} from './next-order-kernel.ts'
import type {Privacy} from './privacy.ts'
import {each, type Steps, span} from './steps.ts'
import {workBounds} from './stretches.ts'
import {sharingModule} from './web-assembly.ts'

/** Bytes of an order before its size: see `assembly/follow.ts`. */
const HEADER = 16
/** Bytes of a cell and of an entry. */
const [CELL, ENTRY] = [16, 16]

/**
 * Lays the orders of known customers out in memory, for the loops of `assembly/follow.ts`; `undefined` where there is no
 * WebAssembly, or they do not fit into 4 GB.
 * @param work gains, about
 * @param threads how many instances will run
 */
export function* planNextOrders(
  histories: Histories,
  following: Following,
  {minTogether}: Privacy,
  neighbors: number,
  work: number,
  threads: number,
): Steps<{job: NextOrderJob; lists: Lists} | undefined> {
  const {byOrder, byItem, customers} = histories
  const {items, rankOf} = following.ranks
  const module = sharingModule(followBytes)
  const n = items.length
  const known = customers[customers.length - 1]
  if (!module) return undefined
  const isWide = n > 65535
  const width = isWide ? 4 : 2
  const header = HEADER + width
  const visitOffsets = new Int32Array(n + 1)
  for (let rank = 0; rank < n; rank++) {
    visitOffsets[rank + 1] = visitOffsets[rank] + ordersBefore(known, items[rank], byItem)
  }
  const arena = new Arena()
  const rows = arena.take(width * byOrder.offsets[known] + header * (known + 1))
  const visits = arena.take(4 * visitOffsets[n])
  const lists = {
    entries: arena.take(ENTRY * neighbors * n),
    sizes: arena.take(4 * n),
    starts: Int32Array.from({length: n}, (_, rank) => neighbors * rank),
  }
  const layout = {
    visits,
    powers: arena.put(POWERS),
    reach: HISTORY_ORDERS,
    minTogether: Math.min(minTogether, 2 ** 31 - 1),
    neighbors,
    items: arena.put(items),
    appeal: arena.put(Float64Array.from(items, (item) => following.appeal[item])),
    entries: lists.entries,
    sizes: lists.sizes,
  }
  const visitsAt = arena.put(visitOffsets)
  const bestRoom = 2 * neighbors + 14
  const instances = Array.from({length: threads}, () => ({
    cells: arena.take(CELL * n),
    touched: arena.take(4 * (n + 1)),
    // Half of it is for sorting.
    best: arena.take(2 * bestRoom * ENTRY),
    bestRoom,
  }))
  const memory = arena.open(true)
  if (!memory) return undefined
  yield 0.1
  const startOf = (order: number) => rows + width * byOrder.offsets[order] + header * order
  const {buffer} = memory
  const words = new DataView(buffer as ArrayBuffer)
  const ids = isWide ? new Int32Array(buffer) : new Uint16Array(buffer)
  const write = (order: number) => {
    const [from, to, start] = [byOrder.offsets[order], byOrder.offsets[order + 1], startOf(order)]
    words.setFloat64(start, following.norms[order], true)
    words.setUint32(start + 8, order, true)
    words.setUint32(start + 12, following.customerOf[order], true)
    let at = (start + HEADER) / width
    ids[at++] = to - from
    for (let p = from; p < to; p++) ids[at++] = rankOf[byOrder.indices[p]]
  }
  yield* span(each(known, write, 1 << 14), 0.1, 0.5)
  words.setUint32(startOf(known) + 12, 2 ** 32 - 1, true)
  const places = new Uint32Array(buffer, visits, visitOffsets[n])
  const visit = (rank: number) => {
    const first = byItem.offsets[items[rank]]
    for (let v = visitOffsets[rank]; v < visitOffsets[rank + 1]; v++) {
      places[v] = startOf(byItem.indices[first + v - visitOffsets[rank]])
    }
  }
  yield* span(each(n, visit, 1 << 6), 0.5, 1)
  const support = rowLengths(byItem)
  const phases = [{name: 'follow', bounds: workBounds(0, items, support, work / visitOffsets[n]), share: 1}]
  return {job: {memory, module, isWide, layout, instances, visitOffsets: visitsAt, phases}, lists}
}

/** How many of the orders with an item come before `end`. */
function ordersBefore(end: number, item: number, {offsets, indices}: Csr): number {
  const first = offsets[item]
  let [low, high] = [first, offsets[item + 1]]
  while (low < high) {
    const middle = (low + high) >> 1
    if (indices[middle] < end) low = middle + 1
    else high = middle
  }
  return low - first
}
