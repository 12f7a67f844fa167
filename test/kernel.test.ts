import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import fc from 'fast-check'
import {describe, expect, test, vi} from 'vitest'
import {below, sfc32} from '../bench/random.ts'
import {basketWeights, marginalsOf} from '../src/matrix/basket-weights.ts'
import {type BuiltTables, buildTables} from '../src/matrix/build.ts'
import {type BasketRows, type Baskets, clearRow, countPublicRow, makeScratch} from '../src/matrix/count-row.ts'
import {countTables, planCounting, readTables} from '../src/matrix/counting.ts'
import {transpose} from '../src/matrix/csr.ts'
import {openKernel} from '../src/matrix/kernel.ts'
import * as allMeasures from '../src/matrix/measures.ts'
import type {Privacy} from '../src/matrix/privacy.ts'
import {
  type Marginals,
  measureScorer,
  type Scorer,
  togetherScorer,
  UNIT,
  weightedScorer,
} from '../src/matrix/scorers.ts'
import {type Driver, finish, inOneGo, type Steps} from '../src/matrix/steps.ts'
import {Recommender} from '../src/recommender.ts'
import {watchWorkers} from './workers.ts'

const runs = Number(process.env.RUNS ?? 150)
/** How many builds are aborted. */
const aborts = Number(process.env.ABORTS ?? 100)

/** Baskets of a shop, as counting reads them. */
interface Shop {
  rows: number[][]
  items: number
  owners: number[] | undefined
  minTogether: number
  neighbors: number
  measure: string
  weightOf: (size: number, age: number) => number
}

const measures: Record<string, allMeasures.Measure> = {
  count: allMeasures.count,
  confidence: allMeasures.confidence,
  cosine: allMeasures.cosine,
  jaccard: allMeasures.jaccard,
  lift: allMeasures.lift,
  npmi: allMeasures.npmi,
  llr: allMeasures.llr,
  deshpandeKarypis: allMeasures.deshpandeKarypis(),
  rp3beta: allMeasures.rp3beta({alpha: 0.7, beta: 0.9}),
  bm25: allMeasures.bm25()({items: 10, baskets: 30, purchases: 90}),
}

interface Input {
  baskets: Baskets & BasketRows
  privacy: Privacy
  marginals: Marginals
  scorers: Scorer[]
  neighbors: number
}

function inputOf({rows, items, owners, minTogether, neighbors, measure, weightOf}: Shop): Input {
  const offsets = new Int32Array(rows.length + 1)
  for (const [r, row] of rows.entries()) offsets[r + 1] = offsets[r] + row.length
  const byBasket = {offsets, indices: Int32Array.from(rows.flat())}
  const byItem = finish(transpose(byBasket, items))
  const ages = Float64Array.from(rows, (_, r) => r / rows.length)
  const named = measures[measure]
  const weights = finish(basketWeights(byBasket, ages, named?.weight ?? weightOf))
  const marginals = finish(marginalsOf(byBasket, items, new Int32Array(rows.length).fill(1 / UNIT), weights))
  const scorer = named ? measureScorer(named, marginals) : weightedScorer(marginals, 0.5)
  return {
    baskets: {byBasket, byItem, weights, support: marginals.support},
    privacy: {minTogether, owners: owners && Int32Array.from(owners)},
    marginals,
    scorers: [scorer, togetherScorer(marginals)],
    neighbors,
  }
}

function inTypeScript({baskets, privacy, scorers, neighbors}: Input): BuiltTables {
  return finish(buildTables(baskets, privacy, scorers, neighbors))
}

/** By the kernel, its stretches dealt out to some instances as `deal` says, all on this thread. */
function inKernel(
  {baskets, privacy, scorers, neighbors}: Input,
  instances = 1,
  headItems = 8,
  deal = [0],
): BuiltTables {
  const planned = finishRising(planCounting(baskets, privacy, scorers, neighbors, instances, headItems))
  if (!planned) throw new Error('the kernel does not take this')
  const {job, rankOf} = planned
  const kernels = Array.from({length: instances}, (_, instance) => openKernel(job, instance))
  let turn = 0
  for (const phase of job.phases) {
    for (let s = 0; s + 1 < phase.bounds.length; s++) {
      finish(kernels[deal[turn++ % deal.length] % instances].work(phase, s))
    }
  }
  return {tables: finish(readTables(job, rankOf)), pairs: kernels.reduce((sum, kernel) => sum + kernel.result(), 0)}
}

