import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {countCompanions} from '../src/matrix/expected.ts'
import {formulaOf} from '../src/matrix/formula.ts'
import {bm25, cosine, deshpandeKarypis, llr, type Measure, npmi, rp3beta} from '../src/matrix/measures.ts'
import {chanceScorer, measureScorer, togetherScorer, UNIT, weightedScorer} from '../src/matrix/scorers.ts'
import {finish} from '../src/matrix/steps.ts'
import {fitModel} from '../src/model/fit.ts'
import {measures} from '../src/model/settings.ts'
import {naiveLlr} from './naive.ts'

const shopTotals = {baskets: 10, items: 6, purchases: 24}
const named = (name: keyof typeof measures): Measure => {
  const measure = measures[name]
  return typeof measure === 'function' ? measure(shopTotals) : measure
}

/** A possible table of two items: both at most a and b, a + b - both at most total. */
const tables = fc
  .tuple(fc.nat({max: 500}), fc.nat({max: 2000}), fc.nat({max: 2000}), fc.nat({max: 100_000}))
  .map(([both, onlyA, onlyB, neither]) => ({
    both: both + 1,
    a: both + 1 + onlyA,
    b: both + 1 + onlyB,
    total: both + 1 + onlyA + onlyB + neither,
  }))

describe('on the table both 3, a 4, b 5, total 10', () => {
  test.each<[keyof typeof measures, number]>([
    ['count', 3],
    // 3 / 4
    ['confidence', 0.75],
    // 3 / √20
    ['cosine', 0.6708203932],
    // 3 / (4 + 5 - 3)
    ['jaccard', 0.5],
    // 3 · 10 / (4 · 5)
    ['lift', 1.5],
    // ln 1.5 / -ln 0.3 = 0.4054651 / 1.2039728
    ['npmi', 0.3367727],
    // Cells 3, 1, 2, 4, by chance 2, 2, 3, 3: G² = 2 (3 ln 1.5 + ln 0.5 + 2 ln (2/3) + 4 ln (4/3))
    //   = 2 (1.2163953 - 0.6931472 - 0.8109302 + 1.1507283) = 1.7260924; √G² = 1.3138084
    ['llr', 1.3138084],
    // Three baskets of weight 1 each: 3 / (4 · √5)
    ['deshpandeKarypis', 0.3354102],
    // 3 / (4 · 5^0.3) = 3 / (4 · 1.6206566)
    ['rp3beta', 0.4627754],
    // Mean support 24 / 6 = 4. f(4) = 2.2 / (1.2 · 1 + 1) = 1, f(5) = 2.2 / (1.2 · (0.25 + 0.75 · 1.25) + 1) = 2.2 / 2.425
    ['bm25', 3 * (2.2 / 2.425)],
  ])('%s is %f', (name, score) => {
    expect(named(name).score(3, 4, 5, 10)).toBeCloseTo(score, 6)
  })

  test('every measure is named, each has a hand-worked table', () => {
    expect(Object.keys(measures).length).toBe(10)
  })
})

