import {fitTuned} from './evaluate/tune.ts'
import {crc32, loadModel, saveModel} from './model/file.ts'
import {fitModel} from './model/fit.ts'
import type {Layout} from './model/format.ts'
import type {Model} from './model/model.ts'
import {bytesOf, modelFromBytes, versionOf} from './model/open.ts'
import type {FitOptions} from './model/options.ts'
import type {Lines, Source} from './model/read-lines.ts'
import type {LoadOptions} from './model/restore.ts'
import {keepsLog, layoutOf, type SaveOptions} from './model/sections.ts'
import type {CatalogueItem} from './orders/catalogue-item.ts'
import type {RowColumns} from './orders/order-line.ts'
import {Queries} from './queries/queries.ts'

/**
 * A shop's order history, counted and ready to be asked. Made by `Recommender.fit`, or by `load` of what was saved.
 * @typeParam Item what the shop's catalogue knows of an item, where it has one
 */
export class Recommender<Item extends CatalogueItem = CatalogueItem> extends Queries<Item> {
  readonly #model: Model
  /** See `version`; it holds until the catalogue is changed. */
  #version: {changes: number; version: string} | undefined

  private constructor(model: Model) {
    super(() => this.#model)
    this.#model = model
    const {version, catalogue} = model
    if (version !== undefined) this.#version = {changes: catalogue.changes, version}
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
    return new Recommender<Item>(modelFromBytes('fromBytes', bytes, options, crc32))
  }

  /**
   * Writes the shop to one file, which `load` opens: orders, counts, the catalogue, all. The same history, options and
   * catalogue give the same bytes. While it is written, and if that fails, the file under this name stays what it was.
   *
   * **The file holds every order with its customer, and so it is personal data.** With `log: false` it does not, and answers
   * less: see `SaveOptions`.
   *
   * @throws TypeError where the catalogue has what JSON cannot hold; Error where the file cannot be written
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    await saveModel(path, this.#layout('save', options))
  }

  /** The bytes that `save` writes, in one piece: the same holds for them. */
  toBytes(options: SaveOptions = {}): Uint8Array {
    return bytesOf(this.#layout('toBytes', options), crc32)
  }

  /**
   * Names what the shop knows: the checksum (CRC-32) and the number of the bytes that `save` writes, in hexadecimal. A shop has
   * the same before it is saved and after it is loaded, and a change to the catalogue gives another. The first time, and
   * after such a change, that takes as long as reading all bytes in memory.
   */
  override get version(): string {
    const {changes} = this.#model.catalogue
    if (this.#version?.changes !== changes) {
      this.#version = {changes, version: versionOf(this.#layout('version', {}), crc32)}
    }
    return this.#version.version
  }

  #layout(name: string, options: SaveOptions): Layout {
    return layoutOf(this.#model, keepsLog(name, this.#model, options))
  }
}

async function listed<Item>(items: Iterable<Item> | AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}
