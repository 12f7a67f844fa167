import {quote} from '../orders/options.ts'
import type {Crc32} from './crc32.ts'

/*
 * A saved model is one run of bytes. Numbers are little-endian.
 *
 *     bytes      what
 *     0 – 7      0x89 "also" CR LF 0x1A: what text modes and seven-bit channels spoil is seen at once
 *     8 – 11     version of the format, u32: 1
 *     12 – 15    CRC-32 (of zip and PNG) of all other bytes: of 0 – 11, then of 16 up to the end
 *     16 – 23    how many bytes there are in all, u64
 *     24 – 27    how many of them the directory has, u32
 *     28 – 31    0
 *     32 – …     directory: JSON in UTF-8
 *                zeros up to the next multiple of 8, where the first section begins
 *     …          sections, each followed by zeros up to the next multiple of 8
 *
 * Magic, version, checksum and length stand where they are in every version to come.
 *
 * The directory is `{facts, sections}`. `facts` are the settings, the report and single numbers, see `facts.ts`. `sections`
 * lists the columns as `{name, type, offset, length}`: `type` is u8, i16, u16, i32, f32 or f64, `offset` in bytes from where
 * the first section begins, `length` in values. They stand in the order of the list, without gaps; columns that are the same
 * array in memory are one section under several names. A name is the part of the model and the column: `log/lineItems`.
 *
 * Rows are compressed: row `r` of a table is the values from `offsets[r]` up to before `offsets[r + 1]`. Ids are one block of
 * UTF-8, cut in the same way; items and customers are sorted by these bytes, and an index anywhere else is a place among
 * them. Indices of items are u16 where there are up to 65,536 items, and i32 otherwise; numbers of baskets in tables are i16
 * where all fit. Times are ms since 1970, NaN where unknown, of one bit pattern. What is listed by `sections.ts` is there,
 * unless it is absent from the model.
 *
 * No byte depends on when, where or by how many threads the model was made.
 */

const MAGIC = Uint8Array.of(0x89, 0x61, 0x6c, 0x73, 0x6f, 0x0d, 0x0a, 0x1a)
const VERSION = 1
/** Those by which a file is told from any other, even one that a text mode has spoilt: no text in UTF-8 begins so. */
const MARK = MAGIC.subarray(0, 5)
/** Bytes before the directory. */
export const HEAD = 32
const [CRC_FROM, CRC_TO] = [12, 16]

export const types = {
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
}
/** In memory of any kind. */
interface Columns {
  u8: Uint8Array
  i16: Int16Array
  u16: Uint16Array
  i32: Int32Array
  f32: Float32Array
  f64: Float64Array
}

export type Type = keyof Columns
export type ColumnOf<T extends Type> = Columns[T]
export type Column = ColumnOf<Type>

/** A column under its name. */
export interface Section {
  name: string
  values: Column
}

/** The directory's line for it. */
export interface Entry {
  name: string
  type: Type
  offset: number
  length: number
}

/** The bytes of a model in pieces, to be put one after another. The first is to be sealed with their checksum. */
export interface Layout {
  pieces: Uint8Array[]
  length: number
}

/** Lays facts and sections out as described above. */
export function layOut(facts: object, sections: readonly Section[]): Layout {
  checkByteOrder('save')
  const entries: Entry[] = []
  const places = new Map<Column, number>()
  const bodies: Uint8Array[] = []
  let end = 0
  for (const {name, values} of sections) {
    const known = places.get(values)
    entries.push({name, type: typeOf(values), offset: known ?? end, length: values.length})
    if (known !== undefined) continue
    places.set(values, end)
    // Of no bytes at all, zlib takes the checksum for 0, whatever came before.
    if (values.length > 0) bodies.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    const padding = aligned(values.byteLength) - values.byteLength
    if (padding > 0) bodies.push(new Uint8Array(padding))
    end += aligned(values.byteLength)
  }
  const directory = new TextEncoder().encode(JSON.stringify({facts, sections: entries}))
  const head = new Uint8Array(aligned(HEAD + directory.length))
  const length = head.length + end
  const view = new DataView(head.buffer)
  head.set(MAGIC)
  view.setUint32(8, VERSION, true)
  view.setBigUint64(16, BigInt(length), true)
  view.setUint32(24, directory.length, true)
  head.set(directory, HEAD)
  return {pieces: [head, ...bodies], length}
}

/** Whether some bytes are the first ones of a saved shop, be it damaged or cut off: `readHead` tells. */
export function beginsAsSaved(start: Uint8Array): boolean {
  return start.length > 0 && MARK.subarray(0, start.length).every((byte, place) => byte === start[place])
}

/** The checksum of the first bytes, the head among them: to be gone on with by what follows. */
export function checksumOf(start: Uint8Array, crc32: Crc32): number {
  return crc32(start.subarray(CRC_TO), crc32(start.subarray(0, CRC_FROM)))
}

export function setChecksum(head: Uint8Array, checksum: number): void {
  new DataView(head.buffer, head.byteOffset).setUint32(CRC_FROM, checksum, true)
}

/** The head of some bytes, once it is known to be one. */
export interface Head {
  checksum: number
  /** Bytes of the directory. */
  directory: number
}

