import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Worker} from 'node:worker_threads'
import {buildSync} from 'esbuild'
import fc from 'fast-check'
import {afterAll, describe, expect, test} from 'vitest'
import {cosine, type FitOptions, type LoadOptions, type OrderLine, Recommender} from '../src/index.ts'
import {plainCrc32} from '../src/model/crc32.ts'
import {crc32} from '../src/model/file.ts'
import {fitModel} from '../src/model/fit.ts'
import {bytesOf} from '../src/model/open.ts'
import {layoutOf} from '../src/model/sections.ts'
import {answersOf, expectSame} from './answers.ts'
import {itemIds, linesArbitrary, measureNames, optionsArbitrary} from './random-shops.ts'

/** How many random shops each property sees; `RUNS=10000` asks for many. */
const runs = Number(process.env.RUNS ?? 100)

const folder = mkdtempSync(join(tmpdir(), 'alsobought-'))
afterAll(() => rmSync(folder, {recursive: true}))
const pathOf = (name: string) => join(folder, name)

const asked = [...itemIds, 'new', 'unknown']
const customers = ['c0', 'c1', 'c2', 'c3', 'c4', 'nobody']
/** In no order. */
const catalogue = [
  {id: 'new', category: 'tea', price: 0.2, launchedAt: 8000},
  {id: 'b', category: 'tea', price: 0.7, stock: {shelf: [1, null, 'x'], counted: new Date(7)}},
  {id: '\u{1f600}', category: null, title: 'née \ud83d\ude00 \uffee', brand: ''},
  {id: 'c', category: 'tea', price: 1.9},
  {id: 'a', category: 'tea', price: 0.1, launchedAt: new Date(5000)},
  {id: '10', category: 'tea', price: 13, launchedAt: new Date(5000)},
]

/** Options that random shops do not have. */
const moreOptions = fc.record(
  {
    learn: fc.constantFrom(false, {items: 4}, true),
    substitutes: fc.boolean(),
    items: fc.constantFrom([], catalogue),
    next: fc.constantFrom({weight: 0.4}, {targets: 'first' as const}),
  },
  {requiredKeys: []},
)

const shopsArbitrary = [linesArbitrary, optionsArbitrary, moreOptions] as const
const fitted = (lines: OrderLine[], options: object, more: object) =>
  Recommender.fit(lines, {...options, ...more} as FitOptions)

/** In the order of a seed. */
function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  const all = [...values]
  for (let i = all.length - 1, state = seed; i > 0; i--) {
    state = (state * 48271) % 2147483647
    const j = state % (i + 1)
    ;[all[i], all[j]] = [all[j], all[i]]
  }
  return all
}

