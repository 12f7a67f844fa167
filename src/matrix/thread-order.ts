import type {KernelJob} from './kernel-plan.ts'
import type {NextOrderJob} from './next-order-kernel.ts'
import type {SweepJob} from './sweep-kernel.ts'

/** What a thread is told: the job, and which of its threads it is. */
export interface ThreadOrder {
  job: KernelJob | NextOrderJob | SweepJob
  thread: number
  threads: number
  /** Shared: see `slotsFor`. */
  control: Int32Array
}

/** Where in `control` stands what: whether to stop, and by phase the next stretch, how many are done, who has ended it. */
export function slotsFor(phases: number) {
  return {stop: 0, next: 1, done: 1 + phases, arrived: 1 + 2 * phases, size: 1 + 3 * phases}
}
