import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import type {OrderLine} from '../src/orders/order-line.ts'
import {Recommender} from '../src/recommender.ts'
import {answersOf} from './answers.ts'

const lines = [
  ['o1', 'Ann', 1, 'tea', 'cup', 'pot'],
  ['o2', 'Ann', 2, 'saw', 'nail', 'glue'],
  ['o3', 'Bob', 3, 'tea', 'cup'],
  ['o4', 'Bob', 4, 'saw', 'nail'],
  ['o5', 'Cid', 5, 'cup', 'pot'],
  ['o6', 'Cid', 6, 'nail', 'glue'],
].flatMap(([order, customer, at, ...items]) =>
  items.map(
    (item): OrderLine => ({item: String(item), order: String(order), customer: String(customer), at: Number(at)}),
  ),
)
const later: OrderLine[] = ['tea', 'mug', 'cup'].map((item) => ({item, order: 'o7', customer: 'Dee', at: 7}))
const options = {learn: false as const, substitutes: true}

describe('a shop that changes and is kept', () => {
  test('a shop that was loaded changes as one that was fitted does', async () => {
    const loaded = Recommender.fromBytes((await Recommender.fit(lines, options)).toBytes())
    await loaded.add(later)
    expect(loaded.suggest({customer: 'Dee'}).map(({item}) => item)).not.toContain('mug')
    await loaded.remove({customer: 'Bob'})
    await loaded.refresh()
    const fresh = await Recommender.fit([...lines.filter(({customer}) => customer !== 'Bob'), ...later], options)
    expect(loaded.toBytes()).toEqual(fresh.toBytes())
    expect(loaded.version).toBe(fresh.version)
    const [items, customers] = [fresh.items.ids, ['Ann', 'Bob', 'Cid', 'Dee']]
    expect(answersOf(loaded, items, customers)).toBe(answersOf(fresh, items, customers))
  })

  test('knows its orders again when some ids are numbers and others texts', async () => {
    const mixed = [...lines, {item: 'tea', order: 10001}, {item: 'cup', order: '10002'}, {item: 'pot', order: '007'}]
    const loaded = Recommender.fromBytes((await Recommender.fit(mixed, options)).toBytes())
    expect(await loaded.add(mixed)).toMatchObject({orders: 0, added: 0, ignored: mixed.length})
    for (const order of [10001, '10002', '007', 'o1']) expect((await loaded.remove({order})).orders).toBe(1)
    const more = [10003, 9, 'o0', '10001', 10004].map((order) => ({item: 'tea', order}))
    await loaded.add(more)
    await loaded.refresh()
    const left = mixed.filter(({order}) => !['10001', '10002', '007', 'o1'].includes(String(order)))
    expect(loaded.toBytes()).toEqual((await Recommender.fit([...left, ...more], options)).toBytes())
  })

  test('saving counts what has changed first, and a forgotten customer is not in the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'alsobought-kept-'))
    try {
      const shop = await Recommender.fit(lines, options)
      const before = shop.version
      await shop.add(later)
      await shop.remove({customer: 'Bob'})
      expect(() => shop.toBytes()).toThrow('toBytes: orders have changed; await shop.refresh() first')
      expect(shop.version).toBe(before)
      await shop.save(join(folder, 'shop.also'))
      expect(shop.stale).toEqual({orders: 0, items: 0, share: 0})
      expect(Buffer.from(shop.toBytes()).includes('Bob')).toBe(false)
      const loaded = await Recommender.load(join(folder, 'shop.also'))
      expect(loaded.version).toBe(shop.version)
      expect(loaded.version).not.toBe(before)
      expect(loaded.watermark).toEqual(new Date(7))
    } finally {
      rmSync(folder, {recursive: true})
    }
  })

  test('a shop without its log has nothing to change', async () => {
    const bare = Recommender.fromBytes((await Recommender.fit(lines, options)).toBytes({log: false}))
    await expect(bare.add(later)).rejects.toThrow(/^add: this shop was saved with log: false/)
    await expect(bare.remove({customer: 'Bob'})).rejects.toThrow(/^remove: this shop was saved with log: false/)
    await bare.refresh()
    expect(bare.stale).toEqual({orders: 0, items: 0, share: 0})
  })
})
