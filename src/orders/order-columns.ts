import type {Interner} from './ids.ts'
import {quote} from './options.ts'
import type {Id} from './order-line.ts'

/**
 * A column of ids: whole numbers in a typed array (below 0: none), ids one by one (`null`: none), or a dictionary, as
 * Arrow and DuckDB give it: `indices` into `ids` (below 0: none).
 */
export type IdColumn =
  | Int32Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | readonly (Id | null | undefined)[]
  | {ids: readonly Id[]; indices: ArrayLike<number>}

/** Order lines as columns of equal length: the fastest door for bulk history. `order` or `customer` may be missing. */
export interface OrderColumns {
  item: IdColumn
  order?: IdColumn | undefined
  customer?: IdColumn | undefined
  /** Default 1 on every line. */
  quantity?: ArrayLike<number> | undefined
  /** Milliseconds since 1970, NaN where unknown. */
  at?: ArrayLike<number> | undefined
  /** NaN where unknown. */
  price?: ArrayLike<number> | undefined
  /** Default 1 on every line. */
  weight?: ArrayLike<number> | undefined
}

const names = ['item', 'order', 'customer', 'quantity', 'at', 'price', 'weight'] as const

/** Whether a source is columns rather than something to iterate over. */
export function isColumns(source: object): source is OrderColumns {
  return 'item' in source && !(Symbol.iterator in source) && !(Symbol.asyncIterator in source)
}

/** The number of lines. Throws where columns are unknown, missing or of different lengths. */
export function columnLength(columns: OrderColumns): number {
  const unknown = Object.keys(columns).find((name) => !(names as readonly string[]).includes(name))
  if (unknown !== undefined) {
    throw new RangeError(`fit: unknown column ${quote(unknown)}; valid are ${names.join(', ')}`)
  }
  if (!columns.order && !columns.customer) throw new RangeError('fit: columns need an order or a customer column')
  const given = names.filter((name) => columns[name] !== undefined)
  const lengths = given.map((name) => {
    const column = columns[name]
    const length = column && ('indices' in column ? column.indices?.length : column.length)
    if (typeof length !== 'number') throw new TypeError(`fit: column ${name} must be an array, got ${quote(column)}`)
    return length
  })
  if (new Set(lengths).size > 1) {
    const list = given.map((name, i) => `${name} ${lengths[i]}`).join(', ')
    throw new RangeError(`fit: columns must be of one length, got ${list}`)
  }
  return lengths[0] ?? 0
}

/** A function that gives the interner's index of the id on a line, -1 for none. */
export function idReader(name: string, column: IdColumn | undefined, interner: Interner): (line: number) => number {
  if (column === undefined) return () => -1
  if ('indices' in column) {
    const {ids, indices} = column
    const known = ids.map((id) => internId(name, id, interner))
    return (line) => {
      const index = indices[line]
      if (index < ids.length) return index < 0 ? -1 : known[index]
      throw new RangeError(`${name} must be an index below ${ids.length}, got ${quote(index)}`)
    }
  }
  if (Array.isArray(column)) return (line) => internId(name, column[line], interner)
  if (!ArrayBuffer.isView(column)) throw new TypeError(`fit: column ${name} must be an array, got ${quote(column)}`)
  return numberReader(column as Int32Array, interner)
}

function internId(name: string, id: Id | null | undefined, interner: Interner): number {
  if (id === null || id === undefined || id === '') return -1
  const text = typeof id === 'number' && !Number.isFinite(id) ? undefined : String(id)
  if (text === undefined || !['string', 'number', 'bigint'].includes(typeof id) || !text.isWellFormed()) {
    throw new TypeError(`${name} must be a well-formed text or a number, got ${quote(id)}`)
  }
  return interner.index(text)
}

/** Whole numbers that are not far apart are looked up in a table, which is several times faster than a `Map`. */
function numberReader(column: Int32Array, interner: Interner): (line: number) => number {
  let largest = -1
  for (let line = 0; line < column.length; line++) if (column[line] > largest) largest = column[line]
  if (largest > 4 * column.length + 1024) return (line) => (column[line] < 0 ? -1 : interner.index(column[line]))
  const indices = new Int32Array(largest + 1).fill(-1)
  return (line) => {
    const id = column[line]
    if (id < 0) return -1
    if (indices[id] < 0) indices[id] = interner.index(id)
    return indices[id]
  }
}
