import type {Worker} from 'node:worker_threads'
import {afterAll} from 'vitest'

/** Counts the threads that are started from now on, and those of them that have not ended. */
export function watchWorkers(): {started: number; live: number} {
  const seen = {started: 0, live: 0}
  const note = (worker: Worker) => {
    seen.started++
    seen.live++
    worker.once('exit', () => seen.live--)
  }
  process.on('worker', note)
  afterAll(() => void process.off('worker', note))
  return seen
}
