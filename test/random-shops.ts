/** Random small shops for the property tests, and how an answer is compared with the naive twin's. */
import fc from 'fast-check'
import {expect} from 'vitest'
import type {OrderLine} from '../src/orders/order-line.ts'
import type {NaiveOptions, NaivePick, NaiveReason} from './naive.ts'

/** Ids that sort differently as UTF-16 and as UTF-8, that look like numbers, and that objects know. */
export const itemIds = ['a', 'b', 'c', '10', '9', '__proto__', 'constructor', 'é', '\u{1f600}', '\uffee', 'B', ' a']

const lineOf = (items: number) =>
  fc.record(
    {
      item: fc.nat({max: items - 1}).map((i) => itemIds[i]),
      quantity: fc.oneof({weight: 5, arbitrary: fc.constant(1)}, fc.constantFrom(2, 3, -1, -1, -2)),
      weight: fc.oneof({weight: 9, arbitrary: fc.constant(1)}, fc.constantFrom(0, 0.5, 2)),
      ownTime: fc.oneof({weight: 9, arbitrary: fc.constant(undefined)}, fc.nat({max: 9})),
      nameless: fc.oneof({weight: 9, arbitrary: fc.constant(false)}, fc.constant(true)),
    },
    {requiredKeys: ['item', 'ownTime', 'nameless']},
  )

const visitOf = (items: number, dates: boolean) =>
  fc.record({
    customer: fc.option(fc.nat({max: 4}), {freq: 5}),
    named: fc.oneof({weight: 3, arbitrary: fc.constant(true)}, fc.constant(false)),
    number: fc.nat({max: 12}),
    at: dates ? fc.option(fc.nat({max: 9}), {freq: 6, nil: undefined}) : fc.constant(undefined),
    lines: fc.array(lineOf(items), {minLength: 1, maxLength: 6}),
    zero: fc.nat({max: 9}).map((n) => n === 0),
  })

function linesOf(
  visits: {
    customer: number | null
    named: boolean
    number: number
    at: number | undefined
    lines: {item: string; quantity?: number; weight?: number; ownTime: number | undefined; nameless: boolean}[]
    zero: boolean
  }[],
): OrderLine[] {
  return visits.flatMap(({customer, named, number, at, lines, zero}) => {
    const order = named || customer === null ? `${customer ?? 'till'}-${number}` : undefined
    const made = lines.map(({ownTime, nameless, ...line}): OrderLine => {
      const time = ownTime ?? at
      const who = customer === null || (nameless && order !== undefined) ? {} : {customer: `c${customer}`}
      return {
        ...line,
        ...who,
        ...(order === undefined ? {} : {order}),
        ...(time === undefined ? {} : {at: time * 1000}),
      }
    })
    return zero ? [...made, {...made[0], quantity: 0}] : made
  })
}

export const linesArbitrary: fc.Arbitrary<OrderLine[]> = fc
  .record({items: fc.integer({min: 2, max: itemIds.length}), dates: fc.boolean()})
  .chain(({items, dates}) => fc.array(visitOf(items, dates), {maxLength: 50, size: 'max'}))
  .map(linesOf)

export const measureNames = [
  ...(['weighted', 'chance', 'count', 'confidence', 'deshpandeKarypis', 'cosine', 'jaccard', 'lift', 'npmi'] as const),
  ...(['llr', 'bm25', 'rp3beta'] as const),
]

export const optionsArbitrary: fc.Arbitrary<NaiveOptions> = fc.record(
  {
    scopes: fc.constantFrom<NonNullable<NaiveOptions['scopes']>[]>(['order'], ['customer'], ['customer', 'order']),
    neighbors: fc.constantFrom(1, 2, 3, 5, 50),
    minTogether: fc.constantFrom(1, 2, 3),
    measure: fc.oneof(fc.constant('weighted' as const), fc.constantFrom(...measureNames)),
    discovery: fc.constantFrom(0, 0.25, 0.5, 1),
    recency: fc.constantFrom(false as const, 0.1, 0.35, 2),
    maxBasket: fc.constantFrom(2, 3, 5, Number.POSITIVE_INFINITY),
    returns: fc.constantFrom('net' as const, 'ignore' as const),
    learn: fc.constant(false as const),
  },
  {requiredKeys: ['learn']},
)

/** Somebody to suggest to: a customer, a visitor, or both. */
export const whoArbitrary = fc
  .record(
    {
      customer: fc.constantFrom('c0', 'c1', 'c2', 'c3', 'c4', 'nobody'),
      items: fc.array(
        fc.oneof(
          fc.constantFrom(...itemIds, 'unknown'),
          fc.record({item: fc.constantFrom(...itemIds), weight: fc.constantFrom(0, 0.3, 1, 4)}),
        ),
        {maxLength: 4},
      ),
    },
    {requiredKeys: []},
  )
  .filter(({customer, items}) => customer !== undefined || items !== undefined)

interface Answer {
  item: string
  score: number
  tier: string
  together?: number
  expected?: number
  because?: NaiveReason[]
}

const isNear = (a: number, b: number, slack: number) => Math.abs(a - b) <= slack * Math.max(Math.abs(a), Math.abs(b))

/**
 * Expects the first `limit` of the twin's ranking: same items in the same order but where the twin's scores differ by less
 * than 1e-9 of themselves, scores to 1e-6 of themselves, evidence equal.
 * @param slack for scores: absolute
 */
export function expectRanking(actual: Answer[], ranking: NaivePick[], limit: number, slack = 0): void {
  expect(actual.map(({item}) => item).sort()).toEqual([...new Set(actual.map(({item}) => item))].sort())
  expect(actual.length).toBe(Math.min(limit, ranking.length))
  for (const [place, got] of actual.entries()) {
    const expected = ranking[place]
    const twin = ranking.find(({item}) => item === got.item)
    if (!twin) throw new Error(`${got.item} may not come; expected ${expected.item} at ${place}`)
    if (twin !== expected) {
      const tied =
        twin.block === expected.block && twin.score !== expected.score && isNear(twin.score, expected.score, 1e-9)
      const close = slack > 0 && Math.abs(twin.score - expected.score) <= slack
      if (!tied && !close) {
        expect(actual.map(({item, score}) => [item, score])).toEqual(ranking.map(({item, score}) => [item, score]))
      }
    }
    if (!isNear(got.score, twin.score, 1e-6) && Math.abs(got.score - twin.score) > slack) {
      expect([got.item, got.score]).toEqual([twin.item, twin.score])
    }
    const {expected: chance, because, together} = twin
    // Whether a score of nothing but rounding is above 0, rounding says.
    if (got.tier !== twin.tier && got.score <= slack && twin.score <= slack) continue
    expect(got.tier, `tier of ${got.item}`).toBe(twin.tier)
    expect(got.together, `together of ${got.item}`).toBe(together)
    const told = (reasons: NaiveReason[] | undefined) => reasons?.map(({expected: _, ...reason}) => reason)
    expect(told(got.because), `because of ${got.item}`).toEqual(told(because))
    for (const [r, {expected}] of (because ?? []).entries()) {
      if (expected === undefined) expect(got.because?.[r].expected).toBeUndefined()
      else expect(got.because?.[r].expected).toBeCloseTo(expected, 9)
    }
    if (chance === undefined) expect(got.expected).toBeUndefined()
    else expect(got.expected).toBeCloseTo(chance, 9)
  }
}
