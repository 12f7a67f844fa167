import {getEventListeners} from 'node:events'
import {availableParallelism} from 'node:os'
import {setImmediate, setTimeout} from 'node:timers/promises'
import {isDeepStrictEqual} from 'node:util'
import type {Worker} from 'node:worker_threads'
import fc from 'fast-check'
import {afterEach, describe, expect, test, vi} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {
  type AlsoBoughtAllOptions,
  type BatchProgress,
  cosine,
  type SuggestAllOptions,
  type SuggestOptions,
} from '../src/index.ts'
import {open} from '../src/query.ts'
import {Recommender} from '../src/recommender.ts'
import {linesArbitrary, optionsArbitrary} from './random-shops.ts'
import {watchWorkers} from './workers.ts'

vi.setConfig({testTimeout: 60_000})

const runs = Number(process.env.RUNS ?? 4)
const workers = watchWorkers()
afterEach(() => expect(workers.live).toBe(0))

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const answer of answers) list.push(answer)
  return list
}

/** Equal as bytes are: `-0` is not 0, and what is absent is not `undefined`. In a fraction of the time of `toStrictEqual`. */
function expectSame(actual: unknown, expected: unknown): void {
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
  expect(isDeepStrictEqual(actual, expected)).toBe(true)
}

const {lines: allLines, items} = generateShop()
const lines = allLines.slice(0, 6000)
const unsold = [
  {id: 'unsold', category: items[0].category, launchedAt: new Date('2024-03-01')},
  {id: 'unsold, too', category: items[0].category, launchedAt: '2024-05-01', title: null},
]
const scopes = ['order', 'customer'] as const
const shop = await Recommender.fit(lines, {items: [...items, ...unsold], learn: false, scopes})
/** One to be changed. */
const another = () => Recommender.fromBytes(shop.toBytes())
const sold = shop.items.ids.filter((id) => shop.has(id))
const everybody = [...new Set(lines.flatMap(({customer}) => customer ?? []))].sort()
const customers = everybody.slice(0, 230)

describe('answers are the same for any number of threads', () => {
  const few = sold.slice(0, 5)
  const many = sold.slice(0, 150)

  test.each<AlsoBoughtAllOptions>([
    {},
    {limit: 300, items: sold.slice(0, 40)},
    {limit: 3, scope: 'customer', evidence: false},
    {after: true, items: sold.slice(0, 30)},
    {exclude: few, only: shop.set(many), fallback: false},
    {exclude: shop.set(few), items: ['unsold', 'nobody knows it', sold[3], 7]},
    {maxPer: {by: 'category', limit: 1}},
  ])('of alsoBoughtAll, %#', async (options) => {
    const expected = await all(shop.alsoBoughtAll({...options, threads: 1}))
    const before = workers.started
    for (const threads of [2, 3]) expectSame(await all(shop.alsoBoughtAll({...options, threads})), expected)
    expect(workers.started - before).toBeGreaterThan(2)
  })

  test.each<SuggestAllOptions>([
    {},
    {limit: 300, customers: customers.slice(0, 20)},
    {limit: 3, repeat: 'include'},
    {repeat: 'only', fallback: false},
    {evidence: false, exclude: many},
    {only: ['unsold', 'unsold, too', ...few], customers: [...customers.slice(0, 99), 'nobody']},
    {maxPer: {by: 'brand' as 'id', limit: 2}, customers: customers.slice(0, 99)},
  ])('of suggestAll, %#', async (options) => {
    const asked = {customers, ...options}
    const expected = await all(shop.suggestAll({...asked, threads: 1}))
    const before = workers.started
    for (const threads of [2, 3]) expectSame(await all(shop.suggestAll({...asked, threads})), expected)
    expect(workers.started - before).toBeGreaterThan(2)
  })

  test('on random shops, with all that they may say', async () => {
    const rules = fc.record({limit: fc.constantFrom(1, 5, 20), evidence: fc.boolean()}, {requiredKeys: []})
    const property = fc.asyncProperty(linesArbitrary, optionsArbitrary, rules, async (lines, options, rules) => {
      const shop = await Recommender.fit(lines, {...options, measure: 'llr'})
      for (const ask of [
        (threads: number) => all<unknown>(shop.alsoBoughtAll({...rules, threads})),
        (threads: number) => all<unknown>(shop.suggestAll({...rules, threads, repeat: 'include'})),
      ]) {
        expectSame(await ask(2), await ask(1))
      }
    })
    await fc.assert(property, {numRuns: runs})
  })

  test('of a shop that was loaded, with its log or without, and of one with an exported measure', async () => {
    const loaded = Recommender.fromBytes(shop.toBytes())
    const expected = await all(shop.suggestAll({threads: 1}))
    expect(expected.length).toBe(everybody.length)
    const before = workers.started
    expectSame(await all(loaded.suggestAll({threads: 2})), expected)
    const bare = Recommender.fromBytes(shop.toBytes({log: false}))
    expectSame(await all(bare.alsoBoughtAll({threads: 2})), await all(bare.alsoBoughtAll({threads: 1})))
    const measured = await Recommender.fit(lines.slice(0, 2000), {measure: cosine, learn: false})
    expectSame(await all(measured.alsoBoughtAll({threads: 2})), await all(measured.alsoBoughtAll({threads: 1})))
    expect(workers.started - before).toBe(6)
  })

  test('and progress is told up to the end', async () => {
    const told: BatchProgress[] = []
    await all(shop.suggestAll({customers, threads: 2, onProgress: (progress) => told.push(progress)}))
    expect(told).toEqual(told.map(({answered}) => ({answered, share: answered / customers.length})))
    expect(told.at(-1)).toEqual({answered: customers.length, share: 1})
  })
})

