import {type DateFormat, parseDate} from './dates.ts'
import {checkWanted, type Fields, matchHeader, missingColumn, type Positions} from './header.ts'
import {quote} from './options.ts'
import {type Columns, type Field, fields, type OrderLine, toId} from './order-line.ts'

/**
 * Header names that are taken without being asked for, best first: an id goes before a name, a product before its
 * variants. They are compared without case, blanks and punctuation. `weight` has none: it is mostly a parcel's weight.
 */
const wellKnown: Record<Field, readonly string[]> = {
  item: `itemid productid stockcode sku asin itemcode productcode articleid articlecode articleno articlenumber itemno
    itemnumber productno productnumber lineitemsku variantid variantcode item product article`.split(/\s+/),
  order: `orderid invoiceno invoiceid orderno ordernumber invoicenumber transactionid basketid receiptid receiptno
    receiptnumber transactionno cartid order invoice transaction basket receipt`.split(/\s+/),
  customer: `customerid customerno customernumber userid clientid buyerid memberid shopperid accountid householdid
    householdkey visitorid customer user client buyer member shopper`.split(/\s+/),
  quantity: 'quantity qty units lineitemquantity quantityordered orderedquantity count'.split(' '),
  at: `orderedat orderdate invoicedate purchasedat purchasedate transactiondate ordertime createdat timestamp datetime
    date time at`.split(/\s+/),
  price: 'unitprice price itemprice lineitemprice'.split(' '),
  weight: [],
}

/** The fields of an order line, for `matchHeader`. */
const lineFields: Fields<Field> = {names: fields, wellKnown}

/** Finds the fields of an order line in a header, see `matchHeader`. Of order and customer one must be there. */
export function matchColumns(header: readonly string[], wanted: Columns = {}): Positions<Field> {
  const positions = matchHeader(header, wanted, lineFields)
  if (positions.item === undefined) throw missingColumn(header, 'item')
  if (positions.order === undefined && positions.customer === undefined) {
    throw missingColumn(header, 'order', 'order or customer')
  }
  return positions
}

/** Refuses `columns` for a field that a line does not have. */
export function checkFields(columns: Columns): void {
  checkWanted(columns, fields)
}

/** The order line in a raw row, such as a database cursor gives, whose columns are named by `columns`. */
export function lineFromRow(row: Record<string, unknown>, columns: Columns, dateFormat?: DateFormat): PlainLine {
  const valueIn = (name: string | null | undefined) => (name === undefined || name === null ? undefined : row[name])
  // One by one and not in a loop: an engine is quick at a place in the code that always reads the same column.
  const raw = {
    item: valueIn(columns.item),
    order: valueIn(columns.order),
    customer: valueIn(columns.customer),
    quantity: valueIn(columns.quantity),
    at: valueIn(columns.at),
    price: valueIn(columns.price),
    weight: valueIn(columns.weight),
  }
  return toLine(raw, dateFormat)
}

/** What `toLine` makes: ids are strings, everything else is a number. */
export interface PlainLine extends OrderLine {
  item: string
  order: string | undefined
  customer: string | undefined
  quantity: number | undefined
  at: number | undefined
  price: number | undefined
  weight: number | undefined
}

/**
 * An order line from values as they come. `undefined`, `null` and `''` are absent; numbers may be texts or bigints.
 * Throws the reason alone, with the field at fault as its `cause`: the caller knows where the row stands.
 */
export function toLine(raw: {[field in Field]?: unknown}, dateFormat?: DateFormat): PlainLine {
  const item = toId('item', raw.item)
  const order = toId('order', raw.order)
  const customer = toId('customer', raw.customer)
  if (item === undefined) throw new RangeError('item is missing', {cause: 'item'})
  if (order === undefined && customer === undefined) throw new RangeError('both order and customer are missing')
  return {
    item,
    order,
    customer,
    quantity: toNumber('quantity', raw.quantity),
    at: toTime(raw.at, dateFormat),
    price: toNumber('price', raw.price),
    weight: toWeight(raw.weight),
  }
}

/** Decimal numbers alone: `Number` would also read '' as 0, and '0x10' and 'Infinity'. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A finite number; absent values as `undefined`. */
export function toNumber(field: Field, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  let number = Number.NaN
  if (typeof value === 'number' || typeof value === 'bigint') number = Number(value)
  else if (typeof value === 'string' && decimal.test(value.trim())) number = Number(value)
  if (Number.isFinite(number)) return number
  const hasComma = typeof value === 'string' && /^[-+]?[\d.]*,\d+$/.test(value.trim())
  const hint = hasComma ? ': decimals have a point; readers of files take commas with decimalComma: true' : ''
  throw new RangeError(`${field} must be a number, got ${quote(value)}${hint}`, {cause: field})
}

/** Thousands that points part, if any, and decimals behind a comma. `0.234` is none: somebody wrote a decimal point. */
const decimalWithComma = /^[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d*)?$|^[+-]?,\d+$/

/** The text of a number with a decimal comma as one with a point, for `toNumber`. */
export function withPoint(field: Field, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return text
  if (decimalWithComma.test(text.trim())) return text.replaceAll('.', '').replace(',', '.')
  throw new RangeError(`${field} must be a number with a decimal comma, got ${quote(text)}`, {cause: field})
}

export function notNegative(field: string, value: number | undefined): number | undefined {
  if (value === undefined || value >= 0) return value
  throw new RangeError(`${field} must be from 0 up, got ${value}`, {cause: field})
}

/** The largest weight a line may have: a customer's orders add up, and must not add up to infinity. */
const MOST_WEIGHT = 1e9

export function toWeight(value: unknown): number | undefined {
  const weight = toNumber('weight', value)
  if (weight === undefined || (weight >= 0 && weight <= MOST_WEIGHT)) return weight
  throw new RangeError(`weight must be from 0 to 1,000,000,000, got ${weight}`, {cause: 'weight'})
}

/** A time in ms; absent values as `undefined`. */
export function toTime(
  value: unknown,
  dateFormat: DateFormat | undefined,
  field: Field | 'launchedAt' = 'at',
): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  try {
    return parseDate(value as Date, dateFormat)
  } catch (error) {
    throw new RangeError(`${field}: ${(error as Error).message}`, {cause: field})
  }
}
