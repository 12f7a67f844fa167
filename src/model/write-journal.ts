import {rm} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {Change} from './change.ts'
import type {Difference} from './current-orders.ts'
import {openNew, syncFolder, writePiece} from './file.ts'
import {bodyOf, JOURNAL_HEAD, journalHead, recordsOf} from './journal-format.ts'

/** Orders of one record, where there is a choice: a few milliseconds. */
const SLICE = 1000

/** Where a journal's file ends as this process left it, and which file it is: if either is another, others write to it. */
export interface Place {
  /** Bytes of the file. */
  size: number
  /** Where the last whole record ends: behind it is what was not written to its end. */
  end: number
  ino: number
}

/** Writes a whole journal to disk. */
export async function writeJournal(path: string, shop: string, difference: Difference, mode?: number): Promise<Place> {
  await rm(path, {force: true})
  const file = await openNew(path, mode)
  try {
    await writePiece(file, journalHead(shop), 0)
    let end = JOURNAL_HEAD
    for (const change of changesOf(difference)) {
      const record = recordsOf([bodyOf(change)])
      await writePiece(file, record, end)
      end += record.length
    }
    await file.sync()
    const {size, ino} = await file.stat()
    await syncFolder(dirname(path))
    return {size, end: size, ino}
  } finally {
    await file.close()
  }
}

/** The changes that a difference comes to. */
function* changesOf({gone, orders}: Difference): Generator<Change> {
  if (gone.size > 0) yield {kind: 'remove', indices: [...gone].sort((a, b) => a - b)}
  for (let from = 0; from < orders.length; from += SLICE) {
    yield {kind: 'add', orders: orders.slice(from, from + SLICE), replace: true, strict: false}
  }
}
