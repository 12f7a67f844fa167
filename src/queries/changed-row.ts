import {expectedTogether} from '../matrix/expected.ts'
import type {ChangedModel} from '../model/changed-rows.ts'
import type {Scope} from '../orders/baskets.ts'
import type {Ranking} from './select.ts'

/** A row that was counted since the model was made, and how often its pairs would meet by chance. */
export interface RankingNow {
  ranking: Ranking
  /** By what the catalogue knows an item as. */
  expected: (item: number) => number
}

/**
 * The row of a changed item as `alsoBought` ranks it. Of the stored one only what no basket speaks for is left: what is
 * related, or sells well.
 */
export function rankingNow(
  model: ChangedModel,
  scope: Scope,
  item: number,
  {n, items, scores, notes, tierOf}: Ranking,
): RankingNow {
  const {changes, catalogue, log, scopes} = model
  const row = changes.now.changedRow(model, scope, item)
  // The catalogue numbers what the log has not in its own way.
  const known = (other: number) => (other < log.items.length ? other : catalogue.find(changes.idOf(other)))
  const entries: {item: number; score: number; note: number; support: number}[] = []
  const supports = scopes.get(scope)?.marginals
  for (const [place, other] of row.items.entries()) {
    const together = row.counts[place]
    const support = Math.max(supports?.support[other] || 0, together)
    if (row.scores[place] > 0) entries.push({item: known(other), score: row.scores[place], note: together, support})
  }
  for (let t = 0; t < n; t++) {
    if (tierOf(notes[t]) === 'copurchase' || row.places.has(items[t])) continue
    entries.push({item: items[t], score: scores[t], note: notes[t], support: 0})
  }
  entries.sort((a, b) => b.score - a.score || a.item - b.item)
  const shares = new Map(
    entries.map(({item: other, support}) => [other, support / (supports?.purchases || support || 1)]),
  )
  return {
    ranking: {
      n: entries.length,
      items: entries.map((entry) => entry.item),
      scores: entries.map(({score}) => score),
      notes: entries.map(({note}) => note),
      tierOf,
    },
    expected: (other) => expectedTogether(row.companions, 0, Math.min(1, shares.get(other) ?? 0)),
  }
}
