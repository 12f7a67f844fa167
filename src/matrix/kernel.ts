import type {KernelJob, Phase} from './kernel-plan.ts'
import {each, type Steps} from './steps.ts'
import type {Table} from './table.ts'
import {webAssembly} from './web-assembly.ts'

type Call = (...numbers: number[]) => void

/** The kernel on the memory of a job. Each thread has one. */
export interface Kernel {
  /** Works on stretch `s` of a phase. */
  work: (phase: Phase, s: number) => Steps<void>
  /** Distinct pairs met so far. */
  pairs: () => number
}

export function openKernel({memory, module, isWide, layout, instances, cursors}: KernelJob, instance: number): Kernel {
  if (!webAssembly) throw new Error('the kernel was opened where there is no WebAssembly')
  const {exports} = new webAssembly.Instance(module, {env: {memory}})
  for (const [name, value] of Object.entries({...layout, ...instances[instance]})) exports[name].value = value
  const width = isWide ? 32 : 16
  const sortRows = exports[`sortRows${width}`] as (...numbers: number[]) => number
  const addTriangles: Call = (from, to) => {
    for (const {triangle} of instances.slice(1)) exports['addTriangle'](triangle, from, to)
  }
  const calls: Record<Exclude<Phase['name'], 'sortRows'>, Call> = {
    countTriangle: exports[`countTriangle${width}`],
    addTriangles,
    emitTriangle: exports[`emitTriangle${width}`],
    countRows: exports[`countRows${width}`],
    finishLists: exports['finishLists'],
  }
  return {
    *work({name, bounds}, s) {
      const [from, to] = [bounds[s], bounds[s + 1]]
      if (name !== 'sortRows') return calls[name](from, to)
      for (let at = from; at < to; yield (at - from) / (to - from)) at = sortRows(at, to, cursors[s])
    },
    pairs: () => exports.pairs.value,
  }
}

/** Runs a job on this thread. Returns how many distinct pairs there are. */
export function* runKernel(job: KernelJob): Steps<number> {
  const kernel = openKernel(job, 0)
  let done = 0
  for (const phase of job.phases) {
    const stretches = phase.bounds.length - 1
    for (let s = 0; s < stretches; s++) {
      for (const share of kernel.work(phase, s)) yield done + (phase.share * (s + share)) / stretches
      yield done + (phase.share * (s + 1)) / stretches
    }
    done += phase.share
  }
  return kernel.pairs()
}

/** Reads the finished lists of a table, row `i` from the list of rank `rankOf[i]`. */
export function* readTable({memory, lists}: KernelJob, t: number, rankOf: Int32Array): Steps<Table> {
  const {entries, sizes, starts} = lists[t]
  const rows = rankOf.length
  const lengths = new Int32Array(memory.buffer, sizes, rows)
  const scoresIn = new Float64Array(memory.buffer, entries)
  const wordsIn = new Int32Array(memory.buffer, entries)
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