describe('a shop that was saved and opened again', {timeout: 120_000}, () => {
  test('answers everything as before, to the byte, whatever the shop and its options', async () => {
    await fc.assert(
      fc.asyncProperty(...shopsArbitrary, async (lines, options, more) => {
        const shop = await fitted(lines, options, more)
        const bytes = shop.toBytes()
        const again = Recommender.fromBytes(bytes)
        expect(answersOf(again, asked, customers)).toBe(answersOf(shop, asked, customers))
        expect(again.items.ids.map((id) => again.items.get(id))).toEqual(shop.items.ids.map((id) => shop.items.get(id)))
        expectSame(again.toBytes(), bytes)
        expect(again.version).toBe(shop.version)
      }),
      {numRuns: runs},
    )
  })

  test.each(measureNames)('answers as before by %s', async (measure) => {
    const lines = fc.sample(linesArbitrary, {seed: 5, numRuns: 12}).flat()
    const shop = await Recommender.fit(lines, {measure, scopes: ['order', 'customer'], neighbors: 2, onBadRow: 'skip'})
    const again = Recommender.fromBytes(shop.toBytes())
    expect(answersOf(again, asked, customers)).toBe(answersOf(shop, asked, customers))
  })

  test('of nothing answers nothing', async () => {
    const shop = await Recommender.fit([])
    const again = Recommender.fromBytes(shop.toBytes())
    expect(answersOf(again, ['a', 'b'], ['c0'])).toBe(answersOf(shop, ['a', 'b'], ['c0']))
    expect(Recommender.fromBytes(shop.toBytes({log: false})).alsoBought('a')).toEqual([])
  })

  test('has the same bytes for any order of the lines and any number of threads', async () => {
    await fc.assert(
      fc.asyncProperty(...shopsArbitrary, fc.nat(), async (lines, options, more, seed) => {
        const bytes = (await fitted(lines, {...options, onBadRow: 'skip'}, more)).toBytes()
        const other = await fitted(shuffled(lines, seed + 1), {...options, onBadRow: 'skip'}, more)
        expectSame(other.toBytes(), bytes)
      }),
      {numRuns: runs},
    )
    const columns = bulkColumns()
    const [one, two] = await Promise.all([1, 2].map((threads) => Recommender.fit(columns, {threads})))
    expect(two.version).toBe(one.version)
    expectSame(two.toBytes(), one.toBytes())
  })

  test('has the same bytes for a catalogue in any order', async () => {
    const lines = [{item: 'a', order: 1}]
    const bytes = (await Recommender.fit(lines, {items: catalogue})).toBytes()
    expectSame((await Recommender.fit(lines, {items: catalogue.toReversed()})).toBytes(), bytes)
  })

  test('has the same bytes whatever the bits of unknown times', async () => {
    const lines = [1, 2, 3].map((order) => ({item: 'a', order, customer: 1, at: order > 2 ? 5 : undefined}))
    const model = await fitModel(lines, {})
    const bytes = bytesOf(layoutOf(model, true), crc32)
    const times = model.log.times as Float64Array
    expect([...times]).toEqual([Number.NaN, Number.NaN, 5])
    new Uint32Array(times.buffer).set([7, 0xfff80000, 1, 0x7ff80001])
    expectSame(bytesOf(layoutOf(model, true), crc32), bytes)
    expect([...Recommender.fromBytes(bytes).suggest({customer: 1})]).toEqual([])
  })

  test('has a version that says whether anything else was learned', async () => {
    const lines = [1, 2].flatMap((order) => ['a', 'b'].map((item) => ({item, order})))
    const shop = await Recommender.fit(lines)
    const {version} = shop
    expect(version).toMatch(/^[0-9a-f]{8}-[0-9a-f]+$/)
    expect((await Recommender.fit(lines)).version).toBe(version)
    expect((await Recommender.fit(lines, {neighbors: 49})).version).not.toBe(version)
    expect((await Recommender.fit([...lines, {item: 'c', order: 3}])).version).not.toBe(version)
    shop.items.set([{id: 'a', price: 2}])
    const priced = shop.version
    expect(priced).not.toBe(version)
    shop.items.patch([{id: 'a', price: 3}])
    expect(shop.version).not.toBe(priced)
    shop.items.set([])
    expect(shop.version).toBe(version)
  })

  test('says how long opening took, and how large its parts are', async () => {
    const shop = Recommender.fromBytes((await Recommender.fit(bulkColumns())).toBytes())
    expect(Object.keys(shop.report.seconds)).toEqual(['load'])
    for (const value of Object.values(shop.report.bytes)) expect(value).toBeGreaterThan(0)
    const parts = ['ids', 'log', 'popular', 'order baskets', 'order alsoBought', 'order together', 'next order']
    expect(Object.keys(shop.report.bytes)).toEqual([...parts, 'catalogue'])
  })

  test('takes ids of any script and length, and orders with and without ids', async () => {
    const long = 'x'.repeat(10_000)
    const ids = ['\ufeffbom', '', ' ', '日本', 'ñ', '\u{10ffff}', long, `${long}y`, '__proto__', '0', '00']
    const named = ids.filter((id) => id !== '')
    const lines = named.flatMap((item, i) => [
      {item, order: `o${item}`, customer: item, at: i},
      {item: 'every', order: `o${item}`, customer: item, at: i},
      {item, customer: 'other', at: 50 + i},
    ])
    const shop = await Recommender.fit(lines)
    const again = Recommender.fromBytes(shop.toBytes())
    expect(answersOf(again, [...named, 'every', '\ud800', '\ufffd'], named)).toBe(
      answersOf(shop, [...named, 'every', '\ud800', '\ufffd'], named),
    )
    for (const id of named) expect(again.has(id)).toBe(true)
    for (const id of ['\ud800', '\ufffd', 'xx', '日', 'n', '\u{10fffe}', 'zz', '!']) expect(again.has(id)).toBe(false)
  })

  test('may have times of which none is left', async () => {
    const lines = [
      {item: 'a', order: 1, customer: 'Bob', at: 5},
      {item: 'b', order: 1, customer: 'Ann'},
    ]
    const shop = await Recommender.fit(lines, {onBadRow: 'skip'})
    const again = Recommender.fromBytes(shop.toBytes())
    expect(answersOf(again, ['a', 'b'], ['Ann'])).toBe(answersOf(shop, ['a', 'b'], ['Ann']))
    expect(again.watermark).toBeUndefined()
  })

  test.each([65_536, 65_537])('has indices of %i items in 16 bits where they fit', async (n) => {
    const item = Int32Array.from({length: 2 * n}, (_, line) => line % n)
    const order = Int32Array.from(item, (_, line) => Math.floor(line / 4))
    const shop = await Recommender.fit({item, order}, {learn: false, minTogether: 1, measure: 'count'})
    const again = Recommender.fromBytes(shop.toBytes())
    const some = [0, 1, n - 2, n - 1].map(String)
    expect(answersOf(again, some, [])).toBe(answersOf(shop, some, []))
    expectSame(again.toBytes(), shop.toBytes())
  })

  test.each([32_766, 32_767, 32_768])('has counts of %i baskets as they are', async (n) => {
    const item = Int32Array.from({length: 2 * n}, (_, line) => line % 2)
    const shop = await Recommender.fit({item, order: item.map((_, line) => line >> 1)}, {learn: false})
    const again = Recommender.fromBytes(shop.toBytes())
    expect(again.alsoBought('0')).toEqual(shop.alsoBought('0'))
    expect(again.alsoBought('0')[0].together).toBe(n)
    expect(again.boughtTogether(['0'])).toEqual(shop.boughtTogether(['0']))
    expectSame(again.toBytes(), shop.toBytes())
  })

  test('refuses a catalogue that JSON cannot hold, and names the item', async () => {
    const shop = await Recommender.fit([{item: 'a', order: 1}])
    const path = pathOf('bigint.also')
    shop.items.set([{id: 'a', stock: 1n} as {id: string}])
    await expect(shop.save(path)).rejects.toThrow(/^save: expected items that JSON can hold, got "a": .*BigInt/)
    for (const [lost, told] of [
      [/x/, 'a RegExp'],
      [[1, undefined], 'undefined'],
      [Uint8Array.of(1), 'an? .*Array'],
    ] as const) {
      shop.items.set([{id: 'a', lost} as {id: string}])
      expect(() => shop.toBytes()).toThrow(new RegExp(`got "a": "(lost|1)" is ${told}`))
    }
    shop.items.set([{id: 'a', more: {$date: 1}} as {id: string}])
    expect(() => shop.toBytes()).toThrow(/a field may not be called \$date/)
    shop.items.set([{id: 'a', sold: new Date(Number.NaN)} as {id: string}])
    expect(Recommender.fromBytes(shop.toBytes()).items.get('a')).toEqual({id: 'a', sold: new Date(Number.NaN)})
  })
})

