import fc from 'fast-check'
import {beforeAll, describe, expect, test} from 'vitest'
import type {FitOptions, Lines, Progress} from '../src/index.ts'
import {count} from '../src/matrix/measures.ts'
import {Pace} from '../src/model/pace.ts'
import {readOrders} from '../src/orders/csv.ts'
import type {OrderColumns} from '../src/orders/order-columns.ts'
import type {BadRow, OrderLine} from '../src/orders/order-line.ts'
import {Recommender} from '../src/recommender.ts'
import {linesArbitrary, optionsArbitrary} from './random-shops.ts'

/** Seeded: the same shop on every machine. Park & Miller 1988. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** A shop as columns: some items sell often, most seldom; orders come in no order. */
function bulkShop(orders: number, items: number, customers: number, meanSize: number) {
  const next = random(7)
  const columns: {item: number[]; order: number[]; customer: number[]; at: number[]; quantity: number[]} = {
    item: [],
    order: [],
    customer: [],
    at: [],
    quantity: [],
  }
  for (let o = 0; o < orders; o++) {
    const order = (o * 7919) % orders
    const customer = Math.floor(customers * next() ** 2)
    const size = 1 + Math.floor(2 * meanSize * next() ** 2 * 1.5)
    for (let l = 0; l < size; l++) {
      columns.item.push(Math.floor(items * next() ** 3))
      columns.order.push(order)
      columns.customer.push(order % 5 === 0 ? -1 : customer)
      columns.at.push(1e12 + order * 60_000)
      columns.quantity.push(next() < 0.02 ? -1 : 1)
    }
  }
  return {
    item: Int32Array.from(columns.item),
    order: Int32Array.from(columns.order),
    customer: Int32Array.from(columns.customer),
    at: Float64Array.from(columns.at),
    quantity: Float64Array.from(columns.quantity),
  }
}

function linesOf(columns: ReturnType<typeof bulkShop>): OrderLine[] {
  return Array.from(columns.item, (item, row) => ({
    item,
    order: columns.order[row],
    customer: columns.customer[row] < 0 ? null : columns.customer[row],
    at: columns.at[row],
    quantity: columns.quantity[row],
  }))
}

/** Everything a shop can say of itself and of these items and customers. */
function answersOf(shop: Recommender, items: readonly string[] = shop.items.ids, customers: readonly string[] = []) {
  const {seconds, bytes, columns, ...report} = shop.report
  return {
    report,
    items: shop.items.ids,
    watermark: shop.watermark,
    alsoBought: items.map((item) => shop.alsoBought(item)),
    boughtTogether: items.map((item, i) => shop.boughtTogether([item, items[(i + 1) % items.length]])),
    suggest: customers.flatMap((customer) =>
      (['exclude', 'include', 'only'] as const).map((repeat) =>
        shop.suggest({customer, items: items.slice(0, 1)}, {repeat}),
      ),
    ),
  }
}

async function* later<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) yield value
}

const failure = (source: unknown, options?: unknown): Promise<Error> =>
  Recommender.fit(source as Lines, options as FitOptions).then(
    () => expect.fail('fit did not throw'),
    (error) => error as Error,
  )

const line: OrderLine = {item: 'a', order: 1}

describe('the report', () => {
  test('accounts for every line once', async () => {
    const shop = await Recommender.fit(
      [
        {item: 'a', order: 1, customer: 'A', quantity: 2},
        {item: 'b', order: 1, customer: 'A'},
        {item: 'b', order: 2, customer: 'A', quantity: -1},
        {item: 'c', order: 3, customer: 'A', quantity: -1},
        {item: 'a', order: 4, customer: 'B', quantity: 0},
        {item: 'POST', order: 5, customer: 'B'},
        {item: 'd', order: 5, customer: 'C'},
        {item: '', order: 6, customer: 'C'},
      ],
      {onBadRow: 'skip'},
    )
    expect(shop.report).toMatchObject({
      lines: {
        read: 8,
        used: 2,
        netted: 2,
        unmatchedReturns: 1,
        skipped: {'zero quantity': 1, 'two customers': 1, 'bad row': 1},
      },
      orders: 2,
      customers: 2,
      items: 2,
      scopes: {order: {baskets: 2, purchases: 2, pairs: 0, observations: 0, capped: {baskets: 0, items: 0}}},
      suspects: ['POST'],
      columns: {},
    })
  })

  test('is a copy', async () => {
    const shop = await Recommender.fit([line])
    shop.report.lines.read = 99
    expect(shop.report.lines.read).toBe(1)
  })

  test('names seconds by phase and bytes by part, all above 0', async () => {
    const {seconds, bytes} = (await Recommender.fit(bulkShop(50, 20, 10, 4))).report
    expect(Object.keys(seconds)).toEqual(expect.arrayContaining(['read', 'sort', 'baskets', 'count', 'next-order']))
    for (const value of [...Object.values(seconds), ...Object.values(bytes)]) expect(value).toBeGreaterThan(0)
  })

  test('of nothing is a report of nothing, and every query answers', async () => {
    const shop = await Recommender.fit([])
    expect(shop.report).toMatchObject({lines: {read: 0, used: 0}, orders: 0, customers: 0, items: 0})
    expect([shop.items.ids, shop.watermark, shop.has('a')]).toEqual([[], undefined, false])
    const answers = [
      shop.alsoBought('a'),
      shop.boughtTogether(['a']),
      shop.boughtTogether([]),
      shop.suggest({items: []}),
    ]
    expect(answers).toEqual([[], [], [], []])
  })

  test('the watermark is the newest time of any line', async () => {
    const lines = [
      {item: 'a', order: 1, at: 5000},
      {item: 'b', order: 1, at: 9000},
      {item: 'a', order: 2, at: 7000},
    ]
    expect((await Recommender.fit(lines)).watermark).toEqual(new Date(9000))
  })
})

