import {getEventListeners} from 'node:events'
import {setImmediate, setTimeout} from 'node:timers/promises'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import type {BatchProgress, Rules} from '../src/index.ts'
import {Recommender} from '../src/recommender.ts'
import {itemIds, linesArbitrary, optionsArbitrary} from './random-shops.ts'

const runs = Number(process.env.RUNS ?? 150)

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const answer of answers) list.push(answer)
  return list
}

function* once<T>(values: readonly T[]): Generator<T> {
  yield* values
}

async function* slowly<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) {
    await null
    yield value
  }
}

/** Equal as bytes are: `-0` is not 0, and what is absent is not `undefined`. */
function expectSame(actual: unknown, expected: unknown): void {
  expect(actual).toStrictEqual(expected)
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
}

const {lines, items} = generateShop()
const shop = await Recommender.fit(lines, {items, learn: false})
const sold = shop.items.ids.filter((id) => shop.has(id))
const customers = [...new Set(lines.flatMap(({customer}) => customer ?? []))].sort()

describe('on random shops, as the single question answers', () => {
  const given = fc.array(fc.constantFrom(...itemIds, 'unknown'), {maxLength: 8})
  /** So many ids that the list is looked up once. */
  const long = given.map((ids) => [...ids, ...Array.from({length: 70}, (_, i) => `other ${i}`)])
  const rulesArbitrary = fc.record(
    {
      limit: fc.constantFrom(1, 2, 5, 20),
      only: fc.oneof(given, long),
      exclude: fc.oneof(given, long),
      where: fc.constant(({id}: {id: string}) => id !== 'a'),
      boost: fc.constant(({id}: {id: string}) => (id === 'b' ? 3 : id === 'c' ? 0 : 1)),
      maxPer: fc.constant({by: ({id}: {id: string}) => id.length, limit: 2}),
      fallback: fc.boolean(),
      evidence: fc.boolean(),
    },
    {requiredKeys: []},
  )
  const kindArbitrary = fc.constantFrom('list', 'generator', 'set')

  test('whatever the rules, given as lists, generators or sets', async () => {
    const property = fc.asyncProperty(
      linesArbitrary,
      optionsArbitrary,
      rulesArbitrary,
      kindArbitrary,
      fc.constantFrom('exclude', 'include', 'only', undefined),
      fc.boolean(),
      async (lines, options, rules, kind, repeat, after) => {
        const shop = await Recommender.fit(lines, options)
        // A generator would be used up by the first of the single questions.
        const as = (ids: string[] | undefined) =>
          ids && (kind === 'list' ? ids : kind === 'set' ? shop.set(ids) : once(ids))
        const batch = (): Rules => ({...rules, only: as(rules.only), exclude: as(rules.exclude)})
        const sold = shop.items.ids
        expectSame(
          await all(shop.alsoBoughtAll({...batch(), after})),
          sold.map((item) => ({item, answers: shop.alsoBought(item, {...rules, after})})),
        )
        const customers = [...new Set(lines.filter(({quantity}) => quantity !== 0).flatMap((l) => l.customer ?? []))]
        expectSame(
          await all(shop.suggestAll({...batch(), repeat})),
          customers.sort().map((customer) => ({
            customer: String(customer),
            answers: shop.suggest({customer}, {...rules, repeat}),
          })),
        )
      },
    )
    await fc.assert(property, {numRuns: runs})
  })

  test('by the scope that is asked for', async () => {
    const shop = await Recommender.fit(lines.slice(0, 4000), {scopes: ['order', 'customer'], learn: false})
    const answers = await all(shop.alsoBoughtAll({scope: 'customer', limit: 3}))
    expectSame(
      answers,
      shop.items.ids.map((item) => ({item, answers: shop.alsoBought(item, {scope: 'customer', limit: 3})})),
    )
    expect(answers).not.toEqual(await all(shop.alsoBoughtAll({limit: 3})))
  })
})

