import {constants} from 'node:fs'
import {type FileHandle, open, rename, rm, truncate} from 'node:fs/promises'
import {basename, dirname, resolve} from 'node:path'
import type {Change, Changed} from './change.ts'
import type {Difference} from './current-orders.ts'
import {realPath, syncFolder} from './file.ts'
import {bodyOf, JOURNAL_HEAD, journalHead, recordsOf} from './journal-format.ts'
import {type Place, writeJournal} from './write-journal.ts'

/** Never one that is made by this: a journal that was deleted is missed, not begun anew. */
const APPEND = constants.O_RDWR | constants.O_APPEND

/** A change that waits to be written down. */
interface Waiting {
  kind: Change['kind']
  body: Uint8Array
  isNeeded: () => boolean
  make: () => Promise<Changed>
  resolve: (done: Changed) => void
  reject: (error: Error) => void
}

/**
 * Writes changes down before they are made. The file is opened for each write, so there is nothing to close and nothing that
 * keeps a process alive. It is replaced by another that is written beside it, as `.next`, and whole on disk before:
 *
 * - when a customer is forgotten: by what else has changed, in which they are not named;
 * - when the shop's file is saved: by what has changed since. There are two names to give then, and a crash may come between.
 *   So `.next` is there first, then the shop gets its name, then the journal. Whichever of the two journals continues the shop
 *   that is found is the right one.
 */
export class Journal {
  readonly #path: string
  /** The shop's file, as it was named and as it is. */
  readonly #shopPaths: readonly string[]
  #shop: string
  #place: Place
  /** Whether `.next` has still to get the journal's name. */
  #isUnnamed = false
  /** Whether a `.next` of an earlier process may be there. */
  #mayHaveNext = true
  #last: Promise<unknown> = Promise.resolve()
  #waiting: Waiting[] = []

  constructor(path: string, shopPaths: readonly string[], shop: string, place: Place) {
    this.#path = path
    this.#shopPaths = shopPaths
    this.#shop = shop
    this.#place = place
  }

  /** Whether it continues the shop in this file. */
  async continues(path: string): Promise<boolean> {
    return this.#shopPaths.includes(resolve(path)) || this.#shopPaths.includes(await realPath(path))
  }

  /** Refuses its own names for anything else. */
  async refuse(path: string): Promise<void> {
    const real = await realPath(path)
    if (real !== this.#path && real !== this.#next) return
    throw new RangeError(`save: ${basename(path)} is the name of the journal; give another path`)
  }

  /** Does something while nothing else is written, and no change is made. */
  alone<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(task)
    this.#last = done.catch(() => {})
    return done
  }

