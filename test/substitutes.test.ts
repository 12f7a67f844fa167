import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {sfc32, shuffle} from '../bench/random.ts'
import {makeShop} from '../bench/sets.ts'
import {rivalsTogether} from '../fixtures/plan.ts'
import {generateShop} from '../fixtures/shop.ts'
import type {Privacy} from '../src/matrix/privacy.ts'
import {finish} from '../src/matrix/steps.ts'
import {findSubstitutes, type SubstituteLimits, substituteLimits} from '../src/matrix/substitutes.ts'
import type {Table} from '../src/matrix/table.ts'
import type {FitOptions} from '../src/model/options.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import type {SubstitutesOptions} from '../src/queries/substitutes.ts'
import {Recommender} from '../src/recommender.ts'

const runs = Number(process.env.RUNS ?? 200)

/** So many orders of these items, each by a customer of its own unless one is named. */
let orders = 0
const sold = (times: number, items: string[], customer?: string): OrderLine[] =>
  Array.from({length: times}, () => orders++).flatMap((order) =>
    items.map((item) => ({item, order, customer: customer ?? `customer ${order}`})),
  )
const shopOf = (lines: OrderLine[], options: FitOptions = {}) =>
  Recommender.fit(lines, {learn: false, substitutes: true, ...options})

const tools = sold(120, ['saw', 'nail', 'glue'])
/** Who buys snacks buys one of three colas with them. */
const snacks = ['cola', 'pepsi', 'fritz'].flatMap((cola) => sold(60, [cola, 'chips', 'dip']))

describe('a shop of three colas', async () => {
  const shop = await shopOf([...snacks, ...tools, ...sold(2, ['cola', 'pepsi']), ...sold(1, ['rum', 'glue'])])
  const names = (id: string, options?: SubstitutesOptions) => shop.substitutes(id, options).items.map(({item}) => item)

  test('the one would do instead of the other', () => {
    // Baskets: 300 of three, 3 of two.
    const chance = (300 * 6 + 3 * 2) / (300 * 3 + 3 * 2) ** 2
    expect(shop.substitutes('cola')).toEqual({
      items: [
        {item: 'fritz', score: 1, expected: 62 * 60 * chance},
        {item: 'pepsi', score: 1, expected: 62 * 62 * chance, together: 2},
      ],
    })
    expect(names('pepsi')).toEqual(['cola', 'fritz'])
    expect(names('fritz')).toEqual(['cola', 'pepsi'])
  })

  test('what is bought together, or with other things, or rarely, or never, has none, and is told why', () => {
    for (const item of ['chips', 'dip', 'saw', 'nail', 'glue']) {
      expect(shop.substitutes(item), item).toEqual({items: [], reason: 'nothing similar enough'})
    }
    expect(shop.substitutes('rum')).toEqual({items: [], reason: 'bought too rarely'})
    expect(shop.substitutes('gin')).toEqual({items: [], reason: 'unknown item'})
  })

  test('rules act on it, and nothing fills it up', () => {
    expect(names('cola', {limit: 1})).toEqual(['fritz'])
    expect(names('cola', {exclude: ['fritz', 'gin'], limit: 1})).toEqual(['pepsi'])
    expect(names('cola', {only: ['pepsi', 'saw']})).toEqual(['pepsi'])
    expect(shop.substitutes('cola', {only: ['saw', 'cola']})).toEqual({items: [], reason: 'ruled out'})
    expect(shop.substitutes('saw', {only: []})).toEqual({items: [], reason: 'nothing similar enough'})
    expect(shop.substitutes('cola', {evidence: false}).items).toEqual([
      {item: 'fritz', score: 1},
      {item: 'pepsi', score: 1},
    ])
  })

  test('it is a part of the model that is accounted for', async () => {
    // For each of 9 items an offset and a mark, for each of the colas two entries; one offset more; the chance.
    expect(shop.report.bytes.substitutes).toBe(9 * (4 + 1) + 3 * 2 * 12 + 4 + 8)
    const without = await shopOf(snacks, {substitutes: false})
    expect(without.report.bytes).not.toHaveProperty('substitutes')
  })

  test('what cannot be asked', async () => {
    const without = await Recommender.fit(snacks)
    expect(() => without.substitutes('cola')).toThrow('fit with the option substitutes: true')
    for (const substitutes of ['yes', 1, null, {}]) {
      await expect(shopOf(snacks, {substitutes} as object)).rejects.toThrow(
        /^fit: substitutes must be true or false, got /,
      )
    }
    const wrong: [unknown, RegExp][] = [
      [{fallback: true}, /unknown option "fallback"; valid are limit, exclude, only, where, boost, maxPer, evidence$/],
      [{limit: 0}, /limit must be a whole number from 1 up, got 0$/],
      [{only: 'cola'}, /only must be a list of ids, got "cola"$/],
      [{exclude: [null]}, /an id must be a text or a number, got null$/],
      [{evidence: 1}, /evidence must be true or false, got 1$/],
    ]
    for (const [options, message] of wrong) {
      expect(() => shop.substitutes('cola', options as SubstitutesOptions)).toThrow(message)
      expect(() => shop.substitutes('cola', options as SubstitutesOptions)).toThrow(/^substitutes: /)
    }
    expect(() => shop.substitutes(null as never)).toThrow('substitutes: an id must be a text or a number, got null')
    expect(names('cola')).toEqual(['fritz', 'pepsi'])
  })
})

