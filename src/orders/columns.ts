import {type DateFormat, parseDate} from './dates.ts'
import {quote} from './options.ts'
import {type Columns, type Field, fields, type OrderLine} from './order-line.ts'

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

/** Which position of a header holds which field. */
export type Positions = {[field in Field]?: number}

/**
 * Finds the fields in a header. Names in `wanted` must be there, once, exactly or else but for case and outer blanks;
 * a field without one takes a column with a well-known name that nobody asked for. Messages leave out the file.
 */
export function matchColumns(header: readonly string[], wanted: Columns = {}): Positions {
  checkFields(wanted)
  const positions: Positions = {}
  const asked = new Set<number>()
  for (const field of fields) {
    const name = wanted[field]
    if (name === undefined || name === null) continue
    const position = findWanted(header, field, name)
    positions[field] = position
    asked.add(position)
  }
  const plain = header.map((name, i) => (asked.has(i) ? '' : name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')))
  for (const field of fields) {
    if (wanted[field] !== undefined) continue
    const known = wellKnown[field].find((name) => plain.includes(name))
    if (known === undefined) continue
    const matches = [...plain.keys()].filter((i) => plain[i] === known)
    if (matches.length > 1) throw ambiguous(header, field, matches)
    positions[field] = matches[0] as number
  }
  if (positions.item === undefined) throw missing(header, 'item')
  if (positions.order === undefined && positions.customer === undefined) throw missing(header, 'order')
  return positions
}

/** Refuses `columns` for a field that a line does not have. */
export function checkFields(columns: Columns): void {
  if (typeof columns !== 'object' || columns === null) {
    throw new TypeError(`columns must be an object such as {item: "sku"}, got ${quote(columns)}`)
  }
  for (const [field, name] of Object.entries(columns)) {
    if (!(fields as readonly string[]).includes(field)) {
      throw new RangeError(`unknown field ${quote(field)} in columns; valid are ${fields.join(', ')}`)
    }
    if (name !== null && name !== undefined && typeof name !== 'string') {
      throw new TypeError(`columns: ${field} must be the name of a column, got ${quote(name)}`)
    }
  }
}

function findWanted(header: readonly string[], field: Field, name: string): number {
  const all = [...header.keys()]
  let matches = all.filter((i) => header[i] === name)
  const loose = name.trim().toLowerCase()
  if (matches.length === 0) matches = all.filter((i) => (header[i] as string).trim().toLowerCase() === loose)
  if (matches.length > 1) throw ambiguous(header, field, matches)
  if (matches.length === 1) return matches[0] as number
  throw new RangeError(`no column ${quote(name)} for ${field} among ${list(header)}; correct columns: {${field}: …}`)
}

function ambiguous(header: readonly string[], field: Field, matches: number[]): RangeError {
  const names = [...new Set(matches.map((i) => header[i] as string))]
  const stands = names.length === 1 ? `${list(names)} stands ${matches.length} times` : `${list(names)} would all do`
  const advice = names.length === 1 ? 'give each column its own name' : `choose with columns: {${field}: …}`
  return new RangeError(`more than one column for ${field}: ${stands} among ${list(header)}; ${advice}`)
}

function missing(header: readonly string[], field: 'item' | 'order'): RangeError {
  const what = field === 'item' ? 'item' : 'order or customer'
  return new RangeError(
    `no column for ${what} among ${list(header)}; name it with columns: {${field}: ${quote(header[0] ?? '')}}`,
  )
}

/** Column names as messages show them: the first dozen. */
function list(names: readonly string[]): string {
  const rest = names.length > 12 ? ` and ${names.length - 12} more` : ''
  return names.slice(0, 12).map(quote).join(', ') + rest
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

/** Decimal numbers alone: `Number` would also read '' as 0, and '0x10' and 'Infinity'. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** A finite number; absent values as `undefined`. */
export function toNumber(field: Field, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  let number = Number.NaN
  if (typeof value === 'number' || typeof value === 'bigint') number = Number(value)
  else if (typeof value === 'string' && decimal.test(value.trim())) number = Number(value)
  if (Number.isFinite(number)) return number
  throw new RangeError(`${field} must be a number, got ${quote(value)}`, {cause: field})
}

/** The largest weight a line may have: a customer's orders add up, and must not add up to infinity. */
const MOST_WEIGHT = 1e9

export function toWeight(value: unknown): number | undefined {
  const weight = toNumber('weight', value)
  if (weight === undefined || (weight >= 0 && weight <= MOST_WEIGHT)) return weight
  throw new RangeError(`weight must be from 0 to 1,000,000,000, got ${weight}`, {cause: 'weight'})
}

/** A time in ms; absent values as `undefined`. */
export function toTime(value: unknown, dateFormat: DateFormat | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  try {
    return parseDate(value as Date, dateFormat)
  } catch (error) {
    throw new RangeError(`at: ${(error as Error).message}`, {cause: 'at'})
  }
}
