/**
 * For each of some rows, room for the `k` best entries found so far: a heap whose root is the worst of them.
 * A strict order, so that ties never depend on how entries came: score descending, then index ascending.
 */
export interface Heaps {
  k: number
  /** Entries of each row so far. */
  sizes: Int32Array
  /** The score an entry must reach to enter a full row; 0 while the row has room. */
  worst: Float64Array
  /** Row `r` holds the places from `r · k`. */
  indices: Int32Array
  scores: Float64Array
  /** A number kept with each entry: its count, say. */
  notes: Int32Array
}

export function makeHeaps(rows: number, k: number): Heaps {
  return {
    k,
    sizes: new Int32Array(rows),
    worst: new Float64Array(rows),
    indices: new Int32Array(rows * k),
    scores: new Float64Array(rows * k),
    notes: new Int32Array(rows * k),
  }
}

/**
 * Offers an entry to a row. It must not be in the row already. A score that is not above 0 (NaN included) never enters:
 * nothing speaks for it. Call it only where `score >= worst[row]`: most entries fail that, and the test is cheap.
 */
export function offer(heaps: Heaps, row: number, index: number, score: number, note: number): void {
  const {k, sizes, worst, indices, scores} = heaps
  const root = row * k
  const size = sizes[row]
  if (!(score > 0)) return
  if (size < k) {
    sizes[row] = size + 1
    siftUp(heaps, root, size, index, score, note)
    if (size + 1 === k) worst[row] = scores[root]
  } else if (isWorse(scores[root], indices[root], score, index)) {
    siftDown(heaps, root, size, index, score, note)
    worst[row] = scores[root]
  }
}

/** Turns a row's heap into a list, best first; returns its length. The row takes no more offers after that. */
export function sortBestFirst(heaps: Heaps, row: number): number {
  const {k, sizes, indices, scores, notes} = heaps
  const root = row * k
  for (let last = sizes[row] - 1; last > 0; last--) {
    const index = indices[root + last]
    const score = scores[root + last]
    const note = notes[root + last]
    place(heaps, root + last, root)
    siftDown(heaps, root, last, index, score, note)
  }
  return sizes[row]
}

/** Empties a row for the next question. */
export function clearHeap({sizes, worst}: Heaps, row: number): void {
  sizes[row] = 0
  worst[row] = 0
}

function isWorse(score: number, index: number, otherScore: number, otherIndex: number): boolean {
  return score < otherScore || (score === otherScore && index > otherIndex)
}

function place({indices, scores, notes}: Heaps, to: number, from: number): void {
  indices[to] = indices[from]
  scores[to] = scores[from]
  notes[to] = notes[from]
}

/** Puts an entry into the free place `hole` and lets it rise while it is worse than its parent. */
function siftUp(heaps: Heaps, root: number, hole: number, index: number, score: number, note: number): void {
  const {indices, scores, notes} = heaps
  while (hole > 0) {
    const parent = (hole - 1) >> 1
    if (!isWorse(score, index, scores[root + parent], indices[root + parent])) break
    place(heaps, root + hole, root + parent)
    hole = parent
  }
  indices[root + hole] = index
  scores[root + hole] = score
  notes[root + hole] = note
}

/** Replaces the root by an entry and lets it sink while a child is worse. */
function siftDown(heaps: Heaps, root: number, size: number, index: number, score: number, note: number): void {
  const {indices, scores, notes} = heaps
  let hole = 0
  for (;;) {
    let child = 2 * hole + 1
    if (child >= size) break
    const at = root + child
    if (child + 1 < size && isWorse(scores[at + 1], indices[at + 1], scores[at], indices[at])) child++
    if (!isWorse(scores[root + child], indices[root + child], score, index)) break
    place(heaps, root + hole, root + child)
    hole = child
  }
  indices[root + hole] = index
  scores[root + hole] = score
  notes[root + hole] = note
}