describe('what one customer alone bought', () => {
  const together = async (lines: OrderLine[], options?: FitOptions) => {
    const shop = await shopOf([...snacks, ...tools, ...lines], options)
    return shop.substitutes('cola').items.find(({item}) => item === 'pepsi')
  }

  test('counts against a pair, and is not told', async () => {
    expect(await together(sold(1, ['cola', 'pepsi']))).not.toHaveProperty('together')
    expect(await together(sold(3, ['cola', 'pepsi'], 'Ann'))).not.toHaveProperty('together')
    expect(await together([...sold(2, ['cola', 'pepsi'], 'Ann'), ...sold(1, ['cola', 'pepsi'], 'Bob')])).toHaveProperty(
      'together',
      3,
    )
    expect(await together(sold(3, ['cola', 'pepsi'], 'Ann'), {minTogether: 4})).not.toHaveProperty('together')
    expect(await together(sold(9, ['cola', 'pepsi'], 'Ann'))).toBeUndefined()
  })

  test('is told, that there is none too, where every pair may leave', async () => {
    expect(await together(sold(3, ['cola', 'pepsi'], 'Ann'), {minTogether: 1})).toHaveProperty('together', 3)
    expect(await together([], {minTogether: 1})).toHaveProperty('together', 0)
    expect(await together([])).not.toHaveProperty('together')
  })

  test('makes no two things alike', async () => {
    const habits = [
      ...sold(40, ['cola', 'chips', 'dip'], 'Ann'),
      ...sold(40, ['pepsi', 'chips', 'dip'], 'Bob'),
      ...tools,
    ]
    expect((await shopOf(habits)).substitutes('cola')).toEqual({items: [], reason: 'nothing similar enough'})
    expect((await shopOf(habits, {minTogether: 1})).substitutes('cola').items).toMatchObject([
      {item: 'pepsi', score: 1},
    ])
  })
})

describe.each([1, 2])('the fixture shop, seed %i', async (seed) => {
  const {lines, items, truths} = generateShop({seed})
  const shop = await shopOf(lines)
  const answers = new Map(shop.items.ids.map((item) => [item, shop.substitutes(item)]))

  test('rivals are the first that would do instead of each other', () => {
    expect(truths.rivals.length).toBe(3)
    for (const {
      items: [a, b],
    } of truths.rivals) {
      for (const [asked, rival] of [
        [a, b],
        [b, a],
      ]) {
        expect(answers.get(asked)?.items[0], asked).toMatchObject({item: rival, together: rivalsTogether})
        expect(answers.get(asked)?.items[0].score, asked).toBeGreaterThan(0.85)
      }
    }
  })

  test('nothing else passes for a rival, and is told why', () => {
    const rivals = truths.rivals.flatMap(({items}) => items)
    for (const [item, {items, reason}] of answers) {
      expect(items.length, item).toBe(rivals.includes(item) ? 1 : 0)
      if (items.length > 0) expect(reason).toBeUndefined()
      else expect(['nothing similar enough', 'bought too rarely']).toContain(reason)
    }
  })

  test('where the catalogue knows, only what is of one category, and less like it', async () => {
    const known = await Recommender.fit(lines, {learn: false, substitutes: true, items})
    const category = new Map(items.map(({id, category}) => [id, category]))
    const pairs = known.items.ids.flatMap((id) => known.substitutes(id).items.map(({item}) => [id, item]))
    for (const [a, b] of pairs) expect(category.get(a)).toBe(category.get(b))
    for (const {
      items: [a, b],
    } of truths.rivals)
      expect(pairs).toContainEqual([a, b])
    const [cola] = truths.rivals[0].items
    known.items.patch([{id: cola, category: 'elsewhere'}])
    expect(known.substitutes(cola)).toEqual({items: [], reason: 'nothing similar enough'})
  })

  test('any order of lines gives the same', async () => {
    const mixed = await shopOf(Array.from(shuffle(Int32Array.from(lines.keys()), sfc32(seed)), (line) => lines[line]))
    for (const [item, answer] of answers) expect(mixed.substitutes(item)).toEqual(answer)
    const reversed = await shopOf(lines.toReversed())
    for (const [item, answer] of answers) expect(reversed.substitutes(item)).toEqual(answer)
  })
})

