import {setImmediate} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {Recommender} from '../src/index.ts'
import {answersOf} from './answers.ts'

test('a question during a refresh is answered from the old state or from the new, as other shops know them, never from half', async () => {
  const lines = generateShop().lines.filter(({quantity}) => quantity !== 0)
  const orders = [...new Set(lines.map(({order}) => order))]
  const newest = new Set(orders.filter((_, n) => n % 20 === 0))
  const [old, came] = [false, true].map((isNew) => lines.filter(({order}) => newest.has(order) === isNew))
  const fitted = (lines: typeof old) =>
    Recommender.fit(lines, {scopes: ['order', 'customer'], substitutes: true, learn: {items: 50}})
  const [shop, before, after] = [await fitted(old), await fitted(old), await fitted(lines)]
  await shop.add(came)
  await before.add(came)
  const items = ['KET-01', 'COL-01', came[0].item, old[0].item]
  const customers = ['C1088', came[0].customer ?? 'C1009']
  const ask = (shop: Recommender) => answersOf(shop, items, customers)
  const states = new Map([
    [ask(before), 'old'],
    [ask(after), 'new'],
  ])
  expect(states.size).toBe(2)

  const seen: (string | undefined)[] = []
  let isOver = false
  const refreshing = shop.refresh().finally(() => {
    isOver = true
  })
  while (!isOver) {
    seen.push(states.get(ask(shop)))
    await setImmediate()
  }
  await refreshing
  seen.push(states.get(ask(shop)))
  expect(seen.join(' ')).toMatch(/^(old ){10,}(new ?)+$/)
})
