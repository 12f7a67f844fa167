import {expectedTogether} from '../matrix/expected.ts'
import type {Scope} from '../orders/baskets.ts'
import {type ChangedModel, changedRow} from './changed-rows.ts'
import type {ScopeModel} from './model.ts'

/** Items best first, each with its score and a note: the first `n` of parallel arrays. */
interface Row {
  n: number
  items: ArrayLike<number>
  scores: ArrayLike<number>
  notes: ArrayLike<number>
}

/** A row that was counted since the model was made, and how often its pairs would meet by chance. */
interface RowNow extends Row {
  /** By what the catalogue knows an item as. */
  expected: (item: number) => number
}

/**
 * The row of a changed item as `alsoBought` ranks it; `undefined` where its pairs have not changed. Of the stored one only what
 * no basket speaks for is left: what is related, or sells well.
 * @param asked by what the catalogue knows the item as
 */
export function rankingNow(
  model: ChangedModel,
  counted: ScopeModel,
  asked: number,
  storedRow: (counted: ScopeModel, item: number) => Row,
): RowNow | undefined {
  const {changes, catalogue, log, scopes} = model
  const isKnown = asked < log.items.length
  const item = isKnown ? asked : changes.itemOf(catalogue.idOf(asked))
  if (item < 0 || !changes.marks.hasChanged(item)) return undefined
  const [scope] = [...scopes].find(([, other]) => other === counted) as [Scope, ScopeModel]
  const row = changedRow(model, scope, item)
  const {n, items, scores, notes} = isKnown ? storedRow(counted, item) : {n: 0, items: [], scores: [], notes: []}
  // The catalogue numbers what the log has not in its own way.
  const known = (other: number) => (other < log.items.length ? other : catalogue.find(changes.idOf(other)))
  const entries: {item: number; score: number; note: number; support: number}[] = []
  const {support: supports, purchases} = counted.marginals
  for (const [place, other] of row.items.entries()) {
    const together = row.counts[place]
    const support = Math.max(supports[other] || 0, together)
    if (row.scores[place] > 0) entries.push({item: known(other), score: row.scores[place], note: together, support})
  }
  for (let t = 0; t < n; t++) {
    if (notes[t] > 0 || row.places.has(items[t])) continue
    entries.push({item: items[t], score: scores[t], note: notes[t], support: 0})
  }
  entries.sort((a, b) => b.score - a.score || a.item - b.item)
  const shares = new Map(entries.map(({item: other, support}) => [other, support / (purchases || support || 1)]))
  return {
    n: entries.length,
    items: entries.map((entry) => entry.item),
    scores: entries.map(({score}) => score),
    notes: entries.map(({note}) => note),
    expected: (other) => expectedTogether(row.companions, 0, Math.min(1, shares.get(other) ?? 0)),
  }
}