describe('no threads start', () => {
  const stay = async (answers: AsyncIterable<unknown>, expected: unknown) => {
    const before = workers.started
    expectSame(await all(answers), expected)
    expect(workers.started).toBe(before)
  }

  test('by themselves for a batch that is small', async () => {
    await stay(shop.alsoBoughtAll(), await all(shop.alsoBoughtAll({threads: 1})))
  })

  test('where rules are functions', async () => {
    const rules = [
      {where: ({id}: {id: string}) => id !== sold[0]},
      {boost: ({id}: {id: string}) => id.length},
      {maxPer: {by: ({id}: {id: string}) => id.length, limit: 2}},
    ]
    for (const rule of rules) {
      await stay(shop.alsoBoughtAll({...rule, threads: 2}), await all(shop.alsoBoughtAll({...rule, threads: 1})))
    }
  })

  test('where items are grouped by what a copy would not tell apart', async () => {
    const [one, other] = [{}, Number.NaN]
    for (const maker of [one, other, 3n]) {
      const made = items.map((item) => ({...item, maker}))
      const shop = await Recommender.fit(lines.slice(0, 1000), {items: made, learn: false})
      const maxPer = {by: 'maker' as const, limit: 3}
      const expected = customers.map((customer) => ({customer, answers: shop.suggest({customer}, {maxPer})}))
      expect(expected.every(({answers}) => answers.length === 3)).toBe(true)
      await stay(shop.suggestAll({customers, maxPer, threads: 2}), expected)
    }
    const maxPer = {by: 'toString' as 'id', limit: 2}
    const bare = await Recommender.fit(lines.slice(0, 1000), {learn: false})
    await stay(bare.alsoBoughtAll({maxPer, threads: 2}), await all(bare.alsoBoughtAll({maxPer, threads: 1})))
  })

  test('for a measure of one’s own', async () => {
    const shop = await Recommender.fit(lines.slice(0, 2000), {measure: {score: (both) => both}, learn: false})
    await stay(shop.alsoBoughtAll({threads: 2}), await all(shop.alsoBoughtAll({threads: 1})))
  })

  test('where orders have changed and were not refreshed', async () => {
    const shop = another()
    await shop.remove({customer: customers[0]})
    await stay(shop.suggestAll({customers, threads: 2}), await all(shop.suggestAll({customers, threads: 1})))
  })

  test('in what alsobought/query opens', async () => {
    await stay(
      open(shop.toBytes()).suggestAll({customers, threads: 2}),
      await all(shop.suggestAll({customers, threads: 1})),
    )
  })
})

