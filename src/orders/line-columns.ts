import {type Indices, indicesBelow} from '../matrix/csr.ts'
import {each, type Steps} from '../matrix/steps.ts'

/** A column that grows as it is written. */
export class IntColumn {
  values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Int32Array(2 * this.length)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }
}

/** The same for indices that begin low: of 16 bits as long as they fit. */
export class IndexColumn {
  values: Indices = new Uint16Array(1024)
  length = 0
  #most = 0

  push(value: number): void {
    if (value > this.#most) this.#most = value
    if (this.length === this.values.length) this.reserve(2 * this.length)
    else if (this.#most > 65535 && this.values instanceof Uint16Array) this.reserve(this.values.length)
    this.values[this.length++] = value
  }

  /** Makes room for so many in all. */
  reserve(length: number): void {
    const grown = indicesBelow(this.#most + 1, length)
    grown.set(this.values.subarray(0, this.length))
    this.values = grown
  }
}

/** A column of which most shops use only one value: it takes no memory before another comes. */
export class SparseColumn {
  values: Float64Array | undefined
  readonly #usual: number

  constructor(usual: number) {
    this.#usual = usual
  }

  set(row: number, value: number): void {
    if (!this.values) {
      if (Object.is(value, this.#usual)) return
      this.values = new Float64Array(Math.max(1024, 2 * row)).fill(this.#usual)
    }
    if (row >= this.values.length) {
      const grown = new Float64Array(2 * row).fill(this.#usual, this.values.length)
      grown.set(this.values)
      this.values = grown
    }
    this.values[row] = value
  }

  /** The rows of `order`, in that order. Lets the column go. */
  *take(order: Int32Array): Steps<Float64Array | undefined> {
    const {values} = this
    this.values = undefined
    return values && (yield* takeRows(values, order, this.#usual))
  }

  get(row: number): number {
    return this.values && row < this.values.length ? this.values[row] : this.#usual
  }
}

/** The values at the rows of `order`, in that order; behind the last value all are `beyond`. */
export function* takeRows(values: Float64Array, order: Int32Array, beyond = Number.NaN): Steps<Float64Array> {
  const taken = new Float64Array(order.length)
  yield* each(order.length, (i) => {
    taken[i] = order[i] < values.length ? values[order[i]] : beyond
  })
  return taken
}
