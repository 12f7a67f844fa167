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