test.runIf(availableParallelism() > 1)('threads start by themselves once a batch has taken its time', async () => {
  const before = workers.started
  let asked = 0
  function* asLongAsItTakes() {
    for (; workers.started === before; asked++) yield sold[asked % sold.length]
  }
  let answered = 0
  for await (const {item} of shop.alsoBoughtAll({after: true, items: asLongAsItTakes()})) {
    expect(item).toBe(sold[answered++ % sold.length])
  }
  expect(answered).toBe(asked)
  // Starting them takes 100 ms at least, and so long it goes without.
  expect(asked).toBeGreaterThan(5)
})

describe('a loop that ends early ends its threads', () => {
  const reason = new Error('enough')

  test('by break, and closes its ids once', async () => {
    for (const ids of [
      function* () {
        yield* customers
      },
      async function* () {
        yield* customers
      },
    ]) {
      let closed = 0
      const source = ids()
      const close = source.return.bind(source)
      source.return = ((value: undefined) => {
        closed++
        return close(value as never)
      }) as typeof source.return
      const {signal} = new AbortController()
      const before = workers.started
      for await (const _ of shop.suggestAll({customers: source, threads: 2, signal})) break
      expect(workers.live).toBe(0)
      expect(workers.started).toBeGreaterThan(before)
      expect(closed).toBe(1)
      expect(getEventListeners(signal, 'abort')).toEqual([])
    }
  })

  test('by break while ids are awaited that never come', async () => {
    const never = async function* () {
      yield customers[0]
      await new Promise(() => {})
    }
    for await (const {answers} of shop.suggestAll({customers: never(), threads: 2})) {
      expectSame(answers, shop.suggest({customer: customers[0]}))
      break
    }
  })

  test('by the signal at once, though nobody asks for more', async () => {
    const stop = new AbortController()
    const answers = shop.suggestAll({threads: 2, signal: stop.signal})
    await answers.next()
    expect(workers.live).toBe(2)
    stop.abort(reason)
    while (workers.live > 0) await setTimeout(10)
    await expect(answers.next()).rejects.toBe(reason)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })

  test('by the signal while an answer is awaited, and while ids are', async () => {
    const waiting = async function* () {
      yield customers[0]
      await new Promise(() => {})
    }
    for (const [ids, given] of [
      [customers, 0],
      [waiting(), 1],
    ] as const) {
      const stop = new AbortController()
      const answers = shop.suggestAll({customers: ids, threads: 2, signal: stop.signal})
      for (let i = 0; i < given; i++) await answers.next()
      const next = answers.next()
      await setTimeout(20)
      stop.abort(reason)
      await expect(next).rejects.toBe(reason)
      expect(workers.live).toBe(0)
      expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    }
  })

  test('by a thread that ends, with an error', async () => {
    const end = (worker: Worker) => void worker.terminate()
    process.on('worker', end)
    try {
      await expect(all(shop.suggestAll({threads: 2}))).rejects.toThrow('suggestAll: a thread ended with code')
    } finally {
      process.off('worker', end)
    }
    expect(workers.live).toBe(0)
  })

  test('by one that ends while none is asked, with an error and not never', async () => {
    const started: Worker[] = []
    const note = (worker: Worker) => void started.push(worker)
    process.on('worker', note)
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow = async function* () {
      yield customers[0]
      await released
      yield customers[1]
    }
    const answers = shop.suggestAll({customers: slow(), threads: 2})
    await answers.next()
    await Promise.all(started.map((worker) => worker.terminate()))
    release()
    await expect(answers.next()).rejects.toThrow('suggestAll: a thread ended with code')
    process.off('worker', note)
  })

  test('by what is thrown in one', async () => {
    const bare = Recommender.fromBytes(shop.toBytes({log: false}))
    const before = workers.started
    const error = await all(bare.suggestAll({customers, threads: 2})).catch((error) => error)
    expect(() => bare.suggest({customer: customers[0]})).toThrow(error.message)
    expect(workers.started).toBeGreaterThan(before)
  })

  test('by ids that throw, or are none, after the answers before', async () => {
    const failing = function* () {
      yield* customers.slice(0, 200)
      throw reason
    }
    const wrong = [...customers.slice(0, 200), null as unknown as string, ...customers]
    for (const [ids, message] of [
      [failing(), 'enough'],
      [wrong, 'suggestAll: an id must be a text'],
    ] as const) {
      let answered = 0
      const loop = async () => {
        for await (const _ of shop.suggestAll({customers: ids, threads: 2})) answered++
      }
      await expect(loop()).rejects.toThrow(message)
      expect(answered).toBe(200)
      expect(workers.live).toBe(0)
    }
  })
})

