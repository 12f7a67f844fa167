import type {CountingPhase, KernelJob, Lists} from './kernel-plan.ts'
import type {Kernel} from './phases.ts'
import {each, type Steps} from './steps.ts'
import type {Table} from './table.ts'
import {instantiate, type WasmMemory} from './web-assembly.ts'

type Call = (...numbers: number[]) => void

/** The kernel on the memory of a job. Its result is how many distinct pairs it met. */
export function openKernel(
  {memory, module, isWide, layout, instances, cursors}: KernelJob,
  instance: number,
): Kernel<CountingPhase> {
  const exports = instantiate(module, memory, {...layout, ...instances[instance]})
  const width = isWide ? 32 : 16
  const sortRows = exports[`sortRows${width}`] as (...numbers: number[]) => number
  const addTriangles: Call = (from, to) => {
    for (const {triangle} of instances.slice(1)) exports.addTriangle(triangle, from, to)
  }
  const calls: Record<Exclude<CountingPhase['name'], 'sortRows'>, Call> = {
    countTriangle: exports[`countTriangle${width}`],
    addTriangles,
    emitTriangle: exports[`emitTriangle${width}`],
    countRows: exports[`countRows${width}`],
    finishLists: exports.finishLists,
  }
  return {
    *work({name, bounds}, s) {
      const [from, to] = [bounds[s], bounds[s + 1]]
      if (name !== 'sortRows') return calls[name](from, to)
      for (let at = from; at < to; yield (at - from) / (to - from)) at = sortRows(at, to, cursors[s])
    },
    result: () => exports.pairs.value,
  }
}

/** Reads finished lists as a table, row `i` from the list of rank `rankOf[i]`. */
export function* readLists({buffer}: WasmMemory, {entries, sizes, starts}: Lists, rankOf: Int32Array): Steps<Table> {
  const rows = rankOf.length
  const lengths = new Int32Array(buffer, sizes, rows)
  const scoresIn = new Float64Array(buffer, entries)
  const wordsIn = new Int32Array(buffer, entries)
  const offsets = new Int32Array(rows + 1)
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + lengths[rankOf[row]]
  const items = new Int32Array(offsets[rows])
  const scores = new Float32Array(offsets[rows])
  const together = new Int32Array(offsets[rows])
  const read = (row: number) => {
    for (let p = offsets[row], entry = starts[rankOf[row]]; p < offsets[row + 1]; p++, entry++) {
      scores[p] = scoresIn[2 * entry]
      items[p] = wordsIn[4 * entry + 2]
      together[p] = wordsIn[4 * entry + 3]
    }
  }
  yield* each(rows, read, 1 << 12)
  return {offsets, items, scores, together}
}
