import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {countingInput} from '../bench/core.ts'
import {makeShop} from '../bench/sets.ts'
import {basketWeights, marginalsOf} from '../src/matrix/basket-weights.ts'
import {buildTables} from '../src/matrix/build.ts'
import {
  type BasketRows,
  type Baskets,
  clearRow,
  countPublicRow,
  countRow,
  makeScratch,
} from '../src/matrix/count-row.ts'
import {type Csr, type Indices, transpose} from '../src/matrix/csr.ts'
import {type Companions, companionBin, countCompanions, expectedTogether} from '../src/matrix/expected.ts'
import {expectedGrid} from '../src/matrix/expected-grid.ts'
import type {Histories} from '../src/matrix/history.ts'
import {llr} from '../src/matrix/measures.ts'
import {type SumTable, sumTable} from '../src/matrix/neighbor-sum.ts'
import {nextOrderTable, prepareFollowing} from '../src/matrix/next-order.ts'
import type {Privacy} from '../src/matrix/privacy.ts'
import {
  clearPurchases,
  countRepeats,
  makePurchases,
  notePurchase,
  repeatChance,
  repeatRates,
} from '../src/matrix/repeat.ts'
import {chanceScorer, measureScorer, type Scorer, togetherScorer, weightedScorer} from '../src/matrix/scorers.ts'
import {ascendingPlaces, sortedIndices} from '../src/matrix/sort.ts'
import {addTo, clearSparse} from '../src/matrix/sparse.ts'
import {finish} from '../src/matrix/steps.ts'
import {openSums} from '../src/matrix/sum-kernel.ts'
import {BESIDE_SUM, findMarked, sumRows, takeBest, weighRows} from '../src/matrix/sum-room.ts'
import type {Table} from '../src/matrix/table.ts'
import {clearHeap, makeHeaps, offer, sortBestFirst} from '../src/matrix/top-k.ts'
import {naiveChance} from './naive.ts'

function csrOf(rows: readonly (readonly number[])[]): Csr {
  const offsets = new Int32Array(rows.length + 1)
  for (const [r, row] of rows.entries()) offsets[r + 1] = offsets[r] + row.length
  return {offsets, indices: Int32Array.from(rows.flat())}
}

const rowsOf = ({offsets, indices}: Csr<Indices>) =>
  Array.from({length: offsets.length - 1}, (_, r) => [...indices.subarray(offsets[r], offsets[r + 1])])

/** What a `Csr` promises: it stands in for checks of every index in the kernels. */
function assertCsr({offsets, indices}: Csr, columns: number): void {
  expect([offsets[0], offsets[offsets.length - 1]]).toEqual([0, indices.length])
  for (const row of rowsOf({offsets, indices})) {
    const isAscending = row.every((column, p) => column >= 0 && column < columns && (p === 0 || column > row[p - 1]))
    if (!isAscending) throw new Error(`not ascending from 0 to before ${columns}: ${row}`)
  }
}

function basketsOf(
  rows: readonly (readonly number[])[],
  items: number,
  weights?: readonly number[],
): Baskets & BasketRows {
  const byBasket = csrOf(rows)
  const byItem = finish(transpose(byBasket, items))
  return {
    byBasket,
    byItem,
    support: Int32Array.from({length: items}, (_, item) => byItem.offsets[item + 1] - byItem.offsets[item]),
    weights: Int32Array.from(weights ?? rows.map(() => 65536)),
  }
}

/** The checkerboard: even items are bought with even ones, odd with odd, never across. */
const checkerboard = [
  [0, 2, 4],
  [1, 3, 5],
  [0, 2],
  [1, 3],
  [2, 4],
  [3, 5],
]

const basketRows = (items: number) =>
  fc
    .array(fc.uniqueArray(fc.nat({max: items - 1}), {minLength: 1, maxLength: items}), {maxLength: 25, size: 'max'})
    .map((rows) => rows.map((row) => row.toSorted((a, b) => a - b)))

/** Inputs of every shape: none, one item, one giant basket, all alike, duplicates across baskets, random ones. */
const shapes = fc.integer({min: 1, max: 12}).chain((items) => {
  const all = Array.from({length: items}, (_, i) => i)
  return fc.record({
    items: fc.constant(items),
    rows: fc.oneof(
      {weight: 6, arbitrary: basketRows(items)},
      {
        weight: 1,
        arbitrary: fc.constantFrom<number[][]>(
          [],
          [[0]],
          [all],
          [all, all, all],
          all.map((i) => [i]),
        ),
      },
      {weight: 2, arbitrary: basketRows(items).map((rows) => [...rows, ...rows, all])},
    ),
  })
})

describe('transpose', () => {
  test('turns the checkerboard round', () => {
    const flipped = finish(transpose(csrOf(checkerboard), 6))
    expect(rowsOf(flipped)).toEqual([
      [0, 2],
      [1, 3],
      [0, 2, 4],
      [1, 3, 5],
      [0, 4],
      [1, 5],
    ])
  })

  test('twice is the identity, and every row is ascending', () => {
    fc.assert(
      fc.property(shapes, ({items, rows}) => {
        const csr = csrOf(rows)
        const flipped = finish(transpose(csr, items))
        assertCsr(flipped, rows.length)
        expect(flipped.offsets.length).toBe(items + 1)
        expect(rowsOf(finish(transpose(flipped, rows.length)))).toEqual(rows)
      }),
    )
  })

  test('of more entries than it works on between two yields', () => {
    const rows = Array.from({length: 3000}, (_, r) => Array.from({length: 200}, (_, i) => i * 2 + (r % 2)))
    const flipped = finish(transpose(csrOf(rows), 400))
    assertCsr(flipped, 3000)
    expect(rowsOf(flipped)[7].slice(0, 3)).toEqual([1, 3, 5])
  })
})