describe('the same data gives the same answers', () => {
  test('in any order of the lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        linesArbitrary.chain((lines) =>
          fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, {minLength: lines.length})),
        ),
        optionsArbitrary,
        async ([lines, shuffled], options) => {
          const [one, other] = [await Recommender.fit(lines, options), await Recommender.fit(shuffled, options)]
          const {seconds, ...report} = one.report
          expect(other.report).toMatchObject(report)
          const customers = ['c0', 'c1', 'c2', 'c3', 'c4']
          expect(answersOf(other, other.items.ids, customers)).toEqual(answersOf(one, one.items.ids, customers))
        },
      ),
      {numRuns: 100},
    )
  })

  test('through every door', async () => {
    const columns = bulkShop(300, 60, 40, 5)
    const lines = linesOf(columns)
    const customers = [...new Set(columns.customer)].filter((c) => c >= 0).map(String)
    const expected = answersOf(await Recommender.fit(lines), undefined, customers)
    expect(expected.suggest.flat().filter(({tier}) => tier === 'copurchase').length).toBeGreaterThan(100)

    const rows = lines.map(({item, order, customer, at, quantity}, row) => ({
      sku: row % 2 ? BigInt(item) : String(item),
      ord: row % 3 ? order : BigInt(order as number),
      cust: customer === null ? (row % 2 ? null : undefined) : customer,
      when: row % 2 ? new Date(at as number) : new Date(at as number).toISOString(),
      qty: row % 2 ? String(quantity) : BigInt(quantity as number),
      other: {},
    }))
    const named: FitOptions = {columns: {item: 'sku', order: 'ord', customer: 'cust', at: 'when', quantity: 'qty'}}
    const dictionary = (values: Int32Array) => {
      const ids = [...new Set(values)].filter((id) => id >= 0).sort((a, b) => ((a * 31) % 17) - ((b * 31) % 17))
      return {
        ids: ids.map((id) => (id % 2 ? String(id) : id)),
        indices: Int32Array.from(values, (id) => ids.indexOf(id)),
      }
    }
    const ids = (values: Int32Array) => Array.from(values, (id) => (id < 0 ? null : id % 2 ? String(id) : BigInt(id)))
    const doors: [Lines, FitOptions?][] = [
      [new Set(lines)],
      [later(lines)],
      [rows as object[] as Lines, named],
      [later(rows) as object as Lines, named],
      [columns],
      [{...columns, item: Uint8Array.from(columns.item), order: Uint16Array.from(columns.order)}],
      [{...columns, item: Uint32Array.from(columns.item), quantity: Array.from(columns.quantity)}],
      [{...columns, item: ids(columns.item) as string[], order: ids(columns.order), customer: ids(columns.customer)}],
      [
        {
          ...columns,
          item: dictionary(columns.item),
          order: dictionary(columns.order),
          customer: dictionary(columns.customer),
        },
      ],
    ]
    for (const [source, options] of doors) {
      expect(answersOf(await Recommender.fit(source, options), undefined, customers)).toEqual(expected)
    }
  })

  test('with numbers far apart as ids, and with ids that are texts of them', async () => {
    const far = [4_000_000_000, 3, 2_000_000_001]
    const item = Uint32Array.from({length: 30}, (_, row) => far[row % 3])
    const order = Int32Array.from({length: 30}, (_, row) => Math.floor(row / 2) * 100_000)
    const lines = Array.from(item, (id, row) => ({item: String(id), order: String(order[row])}))
    expect(answersOf(await Recommender.fit({item, order}))).toEqual(answersOf(await Recommender.fit(lines)))
  })

  test('whatever rows come first, where two customers claim an order and bad rows are skipped', async () => {
    const lines: OrderLine[] = [
      {item: 'a', order: 1, customer: 'B'},
      {item: 'b', order: 1, customer: 'A'},
      {item: 'c', order: 1, customer: 'A'},
      {item: 'd', order: 1, customer: 'C'},
      {item: 'b', order: 2, customer: 'B'},
      {item: 'c', order: 2, customer: 'B'},
      {item: '', order: 3, customer: 'B'},
      {item: 'c', order: 3, customer: 'B', quantity: Number.NaN},
    ]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines, {minLength: lines.length}), async (shuffled) => {
        const shop = await Recommender.fit(shuffled, {onBadRow: 'skip'})
        expect(answersOf(shop, ['a', 'b', 'c'], ['A', 'B', 'C'])).toEqual(
          answersOf(await Recommender.fit(lines, {onBadRow: 'skip'}), ['a', 'b', 'c'], ['A', 'B', 'C']),
        )
        expect(shop.report.lines).toMatchObject({read: 8, used: 4, skipped: {'two customers': 2, 'bad row': 2}})
      }),
      {numRuns: 50},
    )
  })

  test('whatever raw row comes first, where some lack a column', async () => {
    const rows: {sku: string; ord: number; cust?: string}[] = [
      {sku: 'a', ord: 1},
      {sku: 'b', ord: 1, cust: 'A'},
      {sku: 'c', ord: 2, cust: 'B'},
    ]
    const options = {columns: {item: 'sku', order: 'ord', customer: 'cust'}, onBadRow: 'skip'} as const
    const {lines} = (await Recommender.fit(rows, options)).report
    expect((await Recommender.fit(rows.toReversed(), options)).report.lines).toEqual(lines)
  })

  test('and leaves the lines and the options as they were', async () => {
    const lines = [Object.freeze({...line}), Object.freeze({item: 'b', order: 1})]
    const options = Object.freeze({neighbors: 3, scopes: Object.freeze(['order'] as const)})
    await Recommender.fit(Object.freeze(lines), options)
  })
})

