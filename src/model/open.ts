import {finish, type Steps, span} from '../matrix/steps.ts'
import {checkOptions, quote} from '../orders/options.ts'
import {SavedColumns} from './columns.ts'
import type {Crc32} from './crc32.ts'
import {type Facts, wrongFact} from './facts.ts'
import {
  type Column,
  checksumOf,
  compareChecksum,
  FOREIGN,
  HEAD,
  type Head,
  type Layout,
  readDirectory,
  readHead,
  setChecksum,
} from './format.ts'
import type {Model} from './model.ts'
import {type LoadOptions, type OpenSums, restore} from './restore.ts'

/**
 * Opens a saved model: its columns are views of the bytes. Those are copied only where they begin at no multiple of 8.
 * @param name what it is opened by, for messages
 * @param openSums left out where sums are to be made in JavaScript
 */
export function modelFromBytes(
  name: string,
  given: Uint8Array | ArrayBuffer | SharedArrayBuffer,
  options: LoadOptions,
  crc32: Crc32,
  openSums?: OpenSums,
): Model {
  const start = performance.now()
  checkLoadOptions(name, options)
  const view = viewOf(given, name)
  const bytes = view.byteOffset % 8 === 0 ? view : new Uint8Array(view)
  const head = readHead(bytes.subarray(0, HEAD), bytes.length, name)
  compareChecksum(head, checksumOf(bytes, crc32), name)
  return finish(openModel(bytes, head, options, name, start, openSums))
}

function checkLoadOptions(name: string, options: LoadOptions): void {
  checkOptions(name, options, ['measure'])
}

function viewOf(given: Uint8Array | ArrayBuffer | SharedArrayBuffer, name: string): Uint8Array {
  let got = quote(given)
  try {
    if (given instanceof Uint8Array) return given.subarray()
    const isShared = typeof SharedArrayBuffer !== 'undefined' && (given as unknown) instanceof SharedArrayBuffer
    if (isShared || given instanceof ArrayBuffer) return new Uint8Array(given)
  } catch {
    // Nothing can be seen of one whose bytes went to another thread.
    got = 'a detached one'
  }
  throw new TypeError(`${name}: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got ${got}`)
}

/**
 * The model in bytes whose head was read and checksum compared.
 * @param start when that began, by `performance.now()`
 */
export function* openModel(
  bytes: Uint8Array,
  head: Head,
  options: LoadOptions,
  name: string,
  start: number,
  openSums?: OpenSums,
): Steps<Model> {
  const {facts, columns} = readDirectory(bytes, head, name)
  const wrong = wrongFact(facts)
  if (wrong !== undefined) {
    throw new Error(`${name}: expected the facts of a shop, got others: see ${quote(wrong)} in its directory${FOREIGN}`)
  }
  const parts = yield* span(restore(facts as Facts, new SavedColumns(columns, name), options, name, openSums), 0, 1)
  const seconds = {load: (performance.now() - start) / 1000}
  const report = {...(facts as Facts).report, bytes: bytesByPart(columns), seconds}
  return {...parts, report, version: nameOf(head.checksum, bytes.length)}
}

/** What parts share is the first's. */
function bytesByPart(columns: ReadonlyMap<string, Column>): Record<string, number> {
  const bytes: Record<string, number> = {}
  const seen = new Set<Column>()
  for (const [name, values] of columns) {
    const [part] = name.split('/')
    bytes[part] = (bytes[part] ?? 0) + (seen.has(values) ? 0 : values.byteLength)
    seen.add(values)
  }
  return bytes
}

/** The bytes of a laid out model in one. */
export function bytesOf({pieces, length}: Layout, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(length)
  let end = 0
  for (const piece of pieces) {
    bytes.set(piece, end)
    end += piece.length
  }
  setChecksum(bytes, checksumOf(bytes, crc32))
  return bytes
}

/** Names the bytes of a model: their checksum and number, in hexadecimal. */
export function versionOf({pieces: [head, ...bodies], length}: Layout, crc32: Crc32): string {
  let checksum = checksumOf(head, crc32)
  for (const body of bodies) checksum = crc32(body, checksum)
  return nameOf(checksum, length)
}

export function nameOf(checksum: number, length: number): string {
  return `${checksum.toString(16).padStart(8, '0')}-${length.toString(16)}`
}
