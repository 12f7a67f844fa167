import {quote} from '../orders/options.ts'
import type {WholeLine, WholeOrder} from '../orders/whole-order.ts'
import type {Change} from './change.ts'
import {crc32} from './file.ts'

/*
 * A journal is what has changed in a shop since it was saved. Numbers are little-endian.
 *
 *     bytes      what
 *     0 – 7      0x89 "jour" CR LF 0x1A
 *     8 – 11     version of the format, u32: 1
 *     12 – 15    CRC-32 of 16 – 39
 *     16 – 39    `version` of the saved shop that it continues, in ASCII, and zeros after it
 *     40 – …     records, one after another, in the order in which the changes were made
 *
 *     of a record
 *     0 – 3      how many bytes its body has, u32
 *     4 – 7      CRC-32 of its body
 *     8 – 11     CRC-32 of 0 – 7: a length that was damaged is not taken for a record that was cut off
 *     12 – …     body: one change, as JSON in UTF-8
 *
 * A body is one of
 *
 *     {"add": [order, …], "replace": …, "strict": …}    see `Change`
 *     {"remove": order id}
 *     {"gone": [index, …]}                              orders in the log of the saved shop, which names nobody
 *
 * with `[order id, customer or null, [line, …]]` for an order, whose id is '' where it stands for its customer at its time, and
 * `[item, at, quantity, weight, price]` for a line. Numbers that JSON has not are texts: "NaN" for an unknown time or price.
 *
 * The file only grows, so a record that ends behind the end of the file is one that was being written when the process or the
 * machine died: nobody was told that it is kept, and it is passed over. Whatever else is not as described is damage.
 */

const MAGIC = Uint8Array.of(0x89, 0x6a, 0x6f, 0x75, 0x72, 0x0d, 0x0a, 0x1a)
const VERSION = 1
const [VERSION_AT, CRC_AT, SHOP_AT] = [8, 12, 16]
/** Bytes before the first record. */
export const JOURNAL_HEAD = 40
/** Bytes before a record's body. */
const RECORD_HEAD = 12

/** The head of a journal that continues a saved shop. */
export function journalHead(shop: string): Uint8Array {
  const head = new Uint8Array(JOURNAL_HEAD)
  const view = new DataView(head.buffer)
  head.set(MAGIC)
  view.setUint32(VERSION_AT, VERSION, true)
  head.set(new TextEncoder().encode(shop), SHOP_AT)
  view.setUint32(CRC_AT, crc32(head.subarray(SHOP_AT)), true)
  return head
}

/** Which saved shop a journal continues. `name` is the journal's, for messages. */
export function shopOfJournal(bytes: Uint8Array, name: string): string {
  const begins = bytes.subarray(0, MAGIC.length)
  if (begins.some((byte, place) => byte !== MAGIC[place])) {
    throw new Error(`${name}: expected a journal that load made, got something else; give it a file of its own`)
  }
  if (bytes.length < JOURNAL_HEAD) {
    throw new Error(`${name}: expected at least ${JOURNAL_HEAD} bytes, got ${bytes.length}; it is cut off`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const version = view.getUint32(VERSION_AT, true)
  if (version !== VERSION) {
    const advice = version > VERSION ? 'it is by a newer alsobought, or damaged' : 'it is damaged'
    throw new Error(`${name}: expected journal format ${VERSION} at byte ${VERSION_AT}, got ${version}; ${advice}`)
  }
  const shop = bytes.subarray(SHOP_AT, JOURNAL_HEAD)
  if (view.getUint32(CRC_AT, true) !== crc32(shop)) {
    throw new Error(
      `${name}: expected other bytes from byte ${CRC_AT} on, its head is damaged; put a copy in its place`,
    )
  }
  return new TextDecoder().decode(shop).replace(/\0+$/, '')
}

/** A record's body, and where the record begins. */
export interface Body {
  at: number
  bytes: Uint8Array
}

/** The body that says a change. */
export function bodyOf(change: Change): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(contentOf(change)))
}

function contentOf(change: Change): object {
  if (change.kind === 'add') {
    return {add: change.orders.map(orderToJson), replace: change.replace, strict: change.strict}
  }
  if ('order' in change) return {remove: change.order}
  if ('indices' in change) return {gone: change.indices}
  throw new TypeError('a journal names no customer that is to be forgotten')
}

