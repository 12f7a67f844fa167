import {clearHeap, type Heaps, makeHeaps, offer, sortBestFirst} from '../matrix/top-k.ts'
import type {Model} from '../model/model.ts'
import {indicesOf, type Rules} from './rules.ts'

/** Which evidence carried a result, strongest first. */
export type Tier = 'copurchase' | 'repeat' | 'popular'

/** A result before it gets its words. */
export interface Pick {
  item: number
  score: number
  tier: Tier
  /** What the candidate was noted with: its count, say. */
  note: number
}

/** Candidates of one source of evidence: the first `n` of parallel arrays. */
export interface Candidates {
  n: number
  items: ArrayLike<number>
  scores: ArrayLike<number>
  /** Default 0 for each. */
  notes?: ArrayLike<number> | undefined
  /** Whether they come best first already; their order then stands. */
  ranked?: boolean
  tierOf: (note: number) => Tier
}

/**
 * The one way from candidates to results. Sources are asked in turn, and only while places are left: what the question's
 * own model scores, best first, then what it falls back to, then the bestsellers. An item comes once, at its first
 * source, and never if it was asked about or a rule forbids it; since that is looked at before the cut, exactly `limit`
 * items come back unless fewer qualify.
 * @param asked what may not come because it is the question
 */
export function select(
  query: string,
  {itemOf, popular, inNoBasket, scratch}: Model,
  {limit = 10, fallback = true, exclude = [], only}: Rules,
  asked: Iterable<number>,
  sources: (() => Candidates)[],
): Pick[] {
  const excluded = indicesOf(query, itemOf, exclude)
  const allowed = only && indicesOf(query, itemOf, only)
  if (scratch.isBusy) throw new Error(`${query}: a query may not be asked from within a measure`)
  const {barred} = scratch
  let picks: Pick[] = []
  try {
    scratch.isBusy = true
    if (allowed) {
      barred.fill(1)
      for (const item of allowed) barred[item] = 0
    }
    for (const item of inNoBasket) barred[item] = 1
    for (const item of excluded) barred[item] = 1
    for (const item of asked) barred[item] = 1
    picks = pickAllowed(scratch, limit, fallback ? popular : undefined, sources)
  } finally {
    // One by one where few are: a shop has many more items than a question. A query that failed has told of no picks.
    if (allowed || picks.length === 0) barred.fill(0)
    for (const item of inNoBasket) barred[item] = 0
    for (const item of excluded) barred[item] = 0
    for (const item of asked) barred[item] = 0
    for (const {item} of picks) barred[item] = 0
    scratch.isBusy = false
  }
  return picks
}

function pickAllowed(
  scratch: Model['scratch'],
  limit: number,
  popular: Int32Array | undefined,
  sources: (() => Candidates)[],
): Pick[] {
  const {barred} = scratch
  const picks: Pick[] = []
  const pick = (item: number, score: number, tier: Tier, note: number) => {
    barred[item] = 1
    picks.push({item, score, tier, note})
  }
  for (const source of sources) {
    if (picks.length === limit) break
    const {n, items, scores, notes, ranked, tierOf} = source()
    const noteOf = (t: number) => (notes ? notes[t] : 0)
    const mayCome = (t: number) => !barred[items[t]] && (popular || tierOf(noteOf(t)) !== 'popular')
    if (ranked) {
      for (let t = 0; t < n && picks.length < limit; t++) {
        if (mayCome(t)) pick(items[t], scores[t], tierOf(noteOf(t)), noteOf(t))
      }
    } else {
      const heap = emptyHeap(scratch, Math.max(1, Math.min(limit - picks.length, barred.length)))
      for (let t = 0; t < n; t++) {
        const score = scores[t]
        if (score >= heap.worst[0] && mayCome(t)) offer(heap, 0, items[t], score, noteOf(t))
      }
      const best = sortBestFirst(heap, 0)
      for (let t = 0; t < best; t++) pick(heap.indices[t], heap.scores[t], tierOf(heap.notes[t]), heap.notes[t])
    }
  }
  for (let p = 0; popular && p < popular.length && picks.length < limit; p++) {
    if (!barred[popular[p]]) pick(popular[p], 0, 'popular', 0)
  }
  return picks
}

/** Room for the `k` best: that of the last query, if it had as many. */
function emptyHeap(scratch: Model['scratch'], k: number): Heaps {
  if (scratch.heap.k !== k) scratch.heap = makeHeaps(1, k)
  clearHeap(scratch.heap, 0)
  return scratch.heap
}
