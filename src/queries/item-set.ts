import type {Catalogue} from '../model/catalogue.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {type Rules, textOf} from './rules.ts'

/** A longer list of rules is looked up once and not for every answer; in a shorter one that takes longer than it saves. */
const LONG = 64

/** See `Recommender.set`. */
export function itemSet(ids: Iterable<Id>): ItemSet {
  if (typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids)) {
    throw new TypeError(`set: expected a list of ids, got ${quote(ids)}`)
  }
  const texts = new Set<string>()
  for (const id of ids) texts.add(textOf('set', id))
  return new ItemSet(texts)
}

/** `only` and `exclude` as they are now, to be read as often as there are answers. */
export function listsOf(
  query: string,
  {only, exclude}: Pick<Rules, 'only' | 'exclude'>,
): Pick<Rules, 'only' | 'exclude'> {
  const list = (ids: Iterable<Id> | undefined) => {
    if (ids === undefined || ids instanceof ItemSet) return ids
    const texts = Array.from(ids, (id) => textOf(query, id))
    return texts.length > LONG ? itemSet(texts) : texts
  }
  return {only: list(only), exclude: list(exclude)}
}

/** A list of items that was looked up once, for rules that are the same at every request: made by `Recommender.set`. */
export class ItemSet implements Iterable<string> {
  readonly #ids: ReadonlySet<string>
  #marks: Uint8Array | undefined
  #version: unknown

  constructor(ids: Iterable<string>) {
    this.#ids = new Set(ids)
  }

  /** How many ids it holds, unknown ones included. */
  get size(): number {
    return this.#ids.size
  }

  /** Whether it holds an id, known to the shop or not. */
  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** The ids it holds. */
  [Symbol.iterator](): Iterator<string> {
    return this.#ids[Symbol.iterator]()
  }

  /**
   * By index, 1 for what is in the set. Made anew only when the shop's items have changed.
   * @internal
   */
  marksIn(catalogue: Catalogue): Uint8Array {
    const {version} = catalogue
    if (!this.#marks || this.#version !== version) {
      this.#marks = new Uint8Array(catalogue.length)
      for (const id of this.#ids) {
        const item = catalogue.find(id)
        if (item >= 0) this.#marks[item] = 1
      }
      this.#version = version
    }
    return this.#marks
  }
}