describe('ids', () => {
  const odd = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    ' ',
    '0',
    '-0',
    'x'.repeat(10_000),
    'שלום',
    '漢字',
    '😀',
  ]

  test('may be any well-formed text', async () => {
    const lines = [1, 2].flatMap((order) => odd.map((item) => ({item, order, customer: odd[order]})))
    const shop = await Recommender.fit(lines)
    expect(shop.items.ids.toSorted()).toEqual(odd.toSorted())
    for (const item of odd) {
      expect(shop.has(item)).toBe(true)
      expect(
        shop
          .alsoBought(item, {limit: 50})
          .map((neighbor) => neighbor.item)
          .sort(),
      ).toEqual(odd.filter((other) => other !== item).sort())
    }
    expect(shop.suggest({customer: '__proto__'}).length).toBe(10)
    for (const unknown of ['valueOf', '', 'no\ud800']) expect(shop.has(unknown)).toBe(false)
  })

  test('numbers and bigints are their texts', async () => {
    const shop = await Recommender.fit([
      {item: 1, order: 10n},
      {item: 2n, order: '10'},
      {item: '1', order: 11},
      {item: 2, order: 11},
    ])
    expect(shop.items.ids).toEqual(['1', '2'])
    expect([shop.has(1), shop.has(1n), shop.has('1'), shop.has(1.5)]).toEqual([true, true, true, false])
    expect(shop.alsoBought(1n)).toEqual(shop.alsoBought('1'))
    expect(shop.alsoBought(1)[0]).toMatchObject({item: '2', together: 2})
  })

  test.each<[unknown, RegExp]>([
    ['\ud800', /item must be well-formed text, got "\\ud800"/],
    ['a\udc00b', /item must be well-formed text/],
    [Number.NaN, /item must be a text or a number, got NaN/],
    [Number.POSITIVE_INFINITY, /item must be a text or a number, got Infinity/],
    [true, /item must be a text or a number, got true/],
    [{}, /item must be a text or a number, got an object/],
    [['a'], /item must be a text or a number, got an array/],
    [Symbol('a'), /item must be a text or a number, got Symbol\(a\)/],
    [Object.create(null), /item must be a text or a number, got an object/],
    ['', /item is missing/],
    [null, /item is missing/],
    [undefined, /item is missing/],
  ])('%s is refused', async (item, message) => {
    for (const source of [[{item, order: 1}], later([{item, order: 1}])]) {
      const error = await failure(source)
      expect(error.message).toMatch(message)
      expect(error.message).toMatch(/^fit, line 1: .*; pass onBadRow: 'skip' to leave such rows out$/)
      expect(error).toBeInstanceOf(RangeError)
    }
    const error = await failure({item: [item], order: [1]})
    expect(error.message).toMatch(/^fit, line 1: item (is missing|must be (well-formed text|a text or a number), got )/)
  })
})

