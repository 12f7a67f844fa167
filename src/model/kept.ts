import {type Change, type Changed, planChange} from './change.ts'
import type {Changes} from './changes.ts'
import type {Difference} from './current-orders.ts'
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
  /** The customers whom the journal may name, be it that nothing of them is left. */
  #named: Set<string>

  constructor(journal: Journal, sinceSaved: Changes, named: Set<string>) {
    this.#journal = journal
    this.#sinceSaved = sinceSaved
    this.#named = named
  }

  async isOf(path: string): Promise<boolean> {
    await this.#journal.refuse(path)
    return this.#journal.continues(path)
  }

  /** Writes a change down, unless it changes nothing, and makes it. */
  write(change: Change, make: () => Promise<Changed>): Promise<Changed> {
    if ('customer' in change) return this.#journal.alone(() => this.#forget(change, make))
    const makeWritten = () => {
      noteNames(change, this.#named)
      return make()
    }
    return this.#journal.write(change, () => this.#alters(change), makeWritten)
  }

  /** Who is to be forgotten is not to be written down, and is to be in nothing that was. */
  async #forget(change: Change & {customer: string}, make: () => Promise<Changed>): Promise<Changed> {
    if (this.#named.has(change.customer) || this.#alters(change)) {
      const difference = this.#sinceSaved.orders.snapshotWithout(change.customer)
      await this.#journal.forgetAllBut(difference)
      this.#named = namesIn(difference)
    } else {
      await this.#journal.check('remove')
    }
    return make()
  }

  /** Whether a change would make any difference to the shop as it is written down. */
  #alters(change: Change): boolean {
    try {
      return planChange(change, this.#sinceSaved.orders).puts.length > 0
    } catch {
      // It is refused, and will be again when it is made.
      return false
    }
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
          const difference = changes.orders.snapshot()
          await journal.moveTo(version, difference, rename)
          this.#sinceSaved = changes
          this.#named = namesIn(difference)
        }),
      )
    } finally {
      this.#saving.splice(this.#saving.indexOf(changes), 1)
    }
  }
}

/** Makes the changes of a journal once more. Returns the customers whom they name. */
export async function replay(made: Iterable<Change>, changes: Changes): Promise<Set<string>> {
  const turns = new Turns(undefined)
  const named = new Set<string>()
  for (const change of made) {
    noteNames(change, named)
    try {
      changes.make(change)
    } catch (error) {
      // It was refused when it came, and is again.
      if (!(error instanceof RangeError)) throw error
    }
    if (turns.isOver) await turns.next()
  }
  return named
}

function namesIn({orders}: Difference): Set<string> {
  return new Set(orders.flatMap(({customer}) => customer ?? []))
}

function noteNames(change: Change, named: Set<string>): void {
  if (change.kind === 'remove') return
  for (const {customer} of change.orders) if (customer !== undefined) named.add(customer)
}
