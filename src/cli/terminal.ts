import {createRequire} from 'node:module'
import {isatty} from 'node:tty'

// cli-progress is CommonJS. Bundled into an ES module, it asks for Node's own modules by a `require` that is not there.
;(globalThis as {require?: unknown}).require ??= createRequire(import.meta.url)

/** Whether somebody sees what is written to standard error. */
export function isWatched(): boolean {
  return isatty(process.stderr.fd)
}
