import {quote} from './options.ts'

/** A caller's id. Numbers and bigints are accepted and become strings; ids are compared as strings from then on. */
export type Id = string | number | bigint

/** One line of an order: somebody bought some of one item. */
export interface OrderLine {
  /** What was bought. */
  item: Id
  /** The order it stands in. At least one of `order` and `customer` must be there. */
  order?: Id | null | undefined
  /** Who bought it. Leave it out for a till without customers. */
  customer?: Id | null | undefined
  /** Units, default 1. Below 0 is a return; a line of 0 units is skipped and counted. */
  quantity?: number | null | undefined
  /**
   * When: a `Date`, a number of milliseconds since 1970, or a text: ISO, `12/1/2010 8:26` and the like, or digits alone, of
   * which 8 are a date as in `20101201`, 9 to 11 seconds and 12 to 14 milliseconds since 1970. Without a zone it is UTC.
   */
  at?: Date | number | string | null | undefined
  /** Price of one unit. Kept, not used for scoring. */
  price?: number | null | undefined
  /**
   * How much this line counts in the customer's own history when they are asked about, from 0 to 10⁹; default 1.
   * 0 means seen but not bought (a bad rating, say): the line is in no basket and its item is not suggested to them.
   */
  weight?: number | null | undefined
}

/** The names of a line's fields, in the order messages list them. */
export const fields = ['item', 'order', 'customer', 'quantity', 'at', 'price', 'weight'] as const
/** What an order line may hold. */
export type Field = (typeof fields)[number]

/** Which column of a raw row holds which field. `null`: read no column for this field, whatever the columns are called. */
export type Columns = {[field in Field]?: string | null | undefined}

/** The same for rows of a known type, whose fields are its columns. */
export type RowColumns<Row> = {[field in Field]?: (keyof Row & string) | null | undefined}

/** A row that cannot be used as it is. */
export interface BadRow {
  /** Where it stands: the line in the file (the header is line 1), or its number among the rows given, from 1. */
  line: number
  /** What was expected and what came. */
  reason: string
  /** The row as it was read. */
  row: unknown
}

/** `'throw'` (default) stops at the first bad row, `'skip'` counts them, a function is told of each and skips it. */
export type OnBadRow = 'throw' | 'skip' | ((bad: BadRow) => void)

/** What became of the rows of a source before they reached the log. `skipped` is by reason. */
export interface Tally {
  read: number
  skipped: Record<string, number>
}

/** An id as a text; absent values as `undefined`. */
export function toId(field: Field | 'id', value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') {
    if (value.isWellFormed()) return value
    throw new RangeError(`${field} must be well-formed text, got ${quote(value)}`, {cause: field})
  }
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  throw new TypeError(`${field} must be a text or a number, got ${quote(value)}`, {cause: field})
}
