import fc from 'fast-check'
import {CholeskyDecomposition, Matrix} from 'ml-matrix'
import {describe, expect, test, vi} from 'vitest'
import {below, sfc32} from '../bench/random.ts'
import {type Csr, rowLengths, transpose} from '../src/matrix/csr.ts'
import {type Dense, openDense, sweep} from '../src/matrix/dense.ts'
import {learnEase} from '../src/matrix/ease.ts'
import {headSize} from '../src/matrix/head.ts'
import type {Histories} from '../src/matrix/history.ts'
import {learnRidge} from '../src/matrix/ridge.ts'
import {type Driver, finish, inOneGo} from '../src/matrix/steps.ts'
import type {Table} from '../src/matrix/table.ts'
import {watchWorkers} from './workers.ts'

function csrOf(rows: readonly (readonly number[])[]): Csr {
  const offsets = new Int32Array(rows.length + 1)
  for (const [r, row] of rows.entries()) offsets[r + 1] = offsets[r] + row.length
  return {offsets, indices: Int32Array.from(rows.flat())}
}

const ascending = (row: Iterable<number>) => [...new Set(row)].sort((a, b) => a - b)

/** Symmetric and positive definite: M·Mᵀ with something on the diagonal. */
function randomMatrix(n: number, seed: number): Matrix {
  const next = sfc32(seed)
  const half = Matrix.zeros(n, n).apply(function (this: Matrix, i, j) {
    this.set(i, j, next() / 2 ** 31 - 1)
  })
  return half.mmul(half.transpose()).add(Matrix.eye(n, n, n / 10))
}

function denseOf(matrix: Matrix, more: Matrix | undefined, inTypeScript: boolean): Dense {
  const dense = openDense(matrix.rows, more?.rows, inTypeScript)
  const {n, values, starts, places} = dense
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) values[starts[i] + places[j]] = matrix.get(i, j)
  for (let r = 0; r < (more?.rows ?? 0); r++) {
    for (let j = 0; j < n; j++) values[starts[n + r] + places[j]] = more?.get(r, j) as number
  }
  return dense
}

/** The inverse and the solutions, of a matrix that was swept. */
function sweptOf({n, values, starts, places}: Dense): {inverse: Matrix; solutions: Matrix} {
  const at = (i: number, j: number) => values[starts[i] + places[j]]
  const inverse = Matrix.zeros(n, n).apply(function (this: Matrix, i, j) {
    this.set(i, j, -(i < j ? at(j, i) : at(i, j)))
  })
  const solutions = Matrix.zeros(starts.length - n, n).apply(function (this: Matrix, i, j) {
    this.set(i, j, at(n + i, j))
  })
  return {inverse, solutions}
}

const farthest = (a: Matrix, b: Matrix) => (a.rows === 0 ? 0 : Matrix.sub(a, b).abs().max())

