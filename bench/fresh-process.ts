import {fork} from 'node:child_process'
import {fileURLToPath} from 'node:url'

/**
 * Runs a script in a process of its own, where code is not yet tuned to other work and memory holds nothing else.
 * Resolves with what it gives to `tellParent`.
 * @param script the caller's `import.meta.url`, as a rule
 */
export function inFreshProcess<Result>(script: string, args: string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(script), args, {execArgv: ['--expose-gc']})
    child.once('message', (result) => resolve(result as Result))
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      // After a result this comes too late to matter.
      reject(new Error(`${args.join(' ')}: the process ended without a result (${signal ?? code})`))
    })
  })
}

export function tellParent(result: unknown): void {
  process.send?.(result)
}

/** Collects garbage now. Needs `--expose-gc`, which fresh processes have. */
export function collectGarbage(): void {
  globalThis.gc?.()
}

/** Bytes in the megabytes memory is in here. */
export const MB = 2 ** 20

/** The most bytes this process has been resident with so far. */
export function peakOfMemory(): number {
  return process.resourceUsage().maxRSS * 1024
}

/** Milliseconds of CPU this process has used so far, on all its threads. */
export function cpuTime(): number {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}
