import {type CatalogueItem, type KnownItem, launchTime, toItem} from '../orders/catalogue-item.ts'
import type {Sales} from '../orders/first-sales.ts'
import {compareIds, type Ids} from '../orders/ids.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {BARRED, type QueryScratch} from './scratch.ts'

/** The items of a shop and what it knows of them. It can change at any time, and the next answer minds it. */
export interface Items<Item extends CatalogueItem = CatalogueItem> {
  /** All that may be recommended: what stands in a basket, most bought first, then the rest of the catalogue, newest first. */
  readonly ids: string[]
  /** What the catalogue says of an item; `undefined` for one outside it. */
  get(id: Id): KnownItem<Item> | undefined
  /**
   * Replaces the whole catalogue. Items are copied: change them by `patch`.
   * @throws RangeError or TypeError, with the item's place in the list, if one cannot be; then nothing has changed
   */
  set(items: Iterable<Item>): void
  /**
   * Changes fields of some items, such as stock and price; what is not named stays as it is, and an item new to the catalogue
   * is added.
   * @throws as `set`
   */
  patch(items: Iterable<Partial<Item> & Pick<Item, 'id'>>): void
}

/** What follows from which items there are and where they belong, until that changes. */
interface Lists {
  /** Items of the catalogue that the log has not; their indices follow those of the log. */
  added: string[]
  indexOfAdded: Map<string, number>
  /** All that may come: what stands in a basket, most bought first, then the rest of the catalogue, newest first. */
  all: Int32Array
  /** By index, whether an item may come: it stands in a basket or in the catalogue. */
  mayCome: Uint8Array
  /** What the catalogue says, by index. */
  known: (KnownItem | undefined)[]
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
interface Shop {
  ids: Ids
  indexOf: (id: string) => number
  /** All that stands in a basket, most bought first. */
  popular: Int32Array
  sales: Sales | undefined
  scratch: Pick<QueryScratch, 'eligible' | 'isBusy'>
}

/** The catalogue beside a fitted shop. Items have the indices of the log; those that only the catalogue has come after. */
export class Catalogue<Item extends CatalogueItem = CatalogueItem> implements Items<Item> {
  #shop: Shop
  /** Items that came into baskets since the shop was fitted. */
  #brought: ReadonlySet<string> = new Set()
  readonly #items = new Map<string, KnownItem<Item>>()
  #changes = 0
  #lists: Lists | undefined

  constructor(shop: Shop) {
    this.#shop = shop
  }

  get ids(): string[] {
    return Array.from(this.all, (item) => this.idOf(item))
  }

  get(id: Id): KnownItem<Item> | undefined {
    return this.#items.get(String(id))
  }

  set(items: Iterable<Item>): void {
    const given = this.#read(items)
    this.#changes++
    this.#items.clear()
    for (const item of given) this.#items.set(item.id, item)
    this.#lists = undefined
  }