describe('bad rows', () => {
  test.each<[Record<string, unknown>, string]>([
    [{item: 'a'}, 'both order and customer are missing'],
    [{item: 'a', order: '', customer: null}, 'both order and customer are missing'],
    [{...line, quantity: Number.NaN}, 'quantity must be a number, got NaN'],
    [{...line, quantity: Number.POSITIVE_INFINITY}, 'quantity must be a number, got Infinity'],
    [{...line, quantity: 'two'}, 'quantity must be a number, got "two"'],
    [{...line, price: 'free'}, 'price must be a number, got "free"'],
    [{...line, at: 'yesterday'}, 'at: expected a date such as'],
    [{...line, at: Number.NaN}, 'at: expected a time within'],
    [{...line, at: new Date(Number.NaN)}, 'at: expected a time within 8.64e15 ms of 1970, got an invalid Date'],
    [{...line, at: {}}, 'at: expected a date such as'],
    [{...line, weight: Number.NaN}, 'weight must be'],
    [{...line, weight: -1}, 'weight must be'],
    [{...line, weight: Number.POSITIVE_INFINITY}, 'weight must be'],
  ])('%o: %s', async (row, reason) => {
    const error = await failure([line, line, row])
    expect(error).toBeInstanceOf(RangeError)
    expect(error.message).toContain(`fit, line 3: ${reason}`)
    expect(error.message.length).toBeLessThan(250)
    const told: BadRow[] = []
    const shop = await Recommender.fit([line, row as unknown as OrderLine, line], {
      onBadRow: (bad) => void told.push(bad),
    })
    expect(told).toMatchObject([{line: 2, row, reason: expect.stringContaining(reason)}])
    expect(shop.report.lines).toMatchObject({read: 3, used: 2, skipped: {'bad row': 1}})
  })

  test.each([null, undefined, 'a', 5])('%s is no line', async (row) => {
    expect((await failure([row])).message).toContain(`fit, line 1: a line must be an object, got`)
  })

  test('a large quantity is one', async () => {
    const {lines} = (
      await Recommender.fit([
        {...line, quantity: 80_995},
        {...line, quantity: -80_995},
      ])
    ).report
    expect(lines).toMatchObject({read: 2, netted: 2})
  })

  test('of two customers under one order id name both, and the row', async () => {
    const lines = [
      {item: 'a', order: 'o', customer: 'A'},
      {item: 'a', order: 'p', customer: 'B'},
      {item: 'b', order: 'o', customer: 'B'},
    ]
    const message = 'line 3: order "o" has two customers, "A" and "B"; pass onBadRow'
    expect((await failure(lines)).message).toContain(message)
    const columns = {
      item: ['a', 'a', 'b'],
      order: {ids: ['o', 'p'], indices: [0, 1, 0]},
      customer: ['A', 'B', 'B'],
    }
    expect((await failure(columns)).message).toContain(message)
  })

  test('a long value is cut short in the message', async () => {
    const error = await failure([{...line, quantity: 'x'.repeat(100_000)}])
    expect(error.message.length).toBeLessThan(250)
  })
})

