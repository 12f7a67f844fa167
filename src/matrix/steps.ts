/**
 * Long work as a generator: it yields now and then (every few milliseconds of work) how much is done, from 0 to 1,
 * and returns the result. Whoever drives it decides what happens in between: nothing, a turn of the event loop,
 * a progress bar, an abort.
 */
export type Steps<Result> = Generator<number, Result, void>

/** Runs long work in one go. */
export function finish<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** The same work as a part of more, which takes it from the share `from` to the share `to`. */
export function* span<Result>(steps: Steps<Result>, from: number, to: number): Steps<Result> {
  let step = steps.next()
  while (!step.done) {
    yield from + (to - from) * step.value
    step = steps.next()
  }
  return step.value
}

/** Calls `work` for every number from 0 to before `n`, with a pause every `chunk` calls: a few milliseconds. */
export function* each(n: number, work: (i: number) => void, chunk = 1 << 16): Steps<void> {
  for (let from = 0; from < n; from += chunk) {
    const to = Math.min(from + chunk, n)
    for (let i = from; i < to; i++) work(i)
    yield to / n
  }
}

/** Drives long work in turns, tells of its progress and stops when it should. `from` and `to` are shares of the whole. */
export interface Driver {
  run: <Result>(steps: Steps<Result>, from: number, to: number) => Promise<Result>
  /** Waits for work that goes on elsewhere, tells of it, and has it stopped by the signal. */
  wait: <Result>(
    work: (tell: (share: number) => void, signal: AbortSignal | undefined) => Promise<Result>,
    from: number,
    to: number,
  ) => Promise<Result>
}

/** A driver for work that is a part of more. */
export function part(driver: Driver, first: number, last: number): Driver {
  const within = (share: number) => first + (last - first) * share
  return {
    run: (steps, from, to) => driver.run(steps, within(from), within(to)),
    wait: (work, from, to) => driver.wait(work, within(from), within(to)),
  }
}

/** Runs everything in one go. */
export const inOneGo: Driver = {
  run: async (steps) => finish(steps),
  wait: (work) => work(() => {}, undefined),
}