describe('countRow', () => {
  test('counts a checkerboard: only its own color, itself included', () => {
    const scratch = makeScratch(6)
    const n = countRow(2, basketsOf(checkerboard, 6, [1, 10, 100, 1000, 10_000, 100_000]), scratch)
    expect([...scratch.touched.subarray(0, n)].sort()).toEqual([0, 2, 4])
    expect([...scratch.counts]).toEqual([2, 0, 3, 0, 2, 0])
    expect([...scratch.sums]).toEqual([101, 0, 10_101, 0, 10_001, 0])
  })

  test('public: without the item itself and without pairs too rare', () => {
    const scratch = makeScratch(6)
    const baskets = basketsOf([...checkerboard, [0, 1]], 6)
    const n = countPublicRow(0, baskets, {minTogether: 2}, scratch)
    expect([...scratch.touched.subarray(0, n)]).toEqual([2])
    expect([...scratch.counts]).toEqual([0, 0, 2, 0, 0, 0])
    clearRow(n, scratch)
    expect({...scratch, touched: 0}).toEqual({...makeScratch(6), touched: 0})
  })

  test('public: a pair of one owner is private however often, one of two owners is not', () => {
    // Owner 0 bought {0, 1} three times and {0, 2} twice; owner 1 bought {0, 2} once.
    const baskets = basketsOf([[0, 1], [0, 1, 2], [0, 1, 2], [0, 2]], 3) // biome-ignore format: one basket a word
    const owners = Int32Array.from([0, 0, 0, 1])
    const counts = (minTogether: number) => {
      const scratch = makeScratch(3)
      countPublicRow(0, baskets, {minTogether, owners}, scratch)
      return [...scratch.counts]
    }
    expect(counts(1)).toEqual([0, 3, 3])
    expect(counts(2)).toEqual([0, 0, 3])
    expect(counts(3)).toEqual([0, 0, 3])
    expect(counts(4)).toEqual([0, 0, 0])
  })

  test('agrees with counting by hand, and leaves its scratch clean', () => {
    fc.assert(
      fc.property(shapes, fc.integer({min: 1, max: 4}), fc.infiniteStream(fc.nat(2)), ({items, rows}, m, steps) => {
        const owners = ascending(rows.length, steps)
        const weights = rows.map((_, basket) => basket * basket)
        const baskets = basketsOf(rows, items, weights)
        const scratch = makeScratch(items)
        for (let item = 0; item < items; item++) {
          const n = countPublicRow(item, baskets, {minTogether: m, owners}, scratch)
          const row = naiveRow(item, rows, weights, owners, m)
          expect([...scratch.touched.subarray(0, n)].sort((a, b) => a - b)).toEqual(
            [...row.keys()].sort((a, b) => a - b),
          )
          for (const [other, {count, sum}] of row) {
            expect([scratch.counts[other], scratch.sums[other]]).toEqual([count, sum])
          }
          clearRow(n, scratch)
          expect(scratch.counts.some(Boolean) || scratch.sums.some(Boolean) || scratch.own.some(Boolean)).toBe(false)
        }
      }),
    )
  })
})

/** Numbers from 0 that rise by 0, 1 or 2. */
function ascending(n: number, steps: Iterable<number>): Int32Array {
  const values = new Int32Array(n)
  const step = steps[Symbol.iterator]()
  for (let i = 1; i < n; i++) values[i] = values[i - 1] + step.next().value
  return values
}

function naiveRow(item: number, rows: number[][], weights: number[], owners: Int32Array | undefined, m: number) {
  const row = new Map<number, {count: number; sum: number; owners: Set<number>}>()
  for (const [basket, items] of rows.entries()) {
    if (!items.includes(item)) continue
    for (const other of items) {
      if (other === item) continue
      const entry = row.get(other) ?? {count: 0, sum: 0, owners: new Set()}
      row.set(other, entry)
      entry.count++
      entry.sum += weights[basket]
      entry.owners.add(owners ? owners[basket] : basket)
    }
  }
  for (const [other, {count, owners}] of row) if (count < m || (m > 1 && owners.size < 2)) row.delete(other)
  return row
}

const rowOf = ({offsets, items, scores, together}: Table, row: number) =>
  Array.from({length: offsets[row + 1] - offsets[row]}, (_, p) => ({
    item: items[offsets[row] + p],
    score: scores[offsets[row] + p],
    together: together[offsets[row] + p],
  }))