describe('the pass', () => {
  const {items, baskets, itemCount} = makeShop({
    lines: 100_000,
    items: 3000,
    baskets: 10_000,
    p50: 8,
    p99: 43,
    max: 200,
  })
  const columns = {item: items, order: baskets}

  test('stops when the signal aborts', async () => {
    const inPass: number[] = []
    const controller = new AbortController()
    const options = {learn: false, substitutes: true, threads: 1, signal: controller.signal} as const
    const fitted = Recommender.fit(columns, {
      ...options,
      onProgress: ({phase, share = 0}) => {
        if (phase !== 'learn' || share <= 0.7 || share >= 0.9) return
        inPass.push(share)
        if (inPass.length === 2) controller.abort(new Error('enough'))
      },
    })
    await expect(fitted).rejects.toThrow('enough')
    expect(inPass.length).toBe(2)
  })

  test('takes three steps an item, and tells how far it is', () => {
    const byBasket = csrOf(groupItems(baskets, items))
    const steps = findSubstitutes(rowsOf(byBasket, itemCount), {minTogether: 2})
    const shares: number[] = []
    for (let step = steps.next(); !step.done; step = steps.next()) shares.push(step.value)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(0)).toBeGreaterThanOrEqual(0)
    expect(shares.at(-1)).toBeLessThanOrEqual(1)
    expect(shares.length).toBeGreaterThan(3 * substituteLimits.items)
  })

  test('takes what goes with one thing alone for nothing', () => {
    const shop = [...Array(40).fill([0, 2]), ...Array(40).fill([1, 2]), ...Array(40).fill([3, 4])]
    const found = (leastShared: number) => {
      const limits = {...substituteLimits, leastShared}
      return entriesOf(finish(findSubstitutes(rowsOf(csrOf(shop), 5), {minTogether: 2}, limits)).table)
    }
    expect(found(1)).toEqual([[[1, 1, 0]], [[0, 1, 0]], [], [], []])
    expect(found(2)).toEqual([[], [], [], [], []])
  })

  test('keeps to its limits exactly', () => {
    // 64 baskets of two, so that items of m and n purchases are expected in m · n / 128 of them.
    const found = (together: number, first: number, second: number) => {
      const alone = 64 - together - first - second
      const shop = [
        ...[Array(together).fill([0, 1]), Array(first).fill([0, 2]), Array(second).fill([1, 2])],
        Array(alone).fill([3, 4]),
      ].flat()
      const limits = {...substituteLimits, leastShared: 1}
      return finish(findSubstitutes(rowsOf(csrOf(shop), 5), {minTogether: 2}, limits)).table.items.length > 0
    }
    expect(found(0, 32, 20)).toBe(true)
    expect(found(0, 32, 19)).toBe(false)
    // Expected in 8.
    expect(found(4, 28, 28)).toBe(false)
    expect(found(3, 29, 29)).toBe(true)
  })

  test('finds nothing in nothing', () => {
    for (const shop of [[], [[0]], [[0, 1]]]) {
      const {table, isCommon} = finish(findSubstitutes(rowsOf(csrOf(shop), 2), {minTogether: 1}))
      expect(entriesOf(table)).toEqual([[], []])
      expect([...isCommon]).toEqual([0, 0])
    }
  })
})

const limitsArbitrary: fc.Arbitrary<SubstituteLimits> = fc.record({
  items: fc.constantFrom(1, 2, 4, 8, 20),
  leastExpected: fc.constantFrom(0.2, 1, 3),
  mostOfExpected: fc.constantFrom(0.5, 1, 1.5),
  leastLikeness: fc.constantFrom(0.1, 0.43, 0.8),
  leastShared: fc.constantFrom(1, 2),
  neighbors: fc.constantFrom(1, 2, 10),
})

/** Baskets with their owners, who stand together; of few items, of which some are in most. */
const basketsArbitrary = fc
  .array(
    fc.record({
      owner: fc.nat({max: 12}),
      items: fc.uniqueArray(fc.oneof(fc.nat({max: 2}), fc.nat({max: 9})), {minLength: 1, maxLength: 5}),
    }),
    {minLength: 1, maxLength: 80, size: 'max'},
  )
  .map((baskets) => baskets.toSorted((a, b) => a.owner - b.owner))

