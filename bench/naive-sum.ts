/**
 * The naive twin of `suggest` for a visitor: the neighbors of what they look at, added up in a `Map` and sorted. It is
 * frozen like `naive.ts`: the guard measures the library against it, so it is not tuned.
 */

export interface NaiveSuggestion {
  item: string
  score: number
}

/** The stored neighbors of every item, by id, best first. */
export type NeighborLists = Map<string, NaiveSuggestion[]>

/** @param items the latest last; each counts 0.9 of the next one */
export function naiveSuggest(neighbors: NeighborLists, items: string[], limit = 10): NaiveSuggestion[] {
  const sums = naiveSums(neighbors, items)
  for (const item of items) sums.delete(item)
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .slice(0, limit)
    .map(([item, score]) => ({item, score}))
}

export function naiveSums(neighbors: NeighborLists, items: string[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [place, asked] of items.entries()) {
    const weight = 0.9 ** (items.length - 1 - place)
    for (const {item, score} of neighbors.get(asked) ?? []) {
      sums.set(item, (sums.get(item) ?? 0) + weight * score)
    }
  }
  return sums
}
