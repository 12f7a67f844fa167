/** The log and the baskets in little memory: what representation is chosen must not show in what they say. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {finish} from '../src/matrix/steps.ts'
import {fitModel} from '../src/model/fit.ts'
import type {Model} from '../src/model/model.ts'
import type {Source} from '../src/model/read-lines.ts'
import {readBaskets} from '../src/orders/baskets.ts'
import type {Ids} from '../src/orders/ids.ts'
import {Interner} from '../src/orders/ids.ts'
import {IndexColumn} from '../src/orders/line-columns.ts'
import type {TextLog} from '../src/orders/log.ts'
import type {OrderColumns} from '../src/orders/order-columns.ts'
import type {OrderLine} from '../src/orders/order-line.ts'

/** A model as fitting makes it: orders are as they were read. */
type TextModel = Model & {log: Pick<TextLog, 'orders'>}

const modelOf = (source: Source): Promise<TextModel> =>
  fitModel(source, {minTogether: 1, threads: 1, measure: 'count', neighbors: 5, learn: false}) as Promise<TextModel>

/** All that the log and the baskets say, by id. */
function contentsOf({log, fates, scopes}: TextModel) {
  const {items, customers, lineOffsets, lineItems, quantities, lineTimes, weights, prices} = log
  const orders = lineOffsets.length - 1
  const textsOf = (ids: Ids) => Array.from({length: ids.length}, (_, i) => ids.at(i))
  return {
    items: textsOf(items),
    customers: textsOf(customers),
    orders: Array.from(log.orders, String),
    customerOrders: [...log.customerOrders],
    times: [...(log.times ?? new Float64Array(orders).fill(Number.NaN))],
    lineOffsets: [...lineOffsets],
    lines: Array.from(lineItems, (item, line) => [
      items.at(item),
      quantities?.[line] ?? 1,
      lineTimes?.[line],
      weights?.[line] ?? 1,
      prices?.[line] ?? Number.NaN,
      fates?.[line] ?? 0,
    ]),
    scopes: [...scopes].map(([scope, {alsoBought, privacy}]) => [
      scope,
      [...alsoBought.baskets.byBasket.offsets],
      [...alsoBought.baskets.byBasket.indices],
      privacy.owners && [...privacy.owners],
      [...alsoBought.table.items],
      [...alsoBought.table.scores],
    ]),
  }
}

describe('item indices', () => {
  test.each([65_536, 65_537])('of %i items keep their values, in 16 bits as long as they fit', async (n) => {
    // The items that come last, and sort last, in an order of their own with the first.
    const item = Int32Array.of(...Array.from({length: n}, (_, i) => 100_000 + i), 100_000, 100_000 + n - 1)
    const order = Int32Array.from(item, (_, line) => (line < n ? 1 + Math.floor(line / 100) : 1000))
    const {log, scopes} = await modelOf({item, order})
    const Expected = n > 65_536 ? Int32Array : Uint16Array
    expect(log.lineItems).toBeInstanceOf(Expected)
    expect(Array.from(log.lineItems, (i) => Number(log.items.at(i)))).toEqual([...item])
    const {byBasket} = scopes.get('order')?.alsoBought.baskets ?? {}
    expect(byBasket?.indices).toBe(log.lineItems)
    const shuffled = await modelOf({item: item.toReversed(), order: order.toReversed()})
    expect(shuffled.log.lineItems).toEqual(log.lineItems)
    // A line twice in one order: baskets are copied, in the same width.
    const twice = await modelOf({
      item: Int32Array.of(...item, 100_000 + n - 1),
      order: Int32Array.of(...order, 1000),
    })
    const copied = twice.scopes.get('order')?.alsoBought.baskets.byBasket.indices
    expect(copied).not.toBe(twice.log.lineItems)
    expect(copied).toBeInstanceOf(Expected)
    expect(copied).toEqual(log.lineItems)
  })

  test('a column of them widens at 65,536, wherever that comes', () => {
    for (const place of [0, 1, 1023, 1024, 2000]) {
      const column = new IndexColumn()
      const values = Array.from({length: 2100}, (_, i) => (i === place ? 65_536 : 65_535 - i))
      for (const value of values) column.push(value)
      expect([...column.values.subarray(0, column.length)], String(place)).toEqual(values)
      expect(column.values).toBeInstanceOf(Int32Array)
    }
  })
})