describe('a measure of one’s own', {timeout: 120_000}, async () => {
  const lines = fc.sample(linesArbitrary, {seed: 6, numRuns: 12}).flat()
  const measure = {
    weight: (size: number) => 1 / size,
    score: (both: number, a: number, b: number) => both / (a + 2 * b),
  }
  const options: FitOptions = {neighbors: 1, onBadRow: 'skip', minTogether: 1}
  const shop = await Recommender.fit(lines, {...options, measure})

  test('is to be given again', async () => {
    const again = Recommender.fromBytes(shop.toBytes(), {measure})
    expect(answersOf(again, asked, customers)).toBe(answersOf(shop, asked, customers))
    await shop.save(pathOf('own.also'))
    const loaded = await Recommender.load(pathOf('own.also'), {measure})
    expect(answersOf(loaded, asked, customers)).toBe(answersOf(shop, asked, customers))
    await expect(Recommender.load(pathOf('own.also'))).rejects.toThrow(
      'load: own.also: this shop was fitted with a measure of its own, which is not saved; give it with the option measure',
    )
    expect(() => Recommender.fromBytes(shop.toBytes(), {measure: {} as typeof measure})).toThrow(/score function/)
  })

  test('that throws does so when it is asked, and not when the shop is opened', async () => {
    await shop.save(pathOf('thrower.also'))
    const score = () => {
      throw new Error('not today')
    }
    const loaded = await Recommender.load(pathOf('thrower.also'), {measure: {...measure, score}})
    expect(() => loaded.alsoBought(loaded.items.ids[0])).toThrow('not today')
  })

  test('may be made for the shop', async () => {
    const made: FitOptions['measure'] = ({items, purchases, baskets}) => ({
      score: (both, a, b) => (both * items) / (a + b) + purchases / baskets,
    })
    const shop = await Recommender.fit(lines, {...options, measure: made})
    const again = Recommender.fromBytes(shop.toBytes(), {measure: made})
    expect(answersOf(again, asked, customers)).toBe(answersOf(shop, asked, customers))
  })

  test('is not asked for where nothing is counted any more', () => {
    const again = Recommender.fromBytes(shop.toBytes({log: false}))
    for (const id of itemIds) {
      expect(again.alsoBought(id, {limit: 1, fallback: false})).toEqual(
        shop.alsoBought(id, {limit: 1, fallback: false}),
      )
    }
  })

  test('is refused where there is none; an exported one has a name', async () => {
    const named = (await Recommender.fit(lines, {...options, measure: cosine})).toBytes()
    expect(() => Recommender.fromBytes(named, {measure})).toThrow(/this one has "cosine": leave it out/)
    expectSame(Recommender.fromBytes(named).toBytes(), named)
    expect(() => Recommender.fromBytes(named, {measur: measure} as LoadOptions)).toThrow(
      'fromBytes: unknown option "measur"; valid are measure',
    )
  })
})