describe('who is asked about, and in which order', () => {
  test('every item in a basket, the most bought first, and none that only the catalogue has', async () => {
    expect(sold.length).toBeGreaterThan(100)
    const shop = await Recommender.fit(lines, {items: [...items, {id: 'unsold'}], learn: false})
    expect(shop.items.ids).toContain('unsold')
    expect((await all(shop.alsoBoughtAll({limit: 1}))).map(({item}) => item)).toEqual(sold)
  })

  test('every customer, sorted', async () => {
    expect((await all(shop.suggestAll({limit: 1}))).map(({customer}) => customer)).toEqual(customers)
  })

  test.each([
    ['a list', (ids: string[]) => ids],
    ['a generator', once],
    ['a set', (ids: string[]) => new Set(ids)],
    ['an async generator', slowly],
  ])('those that %s names, as given, the unknown among them', async (_, make) => {
    const someItems = [sold[9], 'no such item', sold[2]]
    expectSame(
      await all(shop.alsoBoughtAll({items: make(someItems), limit: 2})),
      someItems.map((item) => ({item, answers: shop.alsoBought(item, {limit: 2})})),
    )
    const some = [customers[7], 'nobody', customers[1]]
    const answers = await all(shop.suggestAll({customers: make(some), limit: 2}))
    expectSame(
      answers,
      some.map((customer) => ({customer, answers: shop.suggest({customer}, {limit: 2})})),
    )
    expect(answers[1].answers.every(({tier}) => tier === 'popular')).toBe(true)
    expect((await all(shop.suggestAll({customers: make(some), fallback: false})))[1].answers).toEqual([])
  })

  test('numbers are ids, and one named twice is answered twice', async () => {
    const shop = await Recommender.fit([1, 2].flatMap((order) => [7, 8].map((item) => ({order, item}))))
    const answers = [{item: '8', score: expect.any(Number), tier: 'copurchase', together: 2, expected: 1}]
    const twice = await all(shop.alsoBoughtAll({items: [7, 7n as unknown as number]}))
    expect(twice).toEqual([
      {item: '7', answers},
      {item: '7', answers},
    ])
  })

  test('an empty shop answers nothing, or for those named', async () => {
    const shop = await Recommender.fit([])
    const told: BatchProgress[] = []
    expect(await all(shop.alsoBoughtAll({onProgress: (progress) => told.push(progress)}))).toEqual([])
    expect(told).toEqual([{answered: 0, share: 1}])
    expect(await all(shop.suggestAll())).toEqual([])
    expect(await all(shop.suggestAll({customers: ['Ann']}))).toEqual([{customer: 'Ann', answers: []}])
  })
})

describe('options are checked at the call', () => {
  const call = (options: object) => () => shop.suggestAll(options)
  test.each([
    [
      () => shop.alsoBoughtAll({customers: []} as object),
      'alsoBoughtAll: unknown option "customers"; valid are limit, ',
    ],
    [() => shop.alsoBoughtAll({items: 'A'}), 'alsoBoughtAll: items must be a list of ids, or an async one, got "A"'],
    [() => shop.alsoBoughtAll({scope: 'customer'}), 'alsoBoughtAll: scope "customer" was not fitted, only order'],
    [
      () => shop.alsoBoughtAll({scope: 'order', after: true}),
      'alsoBoughtAll: after looks at orders whatever the scope',
    ],
    [call({items: []}), 'suggestAll: unknown option "items"; valid are '],
    [call({customers: null}), 'suggestAll: customers must be a list of ids, or an async one, got null'],
    [call({limit: 0}), 'suggestAll: limit must be a whole number from 1 up, got 0'],
    [call({repeat: 'yes'}), 'suggestAll: unknown repeat "yes"; valid are exclude, include, only'],
    [call({only: 'A'}), 'suggestAll: only must be a list of ids, got "A"'],
    [call({exclude: [{}]}), 'suggestAll: an id must be a text or a number, got an object'],
    [call({signal: 'stop'}), 'suggestAll: signal must be an AbortSignal, got "stop"'],
    [call({onProgress: 1}), 'suggestAll: onProgress must be a function, got 1'],
  ])('%#: %s', (call, message) => {
    expect(call).toThrow(message)
  })

  test('what is no id among the items ends the loop where it stands', async () => {
    const seen: string[] = []
    const loop = async () => {
      for await (const {item} of shop.alsoBoughtAll({items: [sold[0], null as unknown as string]})) seen.push(item)
    }
    await expect(loop()).rejects.toThrow('alsoBoughtAll: an id must be a text or a number, got null')
    expect(seen).toEqual([sold[0]])
  })

  test('rules are read once, at the call, and what the caller changes then is no matter', async () => {
    let read = 0
    const only = {
      *[Symbol.iterator]() {
        read++
        yield* sold.slice(0, 5)
      },
    }
    const exclude = [sold[0]]
    const options = {only, exclude, limit: 5}
    const answers = shop.suggestAll(options)
    expect(read).toBe(1)
    exclude.push(...sold)
    options.limit = 1
    const expected = {only: sold.slice(0, 5), exclude: [sold[0]], limit: 5}
    expectSame(
      await all(answers),
      customers.map((customer) => ({customer, answers: shop.suggest({customer}, expected)})),
    )
    expect(read).toBe(1)
  })
})

