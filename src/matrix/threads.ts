import {availableParallelism} from 'node:os'
import {Worker} from 'node:worker_threads'
import {workerCode} from './embedded.ts'
import type {Phase} from './phases.ts'
import {slotsFor, type ThreadOrder} from './thread-order.ts'

/** How many threads can run at the same time here. */
export function availableThreads(): number {
  return availableParallelism()
}

/** Milliseconds between two looks at how far the threads are. */
const LOOK = 50

/**
 * Runs a job on threads that live no longer than it. Returns the sum of their results. Where one fails, or the signal
 * aborts, all end, and nothing is returned before they have.
 */
export async function runThreads(
  job: ThreadOrder['job'],
  threads: number,
  tell: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const slots = slotsFor(job.phases.length)
  const control = new Int32Array(new SharedArrayBuffer(4 * slots.size))
  const workers: Worker[] = []
  let look: NodeJS.Timeout | undefined
  let abort = () => {}
  try {
    return await new Promise<number>((resolve, reject) => {
      abort = () => reject(signal?.reason)
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort)
      let sum = 0
      let ended = 0
      const end = (result: number) => {
        sum += result
        if (++ended === threads) resolve(sum)
      }
      for (let thread = 0; thread < threads; thread++) {
        const order: ThreadOrder = {job, thread, threads, control}
        const worker = new Worker(workerCode, {eval: true, workerData: order, execArgv: []})
        workers.push(worker)
        worker.once('message', end)
        worker.once('error', reject)
        worker.once('exit', (code) => {
          if (code !== 0) reject(new Error(`fit: a thread ended with code ${code}`))
        })
      }
      look = setInterval(() => {
        try {
          tell(shareDone(job.phases, control.subarray(slots.done)))
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

function shareDone(phases: readonly Phase[], done: Int32Array): number {
  return phases.reduce((sum, {bounds, share}, p) => {
    return sum + (share * Atomics.load(done, p)) / Math.max(1, bounds.length - 1)
  }, 0)
}
