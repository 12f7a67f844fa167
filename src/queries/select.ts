import {clearHeap, makeHeaps, offer, sortBestFirst} from '../matrix/top-k.ts'
import type {Model} from '../model/model.ts'
import {markPicked} from './ask.ts'
import type {Rules} from './rules.ts'

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
 */
export function select(model: Model, rules: Rules, sources: readonly (() => Candidates)[]): Pick[] {
  const {popular, scratch} = model
  const {limit = 10, fallback = true} = rules
  const {eligible} = scratch
  const {marks, lists} = eligible
  const picks: Pick[] = []
  const pick = (item: number, score: number, tier: Tier, note: number) => {
    markPicked(eligible, item)
    picks.push({item, score, tier, note})
  }
  for (const source of sources) {
    if (picks.length === limit) break
    const candidates = source()
    const {n, items, scores, notes, tierOf} = candidates
    if (candidates.ranked) {
      for (let t = 0; t < n && picks.length < limit; t++) {
        if (marks[items[t]] !== lists) continue
        const note = notes ? notes[t] : 0
        const tier = tierOf(note)
        if (fallback || tier !== 'popular') pick(items[t], scores[t], tier, note)
      }
    } else {
      const best = pickBest(model, candidates, Math.max(1, Math.min(limit - picks.length, marks.length)), fallback)
      const {indices, scores: bestScores, notes: bestNotes} = scratch.best
      for (let t = 0; t < best; t++) pick(indices[t], bestScores[t], tierOf(bestNotes[t]), bestNotes[t])
    }
  }
  for (let p = 0; fallback && p < popular.length && picks.length < limit; p++) {
    if (marks[popular[p]] === lists) pick(popular[p], 0, 'popular', 0)
  }
  return picks
}

/** Leaves the best candidates in the scratch's heap, sorted; returns how many. */
function pickBest({scratch}: Model, candidates: Candidates, room: number, fallback: boolean): number {
  const {n, items, scores, notes, tierOf} = candidates
  const {marks, lists} = scratch.eligible
  if (scratch.best.k !== room) scratch.best = makeHeaps(1, room)
  const heap = scratch.best
  clearHeap(heap, 0)
  for (let t = 0; t < n; t++) {
    if (!(scores[t] >= heap.worst[0]) || marks[items[t]] !== lists) continue
    const note = notes ? notes[t] : 0
    if (fallback || tierOf(note) !== 'popular') offer(heap, 0, items[t], scores[t], note)
  }
  return sortBestFirst(heap, 0)
}
