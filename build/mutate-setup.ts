import {Worker} from 'node:worker_threads'
import fc from 'fast-check'
import {inject} from 'vitest'

// The same cases for every mutant, and no search for a smaller one: that it fails is enough.
fc.configureGlobal({seed: 1, endOnFailure: true})

// Nothing within its own thread could end a loop without an end. CPU time, since others may use the machine too.
const watch = `setInterval(() => {
  const {user, system} = process.cpuUsage()
  if (user + system > ${inject('microseconds')}) process.kill(${process.pid}, 'SIGKILL')
}, 100)`
new Worker(watch, {eval: true}).unref()