describe('buildTables', () => {
  test('keeps the best of the checkerboard, ties by index', () => {
    const scorer: Scorer = {score: (_item, _other, count) => count}
    const {tables, pairs} = finish(buildTables(basketsOf(checkerboard, 6), {minTogether: 1}, [scorer], 1))
    expect(pairs).toBe(6)
    expect([0, 1, 2, 3, 4, 5].map((item) => rowOf(tables[0], item))).toEqual(
      [2, 3, 0, 1, 2, 3].map((item) => [{item, score: 2, together: 2}]),
    )
  })

  test('is countRow and a full sort, for every scorer and shape', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.array(fc.nat({max: 200_000}), {minLength: 60, maxLength: 60}),
        fc.integer({min: 1, max: 3}),
        fc.constantFrom(1, 2, 3, 50),
        fc.boolean(),
        fc.infiniteStream(fc.nat(2)),
        ({items, rows}, allWeights, minTogether, neighbors, owned, steps) => {
          const weights = allWeights.slice(0, rows.length)
          while (weights.length < rows.length) weights.push(1)
          const baskets = basketsOf(rows, items, weights)
          const privacy: Privacy = {minTogether, owners: owned ? ascending(rows.length, steps) : undefined}
          const fresh = Int32Array.from(weights, (weight) => Math.max(1, weight % 65537))
          const marginals = finish(marginalsOf(baskets.byBasket, items, fresh, baskets.weights))
          const companions = finish(countCompanions(baskets.byItem, baskets.byBasket))
          const scorers: Scorer[] = [
            {score: (_item, _other, count) => count},
            {score: (_item, _other, count, sum) => sum / count},
            {score: (item, other, count) => ((item * 7 + other * 3 + count) % 5) - 2},
            {score: (item, other) => [Number.NaN, Number.POSITIVE_INFINITY, 1, -1][(item + 2 * other) % 4]},
            weightedScorer(marginals, 0),
            weightedScorer(marginals, 1),
            togetherScorer(marginals),
            chanceScorer(companions, marginals),
            measureScorer(llr, marginals),
          ]
          const {tables, pairs} = finish(buildTables(baskets, privacy, scorers, neighbors))
          const met = new Set(
            rows.flatMap((row) => row.flatMap((i) => row.filter((j) => i < j).map((j) => `${i} ${j}`))),
          )
          expect(pairs).toBe(met.size)
          for (const [s, {score, popular = []}] of scorers.entries()) {
            expect(tables[s].offsets.length).toBe(items + 1)
            expect(tables[s].items.length).toBe(tables[s].offsets[items])
            for (let item = 0; item < items; item++) {
              const row = naiveRow(item, rows, weights, privacy.owners, minTogether)
              const candidates = [...row].map(([other, {count, sum}]) => ({
                item: other,
                score: score(item, other, count, sum),
                together: count,
              }))
              for (const other of popular) {
                if (other !== item && !row.has(other)) {
                  candidates.push({item: other, score: score(item, other, 0, 0), together: 0})
                }
              }
              const best = candidates.filter(({score}) => score > 0).sort((a, b) => compareEntries(a, b))
              const kept = best.slice(0, neighbors).map((entry) => ({...entry, score: Math.fround(entry.score)}))
              expect(rowOf(tables[s], item)).toEqual(kept)
            }
          }
        },
      ),
      {numRuns: 200},
    )
  })

  test('a giant basket costs its own pairs and no more', () => {
    const giant = Array.from({length: 3000}, (_, i) => i)
    const small = Array.from({length: 2000}, (_, b) => [b, b + 1])
    const scorer: Scorer = {score: (_item, _other, count) => count}
    const start = performance.now()
    const {tables, pairs} = finish(buildTables(basketsOf([giant, ...small], 3000), {minTogether: 2}, [scorer], 50))
    expect(pairs).toBe((3000 * 2999) / 2)
    expect(rowOf(tables[0], 5).map(({item}) => item)).toEqual([4, 6])
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

const compareEntries = (a: {item: number; score: number}, b: {item: number; score: number}) =>
  a.score === b.score ? a.item - b.item : a.score > b.score ? -1 : 1

describe('top-k', () => {
  const scores = fc.array(
    fc.oneof(
      {weight: 8, arbitrary: fc.constantFrom(1, 2, 3, 1e-300, 1e300)},
      {weight: 2, arbitrary: fc.double()},
      {
        weight: 2,
        arbitrary: fc.constantFrom(0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      },
    ),
    {maxLength: 60, size: 'max'},
  )

  test('is a full sort cut to k, whatever came in which order, in every row', () => {
    fc.assert(
      fc.property(scores, scores, fc.integer({min: 1, max: 12}), fc.infiniteStream(fc.nat()), (one, two, k, keys) => {
        const heaps = makeHeaps(2, k)
        const key = [...one, ...two].map(() => keys.next().value as number)
        for (const [row, list] of [one, two].entries()) {
          const order = [...list.keys()].sort((a, b) => key[a] - key[b])
          for (const i of order) {
            if (list[i] >= heaps.worst[row]) offer(heaps, row, i, list[i], 10 * i)
          }
        }
        for (const [row, list] of [one, two].entries()) {
          const n = sortBestFirst(heaps, row)
          const sorted = list.map((score, item) => ({item, score})).filter(({score}) => score > 0)
          const best = sorted.sort(compareEntries).slice(0, k)
          const got = best.map((_, p) => ({item: heaps.indices[row * k + p], score: heaps.scores[row * k + p]}))
          expect(n).toBe(best.length)
          expect(got).toEqual(best)
          expect(best.map((_, p) => heaps.notes[row * k + p])).toEqual(best.map(({item}) => 10 * item))
        }
      }),
      {numRuns: 300},
    )
  })

  test('between equal scores the lower index wins, even when it comes last', () => {
    const heaps = makeHeaps(1, 2)
    for (const index of [9, 8, 7, 3, 5]) offer(heaps, 0, index, 1, 0)
    expect(sortBestFirst(heaps, 0)).toBe(2)
    expect([...heaps.indices]).toEqual([3, 5])
    clearHeap(heaps, 0)
    offer(heaps, 0, 4, 0.5, 0)
    expect([sortBestFirst(heaps, 0), heaps.indices[0]]).toEqual([1, 4])
  })

  test('`worst` is the score to reach: 0 while there is room, then that of the worst, 0 again once cleared', () => {
    const heaps = makeHeaps(1, 2)
    const worst = [5, 3, 4, 2, 6].map((score, index) => {
      offer(heaps, 0, index, score, 0)
      return heaps.worst[0]
    })
    expect(worst).toEqual([0, 3, 4, 4, 5])
    clearHeap(heaps, 0)
    expect(heaps.worst[0]).toBe(0)
  })

  test('a row of 200,000 that come best first takes no longer than its height makes it', () => {
    const k = 200_000
    const heaps = makeHeaps(1, k)
    const start = performance.now()
    for (let index = 0; index < k; index++) offer(heaps, 0, index, k - index, 0)
    expect(heaps.worst[0]).toBe(1)
    // 18 steps each; as many as there are entries would take a minute.
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('sortedIndices', () => {
  test.each([0, 1, 2, 4096, 4097, 8192, 20_000])('sorts %i numbers, ties kept strict', (n) => {
    const values = Array.from({length: n}, (_, i) => (i * 7919) % 1009)
    const compare = (a: number, b: number) => values[a] - values[b] || a - b
    const expected = [...values.keys()].sort(compare)
    expect([...finish(sortedIndices(n, compare))]).toEqual(expected)
  })
})

describe('ascendingPlaces', () => {
  const number = fc.oneof(
    fc.double({noNaN: true}),
    fc.integer(),
    fc.constantFrom(0, -0, 1e-310, -1e-310, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    // Apart by their last bits alone.
    fc.tuple(fc.constantFrom(-1, 1), fc.nat({max: 9})).map(([sign, n]) => sign * (1 + n * Number.EPSILON)),
    // Times.
    fc.integer({min: 0, max: 50}).map((hours) => Date.UTC(2020) + 3_600_000 * hours),
  )

  test('sorts any numbers, equal ones by place', () => {
    fc.assert(
      fc.property(fc.array(number, {maxLength: 60}), (numbers) => {
        const expected = [...numbers.keys()].sort((a, b) =>
          numbers[a] === numbers[b] ? a - b : numbers[a] < numbers[b] ? -1 : 1,
        )
        expect([...finish(ascendingPlaces(Float64Array.from(numbers)))]).toEqual(expected)
      }),
      {numRuns: 300},
    )
  })
})

describe('expectedTogether', () => {
  test('two baskets of {0, 1, 2} and {0, 1}: 1 - (1 - P)^2 and 1 - (1 - P)', () => {
    const {byBasket, byItem} = basketsOf([[0, 1, 2], [0, 1]], 3) // biome-ignore format: one basket a word
    const companions = finish(countCompanions(byItem, byBasket))
    // P(1) = 2 of 5 purchases: (1 - 0.36) + (1 - 0.6) = 1.04; P(2) = 1 of 5: (1 - 0.64) + (1 - 0.8) = 0.56.
    expect(expectedTogether(companions, 0, 2 / 5)).toBeCloseTo(1.04, 12)
    expect(expectedTogether(companions, 0, 1 / 5)).toBeCloseTo(0.56, 12)
    // Nobody but item 1 is sold: every basket with another place would hold it.
    expect(expectedTogether(companions, 0, 1)).toBe(2)
    expect(expectedTogether(companions, 0, 0)).toBe(0)
  })

  test('an item only ever bought alone expects nothing', () => {
    const {byBasket, byItem} = basketsOf([[0], [0], [1]], 3)
    const companions = finish(countCompanions(byItem, byBasket))
    expect(expectedTogether(companions, 0, 0.5)).toBe(0)
    expect(expectedTogether(companions, 2, 0.5)).toBe(0)
  })

  test('bins rise with size, are exact up to 16, and there are 71', () => {
    let last = -1
    for (const others of [...Array(4096).keys(), ...Array.from({length: 19}, (_, e) => 2 ** (e + 12)), 2 ** 31 - 1]) {
      const bin = companionBin(others)
      expect(bin).toBeGreaterThanOrEqual(last)
      if (others <= 16) expect(bin).toBe(others)
      last = bin
    }
    expect(last).toBeLessThan(71)
  })

  test('is within 1 % of the direct sum, from above', () => {
    const sizes = fc.array(fc.oneof(fc.integer({min: 0, max: 40}), fc.integer({min: 0, max: 2000})), {minLength: 1})
    fc.assert(
      fc.property(sizes, fc.double({min: 1e-7, max: 0.05, noNaN: true}), (others, share) => {
        const items = Math.max(...others) + 1
        const rows = others.map((n) => Array.from({length: n + 1}, (_, i) => i))
        const {byBasket, byItem} = basketsOf(rows, items)
        const binned = expectedTogether(finish(countCompanions(byItem, byBasket)), 0, share)
        let direct = 0
        for (const n of others) direct -= Math.expm1(n * Math.log1p(-share))
        expect(binned).toBeGreaterThanOrEqual(direct * (1 - 1e-9))
        expect(binned).toBeLessThanOrEqual(direct * 1.01)
      }),
      {numRuns: 60},
    )
  })
})

describe('expectedGrid', () => {
  /** The grid's values as multiples of the exact ones, lowest and highest. */
  const rangeOf = (companions: Companions, support: Int32Array, purchases: number, items: number[]) => {
    const others = [...new Map(Array.from(support, (n, other) => [n, other])).values()].filter((j) => support[j] > 0)
    const read = expectedGrid(companions, support, purchases)
    let [lowest, highest] = [1, 1]
    for (const item of items) {
      for (const other of others) {
        const ratio = read(item, other) / expectedTogether(companions, item, support[other] / purchases)
        if (Number.isNaN(ratio)) throw new Error(`${item} with ${other}: not a number`)
        lowest = Math.min(lowest, ratio)
        highest = Math.max(highest, ratio)
      }
    }
    return {lowest, highest}
  }

  test('is at most 0.2 % too low, for baskets of any width and shares from next to 0 to next to 1', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.integer({min: 2, max: 5}), fc.integer({min: 2, max: 40}), fc.integer({min: 2, max: 2000})),
          {minLength: 1},
        ),
        fc.constantFrom(3, 6, 9).chain((decades) =>
          fc.uniqueArray(
            fc.integer({min: 0, max: 10_000}).map((log) => Math.round(10 ** ((decades * log) / 10_000))),
            {minLength: 65, maxLength: 300, size: 'max'},
          ),
        ),
        fc.constantFrom(1e-6, 0.01, 1, 100),
        (sizes, supports, rest) => {
          const items = Math.max(supports.length, ...sizes)
          const rows = sizes.map((size) => Array.from({length: size}, (_, i) => i))
          const {byBasket, byItem} = basketsOf(rows, items)
          const support = Int32Array.from({length: items}, (_, i) => supports[i % supports.length])
          const purchases = Math.ceil(Math.max(...supports) * (1 + rest)) + 1
          // The last of each basket: each has companions of its own.
          const last = sizes.map((size) => size - 1)
          const companions = finish(countCompanions(byItem, byBasket))
          const {lowest, highest} = rangeOf(companions, support, purchases, last)
          expect(lowest).toBeGreaterThan(0.998)
          expect(highest).toBeLessThan(1 + 1e-10)
        },
      ),
      {numRuns: 100},
    )
  })

  const shop = makeShop({lines: 40_000, items: 1500, baskets: 2000, p50: 15, p99: 89, max: 400})
  const {byBasket, marginals} = countingInput(shop)
  const byItem = finish(transpose(byBasket, shop.itemCount))
  const {support, purchases} = marginals
  const bought = [...support.keys()].filter((item) => support[item] > 0)

  test('is at most 0.2 % too low, for every item and support of a shop', () => {
    expect(new Set(support).size).toBeGreaterThan(100)
    const {lowest, highest} = rangeOf(finish(countCompanions(byItem, byBasket)), support, purchases, bought)
    expect(lowest).toBeGreaterThan(0.998)
    expect(lowest).toBeLessThan(0.9999)
    expect(highest).toBeLessThan(1 + 1e-10)
  })

  test('is the same for any order of baskets and of asking', () => {
    const turned = basketsOf(rowsOf(byBasket).toReversed(), support.length)
    const read = expectedGrid(finish(countCompanions(byItem, byBasket)), support, purchases)
    const readTurned = expectedGrid(finish(countCompanions(turned.byItem, turned.byBasket)), support, purchases)
    const some = bought.slice(0, 100)
    const values = some.map((item) => some.map((other) => read(item, other)))
    const turnedValues = some.toReversed().map((item) => some.map((other) => readTurned(item, other)))
    expect(turnedValues.toReversed()).toEqual(values)
  })

  test('is exact where there are few different supports', () => {
    const few = support.map((n) => Math.min(n, 60))
    const companions = finish(countCompanions(byItem, byBasket))
    const read = expectedGrid(companions, few, purchases)
    for (const item of bought.slice(0, 100)) {
      const exact = bought.map((other) => expectedTogether(companions, item, few[other] / purchases))
      expect(bought.map((other) => read(item, other))).toEqual(exact)
    }
  })
})

describe('the histories of customers', () => {
  /** Customers with up to 45 orders, so that the windows of 15 and 30 slide; and orders of nobody. */
  const histories = fc.integer({min: 1, max: 6}).chain((items) => {
    const order = fc.uniqueArray(fc.nat({max: items - 1}), {minLength: 1, maxLength: 3})
    const customer = fc.oneof(
      fc.array(order, {minLength: 0, maxLength: 6}),
      fc.array(order, {minLength: 14, maxLength: 45, size: 'max'}),
      // An item long out of reach before it comes again.
      fc.integer({min: 26, max: 36}).map((gap) => [[0], ...Array.from({length: gap}, () => [items - 1]), [0], [0]]),
    )
    return fc.record({
      items: fc.constant(items),
      customers: fc.array(customer, {maxLength: 4}),
      nobodys: fc.array(order, {maxLength: 3}),
    })
  })

  /** Every `late`th order is one of the newest, 0 for no dates. */
  const historiesOf = (customers: number[][][], nobodys: number[][], items: number, late = 0): Histories => {
    const orders = [...customers.flat(), ...nobodys].map((order) => order.toSorted((a, b) => a - b))
    const {byBasket, byItem} = basketsOf(orders, items)
    const offsets = [0]
    for (const made of customers) offsets.push((offsets.at(-1) as number) + made.length)
    const ages = late > 0 ? Float64Array.from(orders, (_, o) => 0.1 * (o % late)) : undefined
    return {byOrder: byBasket, byItem, ages, customers: Int32Array.from(offsets)}
  }

  test('nextOrderTable is a double loop over orders and their histories', () => {
    fc.assert(
      fc.property(histories, fc.integer({min: 1, max: 3}), fc.nat({max: 3}), (made, minTogether, late) => {
        const {items, customers, nobodys} = made
        const histories = historiesOf(customers, nobodys, items, late)
        const table = finish(nextOrderTable(histories, finish(prepareFollowing(histories)), {minTogether}, 50))
        const all = [...customers.flat(), ...nobodys]
        const ages = histories.ages ?? []
        const hasDates = ages.some((age) => age > 0)
        const newest = (item: number) => all.filter((o, p) => o.includes(item) && ages[p] < 0.1).length
        const trend = (item: number) => (hasDates ? (newest(item) + 2) / (support(item) / 10 + 2) : 1)
        const support = (item: number) => all.filter((o) => o.includes(item)).length
        for (let i = 0; i < items; i++) {
          const row = new Map<number, {gain: number; count: number; makers: Set<number>}>()
          let mass = 0
          for (const [c, orders] of customers.entries()) {
            for (let l = 1; l < orders.length; l++) {
              let x = 0
              let sum = 0
              for (let before = Math.max(0, l - 30); before < l; before++) {
                sum += 0.9 ** (l - 1 - before) * orders[before].length
                if (orders[before].includes(i)) x += 0.9 ** (l - 1 - before)
              }
              if (x === 0) continue
              mass += x / Math.sqrt(sum)
              for (const j of orders[l]) {
                const entry = row.get(j) ?? {gain: 0, count: 0, makers: new Set()}
                row.set(j, entry)
                entry.gain += x / Math.sqrt(sum) / Math.sqrt(orders[l].length)
                entry.count++
                entry.makers.add(c)
              }
            }
          }
          const expected = [...row]
            .filter(([, {count, makers}]) => count >= minTogether && (minTogether === 1 || makers.size > 1))
            .map(([j, {gain, count}]) => ({
              item: j,
              score: (gain * trend(j) ** 0.6) / (mass ** 0.7 * support(j) ** 0.3),
              together: count,
            }))
            .sort((a, b) => a.item - b.item)
          const got = rowOf(table, i)
          for (let p = 1; p < got.length; p++) expect(got[p].score).toBeLessThanOrEqual(got[p - 1].score)
          got.sort((a, b) => a.item - b.item)
          expect(got.map(({item, together}) => [item, together])).toEqual(
            expected.map(({item, together}) => [item, together]),
          )
          for (const [p, {score}] of got.entries()) expect(score / expected[p].score).toBeCloseTo(1, 6)
        }
      }),
      {numRuns: 200},
    )
  })

  test('an order 30 back still counts, one 31 back no more', () => {
    const gap = (n: number) => [[0], ...Array.from({length: n}, () => [1]), [2]]
    const counted = (n: number) => {
      const histories = historiesOf([gap(n)], [], 3)
      const table = finish(nextOrderTable(histories, finish(prepareFollowing(histories)), {minTogether: 1}, 50))
      return rowOf(table, 0).some(({item}) => item === 2)
    }
    expect([28, 29, 30, 31].map(counted)).toEqual([true, true, false, false])
  })

  test('repeats are counted over the last 15 orders of each customer', () => {
    fc.assert(
      fc.property(histories, ({items, customers, nobodys}) => {
        const {chances, repeats} = finish(countRepeats(historiesOf(customers, nobodys, items), {minTogether: 1}))
        for (let item = 0; item < items; item++) {
          let [could, did] = [0, 0]
          for (const orders of customers) {
            const first = orders.findIndex((order) => order.includes(item))
            if (first < 0) continue
            for (let o = first + 1; o < orders.length; o++) {
              if (o < orders.length - 15) continue
              could++
              if (orders[o].includes(item)) did++
            }
          }
          expect([chances[item], repeats[item]]).toEqual([could, did])
        }
      }),
      {numRuns: 200},
    )
  })

  test('rates lean on the mean: (repeats + 20 mean) / (chances + 20)', () => {
    // 3 of 12 chances taken in all, mean 0.25: (2 + 5) / (10 + 20), (1 + 5) / (2 + 20), (0 + 5) / (0 + 20).
    const rates = repeatRates({chances: Int32Array.from([10, 2, 0]), repeats: Int32Array.from([2, 1, 0])})
    expect([...rates]).toEqual([7 / 30, 6 / 22, 0.25])
    expect([...repeatRates({chances: new Int32Array(1), repeats: new Int32Array(1)})]).toEqual([0])
  })

  test('repeatChance: first 2 orders ago, again in the last, rate 0.3', () => {
    // D = 0.95^0 = 1, W = 1 + 0.95 = 1.95: (1 + 3) / (1.95 + 10).
    expect(chanceOf([2, 0], 0.3)).toBeCloseTo(4 / 11.95, 12)
    // Bought in the last order only: nothing but the rate.
    expect(chanceOf([0], 0.3)).toBeCloseTo(0.3, 12)
    // Never bought: it cannot be bought again.
    expect(chanceOf([], 0.3)).toBe(0)
  })

  test('purchases are forgotten whole', () => {
    const purchases = makePurchases(3)
    for (const [item, ago] of [
      [1, 0],
      [2, 0],
      [1, 4],
    ])
      notePurchase(purchases, item, ago, 10 - ago)
    expect([purchases.n, ...purchases.orders]).toEqual([2, 0, 2, 1])
    expect([purchases.firstTime[1], purchases.lastTime[1]]).toEqual([6, 10])
    clearPurchases(purchases)
    expect(repeatChance(purchases, 1, 0.3)).toBe(0)
    notePurchase(purchases, 1, 7, Number.NaN)
    expect([purchases.n, ...purchases.again]).toEqual([1, 0, 0, 0])
    expect([purchases.firstTime[1], purchases.lastTime[1]]).toEqual([Number.NaN, Number.NaN])
  })

  test('repeatChance is a chance, and the twin agrees, for any history', () => {
    const ago = fc.uniqueArray(fc.nat({max: 400}), {minLength: 1, maxLength: 60}).map((l) => l.sort((a, b) => b - a))
    fc.assert(
      fc.property(ago, fc.double({min: 0, max: 1, noNaN: true}), (orders, rate) => {
        const chance = chanceOf(orders, rate)
        expect(chance).toBeGreaterThanOrEqual(0)
        expect(chance).toBeLessThanOrEqual(1 + 1e-12)
        expect(chance).toBeCloseTo(naiveChance(orders, rate), 10)
      }),
    )
  })
})

/** Of an item bought so many orders ago, oldest first. */
function chanceOf(orders: readonly number[], rate: number): number {
  const purchases = makePurchases(1)
  for (const ago of orders.toReversed()) notePurchase(purchases, 0, ago, Number.NaN)
  return repeatChance(purchases, 0, rate)
}

const sumOf = (table: Table) => finish(sumTable(table))

describe('sums of rows', () => {
  const table: Table = {
    offsets: Int32Array.from([0, 2, 2, 4]),
    items: Int32Array.from([1, 2, 0, 1]),
    scores: Float32Array.from([4, 1, 0.5, 1e-9]),
    together: Int32Array.from([9, 8, 7, 6]),
  }

  test('each row is scaled so that its strongest is 32,767, and nothing becomes 0', () => {
    const {shares, scales, items, together} = sumOf(table)
    // 1 / 4 of 32,767 is 8,191.75.
    expect([...shares]).toEqual([32767, 8192, 32767, 1])
    expect([...scales]).toEqual([4 / 32767, 0, 0.5 / 32767])
    expect([items.constructor, [...items], together]).toEqual([Uint16Array, [1, 2, 0, 1], table.together])
  })

  test('what speaks against an item is below 0, and may be the strongest of a row', () => {
    const against = {...table, scores: Float32Array.from([1, -4, -1e-9, -1])}
    const {shares, scales} = sumOf(against)
    expect([...shares]).toEqual([8192, -32767, -1, -32767])
    expect([...scales]).toEqual([4 / 32767, 0, 1 / 32767])
  })

  test('rows are added up, those of weight 0 passed over', () => {
    const summed = sumOf(table)
    const room = finish(openSums(3, [summed]))
    const seed = (weights: number[]) => {
      for (const item of [0, 2, 1]) addTo(room.session, item, 1)
      room.weights.set(weights)
    }
    seed([2, 10, 5])
    sumRows(summed, room.session, room)
    const {sums} = room
    expect([...sums.items.subarray(0, sums.n)].sort()).toEqual([0, 1, 2])
    expect([...sums.values]).toEqual([327_670, 2 * 32767 + 10, 2 * 8192].map((sum) => sum + BESIDE_SUM))
    clearSparse(sums)
    expect([sums.n, ...sums.values]).toEqual([0, 0, 0, 0])
    room.weights.fill(0)
    sumRows(summed, room.session, room)
    expect(sums.n).toBe(0)
  })

  test('are the same in any order of the rows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({min: Math.fround(1e-20), max: Math.fround(1e20), noNaN: true}), {
          minLength: 40,
          maxLength: 40,
        }),
        fc.array(fc.integer({min: 0, max: 65536}), {minLength: 8, maxLength: 8}),
        (scores, weights) => {
          const wide = sumOf({
            offsets: Int32Array.from({length: 9}, (_, r) => 5 * r),
            items: Int32Array.from({length: 40}, (_, p) => (3 * p) % 11),
            scores: Float32Array.from(scores).map((s, p, all) => (p % 5 === 0 ? s : Math.min(s, all[p - (p % 5)]))),
            together: new Int32Array(40),
          })
          const add = (rows: number[]) => {
            const room = finish(openSums(11, [wide]))
            for (const row of rows) addTo(room.session, row, 1)
            room.weights.set(rows.map((r) => weights[r]))
            sumRows(wide, room.session, room)
            return room.sums.values
          }
          expect(add([7, 6, 5, 4, 3, 2, 1, 0])).toEqual(add([0, 1, 2, 3, 4, 5, 6, 7]))
        },
      ),
    )
  })
})