describe('order ids', () => {
  test.each<[string, OrderColumns['order']]>([
    ['a typed array', Int32Array.of(10, 9, 100, 10, 9, 100)],
    ['bytes', Uint8Array.of(10, 9, 100, 10, 9, 100)],
    ['numbers', [10, 9, 100, 10, 9, 100]],
    ['texts', ['10', '9', '100', '10', '9', '100']],
    ['64 bits', BigInt64Array.of(10n, 9n, 100n, 10n, 9n, 100n)],
    ['a dictionary', {ids: [100, '9', 10n], indices: [2, 1, 0, 2, 1, 0]}],
  ])('that are numbers count upwards, as %s', async (_, order) => {
    const {log} = await modelOf({item: ['a', 'b', 'c', 'd', 'e', 'f'], order})
    expect(Array.from(log.orders, String)).toEqual(['9', '10', '100'])
    expect(Array.from(log.lineItems, (item) => log.items.at(item)).join('')).toBe('beadcf')
  })

  test.each<[string, OrderColumns['order'], (string | number)[]]>([
    ['beyond 31 bits', Uint32Array.of(4e9, 1, 4e9 - 1), [1, 4e9 - 1, 4e9]],
    ['beyond 53 bits', BigInt64Array.of(2n ** 60n + 1n, 2n ** 60n, 5n), [5, String(2n ** 60n), String(2n ** 60n + 1n)]],
    ['below 0, as numbers', [-5, 3, -12], [3, -5, -12]],
    ['fractions', [1.5, 1, -0.5], [1, 1.5, -0.5]],
    ['with zeros before them', ['01', '1', '001'], ['1', '01', '001']],
    ['that only look like numbers', ['1e3', '1000', '+5', '-0', ' 7'], [' 7', '+5', '-0', '1e3', '1000']],
  ])('%s stay what they are', async (_, order, expected) => {
    const length = (order as ArrayLike<unknown>).length
    const {log} = await modelOf({item: Array.from({length}, () => 'a'), order})
    expect(Array.from(log.orders, String)).toEqual(expected.map(String))
  })

  test('below 0 in a typed array are none', async () => {
    const columns = {item: Int32Array.of(1, 2, 3), order: Int32Array.of(-1, -7, 4), customer: Int32Array.of(8, 8, -1)}
    const {log} = await modelOf(columns)
    expect(Array.from(log.orders, String)).toEqual(['', '4'])
    const nobody = await fitModel({item: columns.item, order: columns.order}, {onBadRow: 'skip'})
    expect(nobody.report.lines).toMatchObject({read: 3, used: 1, skipped: {'bad row': 2}})
    const none = await fitModel({item: columns.item, order: Int32Array.of(-1, -1, -1)}, {onBadRow: 'skip'})
    expect(none.report.lines.used).toBe(0)
  })

  test('of whole numbers are kept as such, and take a table as wide as they lie apart', async () => {
    const item = Int32Array.of(1, 2, 3)
    const {log} = await modelOf({item, order: Int32Array.of(2e9, 2e9 + 7, 2e9 + 3)})
    expect(log.orders).toEqual(Int32Array.of(2e9, 2e9 + 3, 2e9 + 7))
    const apart = await modelOf({item, order: Int32Array.of(2e9, 7, 3)})
    expect(apart.log.orders).toEqual(Int32Array.of(3, 7, 2e9))
  })
})

describe('an interner', () => {
  test('takes a number and its text for the same, and texts that are written otherwise for others', () => {
    const interner = new Interner()
    const ids = ['7', 7, '07', '0', 0, '00', '', '999999999', 999_999_999, '1000000000', '-1', ' 7', '7 ']
    expect(ids.map((id) => interner.index(id))).toEqual([0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9])
    expect(interner.ids).toEqual([7, '07', 0, '00', '', 999_999_999, '1000000000', '-1', ' 7', '7 '])
  })

  test('keeps long ids without the text they were cut from', () => {
    const interner = new Interner()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 200; n++) {
      const text = `${n}`.padStart(20, 'o').repeat(25_000)
      interner.index(text.slice(0, 20))
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6)
    expect(interner.ids.at(-1)).toBe('ooooooooooooooooo199')
  })
})