  /**
   * Writes a change down, and makes it. What comes while others are being written is written at once.
   * @param isNeeded whether it has to be written, once all before it was made
   */
  async write(change: Change, isNeeded: () => boolean, make: () => Promise<Changed>): Promise<Changed> {
    const {kind} = change
    const body = this.#bodyOf(change)
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.push({kind, body, isNeeded, make, resolve, reject})
      if (waiting === 1) void this.alone(() => this.#writeWaiting())
    })
  }

  #bodyOf(change: Change): Uint8Array {
    try {
      return bodyOf(change)
    } catch (error) {
      // Longer than a text may be: half a gigabyte.
      throw this.#failed(change.kind, error)
    }
  }

  async #writeWaiting(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      // What comes after one that is needed can be told only when that was made.
      const first = waiting.findIndex(({isNeeded}) => isNeeded())
      const needed = first < 0 ? [] : waiting.slice(first)
      await this.#append(recordsOf(needed.map(({body}) => body)))
    } catch (error) {
      for (const {kind, reject} of waiting) reject(this.#failed(kind, error))
      return
    }
    for (const {make, resolve, reject} of waiting) await make().then(resolve, reject)
  }

  #failed(kind: Change['kind'], cause: unknown): Error {
    const message = `${kind}: nothing has changed, as ${basename(this.#path)} was not written: ${(cause as Error).message}`
    return new Error(message, {cause})
  }

  /** That nobody else has written to it; and takes away what is behind its end. To be called `alone`. */
  async check(kind: Change['kind']): Promise<void> {
    await this.#append(new Uint8Array()).catch((error) => {
      throw this.#failed(kind, error)
    })
  }

  async #append(records: Uint8Array): Promise<void> {
    await this.#takeName()
    if (this.#mayHaveNext) await rm(this.#next, {force: true}).catch(() => {})
    this.#mayHaveNext = false
    const file = await open(this.#path, APPEND)
    try {
      await this.#checkPlace(file)
      const {size, end} = this.#place
      if (size > end) await truncate(this.#path, end)
      this.#place.size = end
      try {
        await appendAll(file, records)
        await file.datasync()
      } catch (error) {
        await this.#cut(file)
        throw error
      }
      this.#place.end = this.#place.size = end + records.length
      await this.#checkPlace(file)
    } finally {
      await file.close()
    }
  }

  async #checkPlace(file: FileHandle): Promise<void> {
    const {size, ino} = await file.stat()
    const {size: expected, ino: same} = this.#place
    const head = new Uint8Array(JOURNAL_HEAD)
    await file.read(head, 0, JOURNAL_HEAD, 0)
    // Numbers of files are given again: the head tells, too.
    const isSame = ino === same && Buffer.compare(head, journalHead(this.#shop)) === 0
    if (size === expected && isSame) return
    const got = isSame ? `${size}` : 'another file'
    const advice = 'something else has written to it; let one process have it, and load the shop again'
    throw new Error(`expected ${expected} bytes in ${basename(this.#path)}, got ${got}: ${advice}`)
  }

  /** Takes back what was written in part. Where even that fails, it is tried again before the next. */
  async #cut(file: FileHandle): Promise<void> {
    await truncate(this.#path, this.#place.end).catch(() => {})
    const {size} = await file.stat().catch(() => ({size: Number.NaN}))
    this.#place.size = size
  }

  /** Writes down what tells the shop from its file, and nothing else, in the place of all changes. To be called `alone`. */
  async forgetAllBut(difference: Difference): Promise<void> {
    try {
      await this.#replace(this.#shop, difference, () => rename(this.#next, this.#path))
    } catch (error) {
      throw this.#failed('remove', error)
    }
    await syncFolder(dirname(this.#path))
  }

  /**
   * Goes on from another file of the shop. To be called `alone`.
   * @param difference what has changed since that was counted
   * @param renameShop gives that file its name
   */
  async moveTo(shop: string, difference: Difference, renameShop: () => Promise<void>): Promise<void> {
    await this.#replace(shop, difference, renameShop)
    this.#shop = shop
    this.#isUnnamed = true
    // It is found under either name, and gets its own before anything is written again.
    await this.#takeName().catch(() => {})
  }

  get #next(): string {
    return nextOf(this.#path)
  }

  async #takeName(): Promise<void> {
    if (!this.#isUnnamed) return
    await rename(this.#next, this.#path)
    this.#isUnnamed = false
    await syncFolder(dirname(this.#path))
  }

  /** Writes `.next`, which holds from when `rename` is done. */
  async #replace(shop: string, difference: Difference, rename: () => Promise<void>): Promise<void> {
    await this.#takeName()
    const file = await open(this.#path, APPEND)
    let mode: number
    try {
      await this.#checkPlace(file)
      mode = (await file.stat()).mode & 0o777
    } finally {
      await file.close()
    }
    try {
      const place = await writeJournal(this.#next, shop, difference, mode)
      await rename()
      this.#place = place
    } catch (error) {
      await rm(this.#next, {force: true}).catch(() => {})
      throw error
    }
  }
}

async function appendAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten
}

/** Where a journal is written that is to replace another. */
export function nextOf(path: string): string {
  return `${path}.next`
}
