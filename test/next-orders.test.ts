import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {below, sfc32} from '../bench/random.ts'
import {transpose} from '../src/matrix/csr.ts'
import type {Histories} from '../src/matrix/history.ts'
import {readLists} from '../src/matrix/kernel.ts'
import {nextOrders, nextOrderTable, prepareFollowing} from '../src/matrix/next-order.ts'
import {openNextOrders} from '../src/matrix/next-order-kernel.ts'
import {planNextOrders} from '../src/matrix/next-order-plan.ts'
import {type Driver, finish, inOneGo} from '../src/matrix/steps.ts'
import type {Table} from '../src/matrix/table.ts'
import {watchWorkers} from './workers.ts'

const runs = Number(process.env.RUNS ?? 150)

interface Shop {
  /** Of known customers, oldest first, and of nobody. */
  customers: number[][][]
  nobodys: number[][]
  items: number
  minTogether: number
  neighbors: number
  hasDates: boolean
}

function historiesOf({customers, nobodys, items, hasDates}: Shop): Histories {
  const orders = [...customers.flat(), ...nobodys]
  const offsets = new Int32Array(orders.length + 1)
  for (const [o, order] of orders.entries()) offsets[o + 1] = offsets[o] + order.length
  const Column = items > 65536 ? Int32Array : Uint16Array
  const byOrder = {offsets, indices: Column.from(orders.flat())}
  const bounds = new Int32Array(customers.length + 1)
  for (const [c, made] of customers.entries()) bounds[c + 1] = bounds[c] + made.length
  const ages = hasDates ? Float64Array.from(orders, (_, o) => ((o * 7) % 10) / 10) : undefined
  return {byOrder, byItem: finish(transpose(byOrder, items)), ages, customers: bounds}
}

function inTypeScript(shop: Shop): Table {
  const histories = historiesOf(shop)
  return finish(nextOrderTable(histories, finish(prepareFollowing(histories)), shop, widthOf(shop)))
}

/** By the kernel, its stretches dealt out to some instances as `deal` says, all on this thread; notes the steps of each. */
function inKernel(shop: Shop, instances = 1, deal = [0], steps: number[] = []): Table {
  const histories = historiesOf(shop)
  const following = finish(prepareFollowing(histories))
  // So much work that every row is a stretch.
  const planned = finish(planNextOrders(histories, following, shop, widthOf(shop), 1e12, instances))
  if (!planned) throw new Error('the kernel does not take this')
  const {job, lists} = planned
  const kernels = Array.from({length: instances}, (_, instance) => openNextOrders(job, instance))
  const [phase] = job.phases
  for (let s = 0; s + 1 < phase.bounds.length; s++) {
    steps.push([...kernels[deal[s % deal.length] % instances].work(phase, s)].length)
  }
  return finish(readLists(job.memory, lists, following.ranks.rankOf))
}

const widthOf = ({neighbors, items}: Shop) => Math.min(neighbors, items)

/** Bytes and all: `toEqual` takes -0 for 0. */
function expectSame(actual: Table, expected: Table): void {
  for (const column of ['offsets', 'items', 'scores', 'together'] as const) {
    const bytesOf = ({buffer, byteOffset, byteLength}: ArrayBufferView) =>
      Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
    if (bytesOf(actual[column]).equals(bytesOf(expected[column]))) continue
    expect([...actual[column]]).toEqual([...expected[column]])
    throw new Error(`${column} differs in its bytes`)
  }
}

const shops: fc.Arbitrary<Shop> = fc.integer({min: 1, max: 40}).chain((items) => {
  const order = fc
    .uniqueArray(fc.nat({max: items - 1}), {minLength: 1, maxLength: 12})
    .map((order) => order.toSorted((a, b) => a - b))
  const customer = fc.oneof(
    fc.array(order, {maxLength: 8}),
    fc.array(order, {minLength: 25, maxLength: 70, size: 'max'}),
    // Items long out of reach before they come again.
    fc
      .tuple(order, fc.integer({min: 26, max: 36}), order)
      .map(([ends, gap, between]) => [ends, ...Array.from({length: gap}, () => between), ends, ends]),
  )
  return fc.record({
    items: fc.constant(items),
    customers: fc.array(customer, {maxLength: 8}),
    nobodys: fc.array(order, {maxLength: 3}),
    minTogether: fc.integer({min: 1, max: 3}),
    neighbors: fc.integer({min: 1, max: 60}),
    hasDates: fc.boolean(),
  })
})

/** Customers who buy often what is popular, so that lists are full and rows are long. */
function crowdedShop(seed: number, items: number, neighbors: number): Shop {
  const next = sfc32(seed)
  const item = () => (Math.floor((items * below(items, next()) * below(items, next())) / items ** 2) * 7919) % items
  const order = () => [...new Set(Array.from({length: 1 + below(12, next())}, item))].toSorted((a, b) => a - b)
  const customers = Array.from({length: 300}, () => Array.from({length: 1 + below(14, next())}, order))
  return {customers, nobodys: [order()], items, minTogether: 2, neighbors, hasDates: true}
}

describe('what is bought next, by the kernel and in TypeScript', () => {
  test('is the same to the byte for any histories, whoever takes which stretch', () => {
    fc.assert(
      fc.property(
        shops,
        fc.constantFrom(1, 2, 5),
        fc.array(fc.nat({max: 4}), {minLength: 1, maxLength: 9}),
        (shop, instances, deal) => expectSame(inKernel(shop, instances, deal), inTypeScript(shop)),
      ),
      {numRuns: 2 * runs},
    )
  })

  test.each([1, 7, 50])('is the same where lists of %i are full and most pairs are turned away', (neighbors) => {
    for (let seed = 0; seed < 10; seed++) {
      const shop = crowdedShop(seed, 600, neighbors)
      const table = inTypeScript(shop)
      expect(table.items.length).toBeGreaterThan(200 * neighbors)
      expectSame(inKernel(shop), table)
    }
  })

  test('is the same where a row takes so long that it is counted in parts', () => {
    const {customers, ...shop} = crowdedShop(2, 500, 5)
    for (const order of customers.flat()) if (order[0] !== 0) order.unshift(0)
    const staple = {...shop, customers: Array.from({length: 24}, () => customers).flat()}
    const steps: number[] = []
    expectSame(inKernel(staple, 1, [0], steps), inTypeScript(staple))
    expect(Math.max(...steps)).toBeGreaterThan(1)
  })

  test('is the same of more items than 16 bits number', () => {
    const shop = crowdedShop(1, 70_000, 3)
    const table = inTypeScript({...shop, minTogether: 1})
    expect(table.items.some((item) => item > 65_535)).toBe(true)
    expectSame(inKernel({...shop, minTogether: 1}), table)
  })
})

describe('threads that follow customers', () => {
  const workers = watchWorkers()
  const shop = crowdedShop(3, 2000, 20)
  const count = (threads: number, driver: Driver = inOneGo) =>
    nextOrders(historiesOf(shop), shop, {neighbors: 20, threads}, driver)

  test('change no byte, be they 2 or 5', async () => {
    const expected = inTypeScript(shop)
    for (const threads of [1, 2, 5]) expectSame(await count(threads), expected)
    expect([workers.started, workers.live]).toEqual([7, 0])
  })

  test('end when aborted', async () => {
    const abort = AbortSignal.abort(new Error('enough'))
    await expect(count(2, {...inOneGo, wait: (work) => work(() => {}, abort)})).rejects.toThrow('enough')
    expect(workers.live).toBe(0)
  })
})
