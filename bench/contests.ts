/** What the guard holds: parts of the library, each beside a frozen naive twin that does the same work. */
import {Recommender} from '../src/index.ts'
import {togetherScorer} from '../src/matrix/scorers.ts'
import type {Table} from '../src/matrix/table.ts'
import {clearHeap, makeHeaps, offer, sortBestFirst} from '../src/matrix/top-k.ts'
import type {Suggestion} from '../src/queries/bought-together.ts'
import {coreBuild, countFast, countingInput} from './core.ts'
import {type NaiveNeighbor, naiveBuild, naiveDefault} from './naive.ts'
import {type NaiveSuggestion, type NeighborLists, naiveSuggest, naiveSums} from './naive-sum.ts'
import {below, sfc32, shuffle} from './random.ts'
import {makeSet, makeShop, type Shop} from './sets.ts'

export interface Contest<Ours = unknown, Theirs = unknown> {
  core: () => Ours | Promise<Ours>
  twin: () => Theirs
  assertEqual(ours: Ours, theirs: Theirs): void
  /** Runs of the core before it counts: V8 takes that long to settle on its code. */
  warmUps: number
  rounds: number
  /** Runs of the core for each one of the twin. */
  cores: number
}

export const contests = {
  /** On a fifth of S in lines, so that many rounds take little time. */
  counting: () => counting(makeShop({lines: 100_000, items: 2_000, baskets: 5_000, p50: 15, p99: 89, max: 400}), 20, 3),
  'counting S': () => counting(makeSet('S'), 10, 1),
  'top-k': topK,
  query,
} satisfies Record<string, () => Contest | Promise<Contest>>

export type ContestName = keyof typeof contests

/** From order lines to the neighbors of every item, by the default measure. */
function counting(shop: Shop, warmUps: number, rounds: number): Contest<Table, Map<number, NaiveNeighbor[]>> {
  return {
    core: () => coreBuild(shop),
    twin: () => naiveBuild(shop, naiveDefault(shop)),
    assertEqual: assertSameTable,
    warmUps,
    rounds,
    cores: 8,
  }
}

/** Same items in the same places, same counts, scores equal to 1e-6. */
function assertSameTable({offsets, items, scores, together}: Table, rows: Map<number, NaiveNeighbor[]>): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const expected = rows.get(row) ?? []
    const length = offsets[row + 1] - offsets[row]
    if (length !== expected.length) throw new Error(`item ${row}: ${length} neighbors, the twin has ${expected.length}`)
    for (let place = 0; place < length; place++) {
      const p = offsets[row] + place
      const twin = expected[place]
      const isClose = Math.abs(scores[p] - twin.score) <= 1e-6 * twin.score
      if (items[p] !== twin.item || together[p] !== twin.together || !isClose) {
        const core = `${items[p]} (together ${together[p]}, score ${scores[p]})`
        throw new Error(`item ${row}, place ${place}: ${core}, the twin has ${JSON.stringify(twin)}`)
      }
    }
  }
}

/** The 50 best of each of 20 rows of 10,000 entries, among them ties. */
function topK(): Contest<number[][], number[][]> {
  const k = 50
  const next = sfc32(1)
  const rows = Array.from({length: 20}, () =>
    shuffle(
      Float64Array.from({length: 10_000}, (_, i) => 1 + (i >> 1)),
      next,
    ),
  )
  const heaps = makeHeaps(1, k)
  const best = (scores: Float64Array) => {
    clearHeap(heaps, 0)
    for (let i = 0; i < scores.length; i++) if (scores[i] >= heaps.worst[0]) offer(heaps, 0, i, scores[i], 0)
    return [...heaps.indices.subarray(0, sortBestFirst(heaps, 0))]
  }
  const naiveBest = (scores: Float64Array) =>
    Array.from(scores, (score, index) => ({index, score}))
      .sort((a, b) => b.score - a.score || a.index - b.index)
      .slice(0, k)
      .map(({index}) => index)
  return {
    core: () => rows.map(best),
    twin: () => rows.map(naiveBest),
    assertEqual: (ours, theirs) => {
      if (String(ours) !== String(theirs)) throw new Error('top-k: not the entries that the twin picks')
    },
    warmUps: 50,
    rounds: 9,
    cores: 8,
  }
}

/** Suggestions for 256 visitors with 50 items each, of 50 stored neighbors each, on set S. */
async function query(): Promise<Contest<Suggestion[][], NaiveSuggestion[][]>> {
  const set = makeSet('S')
  // Ids of one length sort as the set's items do: ties fall alike, and the rows stored are the same.
  const ids = Array.from({length: set.itemCount}, (_, item) => `P${String(item).padStart(5, '0')}`)
  const shop = await Recommender.fit({order: set.baskets, item: {ids, indices: set.items}}, {learn: false})
  const input = countingInput(set)
  const neighbors = listsOf((await countFast(input, [togetherScorer(input.marginals)]))[0], ids)
  const next = sfc32(3)
  const visitors = Array.from({length: 256}, () => {
    const items = new Set<string>()
    while (items.size < 50) items.add(ids[set.items[below(set.items.length, next())]])
    return [...items]
  })
  return {
    core: () => visitors.map((items) => shop.suggest({items}, {evidence: false})),
    twin: () => visitors.map((items) => naiveSuggest(neighbors, items)),
    assertEqual: (ours, theirs) => {
      for (const [v, items] of visitors.entries()) assertSamePicks(ours[v], theirs[v], naiveSums(neighbors, items))
    },
    warmUps: 20,
    rounds: 9,
    cores: 8,
  }
}

function listsOf({offsets, items, scores}: Table, ids: string[]): NeighborLists {
  return new Map(
    ids.map((id, row) => {
      const positions = Array.from({length: offsets[row + 1] - offsets[row]}, (_, place) => offsets[row] + place)
      return [id, positions.map((p) => ({item: ids[items[p]], score: scores[p]}))]
    }),
  )
}

/** Every pick scores what the twin's in its place does, up to the library's 16-bit shares. */
function assertSamePicks(ours: Suggestion[], theirs: NaiveSuggestion[], sums: Map<string, number>): void {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} suggestions, the twin has ${theirs.length}`)
  for (const [place, {item}] of ours.entries()) {
    const twin = theirs[place]
    if (!(Math.abs((sums.get(item) ?? 0) - twin.score) <= 1e-3 * twin.score)) {
      throw new Error(`place ${place}: ${item}, worth ${sums.get(item)}, the twin has ${JSON.stringify(twin)}`)
    }
  }
}
