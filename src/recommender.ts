import {fitTuned} from './evaluate/tune.ts'
import type {Catalogue, Items} from './model/catalogue.ts'
import {type ChangedModel, hasNow} from './model/changed-rows.ts'
import {crc32, loadModel, saveModel} from './model/file.ts'
import {fitModel} from './model/fit.ts'
import {
  type Added,
  type AddOptions,
  LiveModel,
  type RefreshOptions,
  type Removal,
  type Removed,
  type Stale,
} from './model/live.ts'
import type {Model} from './model/model.ts'
import {bytesOf, modelFromBytes, versionOf} from './model/open.ts'
import type {FitOptions} from './model/options.ts'
import type {Lines, Source} from './model/read-lines.ts'
import type {Report} from './model/report.ts'
import type {LoadOptions} from './model/restore.ts'
import {keepsLog, layoutOf, type SaveOptions} from './model/sections.ts'
import type {CatalogueItem} from './orders/catalogue-item.ts'
import type {Id, RowColumns} from './orders/order-line.ts'
import {type AlsoBoughtOptions, alsoBought, type Neighbor} from './queries/also-bought.ts'
import {
  type AlsoBoughtAllOptions,
  alsoBoughtAll,
  type CustomerSuggestions,
  type ItemNeighbors,
  type SuggestAllOptions,
  suggestAll,
} from './queries/batch.ts'
import {boughtTogether, type Suggestion} from './queries/bought-together.ts'
import {type BuyAgainOptions, buyAgain, type Repeat} from './queries/buy-again.ts'
import {type ExplainOptions, type Explanation, explain} from './queries/explain.ts'
import {type ItemSet, itemSet} from './queries/item-set.ts'
import {type NewArrival, type NewArrivalsOptions, newArrivals} from './queries/new-arrivals.ts'
import {type Bestseller, type PopularOptions, popular} from './queries/popular.ts'
import {type Ranked, type RankOptions, rank} from './queries/rank.ts'
import {indexOf, type Rules} from './queries/rules.ts'
import {type Substitutes, type SubstitutesOptions, substitutes} from './queries/substitutes.ts'
import {type SuggestOptions, suggest} from './queries/suggest.ts'
import type {Who} from './queries/who.ts'

/**
 * A shop's order history, counted and ready to be asked. Made by `Recommender.fit`, or by `load` of what was saved.
 * @typeParam Item what the shop's catalogue knows of an item, where it has one
 */
export class Recommender<Item extends CatalogueItem = CatalogueItem> {
  readonly #live: LiveModel
  /** See `version`; it holds until the catalogue is changed, or the model is another. */
  #version: {of: Model['scopes']; changes: number; version: string} | undefined

  private constructor(model: Model) {
    this.#live = new LiveModel(model)
    const {version, catalogue, scopes} = model
    if (version !== undefined) this.#version = {of: scopes, changes: catalogue.changes, version}
  }

