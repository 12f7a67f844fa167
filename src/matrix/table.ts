import {each, type Steps} from './steps.ts'
import {type Heaps, sortBestFirst} from './top-k.ts'

/** The stored neighbors of every item, best first: the rows of one model. */
export interface Table {
  /** Row `i` is the entries from `offsets[i]` up to before `offsets[i + 1]`. */
  offsets: Int32Array
  items: Int32Array
  /** Above 0. */
  scores: Float32Array
  /** In how many baskets the two stand together; 0 where only the popularity of the neighbor speaks for it. */
  together: Int32Array
}

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
