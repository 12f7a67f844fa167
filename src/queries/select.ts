import type {Sparse} from '../matrix/sparse.ts'
import {takeBest} from '../matrix/sum-room.ts'
import type {Model} from '../model/model.ts'
import type {QueryScratch} from '../model/scratch.ts'
import type {CatalogueItem, KnownItem} from '../orders/catalogue-item.ts'
import {isOpen, markPicked} from './ask.ts'
import {bestsellers, kin, type Weighted} from './fallback.ts'
import type {Rules} from './rules.ts'
import {type Screen, screenOf} from './screen.ts'

/** Which evidence carried a result, strongest first. */
export type Tier = 'copurchase' | 'related' | 'repeat' | 'category' | 'popular'

/** A result before it gets its words. */
export interface Pick {
  item: number
  score: number
  tier: Tier
  /** What the candidate was noted with: its count, say. */
  note: number
}

/** Candidates of one source of evidence that come best first already, or will by a boost: the first `n` of parallel arrays. */
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
  /** `score` is what it is without a boost. */
  tierOf: (item: number, score: number) => Tier
}

/** Candidates that nothing scores, the most fitting first, and how fitting each is to a boost. */
export interface Fallback {
  items: ArrayLike<number>
  /** What the catalogue says of them, where that is at hand. */
  known?: readonly (KnownItem | undefined)[]
  strengthOf: (item: number) => number
  tier: Tier
}

/**
 * The one way from candidates to results. Sources are asked in turn, and only while places are left: what the question's
 * own model scores, best first, then what it falls back to: items of the same categories as the `seeds`, and bestsellers. An
 * item comes once, at its first source, and never if it was asked about or a rule forbids it; since that is looked at before
 * the cut, exactly `limit` items come back unless fewer qualify.
 */
export function select<Item extends CatalogueItem>(
  query: string,
  model: Model,
  rules: Rules<Item>,
  sources: readonly ((screen: Screen) => Ranking | Scored)[],
  seeds: () => Iterable<Weighted> = () => [],
  screen = screenOf(query, model, rules),
): Pick[] {
  const {limit = 10, fallback = true} = rules
  const picks: Pick[] = []
  for (const source of sources) {
    if (picks.length === limit) return picks
    const candidates = source(screen)
    if ('unit' in candidates) pickBest(candidates, limit, screen, model.scratch, picks)
    else
      pickFirst(screen.boost ? boosted(candidates, screen) : candidates, limit, fallback, screen, model.scratch, picks)
  }
  if (!fallback) return picks
  for (const source of [() => kin(model, seeds()), () => bestsellers(model)]) {
    if (picks.length < limit) pickFallback(source(), limit, screen, model.scratch, picks)
  }
  return picks
}

/** What rules let come, in the order that a boost gives it. */
function boosted({n, items, scores, notes, tierOf}: Ranking, {lets, boost}: Screen): Ranking {
  const left: {item: number; score: number; note: number}[] = []
  for (let t = 0; t < n; t++) {
    const item = items[t]
    const score = lets(item) && boost ? scores[t] * boost(item) : 0
    // What a boost of 0 leaves is no candidate: it comes last, with what sells.
    if (score > 0) left.push({item, score, note: notes[t]})
  }
  left.sort((a, b) => b.score - a.score || a.item - b.item)
  const column = (of: (entry: (typeof left)[number]) => number) => left.map(of)
  const columns = {items: column(({item}) => item), scores: column(({score}) => score), notes: column(({note}) => note)}
  return {...columns, n: left.length, tierOf}
}

function pickFirst(
  {n, items, scores, notes, tierOf}: Ranking,
  limit: number,
  fallback: boolean,
  {isPlain, lets, admits}: Screen,
  {eligible}: QueryScratch,
  picks: Pick[],
): void {
  for (let t = 0; t < n && picks.length < limit; t++) {
    const item = items[t]
    if (!(isPlain ? isOpen(eligible, item) : lets(item))) continue
    const tier = tierOf(notes[t])
    if ((tier === 'popular' && !fallback) || !(admits?.(item) ?? true)) continue
    markPicked(eligible, item)
    picks.push({item, score: scores[t], tier, note: notes[t]})
  }
}

function pickBest(candidates: Scored, limit: number, screen: Screen, scratch: QueryScratch, picks: Pick[]): void {
  const {eligible} = scratch
  const {scores, unit, noteOf, tierOf} = candidates
  const beside = screen.isPlain ? candidates.beside : screenScores(candidates, screen)
  // Of a group that is full others may come, wherever they stand.
  const room = screen.admits ? scores.n : Math.min(limit - picks.length, eligible.marks.length)
  const best = takeBest(scores, room, eligible.lists, scratch)
  for (let t = 0; t < best.n && picks.length < limit; t++) {
    const item = best.items[t]
    if (!(screen.admits?.(item) ?? true)) continue
    const score = (best.scores[t] - beside) * unit
    const tier = tierOf(item, screen.boost ? score / screen.boost(item) : score)
    markPicked(eligible, item)
    picks.push({item, score, tier, note: noteOf ? noteOf(item) : 0})
  }
}

/** Takes away what rules forbid, and boosts the others. Returns what is in each of the scores that is none. */
function screenScores({scores: {n, items, values}, beside}: Scored, {lets, boost}: Screen): number {
  for (let t = 0; t < n; t++) {
    const item = items[t]
    const score = values[item] - beside
    if (!(score > 0)) continue
    // What is below 0 is no candidate. What a boost of 0 leaves is none either: it comes last, with what sells.
    if (!lets(item)) values[item] = -1
    else if (boost) values[item] = score * boost(item) || -1
  }
  return boost ? 0 : beside
}

function pickFallback(
  {items, known, strengthOf, tier}: Fallback,
  limit: number,
  {lets, boost, admits}: Screen,
  {eligible}: QueryScratch,
  picks: Pick[],
): void {
  const take = (item: number) => {
    if (!(admits?.(item) ?? true)) return
    markPicked(eligible, item)
    picks.push({item, score: 0, tier, note: 0})
  }
  if (boost) {
    const open = Array.from(items).filter((item) => lets(item))
    const strengths = new Map(open.map((item) => [item, strengthOf(item) * boost(item)]))
    const strength = (item: number) => strengths.get(item) as number
    // `sort` is stable: equals stay in the order they came.
    open.sort((a, b) => strength(b) - strength(a))
    for (let p = 0; p < open.length && picks.length < limit; p++) take(open[p])
    return
  }
  for (let p = 0; p < items.length && picks.length < limit; p++) if (lets(items[p], known?.[p])) take(items[p])
}