describe('bytes', {timeout: 120_000}, async () => {
  const shop = await Recommender.fit(bulkColumns(), {items: catalogue})
  const bytes = shop.toBytes()
  const ids = shop.items.ids.slice(0, 20)
  const buyers = ['1', '2', '3']
  const expected = answersOf(shop, ids, buyers)

  test('may be a Uint8Array anywhere in memory, an ArrayBuffer or a SharedArrayBuffer', () => {
    const shared = new SharedArrayBuffer(bytes.length)
    new Uint8Array(shared).set(bytes)
    const apart = (offset: number) => {
      const wide = new Uint8Array(bytes.length + offset)
      wide.set(bytes, offset)
      return wide.subarray(offset)
    }
    for (const given of [bytes, bytes.buffer, shared, apart(8), apart(1), apart(4), Buffer.from(bytes)]) {
      expect(answersOf(Recommender.fromBytes(given as Uint8Array), ids, buyers)).toBe(expected)
    }
    for (const given of [undefined, null, 'x', [...bytes.subarray(0, 9)], new DataView(bytes.buffer)]) {
      expect(() => Recommender.fromBytes(given as never)).toThrow(
        /^fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got /,
      )
    }
  })

  test('are opened by several threads at once from one SharedArrayBuffer', async () => {
    const library = join(folder, 'library.cjs')
    buildSync({
      stdin: {
        contents: "export {Recommender} from './src/index.ts'; export {answersOf} from './test/answers.ts'",
        resolveDir: join(import.meta.dirname, '..'),
      },
      ...{outfile: library, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error'},
      define: {'import.meta.url': '"file:///nowhere"'},
    })
    const shared = new SharedArrayBuffer(bytes.length)
    new Uint8Array(shared).set(bytes)
    const code = `
      const {parentPort, workerData} = require('node:worker_threads')
      const {Recommender, answersOf} = require(${JSON.stringify(library)})
      const shop = Recommender.fromBytes(workerData.shared)
      for (let i = 0; i < 5; i++) parentPort.postMessage(answersOf(shop, workerData.ids, workerData.buyers))`
    const ask = () =>
      new Promise<string[]>((resolve, reject) => {
        const worker = new Worker(code, {eval: true, workerData: {shared, ids, buyers}})
        const answers: string[] = []
        worker.on('message', (answer) => answers.push(answer))
        worker.on('error', reject)
        worker.on('exit', () => resolve(answers))
      })
    const here = Recommender.fromBytes(shared)
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answersOf(here, ids, buyers)).toBe(expected)
    for (const answer of answers.flat()) expect(answer).toBe(expected)
    expect(answers.flat().length).toBe(15)
    expectSame(new Uint8Array(shared), bytes)
  })
})

