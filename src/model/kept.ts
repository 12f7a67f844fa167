import type {Change, Changed, Changes} from './changes.ts'
import {saveModel} from './file.ts'
import type {Layout} from './format.ts'
import type {Journal} from './journal.ts'
import {Turns} from './turns.ts'

/**
 * A shop's changes in a journal. What has changed since the *file* was saved is known apart from what has changed since
 * everything was counted in memory: a refresh changes the one, a save both.
 */
export class Kept {
  readonly #journal: Journal
  /** Since the file was saved that the journal continues. */
  #sinceSaved: Changes
  /** Since files were made that are just being saved. */
  readonly #saving: Changes[] = []

  constructor(journal: Journal, sinceSaved: Changes) {
    this.#journal = journal
    this.#sinceSaved = sinceSaved
  }

  async isOf(path: string): Promise<boolean> {
    await this.#journal.refuse(path)
    return this.#journal.continues(path)
  }

  /** Writes a change down, and makes it. */
  write(change: Change, make: () => Promise<Changed>): Promise<Changed> {
    if (!('customer' in change)) return this.#journal.write(change, make)
    // Who is to be forgotten is not to be written down, and is to be in nothing that was.
    return this.#journal.alone(async () => {
      await this.#journal.forgetAllBut(this.#sinceSaved.orders.snapshotWithout(change.customer))
      return make()
    })
  }

  /** Makes a change that was made in `made` wherever else it counts. */
  follow(change: Change, made: Changes): void {
    for (const changes of new Set([this.#sinceSaved, ...this.#saving])) if (changes !== made) changes.make(change)
  }

  /**
   * Saves a file from which the journal then goes on.
   * @param changes what has changed since it was made, and will have until it is saved
   */
  async save(path: string, layout: Layout, changes: Changes): Promise<void> {
    const journal = this.#journal
    this.#saving.push(changes)
    try {
      await saveModel(path, layout, (version, rename) =>
        journal.alone(async () => {
          await journal.moveTo(version, changes.orders.snapshot(), rename)
          this.#sinceSaved = changes
        }),
      )
    } finally {
      this.#saving.splice(this.#saving.indexOf(changes), 1)
    }
  }
}

/** Makes the changes of a journal once more. */
export async function replay(made: Iterable<Change>, changes: Changes): Promise<void> {
  const turns = new Turns(undefined)
  for (const change of made) {
    try {
      changes.make(change)
    } catch (error) {
      // It was refused when it came, and is again.
      if (!(error instanceof RangeError)) throw error
    }
    if (turns.isOver) await turns.next()
  }
}
