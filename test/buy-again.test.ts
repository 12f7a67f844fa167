import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {type OrderLine, Recommender} from '../src/index.ts'
import {linesArbitrary, optionsArbitrary} from './random-shops.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)
const date = (days: number) => new Date(start + days * day)
const line = (customer: string, days: number, item: string): OrderLine => ({
  ...{customer, item, order: `${customer} ${days}`},
  at: date(days),
})

/** Tea every ten days; one camera each. */
const lines = [
  ...[0, 10, 20].map((days) => line('Ann', days, 'tea')),
  ...[1, 11].map((days) => line('Bob', days, 'tea')),
  ...[line('Ann', 20, 'camera'), line('Bob', 5, 'camera'), line('Cid', 0, 'mug')],
]

describe('buyAgain', async () => {
  const shop = await Recommender.fit(lines)

  test('tells what is bought again, the likeliest first, how often and when it is due', () => {
    const [tea, camera, ...rest] = shop.buyAgain('Ann')
    expect(rest).toEqual([])
    expect(tea).toEqual({
      ...{item: 'tea', tier: 'repeat', orders: 3, last: date(20), rate: expect.closeTo(0.1, 12), due: date(30)},
      score: expect.any(Number),
    })
    // Nobody has bought one again: as long as others wait for anything.
    expect(camera).toMatchObject({item: 'camera', orders: 1, last: date(20), due: date(30)})
    expect(tea.score).toBeGreaterThan(camera.score)
    expect(tea.score).toBeLessThan(1)
  })

  test("a rhythm of one's own counts for more the longer it is", async () => {
    const slow = [0, 30, 60, 90].map((days) => line('Dan', days, 'tea'))
    const [tea] = (await Recommender.fit([...lines, ...slow])).buyAgain('Dan')
    // Waits of 10 days three times, of 30 three times: 20 usually. Their own three, and two more: (90 + 40) / 5.
    expect(tea).toMatchObject({due: date(90 + 26), rate: expect.closeTo(1 / 26, 12)})
  })

  test("a rhythm that one customer alone has is nobody else's", async () => {
    const fast = [0, 1, 2, 3, 4].map((days) => line('Dan', days, 'mug'))
    const cid = (await Recommender.fit([...lines, ...fast])).buyAgain('Cid')
    // Not Dan's one day, but the mean of all waits, three of ten days and four of one.
    expect(cid).toMatchObject([{item: 'mug', due: new Date(Math.round(start + (34 / 7) * day))}])
  })

  test('with a time only what is due by then', () => {
    const items = (at: Date | string | number) => shop.buyAgain('Bob', {at}).map(({item}) => item)
    expect(items(date(14))).toEqual([])
    expect(items(date(15))).toEqual(['camera'])
    expect(items('2026-01-22')).toEqual(['tea', 'camera'])
    expect(items(date(100).getTime())).toEqual(['tea', 'camera'])
  })

  test('obeys rules, and knows nothing of strangers', () => {
    expect(shop.buyAgain('Ann', {exclude: ['tea']}).map(({item}) => item)).toEqual(['camera'])
    expect(shop.buyAgain('Ann', {only: ['tea', 'mug']}).map(({item}) => item)).toEqual(['tea'])
    expect(shop.buyAgain('Ann', {limit: 1}).map(({item}) => item)).toEqual(['tea'])
    expect(shop.buyAgain('nobody')).toEqual([])
  })

  test('without times it tells how often, not when', async () => {
    const undated = await Recommender.fit(lines.map(({at, ...rest}) => rest))
    const again = undated.buyAgain('Ann')
    expect(again.map(({item, orders}) => [item, orders])).toEqual([
      ['tea', 3],
      ['camera', 1],
    ])
    expect(Object.keys(again[0])).toEqual(['item', 'score', 'tier', 'orders'])
    expect(undated.buyAgain('Ann', {at: date(100)})).toEqual([])
  })

  test.each([
    [{at: 'soon'}, /^buyAgain: at: .*soon/],
    [{at: Number.NaN}, /^buyAgain: at: /],
    [{limit: 0}, /^buyAgain: limit must be a whole number from 1 up, got 0$/],
    [{fallback: true}, /^buyAgain: unknown option "fallback"/],
  ])('refuses %j', (options, message) => {
    expect(() => shop.buyAgain('Ann', options as object)).toThrow(message)
  })

  test('lists what suggest may repeat, and finds it as likely in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, async (given, options) => {
        const random = await Recommender.fit(given, options)
        for (const customer of ['c0', 'c1', 'c2', 'c3', 'c4']) {
          const again = random.buyAgain(customer, {limit: 99})
          const repeats = random.suggest({customer}, {repeat: 'only', limit: 99})
          expect(again.map(({item}) => item).sort()).toEqual(repeats.map(({item}) => item).sort())
          for (const [place, {score, last, rate, due}] of again.entries()) {
            expect(score).toBeGreaterThanOrEqual(0)
            expect(score).toBeLessThanOrEqual(1)
            if (place > 0) expect(again[place - 1].score).toBeGreaterThanOrEqual(score)
            if (due) expect(Number(due) - Number(last)).toBeCloseTo(day / (rate as number), -1)
          }
        }
      }),
      {numRuns: 100},
    )
  })
})

test('finds the staples of the fixture shop due at their rhythm', async () => {
  const {lines, truths} = generateShop()
  const shop = await Recommender.fit(lines)
  let [found, near, all] = [0, 0, 0]
  for (const {item, days, customers} of truths.staples) {
    for (const customer of customers) {
      all++
      const again = shop.buyAgain(customer, {limit: 10})
      const staple = again.find((repeat) => repeat.item === item)
      if (staple) found++
      if (staple && Math.abs(1 / (staple.rate as number) - days) < 0.25 * days) near++
    }
  }
  expect(all).toBeGreaterThan(100)
  expect(found / all).toBeGreaterThan(0.95)
  expect(near / all).toBeGreaterThan(0.9)
})
