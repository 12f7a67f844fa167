import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {finish} from '../src/matrix/steps.ts'
import {fitModel} from '../src/model/fit.ts'
import type {FitOptions} from '../src/model/options.ts'
import {type BasketSet, basketAges, readBaskets, type Scope} from '../src/orders/baskets.ts'
import {looksLikeFee} from '../src/orders/fees.ts'
import {compareIds, hashId, Interner} from '../src/orders/ids.ts'
import type {TextLog} from '../src/orders/log.ts'
import {LogWriter} from '../src/orders/log-writer.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import {fate, settleReturns} from '../src/orders/returns.ts'
import {Recommender} from '../src/recommender.ts'
import * as twin from './naive.ts'
import {linesArbitrary} from './random-shops.ts'

/** Reads lines as `fit` does, without counting anything. */
function logOf(lines: OrderLine[]): {log: TextLog; twoCustomers: number} {
  const writer = new LogWriter()
  const text = (id: OrderLine['order']) => (id === undefined || id === null ? undefined : String(id))
  for (const {item, order, customer, quantity, at, price, weight} of lines) {
    writer.add({
      item: String(item),
      order: text(order),
      customer: text(customer),
      quantity: quantity ?? undefined,
      at: at === undefined ? undefined : Number(at),
      price: price ?? undefined,
      weight: weight ?? undefined,
    })
  }
  return finish(writer.finish())
}

const fateNames = Object.keys(fate)
/** Item, quantity and fate of every line, in the order of the log. */
function fatesOf(lines: OrderLine[], returns: 'net' | 'ignore' = 'net'): string[] {
  const {log} = logOf(lines)
  const fates = finish(settleReturns(log, returns))
  return Array.from(
    log.lineItems,
    (item, p) => `${log.items[item]} ${log.quantities?.[p] ?? 1} ${fateNames[fates?.[p] ?? fate.used]}`,
  )
}

function readScope(lines: OrderLine[], scope: Scope, maxBasket = 500): BasketSet & {names: string[][]} {
  const {log} = logOf(lines)
  const fates = finish(settleReturns(log, 'net'))
  const set = finish(readBaskets(log, fates, scope, maxBasket))
  const {offsets, indices} = set.byBasket
  const names = Array.from({length: offsets.length - 1}, (_, b) =>
    [...indices.subarray(offsets[b], offsets[b + 1])].map((item) => log.items[item]),
  )
  return {...set, names}
}

