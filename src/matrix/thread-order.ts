import type {KernelJob} from './kernel-plan.ts'

/** What a thread is told: the job, and which instance of the kernel is its own. */
export interface ThreadOrder {
  job: KernelJob
  instance: number
  /** Shared: see `slots`. */
  control: Int32Array
}

/** Most phases a job has. */
export const PHASES = 16

/** Where in `control` stands what: whether to stop, and by phase the next stretch, how many are done, who has ended it. */
export const slots = {stop: 0, phases: 1, done: 1 + PHASES, arrived: 1 + 2 * PHASES}
