import type {Csr, Indices} from '../matrix/csr.ts'
import {quote} from '../orders/options.ts'
import {type Column, type ColumnOf, FOREIGN, type Type, types} from './format.ts'
import {areBelow, areOffsets, areRows} from './sound.ts'

/** The columns of a saved model, each given out as what it is taken for, or refused. */
export class SavedColumns {
  readonly #columns: Map<string, Column>
  readonly #left: Set<string>
  readonly #name: string
  /** What has been looked at, and for what. */
  readonly #sound = new Map<Column, Set<string>>()

  /** @param name of what is read, for messages */
  constructor(columns: Map<string, Column>, name: string) {
    this.#columns = columns
    this.#left = new Set(columns.keys())
    this.#name = name
  }

  has(column: string): boolean {
    return this.#columns.has(column)
  }

  /** @param length it must have; any if left out */
  take<T extends Type>(column: string, type: T | readonly T[], length?: number): ColumnOf<T> {
    const values = this.#columns.get(column)
    const wanted: readonly Type[] = typeof type === 'string' ? [type] : type
    if (!values) throw new Error(`${this.#name}: expected a section ${quote(column)}, got none${FOREIGN}`)
    const isWanted = wanted.some((one) => values instanceof types[one])
    if (!isWanted || (length !== undefined && values.length !== length)) {
      const got = `${values.length} of ${Object.keys(types).find((one) => values instanceof types[one as Type])}`
      this.refuse(column, `${length ?? 'values'} of ${wanted.join(' or ')}`, got)
    }
    this.#left.delete(column)
    return values as ColumnOf<T>
  }

  /** The same; `undefined` where it is absent. */
  find<T extends Type>(column: string, type: T | readonly T[], length?: number): ColumnOf<T> | undefined {
    return this.has(column) ? this.take(column, type, length) : undefined
  }

  /** @param most values of a row */
  offsets(column: string, rows: number, end: number, most = end): Int32Array {
    const offsets = this.take(column, 'i32', rows + 1)
    if (!this.#once(offsets, `offsets to ${end} by ${most}`, () => areOffsets(offsets, end, most))) {
      const limit = most < end ? `, by at most ${most} at a time` : ''
      this.refuse(column, `offsets that rise from 0 to ${end}${limit}`, 'others')
    }
    return offsets
  }

  /** Indices of items. */
  items(column: string, items: number, length?: number): Indices {
    const indices = this.take(column, items > 65536 ? 'i32' : 'u16', length)
    if (!this.#once(indices, `below ${items}`, () => areBelow(indices, items))) {
      this.refuse(column, `indices from 0 to ${items - 1}`, 'others')
    }
    return indices
  }

  /**
   * Rows that ascend.
   * @param limit what their indices are below, and their lengths not above
   */
  rows<T extends 'u16' | 'i32'>(
    column: string,
    type: T,
    rows: number,
    limit: number,
    length?: number,
  ): Csr<ColumnOf<T>> {
    const indices = this.take(`${column}.indices`, type, length)
    const offsets = this.offsets(`${column}.offsets`, rows, indices.length, limit)
    if (!areRows({offsets, indices}, limit)) {
      this.refuse(`${column}.indices`, `indices from 0 to ${limit - 1}, ascending in each row`, 'others')
    }
    this.#once(indices, `below ${limit}`, () => true)
    return {offsets, indices}
  }

  /** Looks at a column that stands under several names once. */
  #once(values: Column, what: string, look: () => boolean): boolean {
    const looks = this.#sound.get(values) ?? new Set()
    this.#sound.set(values, looks)
    const isSound = looks.has(what) || look()
    if (isSound) looks.add(what)
    return isSound
  }

  /** Some of the items, each once. */
  distinct(column: string, items: number): Int32Array {
    const indices = this.take(column, 'i32')
    const seen = new Uint8Array(items)
    for (let i = 0; i < indices.length; i++) {
      const item = indices[i]
      // Of what is no index there is nothing to be seen.
      if (seen[item] !== 0) this.refuse(column, `indices from 0 to ${items - 1}, each once`, 'others')
      seen[item] = 1
    }
    return indices
  }

  /** Refuses what nothing asked for. */
  finish(): void {
    for (const column of this.#left) {
      throw new Error(`${this.#name}: expected no section ${quote(column)}, got one${FOREIGN}`)
    }
  }

  refuse(column: string, expected: string, got: string): never {
    throw new Error(`${this.#name}: section ${quote(column)}: expected ${expected}, got ${got}${FOREIGN}`)
  }
}