describe('columns', () => {
  const rows = fc.array(
    fc.record({
      item: fc.nat({max: 9}),
      order: fc.nat({max: 12}),
      customer: fc.option(fc.nat({max: 2}), {nil: -1}),
      quantity: fc.constantFrom(1, 1, 1, 2, -1),
      at: fc.constantFrom(Number.NaN, 1e12, 2e12),
      price: fc.constantFrom(Number.NaN, 1, 2.5),
      weight: fc.constantFrom(1, 1, 0, 0.5),
    }),
    {maxLength: 40},
  )
  type Row = typeof rows extends fc.Arbitrary<(infer R)[]> ? R : never
  const extra = fc.subarray(['customer', 'quantity', 'at', 'price', 'weight'] as const)

  function columnsOf(given: Row[], named: readonly (keyof Row)[]): OrderColumns {
    const columns = Object.fromEntries(named.map((name) => [name, Float64Array.from(given, (row) => row[name])]))
    const ids = (name: 'item' | 'order' | 'customer') => Int32Array.from(given, (row) => row[name])
    const customer = named.includes('customer') ? {customer: ids('customer')} : {}
    return {...columns, item: ids('item'), order: ids('order'), ...customer}
  }

  test('in any order of their rows give the same log, baskets and tables', async () => {
    await fc.assert(
      fc.asyncProperty(rows, extra, fc.infiniteStream(fc.nat({max: 1e6})), async (given, named, keys) => {
        const shuffled = given
          .map((row) => ({row, key: keys.next().value as number}))
          .sort((a, b) => a.key - b.key)
          .map(({row}) => row)
        // The rows of an order together, the orders in their sequence: what is sorted in place.
        const grouped = given.toSorted((a, b) => a.order - b.order)
        const options = {minTogether: 1, onBadRow: 'skip'} as const
        const contents = async (rows: Row[]) =>
          contentsOf((await fitModel(columnsOf(rows, named), options)) as TextModel)
        const expected = await contents(given)
        expect(await contents(shuffled)).toEqual(expected)
        expect(await contents(grouped)).toEqual(expected)
      }),
      {numRuns: 150},
    )
  })

  test('whose last line has the wrong customer end before it', async () => {
    const columns = {item: ['b', 'a', 'c'], order: [1, 1, 1], customer: ['A', 'A', 'B']}
    const {log} = await fitModel(columns, {onBadRow: 'skip'})
    expect(Array.from(log.lineItems, (item) => log.items.at(item))).toEqual(['a', 'b'])
  })

  test('are left as they were, sorted in place or not', async () => {
    const columns = {item: Int32Array.of(3, 1, 2, 1), order: Int32Array.of(1, 1, 2, 2)}
    const {log} = await modelOf(columns)
    expect([...log.lineItems]).toEqual([0, 2, 0, 1])
    expect([...columns.item, ...columns.order]).toEqual([3, 1, 2, 1, 1, 1, 2, 2])
  })
})

describe('baskets', () => {
  const baskets = (lines: OrderLine[], maxBasket = 500) =>
    fitModel(lines, {}).then(({log, fates}) => ({log, set: finish(readBaskets(log, fates, 'order', maxBasket))}))
  const plain = ['a', 'b', 'c'].flatMap((item) => [1, 2].map((order) => ({item, order})))

  test('are the lines of the log where nothing is left out of them', async () => {
    for (const lines of [plain, plain.map((line) => ({...line, quantity: 3})), plain.map((l) => ({...l, weight: 2}))]) {
      const {log, set} = await baskets(lines)
      expect(set.byBasket.indices).toBe(log.lineItems)
      expect(set.byBasket.offsets).toBe(log.lineOffsets)
    }
  })

  test.each([
    ['was returned', [...plain, {item: 'a', order: 1, quantity: -1}], ['bc', 'abc']],
    [
      'was returned in another order',
      [...plain, ...[1, -1].map((quantity, o) => ({item: 'd', order: 3 + o, customer: 'A', quantity}))],
      ['abc', 'abc'],
    ],
    ['stands twice', [...plain, {item: 'a', order: 1}], ['abc', 'abc']],
    ['was seen but not bought', [...plain, {item: 'z', order: 2, weight: 0}], ['abc', 'abc']],
    ['is alone and was not bought', [...plain, {item: 'z', order: 3, weight: 0}], ['abc', 'abc']],
  ])('are their own where an item %s', async (_, lines, expected) => {
    const {log, set} = await baskets(lines)
    const {offsets, indices} = set.byBasket
    expect(indices).not.toBe(log.lineItems)
    const names = expected.map((_, b) =>
      Array.from(indices.subarray(offsets[b], offsets[b + 1]), (item) => log.items.at(item)),
    )
    expect(names.map((row) => row.join(''))).toEqual(expected)
    expect(offsets.length).toBe(expected.length + 1)
  })

  test('are their own where the cap cuts one', async () => {
    const {log, set} = await baskets(plain, 2)
    expect([...set.byBasket.offsets]).toEqual([0, 2, 4])
    expect(set.capped).toEqual({baskets: 2, items: 2})
    expect(set.byBasket.indices).not.toBe(log.lineItems)
  })

  test('count once in the bytes of the report', async () => {
    const many = Array.from({length: 3000}, (_, line) => ({item: line % 3, order: Math.floor(line / 3)}))
    const {log, report} = await modelOf(many)
    expect(report.bytes.log).toBe(log.lineItems.byteLength + log.lineOffsets.byteLength + log.customerOrders.byteLength)
    const {byItem, weights} = (await modelOf(many)).scopes.get('order')?.together.baskets ?? expect.fail()
    const counted = byItem.offsets.byteLength + byItem.indices.byteLength + weights.byteLength
    expect(report.bytes['order baskets']).toBeLessThan(counted + 400)
  })
})
