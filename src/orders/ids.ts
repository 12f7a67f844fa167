/** Ids by index: an array of texts is one, and so is a block of bytes, see `idsOf`. */
export interface Ids {
  readonly length: number
  at(index: number): string | undefined
}

/**
 * Orders ids as their UTF-8 bytes do, which is a warehouse's binary collation. JavaScript's own order differs where a
 * surrogate pair meets a character from U+E000 up.
 */
export function compareIds(a: string, b: string): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return (isSurrogate(x) ? x + 0x10000 : x) - (isSurrogate(y) ? y + 0x10000 : y)
  }
  return a.length - b.length
}

/** Half of a character that is above all which a single unit can be. */
function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

/** Longest text that engines copy when they cut it from another: a longer one keeps the other in memory. */
const SHORT = 12

/** Whole numbers of up to nine digits as numbers, which take a fraction of a text's memory. */
export function plainNumber(id: string | number): string | number {
  if (typeof id === 'number' || id.length > 9) return id
  const n = wholeNumber(id)
  return n < 0 ? id : n
}

/** The number that a text of digits stands for, where that is written so; -1 for all others. */
function wholeNumber(text: string): number {
  let n = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9 || (n === 0 && i > 0)) return -1
    n = 10 * n + digit
  }
  return text.length > 0 ? n : -1
}

/** Numbers distinct ids from 0 in the order they come. A whole number of up to nine digits and its text are the same. */
export class Interner {
  readonly ids: (string | number)[] = []
  readonly #indices = new Map<string | number, number>()
  #last: string | number = ''
  #lastIndex = -1

  /** The lines of an order, and often of a customer, stand together: most calls end at the last id. */
  index(id: string | number): number {
    if (id === this.#last && this.#lastIndex >= 0) return this.#lastIndex
    const key = plainNumber(id)
    let index = this.#indices.get(key)
    if (index === undefined) {
      // There and back through JSON makes a text of its own.
      const own = typeof key === 'string' && key.length > SHORT ? JSON.parse(JSON.stringify(key)) : key
      index = this.add(own)
      this.#indices.set(own, index)
    }
    this.#last = id
    this.#lastIndex = index
    return index
  }

  /** Numbers an id that is new. `index` will not know it: for callers who look ids up in a table of their own. */
  add(id: string | number): number {
    return this.ids.push(id) - 1
  }
}

/** A fixed 32-bit hash of an id (FNV-1a over UTF-16 units, then murmur3's final mixing): a choice that favors nobody. */
export function hashId(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