describe.each([
  ['in WebAssembly', false],
  ['in TypeScript', true],
])('sweep %s', (_, inTypeScript) => {
  test('inverts two by two, and solves', async () => {
    // [4 2; 2 3] has the determinant 8, so the inverse [3 -2; -2 4] / 8; (8, 4) is twice its first row.
    const matrix = new Matrix([[4, 2], [2, 3]]) // biome-ignore format: as one writes it
    const dense = denseOf(matrix, undefined, inTypeScript)
    const solving = denseOf(matrix, new Matrix([[8, 4]]), inTypeScript)
    for (const all of [dense, solving]) await sweep(all, 1, inOneGo)
    const {inverse} = sweptOf(dense)
    const {solutions} = sweptOf(solving)
    expect(inverse.to2DArray().flat()).toEqual([0.375, -0.25, -0.25, 0.5].map((x) => expect.closeTo(x, 15)))
    expect(solutions.to2DArray()).toEqual([[expect.closeTo(2, 14), expect.closeTo(0, 14)]])
  })

  test.each([1, 2, 3, 5, 31, 63, 64, 65, 67, 127, 128, 129, 131, 257])('of %d rows is Cholesky', async (n) => {
    const matrix = randomMatrix(n, n)
    const more = Matrix.rand(1 + (n % 7), n)
    const dense = denseOf(matrix, undefined, inTypeScript)
    const solving = denseOf(matrix, more, inTypeScript)
    for (const all of [dense, solving]) await sweep(all, 1, inOneGo)
    const {inverse} = sweptOf(dense)
    const {solutions} = sweptOf(solving)
    const cholesky = new CholeskyDecomposition(matrix)
    const expected = cholesky.solve(Matrix.eye(n))
    expect(farthest(inverse, expected)).toBeLessThan(1e-8 * expected.max())
    expect(farthest(solutions.transpose(), cholesky.solve(more.transpose()))).toBeLessThan(1e-8 * expected.max())
    expect(farthest(matrix.mmul(inverse), Matrix.eye(n))).toBeLessThan(1e-10)
  })

  test('of numbers a trillion times as large as others is as exact', async () => {
    const n = 150
    const matrix = randomMatrix(n, 1)
    const scale = (i: number) => 10 ** ((i % 13) - 6)
    const scaled = matrix.clone().apply(function (this: Matrix, i, j) {
      this.set(i, j, this.get(i, j) * scale(i) * scale(j))
    })
    const dense = denseOf(scaled, undefined, inTypeScript)
    await sweep(dense, 1, inOneGo)
    const inverse = sweptOf(dense).inverse.apply(function (this: Matrix, i, j) {
      this.set(i, j, this.get(i, j) * scale(i) * scale(j))
    })
    const expected = new CholeskyDecomposition(matrix).solve(Matrix.eye(n))
    expect(farthest(inverse, expected)).toBeLessThan(1e-8 * expected.max())
  })

  test.each([
    ['singular', (i: number, j: number) => Number(Math.min(i, 71) % 71 === Math.min(j, 71) % 71)],
    [
      'singular but for rounding',
      (i: number, j: number) => (i !== j ? Number(i + j === 1) : i === 1 ? 1 + 2 ** -50 : 1),
    ],
    ['indefinite', (i: number, j: number) => Number(i === j) * (i === 70 ? -1 : 1)],
    ['zero', () => 0],
    ['not of numbers', (i: number, j: number) => (i === 70 && j === 3 ? Number.NaN : Number(i === j))],
  ])('refuses what is %s', async (_name, at) => {
    const matrix = Matrix.zeros(90, 90).apply(function (this: Matrix, i, j) {
      this.set(i, j, at(i, j))
    })
    const swept = sweep(denseOf(matrix, undefined, inTypeScript), 1, inOneGo)
    await expect(swept).rejects.toThrow('learn: a matrix of 90 items is not positive definite')
  })
})

describe('threads', () => {
  const workers = watchWorkers()

  test('change no byte, be they 2 or 3, with progress that rises', async () => {
    const matrix = randomMatrix(333, 5)
    const more = Matrix.rand(50, 333)
    const answer = async (threads: number) => {
      const dense = denseOf(matrix, more, false)
      let last = 0
      const tell = (share: number) => {
        expect(share).toBeGreaterThanOrEqual(last)
        expect(share).toBeLessThanOrEqual(1 + 1e-9)
        last = share
      }
      await sweep(dense, threads, {...inOneGo, wait: (work) => work(tell, undefined)})
      return Buffer.from(dense.values.slice().buffer)
    }
    const one = await answer(1)
    expect(workers.started).toBe(0)
    for (const threads of [2, 3]) expect(one.equals(await answer(threads))).toBe(true)
    expect([workers.started, workers.live]).toEqual([5, 0])
  })

  test('say that a matrix is not positive definite', async () => {
    const swept = sweep(openDense(100), 2, inOneGo)
    await expect(swept).rejects.toThrow('not positive definite')
    expect(workers.live).toBe(0)
  })

  test('are gone 100 ms after an abort, at any moment', async () => {
    const took: number[] = []
    for (const ms of [1, 30, 80, 120, 160]) {
      const dense = openDense(2000)
      const {values, starts, places} = dense
      for (let i = 0; i < 2000; i++) values[starts[i] + places[i]] = 1
      const abort = new AbortController()
      const driver: Driver = {...inOneGo, wait: (work) => work(() => {}, abort.signal)}
      let aborted = 0
      setTimeout(() => {
        aborted = performance.now()
        abort.abort(new Error('enough'))
      }, ms)
      await expect(sweep(dense, 2, driver)).rejects.toThrow('enough')
      took.push(performance.now() - aborted)
      expect(workers.live).toBe(0)
    }
    // The usual one: a busy machine may stall any.
    expect(took.sort((a, b) => a - b)[2]).toBeLessThan(100)
  })
})

