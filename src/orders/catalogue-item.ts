import {timeIn} from './calendar.ts'
import {quote} from './options.ts'
import {type Id, toId} from './order-line.ts'

/**
 * What a shop knows of an item it sells, beside its orders. Only `id` must be there; rules may read whatever else stands in
 * it. The fields named here are also read by the library.
 */
export interface CatalogueItem {
  id: Id
  title?: string | null | undefined
  /** What kind of thing it is: others of a kind are recommended where orders say nothing. */
  category?: string | null | undefined
  brand?: string | null | undefined
  /** Of one unit. */
  price?: number | null | undefined
  /** When it was or will be first sold, as the `at` of an order line. Default: when it first stood in an order. */
  launchedAt?: Date | number | string | null | undefined
}

/** An item as rules see it: as the catalogue has it, or, outside the catalogue, its id alone. */
export type KnownItem<Item extends CatalogueItem = CatalogueItem> = {
  // `Omit` would forget the named fields of an item that may have any others.
  [field in keyof Item as Exclude<field, 'id'>]?: Item[field]
} & {id: string}

/** A copy of an item, its id a text, that no rule can change. Throws the reason alone, without the place where it stands. */
export function toItem<Item extends CatalogueItem>(given: Partial<Item>): KnownItem<Item> {
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`expected an object with an id, got ${quote(given)}`)
  const id = toId('id', given.id)
  if (id === undefined) throw new RangeError('id is missing')
  const {title, category, brand, price, launchedAt} = given
  for (const [field, text] of Object.entries({title, category, brand})) {
    if (text !== undefined && text !== null && typeof text !== 'string') {
      throw new TypeError(`${field} must be a text, got ${quote(text)}`)
    }
  }
  if (price !== undefined && price !== null && !(typeof price === 'number' && price >= 0 && price < Infinity)) {
    throw new RangeError(`price must be a number from 0 up, got ${quote(price)}`)
  }
  launchTime({launchedAt})
  const item = {...given, id} as KnownItem<Item>
  Object.freeze(item)
  return item
}

/** When an item is first sold, in ms since 1970; NaN where its catalogue entry does not say. */
export function launchTime({launchedAt}: Pick<CatalogueItem, 'launchedAt'>): number {
  if (launchedAt === undefined || launchedAt === null || launchedAt === '') return Number.NaN
  try {
    return timeIn(launchedAt)
  } catch (error) {
    throw new RangeError(`launchedAt: ${(error as Error).message}`)
  }
}
