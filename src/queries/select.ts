import type {Sparse} from '../matrix/sparse.ts'
import {takeBest} from '../matrix/sum-room.ts'
import type {Model} from '../model/model.ts'
import type {QueryScratch} from '../model/scratch.ts'
import {markPicked} from './ask.ts'
import type {Rules} from './rules.ts'

/** Which evidence carried a result, strongest first. */
export type Tier = 'copurchase' | 'related' | 'repeat' | 'popular'

/** A result before it gets its words. */
export interface Pick {
  item: number
  score: number
  tier: Tier
  /** What the candidate was noted with: its count, say. */
  note: number
}

/** Candidates of one source of evidence that come best first already: the first `n` of parallel arrays. */
export interface Ranking {
  n: number
  items: ArrayLike<number>
  scores: ArrayLike<number>
  notes: ArrayLike<number>
  tierOf: (note: number) => Tier
}

/** Candidates in no order. Choosing among them empties them. */
export interface Scored {
  scores: Sparse
  /** What 1 in the scores is worth. */
  unit: number
  /** What is in each of the scores that is none. */
  beside: number
  noteOf?: (item: number) => number
  tierOf: (item: number, score: number) => Tier
}

/**
 * The one way from candidates to results. Sources are asked in turn, and only while places are left: what the question's
 * own model scores, best first, then what it falls back to, then the bestsellers. An item comes once, at its first
 * source, and never if it was asked about or a rule forbids it; since that is looked at before the cut, exactly `limit`
 * items come back unless fewer qualify.
 */
export function select(model: Model, rules: Rules, sources: readonly (() => Ranking | Scored)[]): Pick[] {
  const {popular, scratch} = model
  const {limit = 10, fallback = true} = rules
  const {marks, lists} = scratch.eligible
  const picks: Pick[] = []
  for (const source of sources) {
    if (picks.length === limit) break
    const candidates = source()
    if ('unit' in candidates) pickBest(candidates, limit, scratch, picks)
    else pickFirst(candidates, limit, fallback, scratch, picks)
  }
  for (let p = 0; fallback && p < popular.length && picks.length < limit; p++) {
    const item = popular[p]
    if (marks[item] !== lists) continue
    markPicked(scratch.eligible, item)
    picks.push({item, score: 0, tier: 'popular', note: 0})
  }
  return picks
}

function pickFirst(
  {n, items, scores, notes, tierOf}: Ranking,
  limit: number,
  fallback: boolean,
  {eligible}: QueryScratch,
  picks: Pick[],
): void {
  const {marks, lists} = eligible
  for (let t = 0; t < n && picks.length < limit; t++) {
    const item = items[t]
    const tier = tierOf(notes[t])
    if (marks[item] !== lists || (tier === 'popular' && !fallback)) continue
    markPicked(eligible, item)
    picks.push({item, score: scores[t], tier, note: notes[t]})
  }
}

function pickBest(
  {scores, unit, beside, noteOf, tierOf}: Scored,
  limit: number,
  scratch: QueryScratch,
  picks: Pick[],
): void {
  const {eligible} = scratch
  const room = Math.min(limit - picks.length, eligible.marks.length)
  const best = takeBest(scores, room, eligible.lists, scratch)
  for (let t = 0; t < best.n; t++) {
    const item = best.items[t]
    const score = (best.scores[t] - beside) * unit
    markPicked(eligible, item)
    picks.push({item, score, tier: tierOf(item, score), note: noteOf ? noteOf(item) : 0})
  }
}