test('headSize: as many as wanted that were bought twice, and no more than fit', () => {
  const support = Int32Array.from([1, 2, 0, 3, 2])
  expect([0, 2, 3, 9].map((wanted) => headSize(wanted, support))).toEqual([0, 2, 3, 3])
  expect(headSize(20_000, new Int32Array(20_000).fill(2))).toBe(8192)
})

interface Shop {
  rows: number[][]
  items: number
  owners: number[] | undefined
  minTogether: number
  head: number
  neighbors: number
}

/** Few items and many alike, so that there are ties; none, one item, one owner of all. */
const shops: fc.Arbitrary<Shop> = fc
  .record({items: fc.integer({min: 1, max: 14}), baskets: fc.integer({min: 0, max: 40})})
  .chain(({items, baskets}) => {
    const row = fc.array(fc.nat({max: items - 1}), {minLength: 1, maxLength: 8}).map(ascending)
    const owner = fc.oneof(fc.constant(fc.nat({max: 0})), fc.constant(fc.nat({max: 6}))).chain((one) => {
      return fc.array(one, {minLength: baskets, maxLength: baskets}).map((all) => all.sort((a, b) => a - b))
    })
    return fc.record({
      rows: fc.oneof(
        {weight: 4, arbitrary: fc.array(row, {minLength: baskets, maxLength: baskets})},
        {weight: 1, arbitrary: row.map((row) => Array.from({length: baskets}, () => row))},
      ),
      items: fc.constant(items),
      owners: fc.option(owner, {nil: undefined}),
      minTogether: fc.integer({min: 1, max: 3}),
      head: fc.constantFrom(1, 3, 20),
      neighbors: fc.constantFrom(1, 4, 100),
    })
  })

/** A shop of some hundred items that come in groups. */
function largeShop(items: number, baskets: number, seed = 1): Shop {
  const next = sfc32(seed)
  const rows = Array.from({length: baskets}, () => {
    const group = below(20, next())
    return ascending(
      Array.from({length: 1 + below(12, next())}, () => {
        const rank = Math.floor((below(items, next()) * below(items, next())) / items)
        return below(3, next()) === 0 ? rank : (rank - (rank % 20) + group) % items
      }),
    )
  })
  const owners = rows.map((_, basket) => basket >> 2)
  return {rows, items, owners, minTogether: 2, head: items, neighbors: 100}
}

interface Entry {
  item: number
  score: number
  together: number
}

const rowOf = ({offsets, items, scores, together}: Table, row: number): Entry[] =>
  Array.from({length: offsets[row + 1] - offsets[row]}, (_, p) => ({
    item: items[offsets[row] + p],
    score: scores[offsets[row] + p],
    together: together[offsets[row] + p],
  }))

const tableBytes = ({offsets, items, scores, together}: Table) =>
  [offsets, items, scores, together].map(({buffer}) => Buffer.from(buffer).toString('base64'))

