import {fitTuned} from './evaluate/tune.ts'
import {openSums} from './matrix/sum-kernel.ts'
import {crc32} from './model/file.ts'
import {fitModel} from './model/fit.ts'
import {LiveModel, type RefreshOptions, type Stale} from './model/live.ts'
import {type LoadFileOptions, loadLive} from './model/load-live.ts'
import type {Model} from './model/model.ts'
import {bytesOf, modelFromBytes, versionOf} from './model/open.ts'
import type {FitOptions} from './model/options.ts'
import type {Added, AddOptions, Removal, Removed} from './model/read-change.ts'
import type {Lines, Source} from './model/read-lines.ts'
import type {LoadOptions} from './model/restore.ts'
import {keepsLog, layoutOf, type SaveOptions} from './model/sections.ts'
import {untilAborted} from './model/until-aborted.ts'
import type {CatalogueItem} from './orders/catalogue-item.ts'
import {quote} from './orders/options.ts'
import type {RowColumns} from './orders/order-line.ts'
import {answersInThreads} from './queries/batch-threads.ts'
import {Queries} from './queries/queries.ts'

/**
 * A shop's order history, counted and ready to be asked. Made by `Recommender.fit`, or by `load` of what was saved.
 * @typeParam Item what the shop's catalogue knows of an item, where it has one
 */
export class Recommender<Item extends CatalogueItem = CatalogueItem> extends Queries<Item> {
  readonly #live: LiveModel
  /** See `version`; by what was counted, which it does not keep in memory. Each holds until the catalogue is changed. */
  readonly #versions = new WeakMap<Model['scopes'], {changes: number; version: string}>()

  private constructor(live: LiveModel) {
    super(() => this.#live.model, answersInThreads)
    // JavaScript knows no private constructor.
    if (!(live instanceof LiveModel)) {
      const advice = 'use Recommender.fit, load or fromBytes'
      throw new TypeError(`Recommender: expected to be made of orders, got ${quote(live)}; ${advice}`)
    }
    this.#live = live
    const {version, catalogue, scopes} = live.model
    if (version !== undefined) this.#versions.set(scopes, {changes: catalogue.changes, version})
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
    // That `null` is no options is for these to say.
    const model = await (options?.tune ? fitTuned : fitModel)(source, options)
    const shop = new Recommender<Item>(new LiveModel(model))
    const {items, signal} = options
    if (items) shop.items.set(await listed(Symbol.asyncIterator in items ? untilAborted(items, signal) : items))
    return shop
  }

  /**
   * Opens a shop that was saved: everything it is asked, it answers as before.
   *
   *     const shop = await Recommender.load('shop.also')
   *
   * The file is looked through first: it takes some hundred milliseconds for each hundred megabytes, and little more memory.
   *
   * **With a journal, what changes outlives the process** before the shop is saved again. A shop that was just fitted is saved
   * and loaded for one:
   *
   *     const shop = await Recommender.load('shop.also', {journal: 'shop.journal'})
   *     await shop.add(lines)         // done when it is on disk; what comes at the same time goes there at once
   *     await shop.save('shop.also')  // all of it is in the file: the journal is empty
   *
   * Loaded with it again, the shop has every change that was acknowledged. One that was being written when the process or the
   * machine died is there whole or not at all. There is nothing to close. There is no lock: who writes after another process
   * has written is refused, and must load again. The catalogue is not in it.
   *
   * @throws Error that names the file and what is wrong with it: no saved shop, cut off, damaged, or by a newer version; the
   * same of the journal, with the byte where it is damaged, and where it continues another shop than this; RangeError where
   * `measure` is missing or not called for, see `LoadOptions`
   */
  static async load<Item extends CatalogueItem = CatalogueItem>(
    path: string,
    options: LoadFileOptions = {},
  ): Promise<Recommender<Item>> {
    const shop = new Recommender<Item>(await loadLive(path, options))
    shop.#warmUp()
    return shop
  }

  /** Asks what pages ask most: code that never ran takes milliseconds, for which no visitor should wait. */
  #warmUp(): void {
    const {changes, popular, catalogue} = this.#model
    // With changes even a small question counts rows anew.
    if (changes || popular.length === 0) return
    // A rare one, that has little to be looked through.
    const item = catalogue.idOf(popular[popular.length - 1])
    try {
      this.alsoBought(item)
      this.suggest({items: [item]})
    } catch {
      // A measure of somebody's own may throw. It will where it is asked, too.
    }
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
    return new Recommender<Item>(new LiveModel(modelFromBytes('fromBytes', bytes, options, crc32, openSums)))
  }

  /**
   * Writes the shop to one file, which `load` opens: orders, counts, the catalogue, all. What has changed is counted first, see
   * `refresh`. The same history, options and catalogue give the same bytes. While it is written, and if that fails, the file under this name stays what it was.
   *
   * **The file holds every order with its customer, and so it is personal data.** With `log: false` it does not, and answers
   * less: see `SaveOptions`.
   *
   * A shop with a journal that is saved under the name it was loaded by has an empty one from then on, but for what came
   * meanwhile. Under another name it is a copy, and the journal stays as it was.
   *
   * @throws RangeError where the journal could not go on, with `log: false`; TypeError where the catalogue has what JSON cannot
   * hold; Error where the file cannot be written
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    const keeps = keepsLog('save', this.#model, options)
    if (this.#model.changes) await this.#live.refresh()
    await this.#live.save(path, keeps)
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
  override get version(): string {
    const {catalogue, scopes} = this.#model
    const {changes} = catalogue
    const known = this.#versions.get(scopes)
    if (known?.changes === changes) return known.version
    const version = versionOf(layoutOf(this.#model, this.#model.hasLog), crc32)
    this.#versions.set(scopes, {changes, version})
    return version
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
   * says otherwise; the `signal`'s reason when it aborts; Error where it cannot be written to the journal: then nothing has
   * changed, and it may be tried again
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
   * `refresh` there is no trace of them. An unknown id takes nothing away. A journal has no trace of a customer at once: where
   * it names them, it is written anew without them. The file of the shop has none once a `save` that began after it is done.
   *
   *     await shop.remove({customer: '17850'})
   *
   * @throws RangeError or TypeError unless there is one id, of an order or of a customer; Error as `add`
   */
  remove(what: Removal): Promise<Removed> {
    return this.#live.remove(what)
  }

  /**
   * Counts everything anew, beside the shop as it is, which goes on answering; then takes its place. Afterwards the shop is,
   * to the byte, what a fit of all lines that are left would make with the same settings: those it was fitted with, tuned
   * ones and scopes included. The catalogue and every prepared `set` stay. What is added or removed meanwhile is not lost:
   * it waits for the next one. Where nothing has changed, nothing is done.
   *
   * When it is done, all is counted that had changed when it was asked for. One asked for while another is at work is done
   * with that one if nothing has changed since that began; otherwise another comes after it, one for all who asked meanwhile.
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
}

async function listed<Item>(items: Iterable<Item> | AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}