describe('a loop that ends early', () => {
  const reason = new Error('enough')

  /** Loops and aborts after so many answers. */
  async function stopAfter(n: number, options: object = {}) {
    const stop = new AbortController()
    if (n === 0) stop.abort(reason)
    let answered = 0
    const loop = async () => {
      for await (const _ of shop.suggestAll({...options, signal: stop.signal})) if (++answered === n) stop.abort(reason)
    }
    await expect(loop()).rejects.toBe(reason)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    return answered
  }

  test.each([0, 1, 7])('by the signal after %i answers gives none more', async (n) => {
    expect(await stopAfter(n)).toBe(n)
    expect(await stopAfter(n, {customers: slowly(customers)})).toBe(n)
  })

  test('by the signal after the end is none', async () => {
    const stop = new AbortController()
    const answers = shop.suggestAll({customers: ['Ann'], signal: stop.signal})
    expect((await all(answers)).length).toBe(1)
    stop.abort(reason)
    expect(await answers.next()).toEqual({done: true, value: undefined})
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })

  test('by the signal while customers are awaited that never come', async () => {
    const stop = new AbortController()
    let closed = false
    const customers: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          closed = true
          return {done: true, value: undefined}
        },
      }),
    }
    const first = shop.suggestAll({customers, signal: stop.signal}).next()
    await setImmediate()
    stop.abort(reason)
    await expect(first).rejects.toBe(reason)
    expect(closed).toBe(true)
  })

  test('by a turn of the event loop that aborts', async () => {
    const stop = new AbortController()
    const timer = setTimeout(40).then(() => stop.abort(reason))
    const longer = function* () {
      for (let i = 0; i < 2000; i++) yield* sold
    }
    const loop = async () => {
      for await (const _ of shop.alsoBoughtAll({items: longer(), signal: stop.signal}));
    }
    await expect(loop()).rejects.toBe(reason)
    await timer
  })

  test.each([
    ['a generator', once],
    ['an async generator', slowly],
  ])('by break closes %s, holds on to no signal, and the shop answers as before', async (_, make) => {
    let closed = 0
    const source = make(customers)
    const close = source.return.bind(source)
    source.return = ((value: undefined) => {
      closed++
      return close(value)
    }) as typeof source.return
    const {signal} = new AbortController()
    const before = shop.suggest({customer: customers[3]})
    for await (const _ of shop.suggestAll({customers: source, signal})) break
    expect(closed).toBe(1)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expectSame(shop.suggest({customer: customers[3]}), before)
  })

  test('by a source or a rule that throws, with its error; then the shop answers as before', async () => {
    const before = shop.suggest({customer: customers[3]})
    const failing = async function* () {
      yield customers[0]
      throw reason
    }
    await expect(all(shop.suggestAll({customers: failing()}))).rejects.toBe(reason)
    const where = () => {
      throw reason
    }
    await expect(all(shop.suggestAll({where}))).rejects.toBe(reason)
    expectSame(shop.suggest({customer: customers[3]}), before)
  })
})

