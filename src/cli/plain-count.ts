import {compareIds} from '../orders/ids.ts'
import type {Queries} from '../queries/queries.ts'

/** What measure `count` would rank for an item, all of it: the same pairs, by how often they stand together. */
export function byPlainCount(shop: Queries, item: string): string[] {
  return shop
    .alsoBought(item, {limit: Math.max(1, shop.items.ids.length), fallback: false})
    .sort((a, b) => (b.together ?? 0) - (a.together ?? 0) || compareIds(a.item, b.item))
    .map(({item}) => item)
}