  patch(items: Iterable<Partial<Item> & Pick<Item, 'id'>>): void {
    const changes = this.#read(items)
    this.#changes++
    for (const change of changes) {
      const before = this.#items.get(change.id)
      const after = {...before, ...change}
      this.#items.set(change.id, after)
      const moved = !before || before.category !== after.category || !Object.is(launchTime(before), launchTime(after))
      // Stock and price move every minute, and no list with them.
      if (moved) this.#lists = undefined
      else if (this.#lists) this.#lists.known[this.find(change.id)] = after as KnownItem
    }
  }

  /** What it says of its items. */
  get known(): Iterable<KnownItem<Item>> {
    return this.#items.values()
  }

  /** How often it was changed. */
  get changes(): number {
    return this.#changes
  }

  #read(items: Iterable<Partial<Item>>): KnownItem<Item>[] {
    if (typeof items !== 'object' || items === null || !(Symbol.iterator in items)) {
      throw new TypeError(`items: expected a list of items, got ${quote(items)}`)
    }
    if (this.#shop.scratch.isBusy) throw new Error('items: the catalogue may not be changed from within a rule')
    const read: KnownItem<Item>[] = []
    for (const item of items) {
      try {
        read.push(toItem(item))
      } catch (error) {
        const Kind = error instanceof TypeError ? TypeError : RangeError
        throw new Kind(`items: item ${read.length + 1}: ${(error as Error).message}`)
      }
    }
    return read
  }

  /** Lets also come what has come into baskets since the shop was fitted. */
  bring(ids: Iterable<string>): void {
    const brought = new Set(ids)
    const isSame = brought.size === this.#brought.size && [...brought].every((id) => this.#brought.has(id))
    if (isSame) return
    this.#brought = brought
    this.#lists = undefined
  }

  /** From now on it is that of another shop, the one of a catalogue that nobody has: what was brought is in its log. */
  moveTo(other: Catalogue<Item>): void {
    this.#shop = other.#shop
    this.#brought = new Set()
    this.#lists = undefined
  }

  /** The index of an id, be it in the log or in the catalogue; -1 if in neither. */
  readonly find = (id: string): number => {
    const item = this.#shop.indexOf(id)
    return item >= 0 ? item : (this.#made().indexOfAdded.get(id) ?? -1)
  }

  /** Whether an item may come into an answer: it stands in a basket or in the catalogue. */
  sells(item: number): boolean {
    return this.#made().mayCome[item] === 1
  }

  idOf(item: number): string {
    const {ids} = this.#shop
    return item < ids.length ? (ids.at(item) as string) : this.#made().added[item - ids.length]
  }

  /** What the catalogue says of an item: its id at least. */
  at(item: number): KnownItem<Item> {
    return (this.#made().known[item] as KnownItem<Item> | undefined) ?? ({id: this.idOf(item)} as KnownItem<Item>)
  }

  /** All that may come: what stands in a basket, most bought first, then the rest of the catalogue, newest first. */
  get all(): Int32Array {
    return this.#made().all
  }

  /** How many indices there are: one for each item of the log and of the catalogue. */
  get length(): number {
    return this.#made().known.length
  }

  /** Another object whenever an index may mean another item than before. */
  get version(): object {
    return this.#made()
  }

  /** The items of a category, most bought first. */
  inCategory(category: string): readonly number[] {
    const lists = this.#made()
    lists.byCategory ??= this.#group()
    return lists.byCategory.get(category) ?? []
  }

  /**
   * When an item was first sold: by the catalogue, or else by the orders. NaN where neither says: what was sold in the first
   * half of the history may have been there before.
   */
  launchOf(item: number): number {
    const lists = this.#made()
    const {sales} = this.#shop
    const half = sales ? (sales.oldest + sales.newest) / 2 : Number.NaN
    lists.launches ??= Float64Array.from(lists.known, (known, index) => {
      const launch = known ? launchTime(known) : Number.NaN
      const first = sales?.first[index] ?? Number.NaN
      return Number.isNaN(launch) && first > half ? first : launch
    })
    return lists.launches[item]
  }

  /** All that may come and was first sold from `since` on, the newest first; of equal age, what sells better. */
  arrivals(since: number): Int32Array {
    const lists = this.#made()
    if (!lists.newest) {
      const dated = lists.all.filter((item) => !Number.isNaN(this.launchOf(item)))
      lists.newest = Int32Array.from([...dated].sort((a, b) => this.launchOf(b) - this.launchOf(a)))
    }
    let n = 0
    while (n < lists.newest.length && this.launchOf(lists.newest[n]) >= since) n++
    return lists.newest.subarray(0, n)
  }

  /** How an item's price stands to those of its category: the logarithm of their ratio, 0 for the (geometric) mean. */
  priceBand(item: number): number {
    const {category, price} = this.at(item)
    const lists = this.#made()
    lists.priceLevels ??= this.#levels()
    return price ? Math.log(price) - (lists.priceLevels.get(category || '') ?? Number.NaN) : Number.NaN
  }

  #levels(): Map<string, number> {
    const sums = new Map<string, {sum: number; n: number}>()
    // By index, so that sums do not depend on the order in which items came.
    for (const {category, price} of this.#made().known.filter((item) => item !== undefined)) {
      if (!price) continue
      const {sum, n} = sums.get(category || '') ?? {sum: 0, n: 0}
      sums.set(category || '', {sum: sum + Math.log(price), n: n + 1})
    }
    return new Map(Array.from(sums, ([category, {sum, n}]) => [category, sum / n]))
  }

  #group(): Map<string, number[]> {
    const byCategory = new Map<string, number[]>()
    for (const item of this.all) {
      const {category} = this.at(item)
      if (!category) continue
      const items = byCategory.get(category)
      if (items) items.push(item)
      else byCategory.set(category, [item])
    }
    return byCategory
  }

  #made(): Lists {
    this.#lists ??= this.#make()
    return this.#lists
  }

  /** To be called before a question marks anything: marks of what is in no basket follow the catalogue. */
  prepare(): void {
    this.#made()
  }

  /** Also lets come what now stands in the catalogue, and nothing else that is in no basket. */
  #make(): Lists {
    const {ids, indexOf, popular, scratch} = this.#shop
    const {eligible} = scratch
    const known: (KnownItem | undefined)[] = new Array(ids.length).fill(undefined)
    const added: string[] = []
    for (const item of this.#items.values()) {
      const index = indexOf(item.id)
      if (index >= 0) known[index] = item as KnownItem
      else added.push(item.id)
    }
    for (const id of this.#brought) if (indexOf(id) < 0 && !this.#items.has(id)) added.push(id)
    added.sort(compareIds)
    for (const id of added) known.push(this.#items.get(id) as KnownItem | undefined)
    const mayCome = new Uint8Array(known.length)
    for (const item of popular) mayCome[item] = 1
    const isBrought = (item: number) =>
      item >= ids.length || (this.#brought.size > 0 && this.#brought.has(ids.at(item) as string))
    const unsold: number[] = []
    for (let item = 0; item < known.length; item++) {
      if (mayCome[item]) continue
      const comes = known[item] || isBrought(item)
      if (comes) {
        unsold.push(item)
        mayCome[item] = 1
      }
      if (item < ids.length) eligible.marks[item] = comes ? 0 : BARRED
    }
    const launches = known.map((item) => (item ? launchTime(item) : Number.NaN))
    const newest = (item: number) => (Number.isNaN(launches[item]) ? Number.NEGATIVE_INFINITY : launches[item])
    // Of equal age in the order of the ids, whichever way they came.
    const idOf = (item: number) => (item < ids.length ? (ids.at(item) as string) : added[item - ids.length])
    unsold.sort((a, b) => (newest(a) === newest(b) ? compareIds(idOf(a), idOf(b)) : newest(a) < newest(b) ? 1 : -1))
    eligible.added = new Uint8Array(added.length)
    eligible.marked = new Int32Array(known.length)
    return {
      added,
      indexOfAdded: new Map(added.map((id, place) => [id, ids.length + place])),
      all: unsold.length === 0 ? popular : Int32Array.from([...popular, ...unsold]),
      mayCome,
      known,
      launches: undefined,
      newest: undefined,
      priceLevels: undefined,
      byCategory: undefined,
    }
  }
}
