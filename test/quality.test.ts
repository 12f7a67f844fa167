import {Matrix, inverse as naiveInverse} from 'ml-matrix'
import {describe, expect, test} from 'vitest'
import {ease} from '../bench/quality/ease.ts'
import {invertPositive} from '../bench/quality/invert.ts'
import {choose} from '../bench/quality/judge.ts'
import {ranker} from '../bench/quality/rank.ts'
import {ofOneRow, openRows, type RowMethod, rowMethods} from '../bench/quality/row-methods.ts'
import {affinities} from '../bench/quality/sar.ts'
import {openShop, type Shop} from '../bench/quality/shop.ts'
import {customerStage, orderStage} from '../bench/quality/stage.ts'
import {frequencyVectors, nearestVectors, orderWeights, tifuKnn, type Vector} from '../bench/quality/tifu-knn.ts'
import {type Config, tune} from '../bench/quality/tune.ts'
import {likenesses, recentShares, upCf} from '../bench/quality/up-cf.ts'
import {below, sfc32} from '../bench/random.ts'
import type {Question} from '../src/evaluate/trials.ts'
import {readLog} from '../src/model/fit.ts'
import {Pace} from '../src/model/pace.ts'
import type {TextLog} from '../src/orders/log.ts'

/** Orders in time, each of a customer: `[customer, items]`. */
async function logOf(orders: [customer: string, items: string][]): Promise<TextLog> {
  const lines = orders.flatMap(([customer, items], order) =>
    items.split('').map((item) => ({customer, order, item, at: 1000 * order})),
  )
  return (await readLog(lines, {}, new Pace(undefined, undefined))).log
}

const shopOf = async (orders: [string, string][]) => openShop(await logOf(orders))

function randomOrders(seed: number, n: number): [string, string][] {
  const next = sfc32(seed)
  const item = () => String.fromCharCode(97 + Math.min(below(20, next()), below(20, next())))
  return Array.from({length: n}, () => [
    `c${below(12, next())}`,
    Array.from(new Set(Array.from({length: 2 + below(5, next())}, item))).join(''),
  ])
}

const questionOf = (part: Partial<Question>): Question => {
  return {items: [], customer: -1, history: [], counts: [], part: 'all', ...part}
}

describe('rows', () => {
  const [a, b, c, d] = [0, 1, 2, 3]
  const scoreOf = (method: RowMethod, shop: Shop, config: Config, item: number, other: number) => {
    const {others, scores} = openRows(method, shop.baskets('order'))(config)(item)
    return scores[others.indexOf(other)]
  }

  test('TF-IDF is the cosine of vectors of idf', async () => {
    const shop = await shopOf([
      ['p', 'ab'],
      ['q', 'abc'],
      ['r', 'bcde'],
      ['s', 'aefghi'],
    ])
    // Of baskets of 2, 3, 4 and 6 of 9 items.
    const [two, three, four, six] = [3, 4, 5, 7].map((n) => Math.log(9 / n))
    const both = two * two + three * three
    expect(scoreOf(rowMethods.tfIdf, shop, {}, a, b)).toBeCloseTo(
      both / (Math.hypot(two, three, six) * Math.hypot(two, three, four)),
      4,
    )
    expect(scoreOf(rowMethods.tfIdf, shop, {}, c, d)).toBeCloseTo((four * four) / (Math.hypot(three, four) * four), 4)
  })

  test("SAR's Jaccard is one of decayed counts", async () => {
    const shop = await shopOf([
      ['p', 'ab'],
      ['q', 'abc'],
      ['r', 'd'],
      ['s', 'abcd'],
    ])
    // Ages ¾, ½, ¼, 0: weights ⅛, ¼, ½, 1.
    const config = {halfLife: 0.25}
    expect(scoreOf(rowMethods.decayedJaccard, shop, config, a, c)).toBeCloseTo(1.25 / 1.375, 4)
    expect(scoreOf(rowMethods.decayedJaccard, shop, config, c, d)).toBeCloseTo(1 / (1.25 + 1.5 - 1), 4)
  })

  test('keep the pairs that are in enough baskets, and the best of these', async () => {
    const shop = await shopOf([
      ['p', 'abcd'],
      ['q', 'abc'],
      ['r', 'ab'],
    ])
    const rowOf = (config: Config) => openRows(rowMethods.count, shop.baskets('order'))(config)(a)
    expect([...rowOf({least: 2}).scores]).toEqual([3, 2, 0])
    expect([...rowOf({neighbors: 2}).others]).toEqual([b, c])
  })

  test("SAR weighs a customer's purchases by their age", async () => {
    const shop = await shopOf([
      ['p', 'ab'],
      ['q', 'c'],
      ['p', 'a'],
      ['q', 'c'],
    ])
    const affinityOf = affinities(shop, 0.25)
    expect(affinityOf(questionOf({customer: 0, history: [b, a]}))).toEqual([0.125, 0.125 + 0.5])
  })
})

