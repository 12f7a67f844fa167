import type {Steps} from './steps.ts'

/** One step of a job, in stretches that threads take one by one. Stretch `s` goes from `bounds[s]` to before `bounds[s + 1]`. */
export interface Phase {
  name: string
  bounds: Int32Array
  /** Its share of the work, about. */
  share: number
}

/** What works on the phases of a job. Each thread has one. */
export interface Kernel<P extends Phase> {
  /** Works on stretch `s` of a phase. */
  work: (phase: P, s: number) => Steps<void>
  /** What it has found so far. The job's result is the sum over all threads. */
  result: () => number
}

/** Runs a job on this thread. */
export function* runPhases<P extends Phase>(phases: readonly P[], kernel: Kernel<P>): Steps<number> {
  let done = 0
  for (const phase of phases) {
    const stretches = phase.bounds.length - 1
    for (let s = 0; s < stretches; s++) {
      for (const share of kernel.work(phase, s)) yield done + (phase.share * (s + share)) / stretches
      yield done + (phase.share * (s + 1)) / stretches
    }
    done += phase.share
  }
  return kernel.result()
}
