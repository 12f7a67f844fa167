import type {Kernel, Phase} from './phases.ts'
import {instantiate, type WasmExport, type WasmMemory, type WasmModule} from './web-assembly.ts'

/** How much an item that is common in histories is held down. */
export const HISTORY_EXPONENT = 0.7

/** The counting of what customers buy next, as threads are told of it. */
export interface NextOrderJob {
  memory: WasmMemory
  module: WasmModule
  isWide: boolean
  /** The variables of `assembly/follow.ts`, by name: those of all, and those of each instance. */
  layout: Record<string, number>
  instances: Record<string, number>[]
  /** By rank, where the visits of each item begin, i32: one longer than there are items. */
  visitOffsets: number
  /** Its one phase, in stretches of ranks. */
  phases: Phase[]
}

/** The loops of `assembly/follow.ts` on the memory of a job. */
export function openNextOrders(
  {memory, module, isWide, layout, instances, visitOffsets}: NextOrderJob,
  instance: number,
): Kernel<Phase> {
  const exports = instantiate(module, memory, {...layout, ...instances[instance]})
  const follow: WasmExport = isWide ? exports.follow32 : exports.follow16
  const offsets = new Int32Array(memory.buffer, visitOffsets)
  return {
    *work({bounds}, s) {
      const [from, to] = [bounds[s], bounds[s + 1]]
      for (let rank = from; rank < to; rank++) {
        exports.beginRow()
        const end = offsets[rank + 1]
        for (let visit = offsets[rank]; visit < end; yield (rank - from) / (to - from)) visit = follow(visit, end)
        exports.keepBest(rank, exports.mass.value ** -HISTORY_EXPONENT)
      }
    },
    result: () => 0,
  }
}
