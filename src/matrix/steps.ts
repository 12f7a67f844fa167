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