describe('columns', () => {
  test.each<[unknown, RegExp]>([
    [{item: [1]}, /columns need an order or a customer column/],
    [{item: [1], order: [1, 2]}, /columns must be of one length, got item 1, order 2/],
    [{item: [1], order: [1], at: [1, 2]}, /columns must be of one length, got item 1, order 1, at 2/],
    [{item: [1], order: [1], user: [1]}, /unknown column "user"; valid are item, order, customer, quantity, at, price/],
    [{item: 5, order: [1]}, /column item must be an array, got 5/],
    [{item: null, order: [1]}, /column item must be an array, got null/],
    [{item: 'a', order: 'b'}, /column item must be an array, got "a"/],
    [{item: {length: 1, 0: 'a'}, order: [1]}, /column item must be an array, got an object/],
    [{item: {ids: ['a'], indices: [1]}, order: [1]}, /line 1: item must be an index below 1, got 1/],
    [{item: {ids: ['a'], indices: [0.5]}, order: [1]}, /line 1: item must be an index below 1, got 0.5/],
    [{item: {ids: ['a'], indices: [Number.NaN]}, order: [1]}, /line 1: item must be an index below 1, got NaN/],
    [{item: {ids: ['\ud800'], indices: [0]}, order: [1]}, /item must be well-formed text, got "\\ud800"/],
    [{item: Int32Array.from([-1]), order: [1]}, /line 1: item is missing/],
    [{item: [1], order: Int32Array.from([-1])}, /line 1: both order and customer are missing/],
    [{item: [1], order: [1], quantity: [Number.NaN]}, /line 1: quantity must be a number, got NaN/],
    [{item: [1], order: [1], quantity: ['one']}, /line 1: quantity must be a number, got "one"/],
    [{item: [1], order: [1], weight: [-1]}, /line 1: weight must be from 0 to 1,000,000,000, got -1/],
    [{item: [1], order: [1], at: [Number.POSITIVE_INFINITY]}, /line 1: at/],
    [{item: [1], order: [1], at: ['2020-01-01']}, /line 1: at/],
    [{item: [1], order: [1], at: [9e15]}, /line 1: at/],
    [{item: Float64Array.from([1.5]), order: [1]}, /item/],
    [{item: BigUint64Array.from([1n]), order: [1]}, /column item/],
    [{item: [1], order: [1], quantity: 5}, /column quantity must be an array, got 5/],
  ])('%o: %s', async (columns, message) => {
    expect((await failure(columns)).message).toMatch(message)
  })

  test('a time of NaN is unknown, one of null too', async () => {
    const shop = await Recommender.fit({item: ['a', 'b'], order: [1, 1], at: [Number.NaN, Number.NaN]})
    expect(shop.watermark).toBeUndefined()
  })

  test('a bad row of columns is skipped and counted like any other', async () => {
    const columns: OrderColumns = {
      item: ['a', null, 'b', 'c'],
      order: [1, 1, 1, null],
      quantity: [1, 1, Number.NaN, 1],
    }
    const {lines} = (await Recommender.fit(columns, {onBadRow: 'skip'})).report
    expect(lines).toEqual({read: 4, used: 1, netted: 0, unmatchedReturns: 0, skipped: {'bad row': 3}})
  })
})