describe('TIFU-KNN', () => {
  test('weighs orders within groups and groups', () => {
    expect(orderWeights(2, {within: 0.9, between: 0.5, groups: 3})).toEqual([0.25, 0.5])
    // Groups of one and two orders.
    expect(orderWeights(3, {within: 0.9, between: 0.5, groups: 2})).toEqual([0.25, 0.225, 0.25])
  })

  test('makes a vector of what a customer bought', async () => {
    const shop = await shopOf([
      ['p', 'ab'],
      ['p', 'bc'],
    ])
    const [{items, values}] = frequencyVectors(shop, {within: 1, between: 0.5, groups: 7})
    expect(Object.fromEntries(Array.from(items, (item, p) => [item, values[p]]))).toEqual({0: 0.25, 1: 0.75, 2: 0.5})
  })

  test('finds the nearest others as a look at all distances does', async () => {
    const shop = await shopOf(randomOrders(3, 60))
    const vectors = frequencyVectors(shop, {within: 0.8, between: 0.7, groups: 3})
    const dense = vectors.map((vector) => denseOf(vector, shop.items))
    const nearest = nearestVectors(vectors, shop.items, 4)
    for (const customer of vectors.keys()) {
      const distanceOf = (other: number) => Math.hypot(...dense[other].map((x, item) => x - dense[customer][item]))
      const expected = [...vectors.keys()]
        .filter((other) => other !== customer)
        .sort((one, other) => distanceOf(one) - distanceOf(other) || one - other)
      expect(Array.from(nearest(customer), distanceOf)).toEqual(expected.slice(0, 4).map(distanceOf))
    }
  })

  test('mixes a customer with their neighbors', async () => {
    const shop = await shopOf([
      ['p', 'abx'],
      ['q', 'aby'],
      ['r', 'cdz'],
    ])
    const ask = tifuKnn.open(shop)({within: 1, between: 1, groups: 1, k: 1, alpha: 0.6})
    const [a, b, x, y] = ['a', 'b', 'x', 'y'].map((id) => (shop.train.items as string[]).indexOf(id))
    expect(Array.from(ask(questionOf({customer: 0, history: [a, b, x]}))).slice(0, 4)).toEqual([a, b, x, y])
    expect(ask(questionOf({customer: 0, history: [a, b, x], part: 'new'}))[0]).toBe(y)
  })
})

function denseOf({items, values}: Vector, n: number): number[] {
  const dense = new Array(n).fill(0)
  for (const [p, item] of items.entries()) dense[item] = values[p]
  return dense
}

describe('UP-CF@r', () => {
  test('looks at the last orders only', async () => {
    const shop = await shopOf([
      ['p', 'a'],
      ['p', 'ab'],
      ['p', 'bc'],
    ])
    const sharesOf = (r: number) => denseOf(recentShares(shop, r)[0], shop.items)
    expect(sharesOf(2)).toEqual([1 / 2, 1, 1 / 2])
    expect(sharesOf(Number.POSITIVE_INFINITY)).toEqual([2 / 3, 2 / 3, 1 / 3])
  })

  test('likens customers asymmetrically and sums their shares', async () => {
    const shop = await shopOf([
      ['p', 'ab'],
      ['q', 'bcde'],
      ['r', 'f'],
    ])
    expect([...likenesses(shop)(0, 0.25)]).toEqual([1, 1 / (2 ** 0.25 * 4 ** 0.75), 0])
    expect(Array.from(upCf.open(shop)({r: 5, q: 2, alpha: 0.5})(questionOf({customer: 0}))).slice(0, 2)).toEqual([1, 0])
  })
})

