import {Worker} from 'node:worker_threads'
import fc from 'fast-check'
import {afterAll, inject} from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The CPU time after which the tests of a file have failed, in microseconds. */
    limit: number
  }
  interface TaskMeta {
    /** The CPU time that they took. */
    spent?: number
  }
}

// The same cases for every mutant, and no search for a smaller one: that it fails is enough.
fc.configureGlobal({seed: 1, endOnFailure: true})

// Nothing within its own thread could end a loop without an end. CPU time, since others may use the machine too.
const watch = `setInterval(() => {
  const {user, system} = process.cpuUsage()
  if (user + system > ${inject('limit')}) process.kill(process.pid, 'SIGKILL')
}, 100)`
new Worker(watch, {eval: true}).unref()

// biome-ignore lint/correctness/noEmptyPattern: vitest takes nothing else for a first argument.
afterAll(({}, {file}) => {
  const {user, system} = process.cpuUsage()
  file.meta.spent = user + system
})
