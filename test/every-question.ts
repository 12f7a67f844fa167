/** Every question at once, for wherever the door of queries opens: bundled, this runs in any JavaScript runtime. */
import type {Queries} from '../src/queries/queries.ts'
import {answersOf} from './answers.ts'

/** Whom and what to ask about. */
export interface Asked {
  items: string[]
  customers: string[]
}

/** All answers of a shop, as JSON. */
export async function everyAnswer(shop: Queries, {items, customers}: Asked): Promise<string> {
  const {version} = shop
  const {seconds, ...report} = shop.report
  const batches = [shop.alsoBoughtAll({limit: 3}), shop.suggestAll({customers, limit: 3, exclude: items})]
  const lists: unknown[][] = []
  for (const batch of batches) {
    const list: unknown[] = []
    for await (const answer of batch) list.push(answer)
    lists.push(list)
  }
  shop.items.patch([{id: items[0], price: 1, stock: 3} as {id: string}])
  const changed = [shop.items.get(items[0]), shop.newArrivals({items: [items[0]]}, {since: 0})]
  return JSON.stringify([answersOf(shop, items, customers), version, report, lists, changed])
}