describe('EASE', () => {
  test.each([1, 3, 64, 131])('inverts %i rows as ml-matrix does', (n) => {
    const next = sfc32(n)
    const x = Matrix.zeros(n + 3, n).apply(function (this: Matrix, i, j) {
      this.set(i, j, below(3, next()))
    })
    const gram = x.transpose().mmul(x).add(Matrix.eye(n))
    const expected = naiveInverse(gram).to1DArray()
    const found = invertPositive(Float64Array.from(gram.to1DArray()), n)
    expect(Math.max(...expected.map((value, p) => Math.abs(value - found[p])))).toBeLessThan(1e-10)
    expect(() => invertPositive(new Float64Array(n * n), n)).toThrow('not positive definite')
  })

  test('lists what x·B scores highest', async () => {
    const shop = await shopOf(randomOrders(5, 80))
    const {items, train, popular} = shop
    const rows = frequencyVectors(shop, {within: 1, between: 1, groups: 1}).map((vector) =>
      denseOf(vector, items).map(Math.sign),
    )
    const x = new Matrix(rows)
    const p = naiveInverse(x.transpose().mmul(x).add(Matrix.eye(items).mul(3)))
    const ask = ease.open(shop)({lambda: 3})
    const rank = ranker(shop)
    for (const customer of (train.customers as string[]).keys()) {
      const history = rows[customer].flatMap((bought, item) => (bought ? [item] : []))
      const scores = Float64Array.from({length: items}, (_, j) =>
        history.reduce((sum, i) => sum - (i === j ? 0 : p.get(i, j) / p.get(j, j)), 0),
      )
      const question = questionOf({customer, history, part: 'new'})
      expect(ask(question)).toEqual(rank(question, scores, popular))
    }
  })
})

describe('lists', () => {
  test('go by score, popularity, and are filled by popularity', () => {
    const rank = ranker({popular: Int32Array.of(3, 1, 0, 2, 4), items: 5})
    const scores = [1, 1, 2, 0, -1]
    const items = [0, 1, 2, 3, 4]
    expect(rank(questionOf({}), scores, items)).toEqual([2, 1, 0, 3, 4])
    expect(rank(questionOf({items: [1]}), scores, items, 2)).toEqual([0, 3, 2, 4])
    expect(rank(questionOf({history: [4, 0], part: 'new'}), scores, items)).toEqual([2, 1, 3])
    expect(rank(questionOf({history: [4, 0], part: 'repeat'}), scores, items)).toEqual([0, 4])
  })
})

describe('tuning', () => {
  test('tries small grids as a whole, large ones a setting at a time', () => {
    const small = {a: [1, 2, 3], b: [1, 2]}
    expect(tune({grid: small}, ({a, b}) => a * b)).toEqual({config: {a: 3, b: 2}, ndcg: 6, tried: 6})
    const values = Array.from({length: 10}, (_, n) => n)
    const large = {a: values, b: values}
    const {config, tried} = tune({grid: large, start: {a: 0, b: 0}}, ({a, b}) => -((a - 7) ** 2) - (a - b) ** 2)
    expect(config).toEqual({a: 7, b: 7})
    expect(tried).toBeLessThan(100)
  })

  test('never sees what is to be foretold', async () => {
    const orders = randomOrders(7, 300)
    // The newest fifth, which both splits keep back in part or whole, holds other items.
    const last = new Map(orders.map(([customer], order) => [customer, order]))
    const swapped = (isTest: (order: number) => boolean) =>
      orders.map(([customer, items], order): [string, string] => [customer, isTest(order) ? 'tsrq' : items])
    const chosenOf = async (log: TextLog) => {
      const inner = orderStage(orderStage(log, 1).shop.train, 1)
      return inner.trials.alsoBought && choose(ofOneRow(rowMethods.bm25), inner.trials.alsoBought, inner.shop)
    }
    expect(await chosenOf(await logOf(swapped((order) => order >= 240)))).toEqual(await chosenOf(await logOf(orders)))
    const chosenOfCustomers = async (log: TextLog) => {
      const inner = customerStage(customerStage(log).shop.train)
      const trials = inner.trials['suggest include']
      return trials && choose(upCf, trials, inner.shop)
    }
    const isLast = (order: number) => last.get(orders[order][0]) === order
    expect(await chosenOfCustomers(await logOf(swapped(isLast)))).toEqual(await chosenOfCustomers(await logOf(orders)))
  })
})
