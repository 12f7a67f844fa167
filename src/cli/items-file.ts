import {basename} from 'node:path'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {looksLikeFee} from '../orders/fees.ts'
import {type CsvItem, readItems} from '../orders/items-csv.ts'
import type {BadRow} from '../orders/order-line.ts'
import type {Reading} from './arguments.ts'
import {type BadRows, sizeOf} from './open-orders.ts'
import type {Titles} from './titles.ts'

/** What a file of items says. */
export interface ItemsFile {
  items: CatalogueItem[]
  /** Absent if the file has no column for them. */
  titles: Titles | undefined
  badItems: BadRows & {name: string}
}

/** Reads a file of items. Of one that stands twice the first row counts, and the next fill in what it leaves empty. */
export async function readItemsFile(
  file: string,
  {itemColumns, delimiter, encoding, dateFormat, skipBadRows, keepFees}: Reading,
): Promise<ItemsFile> {
  sizeOf(file)
  const name = basename(file)
  const items = new Map<string, CsvItem>()
  const badItems: ItemsFile['badItems'] = {name, count: 0, first: undefined}
  const onBadRow = (row: BadRow) => {
    badItems.first ??= row
    badItems.count++
  }
  const keep = (item: CsvItem) => {
    // What the orders are counted without, the catalogue must not bring back.
    if (keepFees || !looksLikeFee(item.id)) items.set(item.id, {...item, ...items.get(item.id)})
    return null
  }
  const reader = readItems(file, {
    // No answer here depends on prices, and a currency in them should not stop one.
    columns: {...itemColumns, price: null},
    delimiter,
    encoding,
    dateFormat,
    map: keep,
    onBadRow: skipBadRows ? onBadRow : 'throw',
  })
  for await (const _ of reader) {
  }
  const {id, title, category} = reader.columns
  if (title === undefined && category === undefined) {
    throw new RangeError(`${name}: no column for title or category beside "${id}"; name one by --columns title=…`)
  }
  return {items: [...items.values()], titles: title === undefined ? undefined : titlesOf(items), badItems}
}

function titlesOf(items: ReadonlyMap<string, CsvItem>): Titles {
  const titles = new Map<string, string>()
  for (const [id, {title}] of items) if (title?.trim()) titles.set(id, title.trim())
  return titles
}
