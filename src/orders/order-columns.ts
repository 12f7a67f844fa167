import type {Interner} from './ids.ts'
import {quote} from './options.ts'
import {type Field, fields, type Id, toId} from './order-line.ts'

/**
 * A column of ids: whole numbers in a typed array (below 0: none), ids one by one (`null`: none), or a dictionary, as
 * Arrow and DuckDB give it: `indices` into `ids` (below 0: none).
 */
export type IdColumn =
  | Int32Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | BigInt64Array
  | readonly (Id | null | undefined)[]
  | {ids: readonly Id[]; indices: ArrayLike<number>}

/** Numbers; `null` in an array is absent. */
export type NumberColumn =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | readonly (number | null | undefined)[]

/** Order lines as columns of equal length: the fastest door for bulk history. `order` or `customer` may be missing. */
export interface OrderColumns {
  item: IdColumn
  order?: IdColumn | undefined
  customer?: IdColumn | undefined
  /** Default 1 on every line. */
  quantity?: NumberColumn | undefined
  /** Milliseconds since 1970; NaN where unknown. */
  at?: NumberColumn | undefined
  /** NaN where unknown. */
  price?: NumberColumn | undefined
  /** Default 1 on every line. */
  weight?: NumberColumn | undefined
}

/** Whether a source is columns rather than something to iterate over. */
export function isColumns(source: object): source is OrderColumns {
  return 'item' in source && !(Symbol.iterator in source) && !(Symbol.asyncIterator in source)
}

/** The number of lines. Throws where columns are unknown, missing, no columns at all, or of different lengths. */
export function columnLength(columns: OrderColumns, name: string): number {
  const unknown = Object.keys(columns).find((column) => !(fields as readonly string[]).includes(column))
  if (unknown !== undefined) {
    throw new RangeError(`${name}: unknown column ${quote(unknown)}; valid are ${fields.join(', ')}`)
  }
  if (!columns.order && !columns.customer) throw new RangeError(`${name}: columns need an order or a customer column`)
  const given = fields.filter((field) => columns[field] !== undefined)
  const lengths = given.map((field) => lengthOf(field, columns[field], name))
  const unsound = lengths.findIndex((length) => !(Number.isInteger(length) && length >= 0 && length <= MOST_LINES))
  if (unsound >= 0) {
    const expected = `must have from 0 to ${MOST_LINES} values, got a length of ${lengths[unsound]}`
    throw new RangeError(`${name}: column ${given[unsound]} ${expected}`)
  }
  if (new Set(lengths).size > 1) {
    const list = given.map((field, i) => `${field} ${lengths[i]}`).join(', ')
    throw new RangeError(`${name}: columns must be of one length, got ${list}`)
  }
  return lengths[0]
}

/** Lines have numbers of 32 bits. */
const MOST_LINES = 2 ** 31 - 1

const idArrays = [Int32Array, Uint32Array, Uint16Array, Uint8Array, BigInt64Array]

function lengthOf(field: Field, column: unknown, name: string): number {
  const isId = field === 'item' || field === 'order' || field === 'customer'
  if (Array.isArray(column)) return column.length
  if (isId && idArrays.some((type) => column instanceof type)) return (column as Int32Array).length
  if (!isId && ArrayBuffer.isView(column) && !(column instanceof DataView)) return (column as Float64Array).length
  const {ids, indices} = (typeof column === 'object' && column !== null ? column : {}) as {
    ids?: unknown
    indices?: unknown
  }
  if (isId && Array.isArray(ids) && typeof (indices as Int32Array)?.length === 'number') {
    return (indices as Int32Array).length
  }
  const advice = isId
    ? `; ids may be an array, one of ${idArrays.map((type) => type.name).join(', ')}, or {ids, indices}`
    : ''
  throw new TypeError(`${name}: column ${field} must be an array, got ${quote(column)}${advice}`)
}

/** A function that gives the interner's index of the id on a line, -1 for none. */
export function idReader(field: Field, column: IdColumn | undefined, interner: Interner): (line: number) => number {
  if (column === undefined) return () => -1
  const intern = (value: unknown) => {
    const id = toId(field, value)
    return id === undefined ? -1 : interner.index(id)
  }
  if (Array.isArray(column)) return (line) => intern(column[line])
  if (column instanceof BigInt64Array) return (line) => (column[line] < 0n ? -1 : intern(column[line]))
  if (!('indices' in column)) return numberReader(column as Int32Array, interner)
  const {ids, indices} = column
  /** By dictionary index: the interner's, or what is not known before a line uses it. */
  const known: number[] = []
  return (line) => {
    const index = indices[line]
    if (!Number.isInteger(index) || index >= ids.length) {
      throw new RangeError(`${field} must be an index below ${ids.length}, got ${quote(index)}`)
    }
    if (index < 0) return -1
    known[index] ??= intern(ids[index])
    return known[index]
  }
}

/** Whole numbers that are not far apart are looked up in a table, which is several times faster than a `Map`. */
function numberReader(column: Int32Array, interner: Interner): (line: number) => number {
  let smallest = Number.POSITIVE_INFINITY
  let largest = -1
  for (let line = 0; line < column.length; line++) {
    const id = column[line]
    if (id > largest) largest = id
    if (id >= 0 && id < smallest) smallest = id
  }
  const range = Math.max(0, largest - smallest + 1)
  if (range > 4 * column.length + 1024) return (line) => (column[line] < 0 ? -1 : interner.index(column[line]))
  /** From 1; 0 where an id has not come yet. */
  const indices = new Int32Array(range)
  return (line) => {
    const id = column[line]
    if (id < 0) return -1
    if (indices[id - smallest] === 0) indices[id - smallest] = 1 + interner.add(id)
    return indices[id - smallest] - 1
  }
}