describe('the log', () => {
  test('stands customer by customer, oldest order first, those of nobody last', () => {
    const {log} = logOf([
      {item: 'x', order: 'till', at: 1},
      {item: 'b', order: 9, customer: 'B', at: 5},
      {item: 'a', order: 10, customer: 'B', at: 5},
      {item: 'c', order: 8, customer: 'B', at: 7},
      {item: 'c', order: 7, customer: 'B'},
      {item: 'a', order: 11, customer: 'A', at: 100},
    ])
    expect(log.customers).toEqual(['A', 'B'])
    // Of equal times the shorter id first: 9 before 10; an unknown time before all.
    expect(log.orders).toEqual([11, 7, 9, 10, 8, 'till'])
    expect([...log.customerOrders]).toEqual([0, 1, 5])
    expect([...(log.times ?? [])]).toEqual([100, Number.NaN, 5, 5, 7, 1])
    expect(log.items).toEqual(['a', 'b', 'c', 'x'])
  })

  test('an order is one order at its earliest time, wherever its lines stand', () => {
    const {log} = logOf([
      {item: 'b', order: 1, at: 20},
      {item: 'a', order: 2, at: 15},
      {item: 'a', order: 1, at: 10},
      {item: 'c', order: 1},
    ])
    expect(log.orders).toEqual(Int32Array.of(1, 2))
    expect([...(log.times ?? [])]).toEqual([10, 15])
    expect([...(log.lineTimes ?? [])]).toEqual([10, 20, Number.NaN, 15])
  })

  test('lines without an order are the order of their customer at their time', () => {
    const {log} = logOf([
      {item: 'a', customer: 'A', at: 1},
      {item: 'b', customer: 'A', at: 2},
      {item: 'c', customer: 'A', at: 1},
      {item: 'd', customer: 'B', at: 1},
      {item: 'e', customer: 'B'},
      {item: 'f', customer: 'B'},
    ])
    expect(log.orders).toEqual(['', '', '', ''])
    expect([...log.lineOffsets]).toEqual([0, 2, 3, 5, 6])
    expect(Array.from(log.lineItems, (item) => log.items[item]).join('')).toBe('acbefd')
  })

  test('a line that names no customer belongs to its order', () => {
    const {log} = logOf([
      {item: 'a', order: 1},
      {item: 'b', order: 1, customer: 'A'},
    ])
    expect([[...log.customerOrders], [...log.lineOffsets]]).toEqual([
      [0, 1],
      [0, 2],
    ])
  })

  test('of two customers under one order id the first by id keeps it, in any order of lines', () => {
    const lines = [
      {item: 'a', order: 1, customer: 'B'},
      {item: 'b', order: 1, customer: 'A'},
      {item: 'c', order: 1},
      {item: 'd', order: 1, customer: 'B'},
    ]
    for (const given of [lines, lines.toReversed()]) {
      const {log, twoCustomers} = logOf(given)
      expect(twoCustomers).toBe(2)
      expect(Array.from(log.lineItems, (item) => log.items[item])).toEqual(['b', 'c'])
    }
  })

  test('is the same for any order of the lines', () => {
    fc.assert(
      fc.property(
        linesArbitrary.chain((lines) =>
          fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, {minLength: lines.length})),
        ),
        ([lines, shuffled]) => {
          expect(logOf(shuffled)).toEqual(logOf(lines))
        },
      ),
      {numRuns: 200},
    )
  })

  test('takes a customer of nothing but zero quantities for nobody', async () => {
    const {log} = logOf([
      {item: 'a', order: 1, customer: 'A'},
      {item: 'a', order: 2, customer: 'B', quantity: 0},
    ])
    expect(log.customers).toEqual(['A'])
    expect(log.orders).toEqual(Int32Array.of(1))
  })
})

