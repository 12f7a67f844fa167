import {isatty} from 'node:tty'

/** Whether somebody sees what is written to standard error. */
export function isWatched(): boolean {
  return isatty(process.stderr.fd)
}
