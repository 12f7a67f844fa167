import type {Indices} from './csr.ts'
import {each, type Steps} from './steps.ts'
import {clearHeap, type Heaps, makeHeaps, offer, sortBestFirst} from './top-k.ts'

/** In `together`: the two were not bought together often enough to say so, but each with the same other items. */
export const RELATED = -1

/** The stored neighbors of every item, best first: the rows of one model. */
export interface Table {
  /** Row `i` is the entries from `offsets[i]` up to before `offsets[i + 1]`. */
  offsets: Int32Array
  items: Indices
  /** Never 0; below 0 only where weights were learned. */
  scores: Float32Array
  /** In how many baskets the two stand together, or `RELATED`; 0 where only the popularity of the neighbor speaks for it. */
  together: Counts
}

/** Numbers of baskets take 16 bits in a saved model, where all fit. */
export type Counts = Int16Array | Int32Array

/** Reads the finished heaps out as a table, row `i` from heap `heapOf[i]`. */
export function* tableOf(heaps: Heaps, heapOf: Int32Array): Steps<Table> {
  const {k, sizes, indices, scores, notes} = heaps
  const rows = heapOf.length
  const offsets = new Int32Array(rows + 1)
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + sizes[heapOf[row]]
  const table = {
    offsets,
    items: new Int32Array(offsets[rows]),
    scores: new Float32Array(offsets[rows]),
    together: new Int32Array(offsets[rows]),
  }
  const read = (row: number) => {
    const root = heapOf[row] * k
    const end = root + sortBestFirst(heaps, heapOf[row])
    table.items.set(indices.subarray(root, end), offsets[row])
    table.scores.set(scores.subarray(root, end), offsets[row])
    table.together.set(notes.subarray(root, end), offsets[row])
  }
  yield* each(rows, read, Math.ceil(50_000 / k))
  return table
}

/** Takes a table row by row. */
interface TableWriter {
  /** Offers an entry to the row. A score that is 0, or no number, says nothing. */
  add: (item: number, score: number, together: number) => void
  endRow: () => void
  table: () => Table
}

/**
 * For tables in which a score may be below 0: of each row the `k` entries with the strongest scores are kept, and stand best
 * first. Scores are ties if they are so in 32 bits: what differs in later digits differs by rounding.
 * @param rows how many there will be, of them `filled` that are not empty
 */
export function tableWriter(rows: number, filled: number, k: number): TableWriter {
  const strongest = makeHeaps(1, k)
  const offsets = new Int32Array(rows + 1)
  const items = new Int32Array(filled * k)
  const scores = new Float32Array(filled * k)
  const together = new Int32Array(filled * k)
  /** Of what was offered to the row, of either sign. */
  let offered: {score: number; together: number}[] = []
  let row = 0
  let end = 0
  return {
    add: (item, score, together) => {
      const rounded = Math.fround(score)
      const strength = Math.abs(rounded)
      if (!(strength >= strongest.worst[0])) return
      offer(strongest, 0, item, strength, offered.length)
      offered.push({score: rounded, together})
    },
    endRow: () => {
      const n = strongest.sizes[0]
      const kept = Array.from({length: n}, (_, t) => ({item: strongest.indices[t], ...offered[strongest.notes[t]]}))
      for (const entry of kept.sort((a, b) => b.score - a.score || a.item - b.item)) {
        items[end] = entry.item
        scores[end] = entry.score
        together[end++] = entry.together
      }
      clearHeap(strongest, 0)
      offered = []
      offsets[++row] = end
    },
    table: () => ({
      offsets,
      items: items.slice(0, end),
      scores: scores.slice(0, end),
      together: together.slice(0, end),
    }),
  }
}