describe('returns', () => {
  test('cancel units of the newest purchase not later than they are', () => {
    expect(
      fatesOf([
        {item: 'a', order: 1, customer: 'A', quantity: 2, at: 1},
        {item: 'a', order: 2, customer: 'A', quantity: 2, at: 2},
        {item: 'a', order: 3, customer: 'A', quantity: -3, at: 3},
        {item: 'a', order: 4, customer: 'A', quantity: 2, at: 4},
      ]),
    ).toEqual(['a 2 used', 'a 2 netted', 'a -3 netted', 'a 2 used'])
  })

  test.each<[string, OrderLine[], string[]]>([
    [
      'of another customer stay unmatched',
      [
        {item: 'a', order: 1, customer: 'A'},
        {item: 'a', order: 2, customer: 'B', quantity: -1},
      ],
      ['a 1 used', 'a -1 unmatched'],
    ],
    [
      'of another item stay unmatched',
      [
        {item: 'a', order: 1, customer: 'A'},
        {item: 'b', order: 2, customer: 'A', quantity: -1},
      ],
      ['a 1 used', 'b -1 unmatched'],
    ],
    [
      'before the purchase stay unmatched',
      [
        {item: 'a', order: 1, customer: 'A', at: 1, quantity: -1},
        {item: 'a', order: 2, customer: 'A', at: 2},
      ],
      ['a -1 unmatched', 'a 1 used'],
    ],
    [
      'at the time of the purchase cancel it',
      [
        {item: 'a', order: 1, customer: 'A', at: 1, quantity: -1},
        {item: 'a', order: 2, customer: 'A', at: 1},
      ],
      ['a -1 netted', 'a 1 netted'],
    ],
    [
      'without customers cancel in their own order only',
      [
        {item: 'a', order: 1, quantity: 5},
        {item: 'a', order: 1, quantity: -5},
        {item: 'a', order: 2},
        {item: 'a', order: 3, quantity: -1},
      ],
      ['a -5 netted', 'a 5 netted', 'a 1 used', 'a -1 unmatched'],
    ],
    [
      'of fewer units leave the purchase used',
      [
        {item: 'a', order: 1, customer: 'A', quantity: 3},
        {item: 'a', order: 2, customer: 'A', quantity: -1},
      ],
      ['a 3 used', 'a -1 netted'],
    ],
    [
      'twice cancel twice, then nothing is left',
      [
        {item: 'a', order: 1, customer: 'A', quantity: 2},
        {item: 'a', order: 2, customer: 'A', quantity: -1},
        {item: 'a', order: 3, customer: 'A', quantity: -1},
        {item: 'a', order: 4, customer: 'A', quantity: -1},
      ],
      ['a 2 netted', 'a -1 netted', 'a -1 netted', 'a -1 unmatched'],
    ],
    [
      'of 80,995 units cancel 80,995',
      [
        {item: 'a', order: 1, customer: 'A', quantity: 80_995},
        {item: 'a', order: 'C1', customer: 'A', quantity: -80_995},
      ],
      ['a 80995 netted', 'a -80995 netted'],
    ],
    [
      'of half a unit cancel half a unit',
      [
        {item: 'a', order: 1, customer: 'A', quantity: 0.5},
        {item: 'a', order: 2, customer: 'A', quantity: -0.25},
        {item: 'a', order: 3, customer: 'A', quantity: -0.25},
      ],
      ['a 0.5 netted', 'a -0.25 netted', 'a -0.25 netted'],
    ],
    [
      'do not touch lines of weight 0',
      [
        {item: 'a', order: 1, customer: 'A', weight: 0},
        {item: 'a', order: 2, customer: 'A', quantity: -1},
      ],
      ['a 1 used', 'a -1 unmatched'],
    ],
    [
      'without a time cancel the newest, purchases without one are the oldest',
      [
        {item: 'a', order: 1, customer: 'A'},
        {item: 'a', order: 2, customer: 'A', at: 5},
        {item: 'a', order: 3, customer: 'A', quantity: -1},
      ],
      ['a 1 used', 'a -1 netted', 'a 1 netted'],
    ],
  ])('%s', (_, lines, fates) => {
    expect(fatesOf(lines)).toEqual(fates)
    expect(fatesOf(lines.toReversed())).toEqual(fates)
  })

  test("are passed over with 'ignore'", async () => {
    const lines = [
      {item: 'a', order: 1, customer: 'A'},
      {item: 'a', order: 2, customer: 'A', quantity: -1},
    ]
    expect(fatesOf(lines, 'ignore')).toEqual(['a 1 used', 'a -1 ignored'])
    const {lines: account} = (await Recommender.fit(lines, {returns: 'ignore'})).report
    expect(account).toEqual({read: 2, used: 1, netted: 0, unmatchedReturns: 0, skipped: {return: 1}})
  })
})