  /** Another after every change. */
  get #model(): Model {
    return this.#live.model
  }

  /**
   * Reads an order history and counts what is bought with what.
   *
   *     const shop = await Recommender.fit(readOrders('orders.csv'))
   *
   * @param source `readOrders(…)`; or any iterable or async iterable of `OrderLine`s, or of raw rows with the option
   * `columns`; or an object of whole columns. It is read once, one batch in memory.
   * @throws RangeError or TypeError for an option that is unknown or cannot be, and for the first bad row unless `onBadRow`
   * says otherwise; the `signal`'s reason when it aborts
   */
  static fit<Item extends CatalogueItem = CatalogueItem>(
    source: Lines,
    options?: FitOptions<Item>,
  ): Promise<Recommender<Item>>
  static fit<Row extends object, Item extends CatalogueItem = CatalogueItem>(
    rows: Iterable<Row> | AsyncIterable<Row>,
    options: FitOptions<Item> & {columns: RowColumns<Row>},
  ): Promise<Recommender<Item>>
  static async fit<Item extends CatalogueItem>(
    source: Source,
    options: FitOptions<Item> = {},
  ): Promise<Recommender<Item>> {
    const model = await (options.tune ? fitTuned : fitModel)(source, options)
    const shop = new Recommender<Item>(model)
    if (options.items) shop.items.set(await listed(options.items))
    return shop
  }

  /**
   * Opens a shop that was saved: everything it is asked, it answers as before.
   *
   *     const shop = await Recommender.load('shop.also')
   *
   * The file is looked through first: it takes some hundred milliseconds for each hundred megabytes, and little more memory.
   *
   * @throws Error that names the file and what is wrong with it: no saved shop, cut off, damaged, or by a newer version;
   * RangeError where `measure` is missing or not called for, see `LoadOptions`
   */
  static async load<Item extends CatalogueItem = CatalogueItem>(
    path: string,
    options: LoadOptions = {},
  ): Promise<Recommender<Item>> {
    return new Recommender<Item>(await loadModel(path, options))
  }

  /**
   * Opens a shop that `toBytes` or a file has. The bytes are not copied, unless a `Uint8Array` begins at no multiple of 8 in
   * its memory: leave them as they are from then on. Several threads may open the same `SharedArrayBuffer`.
   *
   * @throws as `load`
   */
  static fromBytes<Item extends CatalogueItem = CatalogueItem>(
    bytes: Uint8Array | ArrayBuffer | SharedArrayBuffer,
    options: LoadOptions = {},
  ): Recommender<Item> {
    return new Recommender<Item>(modelFromBytes(bytes, options, crc32))
  }

  /**
   * Writes the shop to one file, which `load` opens: orders, counts, the catalogue, all. What has changed is counted first, see
   * `refresh`. The same history, options and catalogue give the same bytes. While it is written, and if that fails, the file under this name stays what it was.
   *
   * **The file holds every order with its customer, and so it is personal data.** With `log: false` it does not, and answers
   * less: see `SaveOptions`.
   *
   * @throws TypeError where the catalogue has what JSON cannot hold; Error where the file cannot be written
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    const keeps = keepsLog('save', this.#model, options)
    if (this.#model.changes) await this.refresh()
    await saveModel(path, layoutOf(this.#model, keeps))
  }

  /**
   * The bytes that `save` writes, in one piece: the same holds for them.
   * @throws Error where orders have changed since the last `refresh`, which takes its time: wait for it first
   */
  toBytes(options: SaveOptions = {}): Uint8Array {
    const keeps = keepsLog('toBytes', this.#model, options)
    if (this.#model.changes) throw new Error('toBytes: orders have changed; await shop.refresh() first')
    return bytesOf(layoutOf(this.#model, keeps), crc32)
  }

  /**
   * Names what the shop knows: the checksum (CRC-32) and the number of the bytes that `save` writes, in hexadecimal. A shop has
   * the same before it is saved and after it is loaded. A change to the catalogue gives another, and one to orders does with the
   * next `refresh`. The first time, and after such a change, that takes as long as reading all bytes in memory.
   */
  get version(): string {
    const {catalogue, scopes} = this.#model
    const {changes} = catalogue
    if (this.#version?.changes !== changes || this.#version.of !== scopes) {
      this.#version = {of: scopes, changes, version: versionOf(layoutOf(this.#model, this.#model.hasLog), crc32)}
    }
    return this.#version.version
  }

  /** What was read and what came of it. */
  get report(): Report {
    return structuredClone(this.#model.report)
  }

  /** The newest time seen in any line, those just added too, or `undefined` without dates. */
  get watermark(): Date | undefined {
    const {changes, watermark} = this.#model
    const newest = Math.max(
      changes?.newest ?? Number.NEGATIVE_INFINITY,
      Number.isNaN(watermark) ? -Infinity : watermark,
    )
    return newest === Number.NEGATIVE_INFINITY ? undefined : new Date(newest)
  }

  /** What may be recommended and what the shop knows of it, to be read and changed: see `Items`. */
  get items(): Items<Item> {
    return this.#model.catalogue as Catalogue<Item>
  }

  /** Looks a list of ids up once, for an `only` or `exclude` that is the same at every request: items in stock, say. */
  set(ids: Iterable<Id>): ItemSet {
    return itemSet(ids)
  }

  /**
   * Adds order lines, such as today's: by the same doors as `fit`, with the same checks. A line equal in every field to one
   * that its order has already is ignored, so that what comes twice counts once; within one call it is kept: of each line an
   * order then has as many as it had or as this call gives, whichever is more. With `replace`, orders are replaced whole.
   *
   *     await shop.add([{order: 'A-1021', customer: '17850', item: '85123A', at: new Date()}])
   *
   * All or nothing: where a bad row throws, nothing has changed. A line that names another customer than its order has is
   * one. It takes as long as reading the lines, and for each customer in them about as long as reading theirs; the first
   * change numbers all orders.
   *
   * **What answers know at once.** `has` and `alsoBought` know an item that was never sold. The pairs of items in the orders
   * that came or went are counted anew when they are asked for by `alsoBought` and `explain`: in how many baskets they
   * stand, and whether they may be told, is exact. How often other items sell in all, how many baskets there are, and how
   * new an order is among all, is as of the last fit or refresh; scores and `expected` read that. A customer's own past is
   * exact for `suggest`, `rank`, `newArrivals`, `buyAgain`, and `alsoBought` with `after`; only what nobody had ever bought
   * comes into `buyAgain` with the refresh. **What waits for `refresh`:** the tables that `boughtTogether` and `suggest`
   * sum, what sells well, what is related, chances to buy again, `substitutes`. Of these, pairs that have become too
   * few or one customer's alone are left out at once.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, and for the first bad row unless `onBadRow`
   * says otherwise; the `signal`'s reason when it aborts
   */
  add(source: Lines, options?: AddOptions): Promise<Added>
  add<Row extends object>(
    rows: Iterable<Row> | AsyncIterable<Row>,
    options: AddOptions & {columns: RowColumns<Row>},
  ): Promise<Added>
  add(source: Source, options: AddOptions = {}): Promise<Added> {
    return this.#live.add(source, options)
  }

  /**
   * Takes away an order, or a customer with all of their orders: as if they had never been. A return among them cancels
   * nothing any more, and what their returns had cancelled counts again. See `add` for what answers know at once; after a
   * `refresh` there is no trace of them. An unknown id takes nothing away.
   *
   *     await shop.remove({customer: '17850'})
   *
   * @throws RangeError or TypeError unless there is one id, of an order or of a customer
   */
  remove(what: Removal): Promise<Removed> {
    return this.#live.remove(what)
  }

  /**
   * Counts everything anew, beside the shop as it is, which goes on answering; then takes its place. Afterwards the shop is,
   * to the byte, what a fit of all lines that are left would make with the same settings: those it was fitted with, tuned
   * ones and scopes included. The catalogue and every prepared `set` stay. What is added or removed meanwhile is not lost:
   * it waits for the next one. One asked for while another is at work is that one. Where nothing has changed, nothing is done.
   *
   * @throws the `signal`'s reason when it aborts; then everything is as it was
   */
  refresh(options?: RefreshOptions): Promise<void> {
    return this.#live.refresh(options)
  }

  /** How far answers may lag behind the orders, see `add`: a measure of when to `refresh`. */
  get stale(): Stale {
    return this.#live.stale
  }

  /** Whether an item stands in a basket, so that there is more to say of it than what sells well. */
  has(id: Id): boolean {
    const {changes, scopes} = this.#model
    if (changes) return hasNow(this.#model as ChangedModel, indexOf('has', changes.itemOf, id))
    const item = indexOf('has', this.#model.itemOf, id)
    return [...scopes.values()].some(({marginals}) => marginals.support[item] > 0)
  }

  /**
   * *Customers who bought this also bought*: the items most strongly bought together with one, best first.
   *
   * Exactly `limit` items come back unless fewer qualify. Rules act before the cut; where they leave too little of the
   * stored neighbors, the item's whole row is counted on the spot. An unknown id gives what sells well.
   *
   * With `after`, what customers buy later rather than with it.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a scope that was not fitted
   */
  alsoBought(id: Id, options?: AlsoBoughtOptions<Item>): Neighbor[] {
    return alsoBought(this.#model, id, options)
  }

  /**
   * `alsoBought` for every item that stands in a basket, the most bought first, or for those named: for a nightly export.
   *
   *     for await (const {item, answers} of shop.alsoBoughtAll({limit: 5})) await write(item, answers)
   *
   * Answers are made as they are asked for, one at a time, so that memory stays as it is, however many there are. The event
   * loop has its turn every 15 ms or so (a single answer with `after` may take longer), and other questions may be asked
   * meanwhile. A change of the catalogue counts from the next answer on. It can be looped over once.
   *
   * @throws RangeError or TypeError, at the call, for an option that is unknown or cannot be. The loop rejects with the
   * `signal`'s reason, and for what is no id.
   */
  alsoBoughtAll(options?: AlsoBoughtAllOptions<Item>): AsyncGenerator<ItemNeighbors, void, undefined> {
    return alsoBoughtAll(this.#model, options)
  }

  /**
   * *Why is this shown?* How often the other item is bought with one, how often it would be by chance, how sure that is, and
   * what each measure makes of it: numbers, to be said in any language.
   *
   *     const why = shop.explain('camera', 'memory card')
   *     if (!why.tooFew) say(`${why.together} of ${why.bought[0]}, by chance ${why.expected}`)
   *
   * The first item is the one asked about: `share` and `expected` are of its baskets. A pair that `alsoBought` may not tell
   * for too few baskets or customers is `tooFew`, and so is one with an unknown id (`has` tells), or that never met.
   *
   * @throws RangeError or TypeError for the same item twice, an unknown option, or a scope that was not fitted
   */
  explain(item: Id, other: Id, options?: ExplainOptions): Explanation {
    return explain(this.#model, item, other, options)
  }

  /**
   * What completes these items, as one joint answer, best first: for a cart, or a set. The order of the items does not
   * matter, and naming one twice changes nothing. Unknown ids are passed over.
   */
  boughtTogether(ids: Iterable<Id>, options?: Rules<Item>): Suggestion[] {
    return boughtTogether(this.#model, ids, options)
  }

  /**
   * What to suggest to a customer, to a visitor by the items of their session (`{items}`, the latest last), or to a
   * customer with a session. By default new things only, see `repeat`. Somebody unknown gets what sells well.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  suggest(who: Who, options?: SuggestOptions<Item>): Suggestion[] {
    return suggest(this.#model, who, options)
  }

  /**
   * Puts any list in order for a customer or a session: search results, a category page. All of it comes back, each id once:
   * first what they buy again and what goes with what they have, best first; then the rest, in the order it came. Ids that
   * neither orders nor catalogue know stay in it, and `maxPer` does not count them.
   *
   *     shop.rank(searchResults, {customer: '17850', items: cart})
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  rank(candidates: Iterable<Id>, who: Who, options?: RankOptions<Item>): Ranked[] {
    return rank(this.#model, candidates, who, options)
  }

  /**
   * What is new and fits a customer or a session, best first: by what orders say of it so far, and, from its first day on, by
   * the category, brand and price band of what they buy. New is what was first sold in the last 60 days, by the catalogue's
   * `launchedAt` or else by the orders, unless `since` says otherwise; what is still to be launched is there too. Other new
   * things fill the places left, those of their categories first (tier `'category'`), then what sells (`'popular'`).
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  newArrivals(who: Who, options?: NewArrivalsOptions<Item>): NewArrival[] {
    return newArrivals(this.#model, who, options)
  }

  /**
   * `suggest` for every customer in the log, in the order of their ids' UTF-8 bytes, or for those named: for e-mails. It goes
   * on as `alsoBoughtAll` does; a million customers take no more memory than one.
   *
   *     for await (const {customer, answers} of shop.suggestAll({limit: 3, only: inStock})) await send(customer, answers)
   *
   * @throws as `alsoBoughtAll`
   */
  suggestAll(options?: SuggestAllOptions<Item>): AsyncGenerator<CustomerSuggestions, void, undefined> {
    return suggestAll(this.#model, options)
  }

  /**
   * What sells, best first; with `since` only by the orders from then on. What was never sold comes last, the newest of it
   * first.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or for `since` where orders have no dates
   */
  popular(options?: PopularOptions<Item>): Bestseller[] {
    return popular(this.#model, options)
  }

  /**
   * What a customer has bought and is to buy again, the likeliest in their next order first, with when it is due and how
   * often they buy it; with `at` only what is due by then. Nothing for somebody unknown.
   *
   *     shop.buyAgain('17850', {at: new Date()})
   *
   * The chance counts their own repeats, newer ones more, and leans on how readily all customers buy the item again. Ranking
   * by how long a thing is overdue was less accurate: what was just bought is what is bought.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be
   */
  buyAgain(customer: Id, options?: BuyAgainOptions<Item>): Repeat[] {
    return buyAgain(this.#model, customer, options)
  }

  /**
   * What would do instead of an item that is out of stock or late, the likest first: what is bought with the same things and
   * hardly ever with the item itself. Short, or empty with the reason why; nothing fills it up.
   *
   *     const shop = await Recommender.fit(readOrders('orders.csv'), {substitutes: true})
   *     shop.substitutes('COL-01')  // {items: [{item: 'COL-02', score: 0.94, expected: 21.9, together: 2}]}
   *
   * Only pairs of the 2,000 most bought items count, of which at least 5 common baskets are to be expected by chance and less
   * than half of these are there, and whose profiles are alike, which are the rows of what else is in their baskets beyond
   * chance: by a cosine of 0.43 or more if the catalogue says that both are of one category, and of 0.8 if it does not say.
   * Those of two categories never do. An item has at most ten. What is bought side by side, such as the colors of a cup, is
   * never found.
   *
   * @throws Error where `fit` was not told `substitutes: true`; RangeError or TypeError for an option that is unknown or
   * cannot be
   */
  substitutes(id: Id, options?: SubstitutesOptions<Item>): Substitutes {
    return substitutes(this.#model, id, options)
  }
}

async function listed<Item>(items: Iterable<Item> | AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}
