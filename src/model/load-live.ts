import type {Change} from './change.ts'
import {loadModel} from './file.ts'
import {type Body, changeIn} from './journal-format.ts'
import {LiveModel} from './live.ts'
import {openJournal} from './open-journal.ts'
import type {LoadOptions} from './restore.ts'

export interface LoadFileOptions extends LoadOptions {
  /**
   * A file of its own for what changes from then on: `add` and `remove` are done when it is written there and on disk, and
   * whoever loads the shop with it again has all of it. It is made where there is none. Saving the shop under the name it was
   * loaded by empties it; under another name it stays. One process at a time may have it. It is personal data. From a `refresh`
   * until the shop is saved, what was loaded stays in memory beside what was counted. Default: changes are in memory alone
   * until the shop is saved.
   */
  journal?: string | undefined
}

/** Opens the model in a file, with what has changed since by its journal. */
export async function loadLive(path: string, options: LoadFileOptions): Promise<LiveModel> {
  const model = await loadModel(path, options)
  const live = new LiveModel(model)
  if (options.journal === undefined) return live
  if (!model.hasLog) {
    throw new RangeError('load: journal is for shops saved with their log; this one has no orders that could change')
  }
  const {journal, bodies, name} = await openJournal(options.journal, path, model.version as string)
  await live.resume(journal, changesIn(bodies, model.log.lineOffsets.length - 1, name))
  return live
}

function* changesIn(bodies: readonly Body[], orders: number, name: string): Generator<Change> {
  for (const body of bodies) yield changeIn(body, orders, name)
}