describe('baskets', () => {
  const lines: OrderLine[] = [
    {item: 'a', order: 1, customer: 'A', at: 1},
    {item: 'b', order: 1, customer: 'A', at: 1},
    {item: 'a', order: 1, customer: 'A', at: 1},
    {item: 'c', order: 2, customer: 'A', at: 2},
    {item: 'd', order: 3, at: 3},
    {item: 'e', order: 4, customer: 'B', at: 4, weight: 0},
  ]

  test('of orders hold distinct items; those with none are left out', () => {
    const {names, owners, customers, times} = readScope(lines, 'order')
    expect(names).toEqual([['a', 'b'], ['c'], ['d']])
    expect([...(times ?? [])]).toEqual([1, 2, 3])
    expect([...customers]).toEqual([0, 2, 2])
    expect(owners?.[0]).toBe(owners?.[1])
    expect(owners?.[2]).not.toBe(owners?.[1])
  })

  test('of customers hold all they bought; an order of nobody is its own', () => {
    const {names, owners, times} = readScope(lines, 'customer')
    expect(names).toEqual([['a', 'b', 'c'], ['d']])
    expect([...(times ?? [])]).toEqual([2, 3])
    expect(owners).toBeUndefined()
  })

  test('keep what was bought last', () => {
    const late = [
      {item: 'a', order: 1, customer: 'A', at: 1},
      {item: 'b', order: 1, customer: 'A', at: 3},
      {item: 'c', order: 1, customer: 'A', at: 2},
      {item: 'd', order: 1, customer: 'A'},
      {item: 'a', order: 2, customer: 'A', at: 4},
    ]
    expect(readScope(late, 'order', 2)).toMatchObject({names: [['b', 'c'], ['a']], capped: {baskets: 1, items: 2}})
    expect(readScope(late, 'customer', 2)).toMatchObject({names: [['a', 'b']], capped: {baskets: 1, items: 2}})
    expect(readScope(late, 'customer', 3)).toMatchObject({names: [['a', 'b', 'c']], capped: {baskets: 1, items: 1}})
    expect(readScope(late, 'customer', 4)).toMatchObject({capped: {baskets: 0, items: 0}})
  })

  test('between equal times keep those whose ids hash lowest', () => {
    const many = Array.from({length: 300}, (_, i) => ({item: `item ${i}`, order: 1}))
    const {names, capped} = readScope(many, 'order', 7)
    const byHash = many.map(({item}) => item).sort((a, b) => hashId(a) - hashId(b))
    expect(names).toEqual([byHash.slice(0, 7).sort()])
    expect(capped).toEqual({baskets: 1, items: 293})
    expect(readScope(many.toReversed(), 'order', 7).names).toEqual(names)
  })

  test('a basket of as many items as may be is left whole', () => {
    const full = Array.from({length: 500}, (_, i) => ({item: i, order: 1}))
    expect(readScope(full, 'order').capped).toEqual({baskets: 0, items: 0})
    expect(readScope([...full, {item: 'x', order: 1}], 'order').capped).toEqual({baskets: 1, items: 1})
  })

  test('the size that weighs is the size after the cap', async () => {
    const wide = Array.from({length: 6}, (_, i) => ({item: i, order: 1}))
    const {scopes} = await fitModel(wide, {maxBasket: 2})
    expect(scopes.get('order')?.together.baskets.weights[0]).toBe(Math.round(65536 * 2 ** -0.6))
  })
})

describe('ages', () => {
  const ages = (times: number[]) => [...(finish(basketAges(Float64Array.from(times))) ?? [])]

  test('are the share of newer baskets, equal times alike, unknown ones oldest', () => {
    expect(ages([1, 2, 3, 4])).toEqual([0.75, 0.5, 0.25, 0])
    expect(ages([4, 4, 1, Number.NaN])).toEqual([0, 0, 0.5, 0.75])
    expect(ages([Number.NaN, Number.NaN])).toEqual([0, 0])
    expect(ages([])).toEqual([])
    expect(finish(basketAges(undefined))).toBeUndefined()
  })
})

describe('ids', () => {
  test('sort as their UTF-8 bytes', () => {
    const units = fc.constantFrom(
      'a',
      'é',
      '\ud7ff',
      '\ue000',
      '\uf8ff',
      '\uf900',
      '\uffee',
      '\uffff',
      '\u{10000}',
      '😀',
    )
    fc.assert(
      fc.property(fc.array(units, {maxLength: 4}), fc.array(units, {maxLength: 4}), (a, b) => {
        const [x, y] = [a.join(''), b.join('')]
        expect(Math.sign(compareIds(x, y))).toBe(Math.sign(twin.compareIds(x, y)))
      }),
      {numRuns: 2000},
    )
  })

  test('a character of two units sorts behind every one of one unit, fullwidth forms too', () => {
    for (const single of ['\ue000', '\uf83d', '\uf900', '\uff21', '\uffee', '\uffff']) {
      expect(compareIds(single, '😀'), single.codePointAt(0)?.toString(16)).toBeLessThan(0)
      expect(compareIds('😀', single), single.codePointAt(0)?.toString(16)).toBeGreaterThan(0)
    }
  })

  test('are numbered as they come, whatever an object may know by that name', () => {
    const interner = new Interner()
    const ids = ['__proto__', 'constructor', 'toString', '__proto__', '', 'a', '', 'x'.repeat(10_000), 'constructor']
    expect(ids.map((id) => interner.index(id))).toEqual([0, 1, 2, 0, 3, 4, 3, 5, 1])
  })

  test('hash to 32 bits that every machine agrees on', () => {
    expect(hashId('')).toBe(hashId(''))
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (id) => {
        const hash = hashId(id)
        expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true)
        expect(hash).toBe(twin.hash(id))
      }),
    )
  })
})

