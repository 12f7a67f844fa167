import type {Kernel, Phase} from './phases.ts'
import {instantiate, type WasmMemory, type WasmModule} from './web-assembly.ts'

/** Numbers of a tile and of a strip, and how many tiles a block is wide: as `assembly/sweep.ts` has them. */
export const [TILE, STRIP, BLOCK_TILES] = [16, 256, 16]

/** One step of sweeping a block of columns. */
export interface SweepPhase extends Phase {
  name: 'sweepBlock' | 'sweepStrips' | 'sweepRest'
  block: number
}

/** A sweep as threads are told of it. */
export interface SweepJob {
  memory: WasmMemory
  module: WasmModule
  /** The variables of `assembly/sweep.ts`, by name. */
  layout: Record<string, number>
  phases: SweepPhase[]
}

/** The sweep's kernel on the memory of a job. Its result is above 0 where the matrix is not positive definite. */
export function openSweep({memory, module, layout}: SweepJob): Kernel<SweepPhase> {
  const exports = instantiate(module, memory, layout)
  return {
    *work({name, block, bounds}, s) {
      exports[name](block, bounds[s], bounds[s + 1])
      yield 1
    },
    result: () => exports.failed.value,
  }
}
