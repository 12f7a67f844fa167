/** What each thread of a job runs: bundled into one text, which travels with the package. */
import {parentPort, workerData} from 'node:worker_threads'
import {openKernel} from './kernel.ts'
import {openNextOrders} from './next-order-kernel.ts'
import type {Kernel, Phase} from './phases.ts'
import {openSweep} from './sweep-kernel.ts'
import {slotsFor, type ThreadOrder} from './thread-order.ts'

const {job, thread, threads, control} = workerData as ThreadOrder
const slots = slotsFor(job.phases.length)
if ('lists' in job) takePart(job.phases, openKernel(job, thread))
else if ('visitOffsets' in job) takePart(job.phases, openNextOrders(job, thread))
else takePart(job.phases, openSweep(job))

function takePart<P extends Phase>(phases: P[], kernel: Kernel<P>): void {
  for (const [p, phase] of phases.entries()) {
    const stretches = phase.bounds.length - 1
    for (;;) {
      // Rows are written in as many stretches as there are threads; the rest is taken as it comes.
      const s = Atomics.add(control, slots.next + p, 1)
      if (s >= stretches || Atomics.load(control, slots.stop) === 1) break
      for (const _ of kernel.work(phase, s)) if (Atomics.load(control, slots.stop) === 1) break
      Atomics.add(control, slots.done + p, 1)
    }
    if (waitForAll(p) === 'stop') break
  }
  parentPort?.postMessage(kernel.result())
}

/** No phase begins before all threads have ended the last one. */
function waitForAll(p: number): 'go' | 'stop' {
  const place = slots.arrived + p
  if (Atomics.add(control, place, 1) + 1 === threads) Atomics.notify(control, place)
  for (;;) {
    const arrived = Atomics.load(control, place)
    if (Atomics.load(control, slots.stop) === 1) return 'stop'
    if (arrived === threads) return 'go'
    Atomics.wait(control, place, arrived)
  }
}