describe('sums by WebAssembly and in TypeScript', () => {
  const items = 40
  const rowArbitrary = fc.uniqueArray(fc.nat({max: items - 1}), {maxLength: 12})
  const seedsArbitrary = fc.uniqueArray(fc.tuple(fc.nat({max: items - 1}), fc.integer({min: 0, max: 65536})), {
    selector: ([item]) => item,
    maxLength: 12,
  })

  test.each([
    ['16-bit', Uint16Array],
    ['32-bit', Int32Array],
  ])('are the same, and choose and find the same, with %s items', (_, Items) => {
    fc.assert(
      fc.property(
        fc.array(rowArbitrary, {minLength: items, maxLength: items}),
        seedsArbitrary,
        // Few scores, so that there are ties.
        fc.array(fc.constantFrom(1, 2, 32767, -1, -32767), {minLength: 480, maxLength: 480}),
        fc.uint8Array({minLength: items, maxLength: items, max: 2}),
        fc.constantFrom(1, 2, 7, 128, 129, 1000),
        (rows, seeds, scores, marks, k) => {
          const answer = (inTypeScript: boolean) => {
            const table: SumTable = {
              offsets: Int32Array.from([0, ...rows.map((_, r) => rows.slice(0, r + 1).flat().length)]),
              items: Items.from(rows.flat()),
              shares: Int16Array.from(scores),
              scales: new Float64Array(items),
              together: new Int32Array(rows.flat().length),
            }
            const room = finish(openSums(items, [table], inTypeScript))
            expect(room.kernel === undefined).toBe(inTypeScript)
            for (const [item] of seeds) addTo(room.session, item, 1)
            room.weights.set(seeds.map(([, weight]) => weight))
            room.marks.set(marks)
            sumRows(table, room.session, room)
            const sums = [...room.sums.items.subarray(0, room.sums.n)].map((item) => [item, room.sums.values[item]])
            const {n, ...best} = takeBest(room.sums, k, 1, room)
            const chosen = [[...best.items.subarray(0, n)], [...best.scores.subarray(0, n)]]
            expect([room.sums.n, room.sums.values.some(Boolean)]).toEqual([0, false])
            const found = rows.map((_, r) => [...room.found.subarray(0, findMarked(table, r, 2, room))])
            return {sums, chosen, found}
          }
          const {sums, chosen, found} = answer(true)
          expect(answer(false)).toEqual({sums, chosen, found})
          const ranked = sums
            .filter(([item, sum]) => marks[item] === 1 && sum > 0)
            .sort(([i, a], [j, b]) => b - a || i - j)
          expect(chosen[0]).toEqual(ranked.slice(0, k).map(([item]) => item))
          expect(found.map((places) => places.length)).toEqual(
            rows.map((row) => row.filter((i) => marks[i] === 2).length),
          )
        },
      ),
      {numRuns: 300},
    )
  })

  const weigh = (seeds: [number, number][], scales: number[], inTypeScript: boolean) => {
    const table: SumTable = {
      offsets: new Int32Array(items + 1),
      items: new Uint16Array(0),
      shares: new Int16Array(0),
      scales: Float64Array.from({length: items}, (_, item) => scales[item]),
      together: new Int32Array(0),
    }
    const room = finish(openSums(items, [table], inTypeScript))
    for (const [item, count] of seeds) addTo(room.session, item, count)
    const unit = weighRows(table, room.session, room)
    return {unit, weights: [...room.weights.subarray(0, seeds.length)]}
  }

  test.each([true, false])('weigh rows, halves rounded up (in TypeScript: %s)', (inTypeScript) => {
    const seeds: [number, number][] = [1, 1 / 2 ** 17, 3 / 2 ** 17, 5 / 2 ** 17, 1 / 2 ** 18].map((n, i) => [i, 2 * n])
    const scales = [0.5, 0.5, 0.5, 0.5, 0.5]
    expect(weigh(seeds, scales, inTypeScript)).toEqual({unit: 1 / 65536, weights: [65536, 1, 2, 3, 0]})
  })

  test('give rows the same weights: whole numbers, the heaviest 65,536', () => {
    const amount = fc.oneof(
      fc.constantFrom(5e-324, 1e-300, 0.1, 1, 1e308, 1 / 3),
      fc.double({min: 1e-9, max: 1e9, noNaN: true}),
    )
    const counts = fc.uniqueArray(fc.tuple(fc.nat({max: items - 1}), amount), {selector: ([item]) => item})
    // Of scores of 32 bits.
    const scale = fc.float({min: 0, noNaN: true, noDefaultInfinity: true}).map((score) => score / 32767)
    const scales = fc.array(fc.oneof(scale, fc.constant(1)), {minLength: items, maxLength: items})
    fc.assert(
      fc.property(counts, scales, (seeds, scales) => {
        const {unit, weights} = weigh(seeds, scales, true)
        expect(weigh(seeds, scales, false)).toEqual({unit, weights})
        expect(weights.some(Boolean) ? Math.max(...weights) : 65536).toBe(65536)
      }),
    )
  })
})

const weightsOf = (...given: Parameters<typeof basketWeights>) => finish(basketWeights(...given))

describe('basketWeights', () => {
  const {byBasket} = basketsOf([[0], [0, 1]], 2)
  const ages = Float64Array.from([0.5, 0])

  test('are whole 65,536ths of what the measure says of size and age', () => {
    expect([...weightsOf(byBasket, ages, (size, age) => 1 / (size + 2 * age))]).toEqual([32768, 32768])
    expect([...weightsOf(byBasket, ages, () => 0)]).toEqual([0, 0])
    expect([...weightsOf(byBasket, ages, () => 32767)]).toEqual([32767 * 65536, 32767 * 65536])
  })

  test.each([-1, -1e-9, 32768, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => weightsOf(byBasket, ages, () => value)).toThrow(RangeError)
    expect(() => weightsOf(byBasket, ages, () => value)).toThrow(/from 0 to 32767, got .* for 1 items/)
  })
})