/** Runs steps whose shares must rise, from 0 to 1. */
function finishRising<Result>(steps: Steps<Result>): Result {
  let last = 0
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    expect(step.value).toBeGreaterThanOrEqual(last)
    expect(step.value).toBeLessThanOrEqual(1)
    last = step.value
  }
}

/** Bytes and all: `toEqual` takes -0 for 0 and compares number by number. */
function expectSame(actual: BuiltTables, expected: BuiltTables): void {
  expect(actual.pairs).toBe(expected.pairs)
  expect(actual.tables.length).toBe(expected.tables.length)
  for (const [t, table] of actual.tables.entries()) {
    for (const column of ['offsets', 'items', 'scores', 'together'] as const) {
      const bytesOf = ({buffer, byteOffset, byteLength}: ArrayBufferView) =>
        Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
      const other = expected.tables[t][column]
      if (bytesOf(table[column]).equals(bytesOf(other))) continue
      const p = table[column].findIndex((value, i) => !Object.is(value, other[i]))
      const row = table.offsets.findLastIndex((offset) => offset <= p)
      throw new Error(`table ${t}: ${column}[${p}], row ${row}, is ${table[column][p]} and not ${other[p]}`)
    }
  }
}

const shops: fc.Arbitrary<Shop> = fc
  .record({
    items: fc.integer({min: 1, max: 60}),
    baskets: fc.integer({min: 0, max: 60}),
    skew: fc.integer({min: 1, max: 4}),
  })
  .chain(({items, baskets, skew}) => {
    const item = fc.double({min: 0, max: 1, noNaN: true}).map((x) => Math.min(items - 1, Math.floor(items * x ** skew)))
    const row = fc.array(item, {minLength: 1, maxLength: 40}).map((row) => [...new Set(row)].sort((a, b) => a - b))
    return fc.record({
      rows: fc.oneof(
        {weight: 5, arbitrary: fc.array(row, {minLength: baskets, maxLength: baskets})},
        // All baskets alike: ties everywhere.
        {weight: 1, arbitrary: row.map((row) => Array.from({length: baskets}, () => row))},
      ),
      items: fc.constant(items),
      owners: fc.option(fc.array(fc.nat({max: 3}), {minLength: baskets, maxLength: baskets}), {nil: undefined}),
      minTogether: fc.integer({min: 1, max: 3}),
      neighbors: fc.integer({min: 1, max: 70}),
      measure: fc.constantFrom('weighted', ...Object.keys(measures)),
      weightOf: fc.constantFrom(
        (size: number, age: number) => size ** -0.6 * 2 ** (-age / 0.35),
        () => 1,
        () => 30000,
        (size: number) => (size % 3 === 0 ? 0 : 1 / 65536),
      ),
    })
  })
  .map((shop) => ({...shop, owners: shop.owners?.toSorted((a, b) => a - b)}))

/** Several hundred items and short lists; popular items have any index, so that ties are decided both ways. */
const crowdedShops: fc.Arbitrary<Shop> = fc
  .record({
    seed: fc.nat({max: 1_000_000}),
    items: fc.integer({min: 250, max: 500}),
    size: fc.integer({min: 2, max: 90}),
    neighbors: fc.integer({min: 1, max: 4}),
    minTogether: fc.integer({min: 1, max: 2}),
    measure: fc.constantFrom('weighted', ...Object.keys(measures)),
    weight: fc.constantFrom(1, 1.37, 0.6, 32000),
  })
  .map(({seed, items, size, weight, ...shop}) => {
    const next = sfc32(seed)
    const row = () => {
      const length = 1 + below(size, next())
      const ranks = Array.from({length}, () =>
        Math.floor((items * below(items, next()) * below(items, next())) / items ** 2),
      )
      return [...new Set(ranks.map((rank) => (rank * 7919 + seed) % items))].sort((a, b) => a - b)
    }
    const rows = Array.from({length: 220}, row)
    // Beside the heaviest baskets, light ones are cut off in the filter's reading of a cell.
    const weightOf = (n: number) => {
      if (weight === 32000) return n === 2 ? weight : (1 + (n % 3)) / 65536
      return weight === 0.6 ? n ** -weight : weight
    }
    return {...shop, items, rows, owners: undefined, weightOf}
  })

