import {Arena} from './arena.ts'
import {sweepBytes} from './embedded.ts'
import {runPhases} from './phases.ts'
import type {Driver} from './steps.ts'
import {stretches} from './stretches.ts'
import {BLOCK_TILES, openSweep, STRIP, type SweepPhase, TILE} from './sweep-kernel.ts'
import {openPlainSweep} from './sweep-plain.ts'
import {availableThreads, runThreads} from './threads.ts'
import {sharingModule, type WasmMemory, type WasmModule} from './web-assembly.ts'

/**
 * A symmetric matrix of which the lower triangle is kept, and more rows under it, all 0 at first. The number in row `i` and
 * column `j` is `values[starts[i] + places[j]]`: tiles of 4 × 4 stand together, since they are worked on together.
 */
export interface Dense {
  /** Rows of the matrix; it may not be read right of its diagonal. */
  n: number
  values: Float64Array
  /** By row; the additional ones come after the `n` of the matrix. */
  starts: Int32Array
  places: Int32Array
  /** Where things lie in the memory, as `assembly/sweep.ts` has it, and the memory itself. */
  layout: Record<'tiles' | 'square' | 'least' | 'swept' | 'before' | 'after', number>
  buffer: ArrayBufferLike
  /** Absent where WebAssembly is, or memory that threads can share. */
  wasm: {memory: WasmMemory; module: WasmModule} | undefined
}

/** Rows of tiles in a stretch: their strips stay in the cache of a core. */
const STRETCH = 8

/** Rows from which workers make up for starting them, 40 ms or so. */
const WORKERS_FROM = 700

/** A pivot is what is left on its row's diagonal when the rows before have explained their part. Less of it is rounding. */
const LEAST_PIVOT = 1e-13

/** @param more rows under the matrix */
export function openDense(n: number, more = 0, inTypeScript = false): Dense {
  const square = Math.ceil(n / 4)
  const rows = square + Math.ceil(more / 4)
  const triangle = (square * (square + 1)) / 2
  const arena = new Arena()
  const layout = {
    tiles: arena.take(8 * TILE * (triangle + (rows - square) * square)),
    square,
    least: arena.take(8 * 4 * square),
    swept: arena.take(8 * STRIP * BLOCK_TILES),
    before: arena.take(8 * STRIP * rows),
    after: arena.take(8 * STRIP * rows),
  }
  const module = inTypeScript ? undefined : sharingModule(sweepBytes)
  const memory = module && arena.open(true)
  const buffer = memory?.buffer ?? new ArrayBuffer(arena.size)
  const startOf = (row: number) => {
    const tile = row >> 2
    const before = tile < square ? (tile * (tile + 1)) / 2 : triangle + (tile - square) * square
    return TILE * before + 4 * (row & 3)
  }
  const placeOf = (column: number) => TILE * (column >> 2) + (column & 3)
  const values = new Float64Array(buffer, layout.tiles, (layout.least - layout.tiles) >> 3)
  // What fills the last tiles up stands apart from all else.
  for (let row = n; row < 4 * square; row++) values[startOf(row) + placeOf(row)] = 1
  return {
    n,
    values,
    starts: Int32Array.from({length: n + more}, (_, row) => startOf(row < n ? row : 4 * square + row - n)),
    places: Int32Array.from({length: n}, (_, column) => placeOf(column)),
    layout,
    buffer,
    wasm: memory && {memory, module},
  }
}

/**
 * Makes of a matrix A its inverse, negated; or, where there are more rows, of each such b the solution x of x·A = b, and of
 * the matrix nothing that is of use. Block by block of columns, all else is freed of what these explain (the sweep operator:
 * Goodnight 1979). For positive definite matrices that needs no choice of pivots. It takes n³ / 2 multiply-adds, or n³ / 3 and
 * n² for each more row, nearly all of them in one small product, and no second matrix. The bytes are the same for any
 * number of threads.
 * @param threads how many workers; 1 for none. Left out: as many as the machine has cores, where they are worth starting
 * @throws RangeError where the matrix is not positive definite, or so nearly not that nothing of its inverse is certain
 */
export async function sweep(dense: Dense, threads: number | undefined, driver: Driver): Promise<void> {
  const {n, values, starts, places, layout, buffer, wasm} = dense
  const least = new Float64Array(buffer, layout.least, 4 * layout.square)
  for (let i = 0; i < n; i++) least[i] = LEAST_PIVOT * values[starts[i] + places[i]]
  const phases = sweepPhases(layout.square, (layout.after - layout.before) / (8 * STRIP), starts.length > n)
  const workers = threads ?? (n < WORKERS_FROM ? 1 : availableThreads())
  const job = wasm && {...wasm, layout, phases}
  const failed =
    job && workers > 1
      ? await driver.wait((tell, signal) => runThreads(job, workers, tell, signal), 0, 1)
      : await driver.run(runPhases(phases, job ? openSweep(job) : await openPlainSweep(dense)), 0, 1)
  if (failed > 0) throw new RangeError(`learn: a matrix of ${n} items is not positive definite`)
}

function sweepPhases(square: number, rows: number, solves: boolean): SweepPhase[] {
  const blocks = Math.ceil(square / BLOCK_TILES)
  const bounds = stretches(rows, STRETCH)
  return Array.from({length: blocks}, (_, block): SweepPhase[] => {
    // Solutions need no more of the rows that are swept.
    const rest = solves ? bounds.filter((row) => row >= block * BLOCK_TILES) : bounds
    return [
      {name: 'sweepBlock', block, bounds: Int32Array.of(0, 1), share: 0.02 / blocks},
      {name: 'sweepStrips', block, bounds, share: 0.08 / blocks},
      {name: 'sweepRest', block, bounds: rest, share: 0.9 / blocks},
    ]
  }).flat()
}