describe('options', () => {
  test.each<[unknown, RegExp]>([
    [
      {neigbors: 5},
      /unknown option "neigbors"; valid are items, scopes, neighbors, minTogether, measure, discovery, recency/,
    ],
    [{neighbors: 0}, /neighbors must be a whole number from 1 up, got 0/],
    [{neighbors: 1.5}, /neighbors must be a whole number from 1 up, got 1.5/],
    [{neighbors: '5'}, /neighbors must be a whole number from 1 up, got "5"/],
    [{neighbors: Number.POSITIVE_INFINITY}, /neighbors must be a whole number from 1 up, got Infinity/],
    [{neighbors: null}, /neighbors must be a whole number from 1 up, got null/],
    [{minTogether: 0}, /minTogether must be a whole number from 1 up, got 0/],
    [{minTogether: Number.NaN}, /minTogether must be a whole number from 1 up, got NaN/],
    [{maxBasket: 1}, /maxBasket must be a whole number from 2 up, got 1/],
    [{maxBasket: -5}, /maxBasket must be a whole number from 2 up, got -5/],
    [{maxBasket: 2.5}, /maxBasket must be a whole number from 2 up, got 2.5/],
    [{discovery: -0.1}, /discovery must be from 0 to 1, got -0.1/],
    [{discovery: 1.1}, /discovery must be from 0 to 1, got 1.1/],
    [{discovery: Number.NaN}, /discovery must be from 0 to 1, got NaN/],
    [{discovery: '0.5'}, /discovery must be from 0 to 1, got "0.5"/],
    [{discovery: null}, /discovery must be from 0 to 1, got null/],
    [{learn: {items: 0}}, /learn must be true, false or \{items: a whole number from 1 up\}, got an object/],
    [{learn: 'yes'}, /learn must be true, false or \{items: a whole number from 1 up\}, got "yes"/],
    [{learn: null}, /learn must be true, false or \{items: a whole number from 1 up\}, got null/],
    [{next: {weight: 2}}, /next.weight must be from 0 to 1, got 2/],
    [{next: {weight: Number.NaN}}, /next.weight must be from 0 to 1, got NaN/],
    [{next: {targets: 'some'}}, /unknown next.targets "some"; valid are all, first/],
    [{next: {wight: 1}}, /fit: next: unknown option "wight"; valid are weight, targets/],
    [{tune: 'yes'}, /tune must be true or false, got "yes"/],
    [{recency: 0}, /recency must be a number above 0 or false, got 0/],
    [{recency: -1}, /recency must be a number above 0 or false, got -1/],
    [{recency: true}, /recency must be a number above 0 or false, got true/],
    [{recency: '1'}, /recency must be a number above 0 or false, got "1"/],
    [{recency: Number.POSITIVE_INFINITY}, /recency must be a number above 0 or false, got Infinity/],
    [{measure: 'cosin'}, /unknown measure "cosin"; valid are weighted, count, confidence, .*, chance/],
    [{measure: 'toString'}, /unknown measure "toString"/],
    [{measure: {}}, /measure must be a name or have a score function, got an object/],
    [{measure: null}, /measure must be a name or have a score function, got null/],
    [{measure: {score: count.score, weight: 5}}, /measure.*weight/],
    [{measure: () => ({})}, /measure.*score/],
    [{scopes: 'order'}, /scopes must be \['order'\], \['customer'\] or both/],
    [{scopes: []}, /scopes must be \['order'\], \['customer'\] or both/],
    [{scopes: ['order', 'order']}, /scopes must be \['order'\], \['customer'\] or both/],
    [{scopes: ['basket']}, /unknown scopes "basket"; valid are order, customer/],
    [{returns: 'keep'}, /unknown returns "keep"; valid are net, ignore/],
    [{columns: {sku: 'item'}}, /unknown field "sku" in columns; valid are item, order, customer, quantity, at, price/],
    [{columns: {item: 5}}, /columns: item must be the name of a column, got 5/],
    [{columns: 5}, /columns must be an object such as \{item: "sku"\}, got 5/],
    [{dateFormat: 'ymd'}, /unknown dateFormat "ymd"; valid are iso, mdy, dmy, seconds, milliseconds/],
    [{onBadRow: 'ignore'}, /unknown onBadRow "ignore"; valid are throw, skip/],
    [{onProgress: 5}, /onProgress must be a function, got 5/],
    [{signal: {}}, /signal must be an AbortSignal, got an object/],
    ['fast', /options must be an object, got "fast"/],
    [[], /options must be an object, got an array/],
  ])('%o: %s', async (options, message) => {
    const error = await failure([line], options)
    expect(error.message).toMatch(/^(fit: |measure: )?/)
    expect(error.message).toMatch(message)
    expect(error.constructor === RangeError || error.constructor === TypeError).toBe(true)
  })

  test.each<[unknown, RegExp]>([
    [undefined, /expected readOrders\(…\), lines, rows or columns, got undefined/],
    [null, /expected readOrders\(…\), lines, rows or columns, got null/],
    ['orders.csv', /expected readOrders\(…\), lines, rows or columns, got "orders.csv"/],
    [{}, /expected readOrders\(…\), lines, rows or columns/],
    [{order: [1]}, /expected readOrders\(…\), lines, rows or columns/],
    [{item: 'a', order: 1}, /column item must be an array/],
  ])('a source of %o: %s', async (source, message) => {
    expect((await failure(source)).message).toMatch(message)
  })

  test('a measure of weights that are no numbers is refused', async () => {
    const error = await failure([line], {measure: {score: count.score, weight: () => Number.NaN}})
    expect(error.message).toMatch(/weight must be from 0 to 32767, got NaN/)
  })

  test('a measure of your own scores', async () => {
    const lines = [1, 2, 3].flatMap((order) => ['a', 'b', 'c'].slice(0, order).map((item) => ({item, order})))
    const measure = {weight: (size: number) => size, score: (both: number, a: number) => both + 100 * a}
    const shop = await Recommender.fit(lines, {measure, minTogether: 1})
    // a and b share baskets of 2 and 3 items: 5 + 100 · 3.
    expect(shop.alsoBought('a')).toMatchObject([
      {item: 'b', score: 305},
      {item: 'c', score: 303},
    ])
  })

  test('more neighbors than memory has are refused by what to do', async () => {
    const items = Int32Array.from({length: 40_000}, (_, i) => i)
    const error = await failure({item: items, order: items}, {neighbors: 30_000})
    expect(error.message).toMatch(/30000 neighbors of 40000 items do not fit in memory; ask for fewer/)
  })

  test('items bought long ago stay known under a short recency', async () => {
    const lines = Array.from({length: 100}, (_, o) => ({item: o < 50 ? 'old' : 'new', order: o, at: o * 1000}))
    const shop = await Recommender.fit(lines, {recency: 0.02})
    expect(shop.items.ids).toEqual(['new', 'old'])
    expect(shop.report.items).toBe(2)
  })
})

