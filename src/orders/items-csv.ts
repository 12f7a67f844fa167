import {type CatalogueItem, toItem} from './catalogue-item.ts'
import {notNegative, toNumber, toTime, withPoint} from './columns.ts'
import type {CsvSource} from './csv-rows.ts'
import {type Fields, matchHeader, missingColumn, type Positions} from './header.ts'
import {quote} from './options.ts'
import {toId} from './order-line.ts'
import type {TableOptions, TableSettings} from './table-options.ts'
import {type TableKind, TableReader} from './table-reader.ts'

/** The names of an item's fields, in the order messages list them. */
export const itemFields = ['id', 'title', 'category', 'brand', 'price', 'launchedAt'] as const
/** What the library itself reads of an item. */
export type ItemField = (typeof itemFields)[number]

/** Which column of a catalogue holds which field. `null`: read no column for this field, whatever the columns are called. */
export type ItemColumns = {[field in ItemField]?: string | null | undefined}

/**
 * An item as a catalogue's file has it: its fields, and every other column as a text under its own name. What its cell is
 * empty for is absent.
 */
export interface CsvItem {
  id: string
  title?: string
  category?: string
  brand?: string
  /** Of one unit, from 0 up. */
  price?: number
  /** In milliseconds since 1970. */
  launchedAt?: number
  [column: string]: string | number | undefined
}

export interface ReadItemsOptions<Item extends CatalogueItem = CsvItem> extends TableOptions {
  /**
   * Which column holds which field, by its name in the header. A field that is not named takes a column with a well-known
   * name (`item_id`, `sku`, `product_name`, `product_type`, `vendor`, `launch_date`, …); `null` leaves a field out. Default
   * `{}`.
   */
  columns?: ItemColumns | undefined
  /**
   * Makes an item of your own type, or drops one by `null`; dropped items are counted as `'map'`. Numbers such as stock are
   * made here, `{...item, stock: Number(row.stock)}`: what is not made into something stays a text. `row` holds every column
   * by its name, of columns with the same name the first, with `''` in empty cells. What it gives is checked like any item,
   * and not awaited. Default: items stay as they are.
   */
  map?: ((item: CsvItem, row: Record<string, string>) => Item | null) | undefined
}

/** Made by `readItems`. Leaving a loop over it early closes the source. */
export type ItemReader<Item extends CatalogueItem = CsvItem> = TableReader<Item, ItemField, CsvItem>

/**
 * What a shop sells, from a CSV file or stream, gzipped or not: for `Recommender.fit`, whose rules then read it.
 *
 *     const items = readItems('items.csv')
 *     const shop = await Recommender.fit(readOrders('orders.csv'), {items})
 *     shop.alsoBought('85123A', {where: ({region}) => region === 'EU'})
 *
 * Prices are written with a decimal point, or as `decimalComma` says, and no currency; leave out others by `columns:
 * {price: null}` and read them in `map`. A column that is called like a field, but is not read for it, is in `map`'s `row`
 * alone. An id may stand once: the next row with it is a bad one, for nothing says which of the two is right. To keep the
 * first, drop the others by `map`.
 *
 * @throws RangeError or TypeError for an option that is unknown or cannot be; while it is read, for a file or a header that
 * cannot be used and for the first bad row unless `onBadRow` says otherwise, with its line and column
 */
export function readItems(source: CsvSource, options?: ReadItemsOptions & {map?: undefined}): ItemReader
export function readItems<Item extends CatalogueItem>(
  source: CsvSource,
  options: ReadItemsOptions<Item> & {map: NonNullable<ReadItemsOptions<Item>['map']>},
): ItemReader<Item>
export function readItems<Item extends CatalogueItem>(
  source: CsvSource,
  options: ReadItemsOptions<Item> = {},
): ItemReader<Item> {
  return new TableReader<Item, ItemField, CsvItem>(itemTable as TableKind<CsvItem, Item, ItemField>, source, options)
}

