import {availableParallelism} from 'node:os'
import {Worker} from 'node:worker_threads'
import {workerCode} from './embedded.ts'
import type {KernelJob} from './kernel-plan.ts'
import {PHASES, slots, type ThreadOrder} from './thread-order.ts'

/** How many threads can run at the same time here. */
export function availableThreads(): number {
  return availableParallelism()
}

/** Milliseconds between two looks at how far the threads are. */
const LOOK = 50

/**
 * Runs a job on threads that live no longer than it. Returns how many distinct pairs there are. Where one fails, or the
 * signal aborts, all end, and nothing is returned before they have.
 */
export async function runThreads(
  job: KernelJob,
  tell: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const control = new Int32Array(new SharedArrayBuffer(4 * (1 + 3 * PHASES)))
  const workers: Worker[] = []
  let look: NodeJS.Timeout | undefined
  let abort = () => {}
  try {
    return await new Promise<number>((resolve, reject) => {
      abort = () => reject(signal?.reason)
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      let pairs = 0
      let ended = 0
      const end = (found: number) => {
        pairs += found
        if (++ended === job.instances.length) resolve(pairs)
      }
      for (let instance = 0; instance < job.instances.length; instance++) {
        const order: ThreadOrder = {job, instance, control}
        const worker = new Worker(workerCode, {eval: true, workerData: order, execArgv: []})
        workers.push(worker)
        worker.once('message', end)
        worker.once('error', reject)
        worker.once('exit', (code) => {
          if (code !== 0) reject(new Error(`fit: a counting thread ended with code ${code}`))
        })
      }
      look = setInterval(() => {
        try {
          tell(shareDone(job, control))
        } catch (error) {
          reject(error)
        }
      }, LOOK)
    })
  } finally {
    clearInterval(look)
    signal?.removeEventListener('abort', abort)
    Atomics.store(control, slots.stop, 1)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function shareDone({phases}: KernelJob, control: Int32Array): number {
  return phases.reduce((sum, {bounds, share}, p) => {
    return sum + (share * Atomics.load(control, slots.done + p)) / Math.max(1, bounds.length - 1)
  }, 0)
}