/** By item, the strongest entries, best first, of items with a weight for each other as the textbook has it. */
function ranked(items: number, neighbors: number, entries: Map<number, Entry[]>): Entry[][] {
  return Array.from({length: items}, (_, item) =>
    (entries.get(item) ?? [])
      .map((entry) => ({...entry, score: Math.fround(entry.score)}))
      .filter(({score}) => Math.abs(score) > 1e-9)
      .sort((a, b) => Math.abs(b.score) - Math.abs(a.score) || a.item - b.item)
      .slice(0, neighbors)
      .sort((a, b) => b.score - a.score || a.item - b.item),
  )
}

/** Equal but for rounding: where two scores differ by nothing else, either may come first, or in place of the other. */
function expectTable(table: Table, expected: Entry[][], all: Map<number, Entry[]>): void {
  expect(table.offsets.length).toBe(expected.length + 1)
  for (const [row, entries] of expected.entries()) {
    const got = rowOf(table, row).filter(({score}) => Math.abs(score) > 1e-9)
    expect(got.length).toBe(entries.length)
    expect(new Set(got.map(({item}) => item)).size).toBe(got.length)
    for (const [place, {item, score, together}] of got.entries()) {
      expect(Math.abs(score - entries[place].score)).toBeLessThanOrEqual(1e-6 * Math.abs(score))
      const own = (all.get(row) as Entry[]).find((entry) => entry.item === item) as Entry
      expect(Math.abs(score - own.score)).toBeLessThanOrEqual(1e-6 * Math.abs(score))
      expect(together).toBe(own.together)
    }
  }
}

/** The most bought items, best first. */
function headOf(rows: number[][], items: number, most: number): number[] {
  const support = Array.from({length: items}, (_, item) => rows.filter((row) => row.includes(item)).length)
  return [...support.keys()]
    .filter((item) => support[item] >= 2)
    .sort((i, j) => support[j] - support[i] || i - j)
    .slice(0, most)
}

const inverseOf = (matrix: Matrix) => new CholeskyDecomposition(matrix).solve(Matrix.eye(matrix.rows))