/** See `Fields`. An id goes before a name, and what a thing is called before what is said of it. */
const fields: Fields<ItemField> = {
  names: itemFields,
  wellKnown: {
    id: `id itemid productid stockcode sku asin itemcode productcode articleid articlecode articleno articlenumber itemno
      itemnumber productno productnumber variantid variantcode variantsku item product article`.split(/\s+/),
    title: `title itemtitle producttitle itemname productname articlename name label displayname description
      itemdescription productdescription articledescription product item article`.split(/\s+/),
    category: `category categoryname productcategory productcategoryname itemcategory itemcategoryname maincategory
      primarycategory categoryid categories producttype itemtype productgroup itemgroup department`.split(/\s+/),
    brand: 'brand brandname productbrand vendor vendorname manufacturer manufacturername'.split(' '),
    price: 'price unitprice itemprice productprice listprice regularprice retailprice sellingprice variantprice'.split(
      ' ',
    ),
    launchedAt:
      `launchedat launchdate launchedon releasedate releasedat releasedon publishedat publishdate publicationdate
      availablefrom availabilitydate availabledate onsalefrom introducedat`.split(/\s+/),
  },
}

const itemTable: TableKind<CsvItem, CatalogueItem, ItemField> = {
  caller: 'readItems',
  holds: 'items',
  entry: 'an item',
  fields: itemFields,
  open(header, wanted, settings) {
    const {isMapped} = settings
    const positions = matchHeader(header, wanted, fields)
    if (positions.id === undefined) throw missingColumn(header, 'id')
    const others = otherColumns(header, positions)
    const lineOf = new Map<string, number>()
    const checkNew = (id: string, line: number) => {
      const before = lineOf.get(id)
      if (before !== undefined) {
        const advice = 'give each item one row, or choose another column with columns: {id: …}'
        throw new RangeError(`id ${quote(id)} stands on line ${before} already; ${advice}`, {cause: 'id'})
      }
      lineOf.set(id, line)
    }
    return {
      positions,
      read(values, line) {
        const item = itemFrom(values, positions, settings)
        for (const {name, position} of others) {
          const text = values[position] as string
          if (text !== '') setOwn(item, name, text)
        }
        // What `map` drops, or gives another id, is no repetition.
        if (!isMapped) checkNew(item.id, line)
        return item
      },
      check(mapped, line) {
        checkNew(toItem(mapped as CatalogueItem).id, line)
        return mapped as CatalogueItem
      },
    }
  },
}

/** The columns that are read for no field and called like none, of those with the same name the first. */
function otherColumns(header: readonly string[], positions: Positions<ItemField>): {name: string; position: number}[] {
  const read = new Set(Object.values(positions))
  return header.flatMap((name, position) => {
    const isOther = !read.has(position) && name !== '' && !(itemFields as readonly string[]).includes(name)
    return isOther && header.indexOf(name) === position ? {name, position} : []
  })
}

function itemFrom(
  values: readonly string[],
  positions: Positions<ItemField>,
  {dateFormat, decimalComma}: TableSettings,
): CsvItem {
  const valueAt = (position: number | undefined) => (position === undefined ? undefined : values[position])
  const id = toId('id', valueAt(positions.id))
  if (id === undefined) throw new RangeError('id is missing', {cause: 'id'})
  const item: CsvItem = {id}
  const title = valueAt(positions.title)
  if (title) item.title = title
  const category = valueAt(positions.category)
  if (category) item.category = category
  const brand = valueAt(positions.brand)
  if (brand) item.brand = brand
  const price = toPrice(valueAt(positions.price), decimalComma)
  if (price !== undefined) item.price = price
  const launchedAt = toTime(valueAt(positions.launchedAt), dateFormat, 'launchedAt')
  if (launchedAt !== undefined) item.launchedAt = launchedAt
  return item
}

/** A comma could part decimals or thousands, and nothing says which currency is meant. */
function toPrice(text: string | undefined, decimalComma: boolean): number | undefined {
  try {
    return notNegative('price', toNumber('price', decimalComma ? withPoint('price', text) : text))
  } catch (error) {
    const advice = 'set columns: {price: null} and make it a number in map'
    throw new RangeError(`${(error as Error).message}; ${advice}`, {cause: 'price'})
  }
}

/** Sets a column whatever it is called: an assignment to `__proto__` would be lost. */
function setOwn(item: CsvItem, name: string, value: string): void {
  if (name === '__proto__')
    Object.defineProperty(item, name, {value, enumerable: true, configurable: true, writable: true})
  else item[name] = value
}
