import {untilAborted} from '../model/until-aborted.ts'
import type {Id} from '../orders/order-line.ts'
import type {Batch} from './batch.ts'
import {textOf} from './rules.ts'

/** The ids of a batch, one by one as texts. Whoever opens them must close them. */
export class OpenIds {
  readonly #query: string
  readonly #ids: Iterator<Id> | AsyncIterator<Id>
  #isOpen = false
  #isAwaited = false

  constructor({query, ids, signal}: Pick<Batch, 'query' | 'ids' | 'signal'>) {
    this.#query = query
    this.#ids = Symbol.asyncIterator in ids ? untilAborted(ids, signal) : ids[Symbol.iterator]()
  }

  /** `undefined` after the last. */
  async next(): Promise<string | undefined> {
    this.#isOpen = false
    this.#isAwaited = true
    try {
      const step = await this.#ids.next()
      if (step.done) return undefined
      // What fails or has ended is not to be closed.
      this.#isOpen = true
      return textOf(this.#query, step.value)
    } finally {
      this.#isAwaited = false
    }
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.#ids.return?.()
    // One that is waited for would not answer before it has come.
    else if (this.#isAwaited) Promise.resolve(this.#ids.return?.()).catch(() => {})
  }
}

/** Ids that go to a thread together, and the answers to come. */
interface Chunk<Answers> {
  ids: string[]
  answers: Answers
}

/** Reads ids ahead of whoever takes them, in chunks, and has each asked about as soon as it is read. */
export class ChunksAhead<Answers> {
  readonly #ids: OpenIds
  readonly #size: number
  readonly #most: number
  readonly #ask: (ids: string[]) => Answers
  readonly #underWay: Chunk<Answers>[] = []
  #read: string[] = []
  #end: {error?: unknown} | undefined
  #wakeReader = () => {}
  #wakeTaker = () => {}

  /**
   * @param size ids in a chunk, at most: fewer go where nothing is under way, and so nobody waits for ids to come
   * @param most chunks that are under way, at most
   */
  constructor(ids: OpenIds, size: number, most: number, ask: (ids: string[]) => Answers) {
    this.#ids = ids
    this.#size = size
    this.#most = most
    this.#ask = ask
    this.#readAhead()
  }

  /** The next chunk in the order of the ids; `undefined` after the last. Throws where reading them did. */
  async take(): Promise<Chunk<Answers> | undefined> {
    while (this.#underWay.length === 0) {
      if (this.#read.length > 0) this.#send()
      else if (!this.#end) await new Promise<void>((wake) => (this.#wakeTaker = wake))
      else if ('error' in this.#end) throw this.#end.error
      else return undefined
    }
    this.#wakeReader()
    return this.#underWay.shift()
  }

  async #readAhead(): Promise<void> {
    try {
      for (let id = await this.#ids.next(); id !== undefined; id = await this.#ids.next()) {
        this.#read.push(id)
        if (this.#read.length === this.#size || this.#underWay.length === 0) this.#send()
        if (this.#underWay.length === this.#most) await new Promise<void>((wake) => (this.#wakeReader = wake))
      }
      this.#end = {}
    } catch (error) {
      this.#end = {error}
    }
    this.#wakeTaker()
  }

  #send(): void {
    this.#underWay.push({ids: this.#read, answers: this.#ask(this.#read)})
    this.#read = []
    this.#wakeTaker()
  }
}