describe('learnEase', () => {
  const learn = ({rows, items, owners, minTogether, head, neighbors}: Shop, threads?: number, driver = inOneGo) => {
    const byBasket = csrOf(rows)
    const support = rowLengths(finish(transpose(byBasket, items)))
    const privacy = {minTogether, owners: owners && Int32Array.from(owners)}
    return learnEase({byBasket, support}, privacy, {items: head, neighbors, threads}, driver)
  }

  /** The textbook: dense, and pair by pair. Weights of baskets are rounded to whole 65,536ths. */
  function naive({rows, items, owners, minTogether, head: most}: Shop): Map<number, Entry[]> {
    const head = headOf(rows, items, most)
    const n = head.length
    const entries = new Map(head.map((item): [number, Entry[]] => [item, []]))
    if (n === 0) return entries
    const gram = Matrix.zeros(n, n)
    const both = (i: number, j: number) => [...rows.keys()].filter((b) => rows[b].includes(i) && rows[b].includes(j))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const weights = both(head[i], head[j]).map((b) => Math.round(65536 / Math.sqrt(rows[b].length)) / 65536)
        gram.set(
          i,
          j,
          weights.reduce((sum, weight) => sum + weight, 0),
        )
      }
    }
    const inverse = inverseOf(Matrix.add(gram, Matrix.eye(n).mul((0.5 * gram.trace()) / n)))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const baskets = both(head[i], head[j])
        const makers = new Set(baskets.map((b) => (owners ? owners[b] : b)))
        if (i === j || baskets.length < Math.max(1, minTogether) || (minTogether > 1 && makers.size < 2)) continue
        const score = -inverse.get(i, j) / inverse.get(j, j)
        entries.get(head[i])?.push({item: head[j], score, together: baskets.length})
      }
    }
    return entries
  }

  test('two items that always come together foretell each other', async () => {
    const pair = {rows: [[0, 1], [0, 1]], items: 3, owners: undefined, minTogether: 2, head: 9, neighbors: 9} // biome-ignore format: one basket a word
    // G is s·[1 1; 1 1] with λ = s / 2, and so P ~ [1.5 -1; -1 1.5]: weights of 2 / 3.
    const table = await learn(pair)
    const entry = (item: number) => [{item, score: Math.fround(2 / 3), together: 2}]
    expect([0, 1, 2].map((item) => rowOf(table, item))).toEqual([entry(1), entry(0), []])
  })

  test('what one foretells, another need not: 2 comes with 1, and with 0 only where 1 is', async () => {
    const rows = [...Array(8).fill([0, 1, 2]), ...Array(8).fill([1, 2]), ...Array(8).fill([0])]
    const table = await learn({rows, items: 3, owners: undefined, minTogether: 1, head: 3, neighbors: 2})
    const [[, second], [first]] = [rowOf(table, 0), rowOf(table, 1)]
    expect(first.item).toBe(2)
    expect(second?.score ?? 0).toBeLessThan(0.2 * first.score)
  })

  test('what scores the same but for rounding stands by index', async () => {
    // Bought alike, in an order that says nothing of their indices.
    const items = Array.from({length: 150}, (_, item) => item)
    const rows = items.flatMap((item) => [[item, (7 * item + 1) % 150].sort((a, b) => a - b)])
    const table = await learn({
      rows: [items, ...rows, items],
      items: 150,
      owners: undefined,
      minTogether: 2,
      head: 150,
      neighbors: 100,
    })
    for (const item of items) {
      const row = rowOf(table, item)
      expect(row.length).toBe(100)
      expect(row).toEqual(row.toSorted((a, b) => b.score - a.score || a.item - b.item))
    }
  })

  test('keeps no pair that only one owner made', async () => {
    const rows = [[0, 1], [0, 1], [0, 2], [0, 2]] // biome-ignore format: one basket a word
    const shop = {rows, items: 3, owners: [0, 0, 0, 1], minTogether: 2, head: 3, neighbors: 9}
    const items = async (more: Partial<Shop>) => rowOf(await learn({...shop, ...more}), 0).map(({item}) => item)
    expect(await items({})).toEqual([2])
    expect(await items({minTogether: 1})).toEqual([1, 2])
    expect(await items({minTogether: 3})).toEqual([])
    expect(await items({owners: undefined})).toEqual([1, 2])
  })

  test('is the textbook, for shops of every shape', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const all = naive(shop)
        expectTable(await learn(shop), ranked(shop.items, shop.neighbors, all), all)
      }),
      {numRuns: 300},
    )
  })

  test('is the textbook for more items than a block has, by WebAssembly or not', async () => {
    const shop = largeShop(150, 700)
    const all = naive({...shop, head: 140})
    const expected = ranked(shop.items, 100, all)
    expect(expected.flat().length).toBeGreaterThan(3000)
    expectTable(await learn({...shop, head: 140}), expected, all)
    const memory = vi.spyOn((globalThis as unknown as {WebAssembly: {Memory: new () => object}}).WebAssembly, 'Memory')
    memory.mockImplementation(function outOfMemory() {
      throw new RangeError('could not allocate memory')
    })
    try {
      expectTable(await learn({...shop, head: 140}), expected, all)
      expect(memory).toHaveBeenCalledTimes(1)
    } finally {
      memory.mockRestore()
    }
  })

  test('is the same for baskets in any order and any number of threads', async () => {
    const shop = {...largeShop(400, 1500), owners: undefined}
    const expected = tableBytes(await learn(shop, 1))
    const next = sfc32(9)
    const shuffled = shop.rows.map((row) => ({row, key: next()})).sort((a, b) => a.key - b.key)
    expect(tableBytes(await learn({...shop, rows: shuffled.map(({row}) => row)}, 1))).toEqual(expected)
    expect(tableBytes(await learn(shop, 2))).toEqual(expected)
  })
})