describe('llr', () => {
  // Dunning 1993, table 2, as k11, k12, k21, k22 and G².
  test.each([
    [110, 2442, 111, 29114, 270.72],
    [29, 13, 123, 31612, 263.9],
    [9, 12, 429, 31327, 48.94],
  ])('of %i, %i, %i, %i is the root of %f', (k11, k12, k21, k22, g2) => {
    const score = llr.score(k11, k11 + k12, k11 + k21, k11 + k12 + k21 + k22)
    expect(score).toBeGreaterThan(0)
    expect(score ** 2).toBeCloseTo(g2, 2)
  })

  test('takes marginals: a 50, b 60, both 40 of 1000 is 209.89, not the 216.14 of a fourth cell too large', () => {
    expect(llr.score(40, 50, 60, 1000) ** 2).toBeCloseTo(209.89, 2)
  })

  test('is negative where two items avoid each other, by as much as G² says', () => {
    // By chance 100 · 100 / 1000 = 10 baskets would hold both; one does.
    expect(llr.score(1, 100, 100, 1000)).toBeLessThan(-3)
    expect(llr.score(0, 500, 500, 1000)).toBeCloseTo(-Math.sqrt(2 * 1000 * Math.LN2), 9)
    expect(llr.score(500, 500, 500, 1000)).toBeCloseTo(Math.sqrt(2 * 1000 * Math.LN2), 9)
  })

  test.each([
    [10, 100, 100, 1000],
    [2, 4, 3, 6],
    [1, 1, 7, 7],
    [6, 60, 70, 700],
    [3, 9, 11, 33],
  ])('is 0 for %i, %i, %i, %i: independent items are no neighbors, whatever rounding does', (both, a, b, total) => {
    expect(both * total).toBe(a * b)
    expect(llr.score(both, a, b, total)).toBeCloseTo(0, 4)
    expect(llr.score(both, a, b, total)).not.toBeGreaterThan(0)
  })

  test.each([
    [5, 4, 9, 10],
    [5, 9, 4, 10],
    [1, 6, 6, 10],
  ])('refuses %i, %i, %i, %i, which cannot be', (both, a, b, total) => {
    expect(() => llr.score(both, a, b, total)).toThrow(RangeError)
    expect(() => llr.score(both, a, b, total)).toThrow(`llr: ${both} baskets with both, ${a} with a, ${b} with b`)
  })

  test('agrees with the sum over the cells, is symmetric, and has the sign of the deviation', () => {
    fc.assert(
      fc.property(tables, ({both, a, b, total}) => {
        const score = llr.score(both, a, b, total)
        expect(llr.score(both, b, a, total)).toBeCloseTo(score, 5)
        expect(score ** 2).toBeCloseTo(naiveLlr(both, a, b, total) ** 2, 5)
        const deviation = both * total - a * b
        if (Math.abs(score) > 1e-3) expect(Math.sign(score)).toBe(Math.sign(deviation))
      }),
      {numRuns: 500},
    )
  })
})

