import {type Driver, type Steps, span} from '../matrix/steps.ts'
import {Turns} from './turns.ts'

/** What fitting is at, in this order; `'tune'`, if at all, comes after `'sort'`. */
export type Phase = 'read' | 'sort' | 'baskets' | 'count' | 'next-order' | 'learn' | 'evaluate' | 'tune'

/** How far fitting has come. */
export interface Progress {
  phase: Phase
  /** Share of the phase that is done, 0 to 1; absent while reading what has no known end, and while tuning. */
  share?: number
  /** Lines read so far; only while reading. */
  lines?: number
}

/** Runs long work in turns, so that a service goes on answering; tells of its progress and stops when it should. */
export class Pace {
  readonly seconds: Record<string, number> = {}
  readonly #signal: AbortSignal | undefined
  readonly #onProgress: ((progress: Progress) => void) | undefined
  readonly #turns: Turns

  constructor(signal: AbortSignal | undefined, onProgress: ((progress: Progress) => void) | undefined) {
    this.#signal = signal
    this.#turns = new Turns(signal)
    this.#onProgress = onProgress
  }

  /** Whether it is time to `pause`. */
  get isDue(): boolean {
    return this.#turns.isOver
  }

  /** Tells how far it is and gives the event loop a turn. Rejects with the signal's reason if aborted. */
  async pause(progress: Progress): Promise<void> {
    this.#onProgress?.(progress)
    await this.#turns.next()
  }

  /** Runs steps to their end in turns, up to a share of the phase, and adds their time to its seconds. */
  async run<Result>(phase: Phase, steps: Steps<Result>, end = 1): Promise<Result> {
    const start = performance.now()
    for (;;) {
      const step = steps.next()
      if (step.done) {
        this.add(phase, start)
        if (this.isDue) await this.pause({phase, share: end})
        this.#signal?.throwIfAborted()
        return step.value
      }
      if (this.isDue) await this.pause({phase, share: step.value})
    }
  }

  /** Adds the time since `start`, in ms by `performance.now()`, to a phase's seconds. */
  add(phase: Phase, start: number): void {
    this.seconds[phase] = (this.seconds[phase] ?? 0) + (performance.now() - start) / 1000
  }

  /** Drives the parts of a phase. */
  driver(phase: Phase): Driver {
    return {
      run: (steps, from, to) => this.run(phase, span(steps, from, to), to),
      wait: async (work, from, to) => {
        const start = performance.now()
        const result = await work(
          (share) => this.#onProgress?.({phase, share: from + (to - from) * share}),
          this.#signal,
        )
        this.add(phase, start)
        return result
      },
    }
  }
}
