import {describe, expect, test} from 'vitest'
import {below, sfc32} from '../bench/random.ts'
import {buildTables} from '../src/matrix/build.ts'
import {addRelated} from '../src/matrix/related.ts'
import {finish} from '../src/matrix/steps.ts'
import type {Table} from '../src/matrix/table.ts'
import {fitModel} from '../src/model/fit.ts'
import type {ScopeModel} from '../src/model/model.ts'
import type {OrderLine} from '../src/orders/order-line.ts'
import {Recommender} from '../src/recommender.ts'
import {naiveShop} from './naive.ts'
import {expectRanking} from './random-shops.ts'

/** So many orders of these items, each by a customer of its own unless one is named. */
let orders = 0
const sold = (times: number, items: string[], customer?: string): OrderLine[] =>
  Array.from({length: times}, () => orders++).flatMap((order) =>
    items.map((item) => ({item, order, customer: customer ?? `customer ${order}`})),
  )
const namesAndTiers = (shop: Recommender, item: string) =>
  shop.alsoBought(item, {limit: 3}).map(({item, tier}) => `${item} ${tier}`)

const lines = [...sold(2, ['a', 'b']), ...sold(30, ['b', 'c']), ...sold(60, ['bestseller'])]

test('what is bought with what a rare item is bought with comes before the bestseller', async () => {
  const shop = await Recommender.fit(lines)
  expect(namesAndTiers(shop, 'a')).toEqual(['b copurchase', 'c related', 'bestseller popular'])
  const [, related] = shop.alsoBought('a')
  expect(related).toEqual({item: 'c', score: related.score, tier: 'related'})
  expect(shop.alsoBought('a', {fallback: false}).map(({item}) => item)).toEqual(['b', 'c'])
})

test('an item in 20 baskets keeps its row', async () => {
  const others = [...sold(30, ['b', 'c']), ...sold(60, ['bestseller'])]
  const rare = await Recommender.fit([...sold(19, ['a', 'b']), ...others])
  expect(namesAndTiers(rare, 'a')).toEqual(['b copurchase', 'c related', 'bestseller popular'])
  const frequent = await Recommender.fit([...sold(20, ['a', 'b']), ...others])
  expect(namesAndTiers(frequent, 'a')).toEqual(['b copurchase', 'bestseller popular', 'c popular'])
})

test('no walk leads over a pair that one customer alone bought', async () => {
  const others = sold(60, ['bestseller'])
  const first = await Recommender.fit([...sold(9, ['a', 'b'], 'Ann'), ...sold(30, ['b', 'c']), ...others])
  expect(namesAndTiers(first, 'a')).toEqual(['bestseller popular', 'b popular', 'c popular'])
  // Where `b` is rare itself, and where its row is a stored one.
  for (const alone of [0, 30]) {
    const more = [...sold(2, ['a', 'b']), ...sold(9, ['b', 'c'], 'Ann'), ...sold(alone, ['b']), ...others]
    expect(namesAndTiers(await Recommender.fit(more), 'a')).not.toContain('c related')
  }
})

test('the other measures know no related items', async () => {
  const shop = await Recommender.fit(lines, {measure: 'count'})
  expect(namesAndTiers(shop, 'a')).toEqual(['b copurchase', 'bestseller popular', 'c popular'])
})

describe('a shop of rare and frequent items', async () => {
  const next = sfc32(7)
  const shop: OrderLine[] = Array.from({length: 6000}, (_, line) => ({
    // Half of all lines are of a tenth of the items.
    item: below(next() % 2 === 0 ? 40 : 400, next()),
    order: line >> 2,
    customer: line >> 4,
    at: line >> 2,
  }))
  const model = await fitModel(shop, {learn: false})
  const counted = model.scopes.get('order') as ScopeModel
  const {marginals, privacy, alsoBought} = counted
  const {baskets, scorer, table} = alsoBought

  test('frequent items keep their rows to the byte; rows keep their lengths', () => {
    const rows = {...baskets, support: marginals.support}
    const [before] = finish(buildTables(rows, privacy, [scorer], 50)).tables
    expect(table.offsets).toEqual(before.offsets)
    const changed = Array.from(marginals.support.keys()).filter((item) =>
      (['items', 'scores', 'together'] as const).some((column) => {
        const rowOf = (of: Table) => of[column].slice(of.offsets[item], of.offsets[item + 1])
        return rowOf(before).join() !== rowOf(table).join()
      }),
    )
    expect(changed.length).toBeGreaterThan(100)
    expect(changed.filter((item) => marginals.support[item] >= 20)).toEqual([])
  })

  test('the work yields often, and tells of its progress', () => {
    const told = [...addRelated(structuredClone(table), scorer, {...counted, baskets})]
    expect(told.length).toBeGreaterThan(40)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
  })

  test('the naive twin agrees, where walks have more steps to choose from than they may take', async () => {
    const options = {minTogether: 1, neighbors: 80, learn: false as const}
    const wide = await Recommender.fit(shop, options)
    const twin = naiveShop(shop, options)
    const rare = wide.items.ids.filter((item) => (twin.countedBy('order').n.get(item) as number) < 20)
    for (const item of rare.filter((_, place) => place % 10 === 0)) {
      expectRanking(wide.alsoBought(item, {limit: 80}), twin.alsoBought(item), 80)
    }
  })

  test('answers are the same for lines in any order and for any number of threads', async () => {
    const answersOf = async (lines: OrderLine[], threads?: number) => {
      const again = await Recommender.fit(lines, {learn: false, threads})
      return again.items.ids.map((item) => again.alsoBought(item, {limit: 50}))
    }
    const answers = await answersOf(shop)
    expect(answers.flat().filter(({tier}) => tier === 'related').length).toBeGreaterThan(100)
    expect(await answersOf(shop.toReversed(), 1)).toEqual(answers)
    const keys = shop.map(() => next())
    const shuffled = shop.map((_, line) => line).sort((a, b) => keys[a] - keys[b])
    expect(
      await answersOf(
        shuffled.map((line) => shop[line]),
        2,
      ),
    ).toEqual(answers)
  })
})