test('agrees with the definition on random shops', () => {
  let found = 0
  fc.assert(
    fc.property(
      basketsArbitrary,
      limitsArbitrary,
      fc.constantFrom(1, 2, 3),
      fc.boolean(),
      (baskets, limits, minTogether, known) => {
        const owners = known ? Int32Array.from(baskets, ({owner}) => owner) : undefined
        const rows = rowsOf(csrOf(baskets.map(({items}) => items)), 10)
        const {table, isCommon} = finish(findSubstitutes(rows, {minTogether, owners}, limits))
        const twin = naiveSubstitutes(baskets, limits, {minTogether, owners})
        expect(entriesOf(table)).toEqual(twin.rows)
        expect([...isCommon].map(Boolean)).toEqual(twin.common)
        found += table.items.length
      },
    ),
    {numRuns: runs},
  )
  expect(found).toBeGreaterThan(runs)
})

/** The definition, in plain maps: of items by number, rows of [item, cosine, together]. */
function naiveSubstitutes(
  baskets: {owner: number; items: number[]}[],
  limits: SubstituteLimits,
  {minTogether, owners}: Privacy,
) {
  const all = Array.from({length: 10}, (_, item) => item)
  const holding = (...items: number[]) => baskets.filter((basket) => items.every((item) => basket.items.includes(item)))
  const n = new Map(all.map((item) => [item, holding(item).length]))
  const bought = (item: number) => n.get(item) as number
  const total = (sum: (h: number) => number) => baskets.reduce((all, {items}) => all + sum(items.length), 0)
  const chance = total((h) => h * (h - 1)) / total((h) => h) ** 2
  const expected = (i: number, j: number) => bought(i) * bought(j) * chance
  const head = all
    .filter((item) => bought(item) >= 2)
    .sort((a, b) => bought(b) - bought(a) || a - b)
    .slice(0, limits.items)
  const publicCount = (i: number, j: number) => {
    const both = holding(i, j)
    const isShared = minTogether === 1 || !owners || new Set(both.map(({owner}) => owner)).size > 1
    return both.length >= minTogether && isShared ? both.length : 0
  }
  const profiles = new Map(
    head.map((i) => {
      const profile = new Map<number, number>()
      for (const j of head) {
        const c = i === j ? 0 : publicCount(i, j)
        if (c > 0) profile.set(j, (Math.max(0, Math.log(c / expected(i, j))) * c) / (c + 5))
      }
      return [i, profile] as const
    }),
  )
  const dot = (i: number, j: number) =>
    [...(profiles.get(i) ?? [])].reduce((sum, [k, value]) => sum + value * (profiles.get(j)?.get(k) ?? 0), 0)
  const shared = (i: number, j: number) =>
    [...(profiles.get(i) ?? [])].filter(([k, value]) => value * (profiles.get(j)?.get(k) ?? 0) > 0).length
  const cosine = (i: number, j: number) =>
    shared(i, j) < limits.leastShared ? 0 : Math.fround(dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j)))
  const isCandidate = (i: number, j: number) =>
    i !== j &&
    head.includes(j) &&
    expected(i, j) >= limits.leastExpected &&
    holding(i, j).length / expected(i, j) < limits.mostOfExpected
  return {
    rows: all.map((i) =>
      (head.includes(i) ? all : [])
        .filter((j) => isCandidate(i, j) && cosine(i, j) >= limits.leastLikeness)
        .map((j) => [j, cosine(i, j), publicCount(i, j)])
        .sort(([a, x], [b, y]) => y - x || a - b)
        .slice(0, limits.neighbors),
    ),
    common: all.map((i) => head.includes(i) && head.some((j) => i !== j && expected(i, j) >= limits.leastExpected)),
  }
}

function groupItems(baskets: Int32Array, items: Int32Array): number[][] {
  const groups: number[][] = []
  for (const [line, basket] of baskets.entries()) {
    groups[basket] ??= []
    groups[basket].push(items[line])
  }
  return groups
}

function csrOf(baskets: readonly (readonly number[])[]) {
  let end = 0
  return {
    offsets: Int32Array.from([0, ...baskets.map(({length}) => (end += length))]),
    indices: Int32Array.from(baskets.flatMap((items) => items.toSorted((a, b) => a - b))),
  }
}

function rowsOf(byBasket: ReturnType<typeof csrOf>, items: number) {
  const support = new Int32Array(items)
  for (const item of byBasket.indices) support[item]++
  return {byBasket, weights: new Int32Array(byBasket.offsets.length - 1).fill(1), support}
}

function entriesOf({offsets, items, scores, together}: Table) {
  const row = (i: number) =>
    Array.from(items.subarray(offsets[i], offsets[i + 1]), (item, t) => [
      item,
      scores[offsets[i] + t],
      together[offsets[i] + t],
    ])
  return Array.from({length: offsets.length - 1}, (_, i) => row(i))
}
