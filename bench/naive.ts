/**
 * The naive twin: co-purchase neighbors as one writes them with `Map`s on the first day. It is frozen: the benches
 * measure the library against it and the tests take it for the truth, so neither speed nor ties are tuned here.
 */
import type {LineColumns} from './sets.ts'

export interface NaiveNeighbor {
  item: number
  score: number
  /** Baskets that hold both. 0 where there are fewer than `minTogether`. */
  together: number
}

/** What a basket adds to each of its pairs, and what a pair is worth in the row of item i. */
interface NaiveMeasure {
  /** Must be a whole number, so that sums do not depend on the order of the baskets. */
  weightOf: (size: number, basket: number) => number
  /** g: sum of the weights of the `together` baskets that hold both i and j. */
  score: (g: number, together: number, i: number, j: number) => number
  /** Items that may enter a row without a common basket, best first for every row. Default none. */
  popular?: number[]
}

interface NaiveOptions extends NaiveMeasure {
  /** How many neighbors an item keeps. Default 50. */
  neighbors?: number
  /** Pairs with fewer common baskets do not count. Default 2. */
  minTogether?: number
}

interface Pair {
  count: number
  weight: number
}

/** The best neighbors of every item that was bought, by score descending, then item ascending. */
export function naiveBuild(
  columns: LineColumns,
  {neighbors = 50, minTogether = 2, weightOf, score, popular = []}: NaiveOptions,
): Map<number, NaiveNeighbor[]> {
  const table = new Map<number, NaiveNeighbor[]>()
  for (const [i, row] of countPairs(groupByBasket(columns), weightOf)) {
    const candidates: NaiveNeighbor[] = []
    for (const [j, {count, weight}] of row) {
      if (count >= minTogether) candidates.push({item: j, score: score(weight, count, i, j), together: count})
    }
    let room = neighbors
    for (const j of popular) {
      if (room === 0) break
      if (j === i || (row.get(j)?.count ?? 0) >= minTogether) continue
      candidates.push({item: j, score: score(0, 0, i, j), together: 0})
      room--
    }
    candidates.sort((a, b) => b.score - a.score || a.item - b.item)
    table.set(i, candidates.slice(0, neighbors))
  }
  return table
}

/** The distinct items of every basket. */
function groupByBasket({baskets, items}: LineColumns): Map<number, Set<number>> {
  const groups = new Map<number, Set<number>>()
  for (let line = 0; line < items.length; line++) {
    const group = groups.get(baskets[line])
    if (group) group.add(items[line])
    else groups.set(baskets[line], new Set([items[line]]))
  }
  return groups
}

/** Every ordered pair of two items, a row for every item: also for one that was only ever bought alone. */
function countPairs(
  groups: Map<number, Set<number>>,
  weightOf: NaiveMeasure['weightOf'],
): Map<number, Map<number, Pair>> {
  const rows = new Map<number, Map<number, Pair>>()
  for (const [basket, group] of groups) {
    const weight = weightOf(group.size, basket)
    for (const i of group) {
      let row = rows.get(i)
      if (!row) {
        row = new Map()
        rows.set(i, row)
      }
      for (const j of group) {
        if (i === j) continue
        const pair = row.get(j)
        if (pair) {
          pair.count++
          pair.weight += weight
        } else {
          row.set(j, {count: 1, weight})
        }
      }
    }
  }
  return rows
}

/** Weights are whole multiples of 1 / 65,536. */
const unit = 65536

/**
 * The library's default measure without dates: `(g + c_i·π_j) / n_j^b`. A basket of h items weighs h^-0.6; n_j is how
 * many baskets hold j, π_j = n_j / Σn what j sells of everything, `c_i = min(30, κ·n_i)·M` how far the row leans on
 * what sells, and `M = Σg / Σn`, over all ordered pairs, also those below `minTogether`.
 */
export function naiveDefault(columns: LineColumns, {kappa = 1, b = 0.1} = {}): NaiveMeasure {
  const weightOf = (size: number) => Math.round(unit * size ** -0.6)
  const bought = new Map<number, number>()
  let allBought = 0
  let allTogether = 0
  for (const group of groupByBasket(columns).values()) {
    for (const item of group) bought.set(item, (bought.get(item) ?? 0) + 1)
    allBought += group.size
    allTogether += weightOf(group.size) * group.size * (group.size - 1)
  }
  const n = (item: number) => bought.get(item) ?? 0
  const meanTogether = allTogether / unit / allBought
  return {
    weightOf,
    score: (g, _, i, j) => {
      const lean = Math.min(30, kappa * n(i)) * meanTogether
      return (g / unit + lean * (n(j) / allBought)) / n(j) ** b
    },
    // With b < 1 the part that needs no common basket rises with n_j, in every row alike.
    popular: [...bought.keys()].sort((i, j) => n(j) - n(i) || i - j),
  }
}