describe('npmi', () => {
  test('runs from -1 (never) through 0 (chance) to 1 (always)', () => {
    expect(npmi.score(0, 5, 5, 10)).toBe(-1)
    expect(npmi.score(10, 100, 100, 1000)).toBe(0)
    // ln 2 + ln 6 - (ln 4 + ln 3) is 4e-16 off.
    expect(npmi.score(2, 4, 3, 6)).toBe(0)
    expect(npmi.score(5, 5, 5, 10)).toBeCloseTo(1, 12)
    expect(npmi.score(10, 10, 10, 10)).toBe(1)
    fc.assert(
      fc.property(tables, ({both, a, b, total}) => {
        const score = npmi.score(both, a, b, total)
        expect(score).toBeGreaterThanOrEqual(-1 - 1e-12)
        expect(score).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })
})

test('every measure is a number for every table that can be, symmetric ones both ways', () => {
  fc.assert(
    fc.property(tables, ({both, a, b, total}) => {
      for (const name of Object.keys(measures) as (keyof typeof measures)[]) {
        const score = named(name).score(both, a, b, total)
        expect(Number.isFinite(score), name).toBe(true)
        if (['cosine', 'jaccard', 'lift', 'npmi', 'count', 'bm25'].includes(name)) {
          const reversed = named(name).score(both, b, a, total)
          if (score === 0) expect(reversed, name).toBe(0)
          else expect(reversed / score, name).toBeCloseTo(1, 9)
        }
        if (['confidence', 'cosine', 'jaccard'].includes(name)) {
          expect(score).toBeGreaterThan(0)
          expect(score).toBeLessThanOrEqual(1)
        }
      }
    }),
  )
})

describe('options of measures', () => {
  test('deshpandeKarypis: alpha 0 ranks like confidence, 1 like lift', () => {
    expect(deshpandeKarypis({alpha: 0}).score(3, 4, 5, 10)).toBe(0.75)
    expect(deshpandeKarypis({alpha: 1}).score(3, 4, 5, 10)).toBe(3 / 20)
    expect(deshpandeKarypis().weight?.(4, 0)).toBe(0.5)
  })

  test('rp3beta: alpha sharpens the walk, beta damps the popular end', () => {
    const {weight, score} = rp3beta({alpha: 2, beta: 0})
    expect(weight?.(4, 0)).toBe(1 / 16)
    expect(score(1, 4, 999, 10)).toBe(1 / 16)
    expect(rp3beta({beta: 1}).score(3, 4, 5, 10)).toBe(3 / 20)
  })

  test('bm25: the formula, and no weight for a basket as wide as the shop', () => {
    const {weight, score} = bm25({k1: 2, b: 0.5})({baskets: 10, items: 100, purchases: 1000})
    // idf of 9 items: ln 100 - ln 10 = ln 10.
    expect(weight?.(9, 0)).toBeCloseTo(Math.LN10 ** 2, 12)
    expect(weight?.(99, 0)).toBe(0)
    expect(weight?.(500, 0)).toBe(0)
    // Mean support 10: f(20) = 3 / (2 · (0.5 + 0.5 · 2) + 1) = 3 / 4, f(10) = 3 / 3.
    expect(score(2, 20, 10, 10)).toBeCloseTo(1.5, 12)
  })
})

describe('every weight, over its whole domain', () => {
  const isWeight = (weight: number) => Number.isFinite(weight) && weight >= 0

  test.each(Object.keys(measures) as (keyof typeof measures)[])('%s', (name) => {
    const {weight = () => 1} = named(name)
    for (let size = 1; size <= 500; size++) {
      for (let age = 0; age <= 1; age += 1 / 64) {
        if (!isWeight(weight(size, age))) throw new Error(`${weight(size, age)} for ${size} items of age ${age}`)
      }
    }
  })

  test("'weighted': h^-0.6 · 2^(-age / 0.35), to a 65,536th", async () => {
    const lines = Array.from({length: 500}, (_, o) =>
      Array.from({length: o + 1}, (_, i) => ({item: i, order: o, at: (o * 7919) % 500})),
    ).flat()
    const {scopes} = await fitModel(lines, {minTogether: 1, neighbors: 1})
    const {together} = scopes.get('order') as NonNullable<ReturnType<typeof scopes.get>>
    const {weights, byBasket} = together.baskets
    const orders = [...Array(500).keys()].sort((a, b) => String(a).length - String(b).length || a - b)
    const seen = new Map<number, number>()
    for (let b = 0; b < 500; b++) seen.set(byBasket.offsets[b + 1] - byBasket.offsets[b], weights[b])
    expect(seen.size).toBe(500)
    for (const o of orders) {
      const age = (499 - ((o * 7919) % 500)) / 500
      const weight = seen.get(o + 1) as number
      expect(isWeight(weight)).toBe(true)
      expect(weight).toBe(Math.round(65536 * (o + 1) ** -0.6 * 2 ** (-age / 0.35)))
    }
  })
})

describe('the measures that know the shop', () => {
  /**
   * Four baskets of equal age, {0, 1}, {0, 1}, {0, 2}, {3}: n = 3, 2, 1, 1, Σn = 7. A pair's basket weighs g = 2^-0.6; three
   * of the baskets have two ordered pairs each, so M = 6 g / 7.
   */
  const mass = Float64Array.from([3, 2, 1, 1])
  const g = 0.65975
  const marginals = {
    baskets: 4,
    purchases: 7,
    support: Int32Array.from(mass),
    mass,
    popular: Int32Array.from([0, 1, 2, 3]),
    totalMass: 7,
    meanRecency: 1,
    pairWeight: 6 * g,
  }
  const M = (6 * g) / 7

  test('two steps of a walk speak for an item as its share of what sells does', () => {
    const {score} = weightedScorer(marginals, 0.5)
    // Item 0 is 3 of 7 purchases, or as many by the walk.
    expect(score(3, 0, 0, 0, 3 / 7)).toBeCloseTo(2 * score(3, 0, 0, 0), 12)
    expect(score(3, 0, 0, 0, 0)).toBe(score(3, 0, 0, 0))
  })

  test.each([
    [0, 3, 0.1],
    [0.25, 2, 0.1],
    [0.45, 1.2, 0.1],
    [0.5, 1, 0.1],
    [0.55, 1, 0.11],
    [0.75, 1, 0.15],
    [1, 1, 0.2],
  ])("'weighted' at discovery %f leans %f and damps by %f", (discovery, kappa, power) => {
    const {score, popular} = weightedScorer(marginals, discovery)
    expect([...(popular ?? [])]).toEqual([0, 1, 2, 3])
    // 0 and 1 share two baskets: (2 g + κ · 3 · M · 2/7) / 2^b.
    expect(score(0, 1, 2, (2 * g) / UNIT)).toBeCloseTo((2 * g + (kappa * 3 * M * 2) / 7) / 2 ** power, 9)
    // 1 and 3 share none: (κ · 2 · M · 1/7) / 1^b.
    expect(score(1, 3, 0, 0)).toBeCloseTo((kappa * 2 * M) / 7, 9)
  })

  test("'weighted' leans at most like an item bought 30 times", () => {
    const popular = {...marginals, mass: Float64Array.from([3000, 1, 1, 1]), totalMass: 3003}
    const {score} = weightedScorer(popular, 0.5)
    expect(score(0, 1, 0, 0)).toBeCloseTo((30 * ((6 * g) / 3003)) / 3003, 12)
  })

  test("'weighted': where baskets are half forgotten, at most like one bought 15 times", () => {
    const popular = {...marginals, mass: Float64Array.from([3000, 1, 1, 1]), totalMass: 3003}
    const {score} = weightedScorer({...popular, meanRecency: 0.5}, 0.5)
    expect(score(0, 1, 0, 0)).toBeCloseTo((15 * ((6 * g) / 3003)) / 3003, 12)
  })

  test('an item that nobody bought scores 0 by weighted, and does not lower the mean of joint answers', () => {
    const withUnsold = {...marginals, mass: Float64Array.from([3, 2, 1, 1, 0])}
    const {score, formula} = weightedScorer(withUnsold, 0.5)
    expect(score(0, 4, 0, 0)).toBe(0)
    expect(formula?.right[4]).toBe(0)
    const sum = (2 * g) / UNIT
    expect(togetherScorer(withUnsold).score(0, 1, 2, sum)).toBe(togetherScorer(marginals).score(0, 1, 2, sum))
  })

  test('for joint answers: (g / ((nᵢ + κ)^0.7 (nⱼ + κ)^0.4))^1.5, κ = 0.3 · 7 / 4', () => {
    const kappa = 0.525
    const {score} = togetherScorer(marginals)
    const x = (2 * g) / ((3 + kappa) ** 0.7 * (2 + kappa) ** 0.4)
    expect(score(0, 1, 2, (2 * g) / UNIT)).toBeCloseTo(x ** 1.5, 12)
    expect(score(0, 1, 0, 0)).toBe(0)
  })

  test('formulas have the logarithms up to that of all four baskets where they need some', () => {
    const formulaIn = (measure: Measure) => formulaOf(measureScorer(measure, marginals))
    const [ln2, ln3, ln4] = [2, 3, 4].map(Math.log)
    expect([...(formulaIn(npmi)?.logs ?? [])]).toEqual([Number.NEGATIVE_INFINITY, 0, ln2, ln3, ln4])
    expect([...(formulaIn(llr)?.logs ?? [])]).toEqual([0, 0, 2 * ln2, 3 * ln3, 4 * ln4])
    expect(formulaIn(cosine)?.logs).toBeUndefined()
  })

  test("'chance': (both - E) / √(E + 1)", () => {
    const byBasket = {offsets: Int32Array.from([0, 2, 4, 6, 7]), indices: Int32Array.from([0, 1, 0, 1, 0, 2, 3])}
    const byItem = {offsets: Int32Array.from([0, 3, 5, 6, 7]), indices: Int32Array.from([0, 1, 2, 0, 1, 2, 3])}
    const {score} = chanceScorer(finish(countCompanions(byItem, byBasket)), marginals)
    // Three baskets with 0 have one other place: E = 3 · 2/7 = 6/7.
    expect(score(0, 1, 2, 0)).toBeCloseTo((2 - 6 / 7) / Math.sqrt(6 / 7 + 1), 12)
    // Of the two with 1: E = 2 · 1/7, never together.
    expect(score(1, 2, 0, 0)).toBeCloseTo(-(2 / 7) / Math.sqrt(2 / 7 + 1), 12)
  })

  test("'chance' asks what the first item's baskets would hold", () => {
    // {0, 1, 2} and {0, 1}; of 5 purchases 2 are of item 0 and 1 of item 2.
    const byBasket = {offsets: Int32Array.from([0, 3, 5]), indices: Int32Array.from([0, 1, 2, 0, 1])}
    const byItem = {offsets: Int32Array.from([0, 2, 4, 5]), indices: Int32Array.from([0, 1, 0, 1, 0])}
    const counted = {...marginals, purchases: 5, support: Int32Array.from([2, 2, 1])}
    const {score} = chanceScorer(finish(countCompanions(byItem, byBasket)), counted)
    expect(score(0, 2, 1, 0)).toBeCloseTo((1 - 0.56) / Math.sqrt(1.56), 12)
    expect(score(2, 0, 1, 0)).toBeCloseTo((1 - 0.64) / Math.sqrt(1.64), 12)
  })
})
