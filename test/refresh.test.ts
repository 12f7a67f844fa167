import {setImmediate} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {Recommender, type RefreshOptions} from '../src/index.ts'
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

describe('while another is at work, a refresh', async () => {
  const fitted = (await Recommender.fit(generateShop().lines)).toBytes()
  /** A shop of which an order has come, and another way to refresh it that notes when each begins and ends. */
  async function changedShop() {
    const shop = Recommender.fromBytes(fitted)
    const add = (item: string) => shop.add([{item, order: item}])
    await add('first')
    const notes: string[] = []
    const note = (text: string) => {
      if (!notes.includes(text)) notes.push(text)
    }
    const refresh = (name: string, options: RefreshOptions = {}) =>
      shop.refresh({...options, onProgress: () => note(`${name} at work`)}).then(
        () => note(`${name} done, ${shop.stale.orders} left`),
        (error: Error) => note(`${name}: ${error.message}`),
      )
    return {shop, add, notes, refresh}
  }

  test('is the same where nothing has changed before it was asked for', async () => {
    const {add, notes, refresh} = await changedShop()
    const both = [refresh('one'), refresh('two')]
    await add('second')
    await Promise.all(both)
    expect(notes).toEqual(['one at work', 'one done, 1 left', 'two done, 1 left'])
  })

  test('comes after it where something has, once for all who asked, and has all of it', async () => {
    const {shop, add, notes, refresh} = await changedShop()
    const one = refresh('one')
    await add('second')
    const others = [refresh('two'), refresh('three')]
    await add('third')
    others.push(refresh('four'))
    expect(notes).not.toContain('one done, 2 left')
    await one
    await Promise.all(others)
    expect(notes).toEqual([
      ...['one at work', 'one done, 2 left', 'two at work'],
      ...['two', 'three', 'four'].map((name) => `${name} done, 0 left`),
    ])
    expect(shop.report.orders - Recommender.fromBytes(fitted).report.orders).toBe(3)
  })

  test('is made though that aborts', async () => {
    const {notes, refresh} = await changedShop()
    const controller = new AbortController()
    const both = [refresh('one', {signal: controller.signal}), refresh('two')]
    controller.abort(new Error('enough'))
    await Promise.all(both)
    expect(notes.filter((note) => !note.startsWith('one at'))).toEqual([
      'one: enough',
      'two at work',
      'two done, 0 left',
    ])
  })

  test('can be aborted itself, and that goes on', async () => {
    const {notes, refresh} = await changedShop()
    const controller = new AbortController()
    const both = [refresh('one'), refresh('two', {signal: controller.signal})]
    controller.abort(new Error('enough'))
    await Promise.all(both)
    expect(notes.filter((note) => !note.startsWith('one at'))).toEqual(['two: enough', 'one done, 0 left'])
    await expect(
      changedShop().then(({shop}) => Promise.all([shop.refresh(), shop.refresh({signal: 1} as never)])),
    ).rejects.toThrow('refresh: signal must be an AbortSignal, got 1')
  })
})