describe('long fits', () => {
  const columns = bulkShop(30_000, 3000, 5000, 10)

  test('an abort while reading rejects with the reason and closes the source', async () => {
    const controller = new AbortController()
    let closed = false
    let given = 0
    function* endless(): Generator<OrderLine> {
      try {
        for (;;) {
          if (given++ === 5000) controller.abort(new Error('enough'))
          yield {item: given % 100, order: given}
        }
      } finally {
        closed = true
      }
    }
    await expect(Recommender.fit(endless(), {signal: controller.signal})).rejects.toThrow('enough')
    expect(closed).toBe(true)
    await expect(Recommender.fit([], {signal: controller.signal})).rejects.toThrow('enough')
  })

  test('an abort during reading an async source closes it too', async () => {
    const controller = new AbortController()
    let closed = false
    async function* endless(): AsyncGenerator<OrderLine> {
      try {
        for (let given = 0; ; given++) {
          if (given === 5000) controller.abort('enough')
          yield {item: given % 100, order: given}
        }
      } finally {
        closed = true
      }
    }
    await expect(Recommender.fit(endless(), {signal: controller.signal})).rejects.toBe('enough')
    expect(closed).toBe(true)
  })

  test.each(['read', 'sort', 'baskets', 'count', 'next-order'] as const)(
    'an abort in phase %s rejects',
    async (phase) => {
      const controller = new AbortController()
      const reason = new Error(`stop in ${phase}`)
      const phases: string[] = []
      const onProgress = (progress: Progress) => {
        phases.push(progress.phase)
        if (progress.phase === phase) controller.abort(reason)
      }
      // Where the machine is too fast for a pause in this phase, there is nothing to abort.
      const fitted = await Recommender.fit(columns, {signal: controller.signal, onProgress, neighbors: 200}).catch(
        (e) => e,
      )
      if (phases.includes(phase)) expect(fitted).toBe(reason)
      else expect(fitted).toBeInstanceOf(Recommender)
      if (phase === 'count' || phase === 'read') expect(phases).toContain(phase)
    },
  )

  test('shares rise from part to part of a phase, however long each takes', async () => {
    const told: (number | undefined)[] = []
    const driver = new Pace(undefined, ({share}) => void told.push(share)).driver('count')
    function* slowly() {
      for (const share of [0.3, 0.6]) {
        const start = performance.now()
        while (performance.now() < start + 20);
        yield share
      }
      const start = performance.now()
      while (performance.now() < start + 20);
    }
    await driver.run(slowly(), 0, 0.5)
    await driver.run(slowly(), 0.5, 1)
    expect(told).toEqual([0.15, 0.3, 0.5, 0.65, 0.8, 1])
  })
})

describe('a fit of 1.5 million lines', () => {
  const many = bulkShop(150_000, 20_000, 30_000, 10)
  const gaps: {gap: number; phase: string}[] = []
  const told: Progress[] = []
  let report: Recommender['report']

  beforeAll(async () => {
    let phase = 'start'
    let last = performance.now()
    let lastWork = process.cpuUsage()
    let running = true
    // A turn takes no longer than the clock says, nor than this process worked: others share the machine.
    const tick = () => {
      const {user, system} = process.cpuUsage(lastWork)
      const gap = Math.min(performance.now() - last, (user + system) / 1000)
      gaps.push({gap, phase})
      last = performance.now()
      lastWork = process.cpuUsage()
      if (running) setImmediate(tick)
    }
    setImmediate(tick)
    const start = performance.now()
    ;({report} = await Recommender.fit(many, {
      onProgress: (progress) => {
        phase = progress.phase
        told.push(progress)
      },
    }))
    running = false
    const took = performance.now() - start
    gaps.sort((a, b) => b.gap - a.gap)
    if (process.env.LAG) {
      const top = gaps.slice(0, 12).map(({gap, phase}) => `${gap.toFixed(0)} (after ${phase})`)
      process.stderr.write(`${(took / 1000).toFixed(1)} s, ${gaps.length} turns, longest ms: ${top.join(', ')}\n`)
      process.stderr.write(`${JSON.stringify(report.seconds)}\n`)
    }
  })

  test('leaves the event loop waiting no longer than 50 ms or so', () => {
    expect(many.item.length).toBeGreaterThan(1_400_000)
    expect(gaps[0].gap).toBeLessThan(250)
    const turns = gaps.filter(({gap}) => gap > 1)
    expect(turns[Math.floor(turns.length / 100)].gap).toBeLessThan(100)
    expect(report.lines.read).toBe(many.item.length)
  })

  test('goes through the phases in order; shares rise within each, from 0 to 1', () => {
    const order = ['read', 'sort', 'baskets', 'count', 'next-order', 'learn']
    expect(told.length).toBeGreaterThan(5)
    let last: Progress = {phase: 'read', share: 0}
    for (const progress of told) {
      expect(order.indexOf(progress.phase)).toBeGreaterThanOrEqual(order.indexOf(last.phase))
      if (progress.share !== undefined) {
        expect(progress.share).toBeGreaterThanOrEqual(progress.phase === last.phase ? (last.share ?? 0) : 0)
        expect(progress.share).toBeLessThanOrEqual(1)
      }
      last = progress
    }
  })
})