describe('scopes', () => {
  test.each<[OrderLine[], FitOptions, Scope[]]>([
    [[{item: 'a', order: 1}], {}, ['order']],
    [[{item: 'a', customer: 1}], {}, ['customer']],
    [[{item: 'a', order: 1, customer: 1}], {}, ['order']],
    [[{item: 'a', customer: 1}], {scopes: ['order']}, ['order']],
    [[{item: 'a', order: 1}], {scopes: ['customer', 'order']}, ['customer', 'order']],
    [[], {}, ['order']],
  ])('of %j with %j are %j', async (lines, options, scopes) => {
    expect(Object.keys((await Recommender.fit(lines, options)).report.scopes)).toEqual(scopes)
  })
})

describe('what one person alone bought', () => {
  /** A alone bought a and b together, three times. */
  const history: OrderLine[] = [1, 2, 3].flatMap((order) => [
    {item: 'a', order, customer: 'A'},
    {item: 'b', order, customer: 'A'},
  ])
  const leaks = async (lines: OrderLine[] | Record<string, unknown>, options: FitOptions = {}) => {
    const shop = await Recommender.fit(lines as OrderLine[], options)
    return [
      ...shop.alsoBought('a').filter(({tier}) => tier === 'copurchase'),
      ...shop.boughtTogether(['a']).filter(({tier}) => tier === 'copurchase'),
      ...shop.suggest({customer: 'A'}, {repeat: 'include'}).filter(({tier}) => tier === 'copurchase'),
    ]
  }

  test('leaves in no answer', async () => {
    expect(await leaks(history)).toEqual([])
  })

  test('leaves with minTogether 1, as documented', async () => {
    expect(await leaks(history, {minTogether: 1})).not.toEqual([])
  })

  test('leaves when a second customer has bought it', async () => {
    const other = [
      {item: 'a', order: 4, customer: 'B'},
      {item: 'b', order: 4, customer: 'B'},
    ]
    expect(await leaks([...history, ...other])).not.toEqual([])
  })

  test('leaves in no answer either when others bought nothing: lines of 0 units', async () => {
    const nothing = [1, 2, 3].map((c) => ({item: 'a', order: `z${c}`, customer: `Z${c}`, quantity: 0}))
    expect(await leaks([...history, ...nothing])).toEqual([])
  })

  test('leaves in no answer either when others sent everything back', async () => {
    const back = [1, 2, 3].flatMap((c) => [
      {item: 'a', order: `z${c}`, customer: `Z${c}`},
      {item: 'a', order: `z${c}`, customer: `Z${c}`, quantity: -1},
    ])
    expect(await leaks([...history, ...back])).toEqual([])
  })

  test('leaves in no answer either when another customer loses their lines to A', async () => {
    const conflict = ['B', 'C', 'D'].map((customer) => ({item: 'c', order: 1, customer}))
    expect(await leaks([...history, ...conflict], {onBadRow: 'skip'})).toEqual([])
  })

  test('leaves in no answer either when a dictionary names customers that no line does', async () => {
    const columns = {
      item: {ids: ['a', 'b'], indices: [0, 1, 0, 1, 0, 1]},
      order: Int32Array.from([1, 1, 2, 2, 3, 3]),
      customer: {ids: ['A', 'B', 'C', 'D'], indices: [0, 0, 0, 0, 0, 0]},
    }
    expect(await leaks(columns)).toEqual([])
  })
})

describe('looksLikeFee', () => {
  test.each([
    'POST',
    'DOT',
    'M',
    'C2',
    'D',
    'S',
    'B',
    'BANK CHARGES',
    'AMAZONFEE',
    'CRUK',
    'gift_0001_20',
    'ADJUST2',
    'TEST001',
  ])('%s does', (id) => expect(looksLikeFee(id)).toBe(true))
  test.each(['PADS', '85123A', '', 'postcard', 'TESTER', '10', 'dotty'])('%s does not', (id) => {
    expect(looksLikeFee(id)).toBe(false)
  })
})
