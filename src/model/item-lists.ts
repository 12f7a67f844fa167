import {type KnownItem, launchTime} from '../orders/catalogue-item.ts'
import type {Sales} from '../orders/first-sales.ts'
import type {IdFinder} from '../orders/id-finder.ts'
import {compareIds, type Ids} from '../orders/ids.ts'
import {BARRED, type QueryScratch} from './scratch.ts'

/** What follows from which items there are and where they belong, until that changes. */
export interface ItemLists {
  /** Items of the catalogue that the log has not; their indices follow those of the log. */
  added: string[]
  indexOfAdded: Map<string, number>
  /** All that may come: what stands in a basket, most bought first, then the rest of the catalogue, newest first. */
  all: Int32Array
  /** What the catalogue says, in the order of `all`: rules walk through it by the thousand. */
  known: (KnownItem | undefined)[]
  /** By index, an item's place in `all`; -1 for what may not come, as it stands in no basket and not in the catalogue. */
  places: Int32Array
  /** By index, when an item was first sold, by the catalogue or else by the orders; NaN where neither says. */
  launches: Float64Array | undefined
  /** Those of which that is known, the newest first. */
  newest: Int32Array | undefined
  /** The mean logarithm of the prices of each category. */
  priceLevels: Map<string, number> | undefined
  /** Items of each category: those in a basket, most bought first, then the others, newest first. */
  byCategory: Map<string, number[]> | undefined
}

/** What queries need to know of the shop that was fitted. */
export interface CatalogueShop {
  ids: Ids
  finder: IdFinder
  /** All that stands in a basket, most bought first. */
  popular: Int32Array
  sales: Sales | undefined
  scratch: Pick<QueryScratch, 'eligible' | 'isBusy'>
}

/**
 * Makes the lists, and lets come what stands in a basket, in the catalogue or among what was brought, and nothing else.
 * @param brought ids of what came into baskets since the shop was fitted
 */
export function makeLists(
  shop: CatalogueShop,
  items: ReadonlyMap<string, KnownItem>,
  brought: ReadonlySet<string>,
): ItemLists {
  const {ids, finder, popular, scratch} = shop
  const {eligible} = scratch
  /** By index. */
  const said: (KnownItem | undefined)[] = new Array(ids.length).fill(undefined)
  const added: string[] = []
  for (const item of items.values()) {
    const index = finder.find(item.id)
    if (index >= 0) said[index] = item
    else added.push(item.id)
  }
  for (const id of brought) if (finder.find(id) < 0 && !items.has(id)) added.push(id)
  added.sort(compareIds)
  for (const id of added) said.push(items.get(id))
  const places = new Int32Array(said.length).fill(-1)
  for (let p = 0; p < popular.length; p++) places[popular[p]] = p
  const isBrought = (item: number) => item >= ids.length || (brought.size > 0 && brought.has(ids.at(item) as string))
  const unsold: number[] = []
  for (let item = 0; item < said.length; item++) {
    if (places[item] >= 0) continue
    const comes = said[item] || isBrought(item)
    if (comes) unsold.push(item)
    if (item < ids.length) eligible.marks[item] = comes ? 0 : BARRED
  }
  const launches = new Map(unsold.map((item) => [item, launchTime(said[item] ?? {})]))
  const newest = (item: number) => {
    const launch = launches.get(item) as number
    return Number.isNaN(launch) ? Number.NEGATIVE_INFINITY : launch
  }
  // Of equal age in the order of the ids, whichever way they came.
  const idOf = (item: number) => (item < ids.length ? (ids.at(item) as string) : added[item - ids.length])
  unsold.sort((a, b) => (newest(a) === newest(b) ? compareIds(idOf(a), idOf(b)) : newest(a) < newest(b) ? 1 : -1))
  eligible.added = new Uint8Array(added.length)
  eligible.marked = new Int32Array(said.length)
  for (let u = 0; u < unsold.length; u++) places[unsold[u]] = popular.length + u
  const all = unsold.length === 0 ? popular : Int32Array.from([...popular, ...unsold])
  return {
    added,
    indexOfAdded: new Map(added.map((id, place) => [id, ids.length + place])),
    all,
    known: Array.from(all, (item) => said[item]),
    places,
    launches: undefined,
    newest: undefined,
    priceLevels: undefined,
    byCategory: undefined,
  }
}

/**
 * When each item was first sold: by the catalogue, or else by the orders. NaN where neither says: what was sold in the first
 * half of the history may have been there before.
 */
export function launchesOf({known, places}: ItemLists, sales: Sales | undefined): Float64Array {
  const half = sales ? (sales.oldest + sales.newest) / 2 : Number.NaN
  return Float64Array.from(places, (place, index) => {
    const item = known[place]
    const launch = item ? launchTime(item) : Number.NaN
    const first = sales?.first[index] ?? Number.NaN
    return Number.isNaN(launch) && first > half ? first : launch
  })
}

/** The mean logarithm of the prices of each category. */
export function priceLevelsOf({known, places}: ItemLists): Map<string, number> {
  const sums = new Map<string, {sum: number; n: number}>()
  // By index, so that sums do not depend on the order in which items came.
  for (const place of places) {
    const item = known[place]
    if (!item?.price) continue
    const category = item.category || ''
    const {sum, n} = sums.get(category) ?? {sum: 0, n: 0}
    sums.set(category, {sum: sum + Math.log(item.price), n: n + 1})
  }
  return new Map(Array.from(sums, ([category, {sum, n}]) => [category, sum / n]))
}

/** The items of each category: those in a basket, most bought first, then the others, newest first. */
export function groupByCategory({all, known}: ItemLists): Map<string, number[]> {
  const byCategory = new Map<string, number[]>()
  for (let p = 0; p < all.length; p++) {
    const category = known[p]?.category
    if (!category) continue
    const items = byCategory.get(category)
    if (items) items.push(all[p])
    else byCategory.set(category, [all[p]])
  }
  return byCategory
}