describe('the kernel and the build in TypeScript', () => {
  test('make the same bytes of any shop', () => {
    fc.assert(
      fc.property(shops, fc.integer({min: 2, max: 20}), (shop, headItems) => {
        const input = inputOf(shop)
        expectSame(inKernel(input, 1, 2 * headItems), inTypeScript(input))
      }),
      {numRuns: 4 * runs},
    )
  })

  test('make the same bytes where lists are full and most pairs are turned away', () => {
    fc.assert(
      fc.property(crowdedShops, (shop) => {
        const input = inputOf(shop)
        expectSame(inKernel(input, 1, 64), inTypeScript(input))
      }),
      {numRuns: runs},
    )
  })

  test('make the same bytes whoever takes which stretch', () => {
    fc.assert(
      fc.property(
        shops,
        fc.constantFrom(2, 5),
        fc.array(fc.nat({max: 4}), {minLength: 1, maxLength: 9}),
        (shop, n, deal) => {
          const input = inputOf(shop)
          expectSame(inKernel(input, n, 8, deal), inTypeScript(input))
        },
      ),
      {numRuns: 2 * runs},
    )
  })

  test('keep of each item what its own row, counted alone, has best', () => {
    fc.assert(
      fc.property(shops, (shop) => {
        const input = inputOf({...shop, measure: 'cosine'})
        const {tables} = inKernel(input)
        const scratch = makeScratch(shop.items)
        for (let item = 0; item < shop.items; item++) {
          const n = countPublicRow(item, input.baskets, input.privacy, scratch)
          const row = Array.from(scratch.touched.subarray(0, n), (other) => {
            return {other, score: input.scorers[0].score(item, other, scratch.counts[other], scratch.sums[other])}
          }).sort((a, b) => b.score - a.score || a.other - b.other)
          clearRow(n, scratch)
          const {offsets, items} = tables[0]
          const width = Math.max(1, Math.min(shop.neighbors, shop.items - 1))
          expect([...items.subarray(offsets[item], offsets[item + 1])]).toEqual(
            row.slice(0, width).map(({other}) => other),
          )
        }
      }),
      {numRuns: runs},
    )
  })

  test.each(['weighted', 'llr'])(
    'agree on more items than 16 bits number, and on a giant basket, by %s',
    (measure) => {
      const giant = Array.from({length: 3000}, (_, i) => 2 * i + 1)
      const rows = Array.from({length: 800}, (_, r) => [
        r % 400,
        (r % 400) + 1,
        5000 + 3 * (r % 400),
        69_000 + (r % 400),
      ])
      const shop = {rows: [giant, ...rows], items: 70_000, owners: undefined, minTogether: 1, neighbors: 5, measure}
      const input = inputOf({...shop, weightOf: (size) => size ** -0.6})
      expectSame(inKernel(input, 1, 1024), inTypeScript(input))
    },
    60_000,
  )

  test('cut counts and weights off the same cell when both are large', () => {
    // 40 baskets of the greatest weight: with 2,000,000 of them 63 bits would be full, which no test can wait for.
    const rows = Array.from({length: 40}, (_, r) => [0, 1, 2 + (r % 5)])
    const shop = {rows, items: 7, owners: undefined, minTogether: 2, neighbors: 3, measure: 'weighted'}
    const input = inputOf({...shop, weightOf: (size) => 32767 - size})
    const planned = finish(planCounting(input.baskets, input.privacy, input.scorers, 3, 1))
    expect(planned?.job.layout.countBits).toBeLessThan(30)
    expectSame(inKernel(input), inTypeScript(input))
  })

  test('leave a measure of one’s own to TypeScript', async () => {
    const input = inputOf({
      rows: [
        [0, 1],
        [0, 1],
      ],
      items: 2,
      owners: undefined,
      minTogether: 1,
      neighbors: 2,
      measure: 'cosine',
      weightOf: () => 1,
    })
    const scorers = [measureScorer({score: (both, a, b) => both / Math.max(a, b)}, input.marginals)]
    expect(finish(planCounting(input.baskets, input.privacy, scorers, 2, 1))).toBeUndefined()
    const {tables} = await countTables(input.baskets, input.privacy, scorers, {neighbors: 2, threads: 2}, inOneGo)
    expect([...tables[0].scores]).toEqual([1, 1])
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Memory that something holds on to, in bytes. */
function held(): number {
  collectGarbage()
  return process.memoryUsage.rss()
}

describe('threads', () => {
  const workers = watchWorkers()

  const rows = Array.from({length: 3000}, (_, r) =>
    [...new Set(Array.from({length: 12}, (_, i) => Math.floor(((r * 7919 + i * i * 104729) % 5000) ** 2 / 5000)))].sort(
      (a, b) => a - b,
    ),
  )
  const input = inputOf({
    ...{rows, items: 5000, owners: rows.map((_, r) => r >> 2), minTogether: 2, neighbors: 20},
    ...{measure: 'weighted', weightOf: (size) => size ** -0.6},
  })
  const count = (threads: number, driver: Driver = inOneGo) =>
    countTables(input.baskets, input.privacy, input.scorers, {neighbors: 20, threads}, driver)

  test('change no byte, be they 2 or 5', async () => {
    const expected = inTypeScript(input)
    expect(expected.tables[0].items.length).toBeGreaterThan(10_000)
    for (const threads of [1, 2, 5]) expectSame(await count(threads), expected)
    expect([workers.started, workers.live]).toEqual([7, 0])
  })

  test(`end with their build, ${aborts} times aborted at any moment`, {timeout: 2000 * aborts}, async () => {
    const whole = performance.now()
    await count(2)
    const ms = performance.now() - whole
    let aborted = 0
    let memory = 0
    for (let run = 0; run < aborts; run++) {
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort(new Error('enough')), (ms * run) / aborts)
      const driver: Driver = {...inOneGo, wait: (work) => work(() => {}, abort.signal)}
      const start = performance.now()
      await count(2, driver).catch((error) => {
        expect(error.message).toBe('enough')
        aborted++
      })
      clearTimeout(timer)
      expect(performance.now() - start).toBeLessThan(ms + 1000)
      expect(workers.live).toBe(0)
      if (run === Math.floor(aborts / 4)) memory = held()
    }
    expect(aborted).toBeGreaterThan(aborts / 4)
    // The lists alone of a build that stayed are 5 MB: of the last three quarters, more than twice this.
    expect(held() - memory).toBeLessThan(1.5 * aborts * 2 ** 20)
    expect(workers.live).toBe(0)
  })

  test('stop all when telling of progress fails', async () => {
    const driver: Driver = {
      ...inOneGo,
      wait: (work) =>
        work(() => {
          throw new Error('no more')
        }, undefined),
    }
    await Promise.all(
      [count(2, driver), count(2, driver)].map((build) =>
        build.catch((error) => expect(error.message).toBe('no more')),
      ),
    )
    expect(workers.live).toBe(0)
  })
})

test('where WebAssembly gets no memory, TypeScript answers the same', async () => {
  const next = sfc32(5)
  const lines = Array.from({length: 4000}, (_, line) => ({
    item: below(60, next()),
    order: line >> 2,
    customer: line >> 4,
  }))
  const answers = async () => {
    const shop = await Recommender.fit(lines, {threads: 2})
    return lines
      .slice(0, 50)
      .map(({item, customer}) => [
        shop.alsoBought(item),
        shop.suggest({customer, items: [item]}),
        shop.boughtTogether([item]),
      ])
  }
  const usual = await answers()
  const memory = vi.spyOn((globalThis as unknown as {WebAssembly: {Memory: new () => object}}).WebAssembly, 'Memory')
  memory.mockImplementation(function outOfMemory() {
    throw new RangeError('could not allocate memory')
  })
  try {
    expect(await answers()).toEqual(usual)
    // To count, to follow customers, to learn twice, to sum.
    expect(memory).toHaveBeenCalledTimes(5)
  } finally {
    memory.mockRestore()
  }
})