describe('ids are read', () => {
  test('ahead, but no further the slower the loop is', async () => {
    let read = 0
    const endless = function* () {
      for (;;) yield customers[read++ % customers.length]
    }
    let answered = 0
    for await (const _ of shop.suggestAll({customers: endless(), threads: 2})) {
      answered++
      if (answered % 100 !== 0) continue
      await setTimeout(20)
      // Two chunks for each thread, one in the loop's hands, one being filled.
      expect(read - answered).toBeLessThanOrEqual(6 * 64)
      expect(read - answered).toBeGreaterThan(64)
      if (answered === 1000) break
    }
  })

  test('as they come, and each is answered before the next must be there', async () => {
    let answered = 0
    const slow = async function* () {
      for (const [place, customer] of customers.slice(0, 20).entries()) {
        while (answered < place) await setImmediate()
        yield customer
      }
    }
    for await (const _ of shop.suggestAll({customers: slow(), threads: 2})) answered++
    expect(answered).toBe(20)
  })
})

describe('a change while threads answer counts from the next answer on', () => {
  /** Answers as the shop itself gives them, and changes it after some. */
  async function changing(change: (shop: Recommender) => unknown, endsThreads: boolean, options: SuggestOptions = {}) {
    const shop = another()
    let answered = 0
    for await (const {customer, answers} of shop.suggestAll({customers, ...options, threads: 2})) {
      expectSame(answers, shop.suggest({customer}, options))
      answered++
      if (answered === 100) await change(shop as Recommender)
      if (answered === 110) expect(workers.live).toBe(endsThreads ? 0 : 2)
    }
    expect(answered).toBe(customers.length)
  }
  /** Nobody has bought a thing: categories answer, and what is new. */
  const kin = {limit: 30, repeat: 'exclude', exclude: sold.slice(0, 280)} as const

  test.each<[string, (shop: Recommender) => unknown, boolean, SuggestOptions?]>([
    ['of categories', ({items}) => items.patch([{id: sold[290], category: 'other'}]), true, kin],
    ['of brands', ({items}) => items.patch(sold.map((id) => ({id, brand: 'one'}))), true, kin],
    ['of what is sold at all', ({items: known}) => known.set(items.slice(9)), true, kin],
    [
      'of a field that groups',
      ({items}) => items.patch(sold.map((id) => ({id, title: id[0]}))),
      true,
      {maxPer: {by: 'title', limit: 1}},
    ],
    ['of orders', (shop) => shop.remove({customer: customers[105]}), true],
    ['of prices, which no answer reads', ({items}) => items.patch([{id: sold[0], price: 3}]), false],
  ])('%s', async (_, change, endsThreads, options) => {
    await changing(change, endsThreads, options)
  })

  test('of orders that a refresh has counted, which gives items other indices', async () => {
    await changing(async (shop) => {
      await shop.add([1, 2, 3, 4].map((n) => ({order: `new ${n}`, item: `000${n}`, customer: customers[n]})))
      await shop.refresh()
    }, true)
  })
})

describe('one batch after another', () => {
  const asked = {customers: customers.slice(0, 20), threads: 2, maxPer: {by: 'title', limit: 1}} as const

  test('finds the shop where the last has left it', async () => {
    const shop = another()
    const size = shop.toBytes().length
    const before = process.memoryUsage().arrayBuffers
    for (let batch = 0; batch < 8; batch++) await all(shop.suggestAll(asked))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * size)
  })

  test('knows what has become of the catalogue', async () => {
    const shop = another()
    for (const titleOf of [(id: string) => id[0], (id: string) => id[1]]) {
      shop.items.patch(sold.map((id) => ({id, title: titleOf(id)})))
      expectSame(await all(shop.suggestAll(asked)), await all(shop.suggestAll({...asked, threads: 1})))
    }
  })
})

test.each([0, 1.5, 257, '2'])('%j threads cannot be', (threads) => {
  const message = `suggestAll: threads must be a whole number from 1 to 256, got ${JSON.stringify(threads)}`
  expect(() => shop.suggestAll({threads: threads as number})).toThrow(message)
})