describe('beside others', () => {
  test('loops and single questions may take turns', async () => {
    const neighbors = shop.alsoBoughtAll({limit: 3})
    const suggestions = shop.suggestAll({limit: 3, exclude: sold.slice(0, 100)})
    const again = shop.suggestAll({limit: 3, repeat: 'only'})
    for (let i = 0; i < 60; i++) {
      const [a, b, c] = await Promise.all([neighbors.next(), suggestions.next(), again.next()])
      const customer = customers[i]
      expectSame(a.value, {item: sold[i], answers: shop.alsoBought(sold[i], {limit: 3})})
      const answers = shop.suggest({customer}, {limit: 3, exclude: sold.slice(0, 100)})
      expectSame(b.value, {customer, answers})
      expectSame(c.value, {customer, answers: shop.suggest({customer}, {limit: 3, repeat: 'only'})})
    }
    for (const loop of [neighbors, suggestions, again]) await loop.return()
  })

  test('a change of the catalogue counts from the next answer on', async () => {
    const stocked = items.map((item) => ({...item, stock: 9}))
    const shop = await Recommender.fit(lines, {items: stocked, learn: false})
    const answers = shop.alsoBoughtAll({items: [sold[0], sold[0]], where: ({stock}) => stock !== 0})
    const first = (await answers.next()).value
    const gone = first?.answers[0].item as string
    shop.items.patch([{id: gone, stock: 0}])
    const second = (await answers.next()).value
    expect(second?.answers.length).toBe(10)
    expect(second?.answers.map(({item}) => item)).not.toContain(gone)
  })

  test('a change of orders counts from the next answer on, and so does a refresh, which gives items other indices', async () => {
    const shop = await Recommender.fit(lines.slice(0, 4000), {learn: false})
    const [item] = shop.items.ids
    const answers = shop.alsoBoughtAll({items: [item, item, item], threads: 1})
    const next = async () => expectSame((await answers.next()).value, {item, answers: shop.alsoBought(item)})
    await next()
    await shop.add(
      [1, 2, 3].flatMap((n) => ['0000', item].map((item) => ({order: `new ${n}`, item, customer: `c${n}`}))),
    )
    await next()
    await shop.refresh()
    await next()
    await answers.return()
  })

  test('the event loop has its turns, and progress is told with them and at the end', async () => {
    const told: BatchProgress[] = []
    let turns = 0
    let isOver = false
    const count = async () => {
      while (!isOver) {
        await setImmediate()
        turns++
      }
    }
    const counting = count()
    const asked = Array.from({length: 40}, () => customers).flat()
    const start = performance.now()
    let answered = 0
    const onProgress = (progress: BatchProgress) => told.push(progress)
    for await (const _ of shop.suggestAll({customers: asked, onProgress})) answered++
    const elapsed = performance.now() - start
    isOver = true
    await counting
    expect(answered).toBe(asked.length)
    // On a busy machine turns are longer, and so are answers.
    expect(turns).toBeGreaterThan(Math.max(2, elapsed / 60))
    expect(told.length).toBeGreaterThan(2)
    expect(told.length).toBeLessThan(elapsed / 15 + 2)
    expect(told).toEqual(told.map(({answered}) => ({answered, share: answered / asked.length})))
    expect(told.map(({answered}) => answered)).toEqual(told.map(({answered}) => answered).toSorted((a, b) => a - b))
    expect(told.at(-1)).toEqual({answered: asked.length, share: 1})
  })

  test('what has no known end has no share', async () => {
    const told: BatchProgress[] = []
    await all(shop.alsoBoughtAll({items: once(sold.slice(0, 3)), onProgress: (progress) => told.push(progress)}))
    expect(told.at(-1)).toEqual({answered: 3})
  })
})
