import {Worker} from 'node:worker_threads'
import type {Batch} from './batch.ts'
import {answererCode} from './embedded.ts'

/** What a thread is told when it starts: all of it can be sent or shared. */
export interface AnswerOrder extends Pick<Batch, 'query' | 'question'> {
  /** See `shareModel`. */
  shared: SharedArrayBuffer
}

interface Thread {
  worker: Worker
  /** Who waits for its answers, in the order in which they come. */
  waiting: {resolve: (numbers: Float64Array) => void; reject: (error: unknown) => void}[]
}

/** Threads that answer from one model, started as they are needed. Whoever has made this must `end` it. */
export class AnswerThreads {
  readonly #order: AnswerOrder
  readonly #most: number
  readonly #signal: AbortSignal | undefined
  readonly #threads: Thread[] = []
  #failure: {error: unknown} | undefined

  /**
   * @param most threads at a time, at most
   * @param signal ends them at once, and whoever waits is told its reason
   */
  constructor(order: AnswerOrder, most: number, signal: AbortSignal | undefined) {
    this.#order = order
    this.#most = most
    this.#signal = signal
    signal?.addEventListener('abort', this.#abort)
  }

  /** Has a thread answer for these ids: see `writeAnswers`. */
  ask(ids: readonly string[]): Promise<Float64Array> {
    const answers = new Promise<Float64Array>((resolve, reject) => {
      if (this.#failure) return reject(this.#failure.error)
      const {worker, waiting} = this.#idlest()
      waiting.push({resolve, reject})
      worker.ref()
      worker.postMessage(ids)
    })
    // It may fail while nobody waits for it yet.
    answers.catch(() => {})
    return answers
  }

  /** They have gone when it is done. */
  async end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort)
    this.#fail(new Error(`${this.#order.query}: its threads have ended`))
    await Promise.all(this.#threads.map(({worker}) => worker.terminate()))
  }

  readonly #abort = () => {
    this.#fail(this.#signal?.reason)
    this.end()
  }

  /** Whoever waits for answers, or asks for some later, gets this error. */
  #fail(error: unknown): void {
    this.#failure ??= {error}
    for (const {waiting} of this.#threads) for (const {reject} of waiting.splice(0)) reject(error)
  }

  #idlest(): Thread {
    let best: Thread | undefined
    for (const thread of this.#threads) if (!best || thread.waiting.length < best.waiting.length) best = thread
    return best && (best.waiting.length === 0 || this.#threads.length === this.#most) ? best : this.#start()
  }

  #start(): Thread {
    const worker = new Worker(answererCode, {eval: true, workerData: this.#order, execArgv: []})
    const thread: Thread = {worker, waiting: []}
    this.#threads.push(thread)
    worker.on('message', (numbers) => {
      const waiting = thread.waiting.shift()
      // Once it is being ended, it must keep the process until it has gone.
      if (!waiting) return
      waiting.resolve(numbers)
      // A loop that nobody goes on with must not keep the process.
      if (thread.waiting.length === 0) worker.unref()
    })
    worker.once('error', (error) => this.#fail(error))
    worker.once('exit', (code) => this.#fail(new Error(`${this.#order.query}: a thread ended with code ${code}`)))
    return thread
  }
}
