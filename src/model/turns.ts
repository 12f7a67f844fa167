/** Longest time in ms that work keeps the event loop waiting, with room for a slow machine under the promised 50. */
const TURN = 15

/** Calls back when everybody else had a turn. Browsers have timers alone for that, which take some milliseconds each. */
const after = (call: () => void): unknown =>
  typeof setImmediate === 'function' ? setImmediate(call) : setTimeout(call)

/** Parts long work into turns of the event loop, and ends it between two of them when it should stop. */
export class Turns {
  readonly #signal: AbortSignal | undefined
  #end = performance.now() + TURN

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** Whether it is time for the `next`. */
  get isOver(): boolean {
    return performance.now() >= this.#end
  }

  /** Gives everybody else a turn. Rejects with the signal's reason if aborted. */
  async next(): Promise<void> {
    await new Promise<void>(after)
    this.#signal?.throwIfAborted()
    this.#end = performance.now() + TURN
  }
}