describe('learnRidge', () => {
  /** Orders customer by customer, oldest first; after those of `customers`, such of unknown ones. */
  interface Past extends Omit<Shop, 'owners'> {
    customers: number[]
    firstOnly: boolean
    appeal: number[]
  }

  const learn = (past: Past, threads?: number, driver = inOneGo) => {
    const {rows, customers, items, minTogether, head, neighbors, appeal, firstOnly} = past
    const byOrder = csrOf(rows)
    const byItem = finish(transpose(byOrder, items))
    const histories: Histories = {byOrder, byItem, ages: undefined, customers: Int32Array.from(customers)}
    const options = {items: head, neighbors, threads, appeal: Float64Array.from(appeal), firstOnly}
    return learnRidge(histories, {minTogether}, options, driver)
  }

  /** The textbook: every history a dense row. */
  function naive({rows, customers, items, minTogether, head: most, firstOnly, appeal}: Past) {
    const head = headOf(rows, items, most)
    const n = head.length
    const entries = new Map(head.map((item): [number, Entry[]] => [item, []]))
    const [x, y]: [number[][], number[][]] = [[], []]
    const made = Array.from({length: n * n}, (): number[] => [])
    for (let c = 0; c + 1 < customers.length; c++) {
      for (let order = customers[c] + 1; order < customers[c + 1]; order++) {
        const history = new Float64Array(items)
        for (let before = customers[c]; before < order; before++) {
          for (const item of rows[before]) history[item] += 0.9 ** (order - 1 - before)
        }
        const bought = rows[order].filter((item) => !firstOnly || history[item] === 0)
        const xScale = 1 / Math.sqrt(history.reduce((sum, value) => sum + value, 0))
        const yScale = 1 / Math.sqrt(Math.max(1, bought.length))
        x.push(head.map((item) => history[item] * xScale))
        y.push(head.map((item) => Number(bought.includes(item)) * yScale))
        for (const [i, item] of head.entries()) {
          for (const [j, other] of head.entries()) {
            if (history[item] > 0 && bought.includes(other)) made[i * n + j].push(c)
          }
        }
      }
    }
    if (n === 0 || x.length === 0) return entries
    const [X, Y] = [new Matrix(x), new Matrix(y)]
    const gram = X.transpose().mmul(X)
    const lambda = (2 * gram.trace()) / n || 1
    const weights = inverseOf(Matrix.add(gram, Matrix.eye(n).mul(lambda))).mmul(X.transpose().mmul(Y))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const makers = made[i * n + j]
        if (makers.length < Math.max(1, minTogether) || (minTogether > 1 && new Set(makers).size < 2)) continue
        const score = weights.get(i, j) * appeal[head[j]]
        entries.get(head[i])?.push({item: head[j], score, together: makers.length})
      }
    }
    return entries
  }

  const pasts: fc.Arbitrary<Past> = fc
    .tuple(shops, fc.array(fc.nat({max: 12}), {maxLength: 6}), fc.boolean(), fc.infiniteStream(fc.nat(3)))
    .map(([{owners: _, ...shop}, sizes, firstOnly, appeals]) => {
      const customers = [0]
      for (const size of sizes) customers.push(Math.min(shop.rows.length, customers[customers.length - 1] + size))
      const appeal = Array.from({length: shop.items}, () => 0.5 + appeals.next().value)
      return {...shop, customers, firstOnly, appeal}
    })

  const largePast = (items: number, orders: number): Past => {
    const {owners: _, ...shop} = largeShop(items, orders)
    const customers = Array.from({length: orders / 6 + 1}, (_, c) => 6 * c)
    return {...shop, customers, firstOnly: false, appeal: new Array(items).fill(1)}
  }

  const plain = {items: 2, minTogether: 2, head: 9, neighbors: 9, firstOnly: false, appeal: [1, 1]}

  test('0 is followed by 1', async () => {
    // Twice a history of 0 alone, an order of 1 alone: XᵀX is 2 at 0, λ = 2, and XᵀY is 2 from 0 to 1.
    const table = await learn({...plain, rows: [[0], [1], [0], [1]], customers: [0, 2, 4]})
    expect([0, 1].map((item) => rowOf(table, item))).toEqual([[{item: 1, score: 0.5, together: 2}], []])
  })

  test('an older order counts 0.9 of the next, an item may follow itself, appeal is a factor', async () => {
    const rows = [[0], [1], [0], [0], [1], [0]]
    const past: Past = {...plain, rows, customers: [0, 3, 6], appeal: [4, 1]}
    // Two customers alike. X has the rows (1, 0) and (0.9, 1) / √1.9, Y has (0, 1) and (1, 0): all halved, XᵀX is
    // [1 + 0.81·s 0.9·s; 0.9·s s], s = 1 / 1.9, to which λ adds its trace; XᵀY is [0.9·r 1; r 0], r = 1 / √1.9.
    const table = await learn(past)
    const [s, r] = [1 / 1.9, 1 / Math.sqrt(1.9)]
    const lambda = 1 + 1.81 * s
    const [a, b, d] = [1 + 0.81 * s + lambda, 0.9 * s, s + lambda]
    const score = (numerator: number) => expect.closeTo(numerator / (a * d - b * b), 6)
    expect(rowOf(table, 0)).toEqual([
      {item: 0, score: score(4 * (d * 0.9 * r - b * r)), together: 2},
      {item: 1, score: score(d), together: 2},
    ])
    expect(rowOf(table, 1)).toEqual([{item: 0, score: score(4 * (a * r - b * 0.9 * r)), together: 2}])
    const first = await learn({...past, firstOnly: true})
    expect([0, 1].map((item) => rowOf(first, item).map((entry) => entry.item))).toEqual([[1], []])
  })

  test('keeps no pair that only one customer made', async () => {
    const rows = [[0], [1], [0], [1]]
    const items = async (more: Partial<Past>) => {
      return rowOf(await learn({...plain, rows, customers: [0, 4], ...more}), 0).map(({item}) => item)
    }
    expect(await items({})).toEqual([])
    expect(await items({minTogether: 1})).toEqual([1, 0])
    expect(await items({customers: [0, 2, 4]})).toEqual([1])
    expect(await items({customers: [0, 2, 4], minTogether: 3})).toEqual([])
  })

  test('is the textbook, for shops of every shape', async () => {
    await fc.assert(
      fc.asyncProperty(pasts, async (past) => {
        const all = naive(past)
        expectTable(await learn(past), ranked(past.items, past.neighbors, all), all)
      }),
      {numRuns: 300},
    )
  })

  test.each([true, false])(
    'is the textbook for more items than a block has, of first purchases only: %s',
    async (firstOnly) => {
      const past = {...largePast(110, 900), firstOnly}
      const all = naive(past)
      const expected = ranked(past.items, past.neighbors, all)
      expect(expected.flat().length).toBeGreaterThan(2000)
      expectTable(await learn(past), expected, all)
    },
  )

  test('a history of 700 orders fades, and is no trouble', async () => {
    const rows = Array.from({length: 1400}, (_, order) => (order % 700 === 0 ? [0] : order % 700 === 200 ? [1] : [2]))
    const table = await learn({...plain, rows, items: 3, customers: [0, 700, 1400], appeal: [1, 1, 1]})
    expect(rowOf(table, 2).map(({item, together}) => [item, together])).toEqual([
      [2, 1394],
      [1, 2],
    ])
    // 263 orders after it nothing is left of the only 0; in one of these stands 1.
    expect(rowOf(table, 0).map(({item, together}) => [item, together])).toEqual([
      [2, 2 * 262],
      [1, 2],
    ])
  })

  test('is the same for any number of threads', async () => {
    const past = largePast(300, 3000)
    expect(tableBytes(await learn(past, 2))).toEqual(tableBytes(await learn(past, 1)))
  })
})
