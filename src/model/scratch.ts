import {makeScratch, type Scratch} from '../matrix/count-row.ts'
import {makePurchases, type Purchases} from '../matrix/repeat.ts'
import type {SumRoom} from '../matrix/sum-room.ts'
import {type Heaps, makeHeaps} from '../matrix/top-k.ts'

/** Room for one query at a time, so that none allocates more than its answer. All empty between queries. */
export interface QueryScratch extends SumRoom {
  /** Whether a query is at work: one may not be asked from within another. */
  isBusy: boolean
  eligible: Eligible
  /** What the question starts from, and how much it counts, of items that only the catalogue has. */
  unseen: Map<number, number>
  purchases: Purchases
  /** For rows counted on demand. */
  row: Scratch
  /** Where an item picked stands in the answer. Of no meaning for others. */
  places: Int32Array
  /** By place in the answer, the seeds that carried it. */
  reasons: Heaps
}

/** Which items may come into the answer. */
export interface Eligible {
  /** By item: how many of the lists that alone may come it stood on so far; or one of the marks above these. */
  marks: Uint8Array
  /** The same for items that only the catalogue has, whose indices come after those of the log. */
  added: Uint8Array
  /** How many such lists there are: who has this mark may come. */
  lists: number
  /** The first `n` are the items whose mark is to be taken off after the query. */
  n: number
  marked: Int32Array
}

/** How many purchases are named for each result. */
export const REASONS = 3

/** Marks of what may not come: it is ruled out, or in the answer already. */
export const BARRED = 255
export const PICKED = 254

/** @param sold the items that may ever come */
export function makeQueryScratch(items: number, sold: Int32Array, room: SumRoom): QueryScratch {
  const {marks} = room
  marks.fill(BARRED)
  for (const item of sold) marks[item] = 0
  return {
    ...room,
    isBusy: false,
    eligible: {marks, added: new Uint8Array(0), lists: 0, n: 0, marked: new Int32Array(items)},
    unseen: new Map(),
    purchases: makePurchases(items),
    row: makeScratch(items),
    places: new Int32Array(items),
    reasons: makeHeaps(10, REASONS),
  }
}