describe('a source that keeps waiting', () => {
  test('is left as soon as the signal aborts', {timeout: 5000}, async () => {
    let wasTold = false
    const stalled: AsyncIterable<{item: string; order: number}> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          wasTold = true
          return {done: true, value: undefined}
        },
      }),
    }
    const start = performance.now()
    const error = await failure(stalled, {signal: AbortSignal.timeout(50)})
    expect(error.name).toBe('TimeoutError')
    expect(performance.now() - start).toBeLessThan(2000)
    expect(wasTold).toBe(true)
  })
})

describe('a source with a bad row', () => {
  test('is closed before the fit rejects; one that fails itself is not', async () => {
    let closed = false
    async function* rows(fails: boolean) {
      try {
        yield {item: 'a', order: 1}
        if (fails) throw new Error('the connection broke')
        yield {item: 'b'}
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 20))
        closed = true
      }
    }
    for (const signal of [undefined, new AbortController().signal]) {
      closed = false
      expect((await failure(rows(false), {signal})).message).toMatch('line 2: both order and customer are missing')
      expect(closed).toBe(true)
    }
    let wasTold = false
    const broken = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error('the connection broke')),
        return: async () => {
          wasTold = true
          return {done: true, value: undefined}
        },
      }),
    }
    expect((await failure(broken)).message).toBe('the connection broke')
    expect(wasTold).toBe(false)
  })
})

describe('a reader', () => {
  test('that two fits share says so, and may be read again afterwards', async () => {
    const reader = readOrders(new URL('../package.json', import.meta.url))
    const both = await Promise.allSettled([Recommender.fit(reader), Recommender.fit(reader)])
    const messages = both.map((result) => (result.status === 'rejected' ? String(result.reason) : ''))
    expect(messages.some((message) => message.includes('it is being read already'))).toBe(true)
    await expect(Recommender.fit(reader)).rejects.not.toThrow('already')
  })
})

describe('what one customer alone does', () => {
  test("moves no other's chance to buy again", async () => {
    const shop = (again: string) =>
      Recommender.fit([
        ...['x', 'q'].map((item, order) => ({item, order: `a${order}`, customer: 'A'})),
        {item: 'x', order: 'b0', customer: 'B'},
        {item: again, order: 'b1', customer: 'B'},
      ])
    const ask = async (again: string) => (await shop(again)).suggest({customer: 'A'}, {repeat: 'only'})
    const scoreOfX = async (again: string) => (await ask(again)).find(({item}) => item === 'x')?.score
    expect(await scoreOfX('x')).toBe(await scoreOfX('q'))
  })

  test('is cancelled whole by returns of fractions that add up', async () => {
    const weighed = [0.1, 0.2, -0.3].map((quantity, order) => ({item: 'a', order, customer: 'A', quantity}))
    const {report} = await Recommender.fit(weighed)
    expect(report.lines).toMatchObject({read: 3, used: 0, netted: 3})
  })
})

test('a query from within a measure is refused and leaves the shop clean', async () => {
  let ask: (() => unknown) | undefined
  const score = (both: number) => {
    ask?.()
    return both
  }
  const lines = ['a', 'b', 'c'].flatMap((item) => [1, 2].map((order) => ({item, order})))
  const shop = await Recommender.fit(lines, {measure: {score}, neighbors: 1})
  const before = shop.alsoBought('a')
  ask = () => shop.alsoBought('b')
  expect(() => shop.alsoBought('a')).toThrow('from within a measure')
  ask = undefined
  expect(shop.alsoBought('a')).toEqual(before)
})