function orderToJson({id, customer, lines}: WholeOrder): unknown[] {
  return [id, customer ?? null, lines.map(({item, ...line}) => [item, ...lineFields.map((at) => toJson(line[at]))])]
}

const lineFields = ['at', 'quantity', 'weight', 'price'] as const

function toJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

/** Records with these bodies, one after another. */
export function recordsOf(bodies: readonly Uint8Array[]): Uint8Array {
  const records = new Uint8Array(bodies.reduce((sum, body) => sum + RECORD_HEAD + body.length, 0))
  const view = new DataView(records.buffer)
  let at = 0
  for (const body of bodies) {
    view.setUint32(at, body.length, true)
    view.setUint32(at + 4, crc32(body), true)
    view.setUint32(at + 8, crc32(records.subarray(at, at + 8)), true)
    records.set(body, at + RECORD_HEAD)
    at += RECORD_HEAD + body.length
  }
  return records
}

/** All bodies of a journal, and where the last whole record ends. */
export function bodiesIn(bytes: Uint8Array, name: string): {bodies: Body[]; end: number} {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const bodies: Body[] = []
  let at = JOURNAL_HEAD
  while (at + RECORD_HEAD <= bytes.length) {
    // What some file systems leave where a write was cut short.
    if (isZeroFrom(bytes, at)) break
    if (view.getUint32(at + 8, true) !== crc32(bytes.subarray(at, at + 8))) throw damaged(name, at)
    const end = at + RECORD_HEAD + view.getUint32(at, true)
    if (end > bytes.length) break
    const body = bytes.subarray(at + RECORD_HEAD, end)
    if (view.getUint32(at + 4, true) !== crc32(body)) throw damaged(name, at)
    bodies.push({at, bytes: body})
    at = end
  }
  return {bodies, end: at}
}

/** A loop, as there may be gigabytes: `every` takes six times as long. */
function isZeroFrom(bytes: Uint8Array, at: number): boolean {
  for (let place = at; place < bytes.length; place++) if (bytes[place] !== 0) return false
  return true
}

function damaged(name: string, at: number): Error {
  const advice = `put a copy in its place, or cut it to ${at} bytes to do without what was changed from there on`
  return new Error(`${name}: expected a record from byte ${at} on, got one whose checksum is another; ${advice}`)
}

/** The change in a body; `orders` is how many the log of the saved shop has. */
export function changeIn({at, bytes}: Body, orders: number, name: string): Change {
  try {
    const {add, replace, strict, remove, gone} = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes))
    if (typeof remove === 'string') return {kind: 'remove', order: remove}
    if (Array.isArray(gone)) return {kind: 'remove', indices: gone.map((index) => checkIndex(index, orders))}
    return {kind: 'add', orders: add.map(orderInJson), replace: replace === true, strict: strict === true}
  } catch (error) {
    const advice = 'it was made or changed by something else than alsobought'
    throw new Error(`${name}: expected a change from byte ${at} on: ${(error as Error).message}; ${advice}`)
  }
}

function checkIndex(index: unknown, orders: number): number {
  if (Number.isInteger(index) && (index as number) >= 0 && (index as number) < orders) return index as number
  throw new RangeError(`expected the index of one of ${orders} orders, got ${quote(index)}`)
}

function orderInJson([id, who, given]: unknown[]): WholeOrder {
  const customer = who === null ? undefined : who
  const isNamed = (typeof id === 'string' && id !== '') || Number.isSafeInteger(id)
  const isOwned = typeof customer === 'string' && customer !== ''
  if (!(isNamed || (id === '' && isOwned)) || !(isOwned || customer === undefined)) {
    throw new TypeError('expected the id of an order or its customer')
  }
  const lines = (given as unknown[][]).map(lineInJson)
  if (lines.length === 0) throw new TypeError('expected an order of one line at least')
  const times = lines.map(({at}) => at).filter((at) => !Number.isNaN(at))
  const time = times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : Number.NaN
  return {id: id as string | number, customer: customer as string | undefined, time, lines}
}

function lineInJson([item, ...values]: unknown[]): WholeLine {
  const [at, quantity, weight, price] = values.map(Number)
  if (typeof item !== 'string' || item === '' || !Number.isFinite(quantity) || !Number.isFinite(weight)) {
    throw new TypeError('expected a line of an item, numbers and a time')
  }
  return {item, at, quantity, weight, price}
}