test('the checksum in TypeScript is that of zip', () => {
  const bytes = Uint8Array.from({length: 1000}, (_, i) => i * i + (i >> 3))
  expect(plainCrc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  expect(plainCrc32(new Uint8Array(0), 77)).toBe(77)
  for (const cut of [0, 1, 7, 8, 9, 64, 999, 1000]) {
    expect(plainCrc32(bytes.subarray(cut), plainCrc32(bytes.subarray(0, cut)))).toBe(crc32(bytes))
  }
})

describe('a file of version 1', () => {
  const golden = (name: string) => join(import.meta.dirname, 'golden', name)
  const [items, people] = [
    ['tea', 'pot', 'cup', 'milk', 'né', 'new'],
    ['Ann', 'Bob', 'Cid', 'Dee'],
  ]
  /** Six digits of every number: engines may differ in the last ones. */
  const rounded = (json: string) =>
    JSON.parse(json, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value))

  test('is read with the answers it had', async () => {
    if (process.env.GOLDEN === 'write') {
      const shop = await Recommender.fit(goldenLines, {items: goldenItems, substitutes: true, learn: {items: 3}})
      await shop.save(golden('v1.also'))
      writeFileSync(golden('v1.json'), `${JSON.stringify(JSON.parse(answersOf(shop, items, people)), null, 1)}\n`)
    }
    const shop = await Recommender.load(golden('v1.also'))
    expect(rounded(answersOf(shop, items, people))).toEqual(rounded(readFileSync(golden('v1.json'), 'utf8')))
  })
})

const goldenItems = [
  {id: 'tea', category: 'drink', price: 4.5, launchedAt: new Date('2024-01-01')},
  {id: 'new', category: 'drink', launchedAt: '2024-03-01'},
]
const goldenLines: OrderLine[] = [
  ['o1', 'Ann', '2024-01-05', 'tea', 'pot', 'cup'],
  ['o2', 'Bob', '2024-01-09', 'tea', 'pot'],
  ['o3', 'Ann', '2024-01-20', 'tea', 'milk'],
  ['o4', 'Cid', '2024-02-02', 'tea', 'milk', 'né'],
  ['o5', 'Bob', '2024-02-09', 'milk', 'cup'],
  ['o6', undefined, '2024-02-11', 'tea', 'cup'],
].flatMap(([order, customer, at, ...items]) => items.map((item) => ({item: item as string, order, customer, at})))
goldenLines.push({item: 'pot', order: 'o7', customer: 'Bob', at: '2024-02-12', quantity: -1})

/** A shop as columns, large enough for the kernel. */
function bulkColumns() {
  const lines = 12_000
  let state = 11
  const next = (n: number) => {
    state = (state * 48271) % 2147483647
    return state % n
  }
  const order = Int32Array.from({length: lines}, (_, line) => Math.floor(line / 6))
  return {
    item: Int32Array.from({length: lines}, () => next(1 + next(120))),
    order,
    customer: order.map((o) => (o % 7 === 0 ? -1 : (o * 7919) % 311)),
    at: Float64Array.from(order, (o) => 1e12 + o * 3_600_000),
  }
}
