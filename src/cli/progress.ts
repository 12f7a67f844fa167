import cliProgress from 'cli-progress'
import type {Phase} from '../model/pace.ts'
import {isWatched} from './terminal.ts'

/** What fitting is at, in words. */
export const doing: Record<Phase, string> = {
  read: 'reading',
  sort: 'sorting orders',
  baskets: 'making baskets',
  count: 'counting pairs',
  'next-order': 'following customers',
  learn: 'learning',
  evaluate: 'judging',
  tune: 'tuning',
}

/** Shorter work, in ms, is done without a bar. */
const PATIENCE = 500

/** A bar on standard error. */
export interface ProgressBar {
  /** @param note what else there is to say, such as how many lines were read */
  show: (doing: string, share: number, note?: string) => void
  /** Wipes the bar away and gives the cursor back. */
  stop: () => void
}

/** Shows how far long work has come, where there is somebody at a terminal to see it. */
export function progressBar(isWanted: boolean): ProgressBar {
  if (!isWanted || !isWatched()) return {show: () => {}, stop: () => {}}
  const bar = new cliProgress.SingleBar({
    format: '{doing} {bar} {percentage}%  {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    // Else it would turn the terminal's own wrapping off.
    linewrap: true,
    stream: process.stderr,
  })
  const start = performance.now()
  let isShown = false
  // However the program ends, the terminal is left as it was.
  process.once('exit', stop)

  function show(doing: string, share: number, note = ''): void {
    if (performance.now() - start < PATIENCE) return
    const payload = {doing: doing.padEnd(19), note}
    if (isShown) bar.update(share, payload)
    else bar.start(1, share, payload)
    isShown = true
  }

  function stop(): void {
    if (isShown) bar.stop()
    isShown = false
  }

  return {show, stop}
}