/**
 * Reads the head, and refuses what is no saved model, of a version to come, or of another length.
 * @param start the first `HEAD` bytes, or all where there are fewer
 * @param length how many bytes there are in all
 * @param name of what is read, for messages
 */
export function readHead(start: Uint8Array, length: number, name: string): Head {
  checkByteOrder(name)
  const magic = start.subarray(0, MAGIC.length)
  if (length === 0) throw new Error(`${name}: expected a saved shop, got 0 bytes; save it again`)
  if (magic.some((byte, place) => byte !== MAGIC[place])) {
    const begins = Array.from(magic, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw new Error(
      `${name}: expected what save or toBytes of a shop wrote, got something else (it begins with ${begins}); fit reads orders`,
    )
  }
  if (length < HEAD) throw new Error(`${name}: expected at least ${HEAD} bytes, got ${length}; it is cut off`)
  const view = new DataView(start.buffer, start.byteOffset, HEAD)
  const version = view.getUint32(8, true)
  if (version > VERSION) {
    throw new Error(
      `${name}: written by a newer alsobought: expected format ${VERSION}, got ${version}; update alsobought, or fit again`,
    )
  }
  if (version < VERSION) throw new Error(`${name}: expected format ${VERSION}, got ${version}; it is damaged`)
  const expected = Number(view.getBigUint64(16, true))
  if (expected !== length) {
    const what = length < expected ? 'it is cut off' : 'something was added to it'
    throw new Error(`${name}: expected ${expected} bytes, got ${length}; ${what}: copy or save it again`)
  }
  return {checksum: view.getUint32(CRC_FROM, true), directory: view.getUint32(24, true)}
}

export function compareChecksum({checksum}: Head, got: number, name: string): void {
  if (checksum === got) return
  const [wanted, came] = [checksum, got].map((sum) => sum.toString(16).padStart(8, '0'))
  throw new Error(
    `${name}: expected the checksum ${wanted}, got ${came}; some of its bytes have changed: copy or save it again`,
  )
}

/** Finds facts and columns in the bytes, whose head was read and checksum compared. `bytes` begins at a multiple of 8. */
export function readDirectory(
  bytes: Uint8Array,
  {directory}: Head,
  name: string,
): {facts: unknown; columns: Map<string, Column>} {
  const first = aligned(HEAD + directory)
  if (first > bytes.length) {
    throw new Error(`${name}: expected a directory within ${bytes.length} bytes, got one of ${directory}${FOREIGN}`)
  }
  const {facts, sections} = parseDirectory(bytes.slice(HEAD, HEAD + directory), name)
  const columns = new Map<string, Column>()
  const known = new Map<string, Column>()
  let end = first
  for (const entry of sections) {
    const {name: column, type, offset, length} = checkEntry(entry, name)
    if (columns.has(column)) throw new Error(`${name}: expected one section ${quote(column)}, got two${FOREIGN}`)
    const key = `${type} ${offset} ${length}`
    let values = known.get(key)
    if (!values) {
      const size = length * types[type].BYTES_PER_ELEMENT
      if (first + offset !== end || aligned(size) > bytes.length - end) {
        const room = `at byte ${end - first} and at most ${bytes.length - end} bytes`
        throw new Error(`${name}: section ${quote(column)}: expected ${room}, got ${offset} and ${size}${FOREIGN}`)
      }
      values = new types[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + end, length)
      known.set(key, values)
      end += aligned(size)
    }
    columns.set(column, values)
  }
  if (end !== bytes.length) {
    throw new Error(`${name}: expected sections up to byte ${bytes.length}, got them up to ${end}${FOREIGN}`)
  }
  return {facts, columns}
}

/** The end of messages about bytes that are as they were written, but not by this library. */
export const FOREIGN = '; it was made or changed by something else: save the shop again'

function parseDirectory(bytes: Uint8Array, name: string): {facts: unknown; sections: unknown[]} {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes))
  } catch (error) {
    throw new Error(`${name}: expected a directory in JSON, got something else: ${(error as Error).message}${FOREIGN}`)
  }
  const {facts, sections} = (parsed ?? {}) as {facts?: unknown; sections?: unknown}
  if (!Array.isArray(sections)) throw new Error(`${name}: expected a directory with a list of sections${FOREIGN}`)
  return {facts, sections}
}

function checkEntry(given: unknown, name: string): Entry {
  const {name: column, type, offset, length} = (given ?? {}) as Partial<Record<keyof Entry, unknown>>
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
  if (typeof column !== 'string' || !Object.hasOwn(types, String(type)) || !isCount(offset) || !isCount(length)) {
    const got = quote(JSON.stringify(given))
    throw new Error(`${name}: expected a section's name, type, offset and length, got ${got}${FOREIGN}`)
  }
  return given as Entry
}

function typeOf(values: Column): Type {
  return (Object.keys(types) as Type[]).find((type) => values instanceof types[type]) as Type
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}

/** Columns are used as they lie in the bytes. */
function checkByteOrder(name: string): void {
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] === 1) return
  throw new Error(`${name}: saved shops are little-endian, and this machine is not; use them on another`)
}
