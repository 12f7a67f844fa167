import {type CatalogueItem, type KnownItem, launchTime, toItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {
  type CatalogueShop,
  groupByCategory,
  type ItemLists,
  launchesOf,
  makeLists,
  priceLevelsOf,
} from './item-lists.ts'

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

/** The catalogue beside a fitted shop. Items have the indices of the log; those that only the catalogue has come after. */
export class Catalogue<Item extends CatalogueItem = CatalogueItem> implements Items<Item> {
  #shop: CatalogueShop
  /** Items that came into baskets since the shop was fitted. */
  #brought: ReadonlySet<string> = new Set()
  readonly #items = new Map<string, KnownItem<Item>>()
  #changes = 0
  #lists: ItemLists | undefined

  constructor(shop: CatalogueShop) {
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
    this.#layOut()
  }

  /**
   * Copies all items in the order in which strict rules walk through them, thousands at a question: laid down like that,
   * and asked one after another, they take a seventh of the time where no cache has them.
   */
  #layOut(): void {
    const {known} = this.#made()
    this.#items.clear()
    for (let p = 0; p < known.length; p++) {
      const item = known[p]
      if (!item) continue
      known[p] = Object.freeze({...item})
      this.#items.set(item.id, known[p] as KnownItem<Item>)
    }
  }

  patch(items: Iterable<Partial<Item> & Pick<Item, 'id'>>): void {
    const changes = this.#read(items)
    this.#changes++
    for (const change of changes) {
      const before = this.#items.get(change.id)
      const after = {...before, ...change}
      Object.freeze(after)
      this.#items.set(change.id, after)
      const isOther = !before || before.category !== after.category || before.brand !== after.brand
      const moved = isOther || !Object.is(launchTime(before), launchTime(after))
      // Stock and price move every minute, and no list with them.
      if (moved) {
        this.#lists = undefined
      } else if (this.#lists) {
        this.#lists.known[this.#lists.places[this.find(change.id)]] = after as KnownItem
        if (before.price !== after.price) this.#lists.priceLevels = undefined
      }
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
    const item = this.#shop.finder.find(id)
    return item >= 0 ? item : this.#addedOf(id)
  }

  /** The same of many. */
  findAll(ids: readonly string[]): Int32Array {
    const found = new Int32Array(ids.length)
    this.#shop.finder.findAll(ids, found)
    for (let i = 0; i < found.length; i++) if (found[i] < 0) found[i] = this.#addedOf(ids[i])
    return found
  }

  #addedOf(id: string): number {
    return this.#made().indexOfAdded.get(id) ?? -1
  }

  /** Whether an item may come into an answer: it stands in a basket or in the catalogue. */
  sells(item: number): boolean {
    return this.#made().places[item] >= 0
  }

  idOf(item: number): string {
    const {ids} = this.#shop
    return item < ids.length ? (ids.at(item) as string) : this.#made().added[item - ids.length]
  }

  /** What the catalogue says of an item: its id at least. */
  at(item: number): KnownItem<Item> {
    const {known, places} = this.#made()
    return (known[places[item]] as KnownItem<Item> | undefined) ?? ({id: this.idOf(item)} as KnownItem<Item>)
  }

  /** All that may come: what stands in a basket, most bought first, then the rest of the catalogue, newest first. */
  get all(): Int32Array {
    return this.#made().all
  }

  /** What the catalogue says of these, in their order; nothing of one outside it. */
  get allKnown(): readonly (KnownItem | undefined)[] {
    return this.#made().known
  }

  /** How many indices there are: one for each item of the log and of the catalogue. */
  get length(): number {
    return this.#made().places.length
  }

  /** Another object whenever an index may mean another item than before, or one of another category, brand or launch. */
  get version(): object {
    return this.#made()
  }

  /** The items of a category, most bought first. */
  inCategory(category: string): readonly number[] {
    const lists = this.#made()
    lists.byCategory ??= groupByCategory(lists)
    return lists.byCategory.get(category) ?? []
  }

  /** When an item was first sold, see `launchesOf`. */
  launchOf(item: number): number {
    const lists = this.#made()
    lists.launches ??= launchesOf(lists, this.#shop.sales)
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
    lists.priceLevels ??= priceLevelsOf(lists)
    return price ? Math.log(price) - (lists.priceLevels.get(category || '') ?? Number.NaN) : Number.NaN
  }

  #made(): ItemLists {
    this.#lists ??= makeLists(this.#shop, this.#items as ReadonlyMap<string, KnownItem>, this.#brought)
    return this.#lists
  }

  /** To be called before a question marks anything: marks of what is in no basket follow the catalogue. */
  prepare(): void {
    this.#made()
  }
}
