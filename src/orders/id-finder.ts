import type {BlockIds} from './id-block.ts'
import {compareIds, hashId} from './ids.ts'

/** How many places there are to remember ids in, at most: a power of 2. Each takes 16 bytes. */
const MOST_PLACES = 1 << 17

/** In how many places, one after another, an id may be remembered. */
const PROBES = 4

/** Longest id that is remembered by its characters, one byte each. */
const SHORT = 11

/** In place of their number, for ids that are longer or of other characters: they are remembered by a hash. */
const HASHED = 255 << 24

/** Ids whose places are read at once. */
const CHUNK = 64

/** Finds the index of an id, -1 if it is not there. */
export interface IdFinder {
  find: (id: string) => number
  /** The same of many, in two thirds of the time: what they wait for in memory, they wait for together. */
  findAll: (ids: readonly string[], found: Int32Array) => void
}

/**
 * Finds ids in a sorted block; makes no text of those it passes. Remembers those asked for of late, in constant space: most
 * are found where they are looked for first, and no other memory is touched, which is what takes the time.
 */
export function blockFinder({block: {offsets, bytes}, length, at}: BlockIds): IdFinder {
  let places = PROBES
  while (places < 2 * length && places < MOST_PLACES) places *= 2
  /** By place, an id's characters or hash in three numbers, and its index plus 1. */
  const known = new Int32Array(4 * places)
  const compare = (index: number, id: string) => {
    const from = offsets[index]
    const size = offsets[index + 1] - from
    const shorter = Math.min(size, id.length)
    for (let i = 0; i < shorter; i++) {
      const byte = bytes[from + i]
      const unit = id.charCodeAt(i)
      if (byte >= 128 && unit >= 128) return compareIds(at(index) as string, id)
      if (byte !== unit) return byte - unit
    }
    return size - id.length
  }
  const search = (id: string) => {
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(middle, id) < 0) low = middle + 1
      else high = middle
    }
    return low < length && compare(low, id) === 0 ? low : -1
  }
  /** By id of a chunk, the same three numbers, and the first place to look at. */
  const keys = new Int32Array(4 * CHUNK)
  const readKey = (id: string, key: number) => {
    let a = 0
    let b = 0
    let c = 0
    let units = id.length > SHORT ? 128 : 0
    for (let i = 0; i < id.length && units < 128; i++) {
      const unit = id.charCodeAt(i)
      units |= unit
      a = (a << 8) | (b >>> 24)
      b = (b << 8) | (c >>> 24)
      c = (c << 8) | unit
    }
    if (units < 128) {
      a |= id.length << 24
    } else {
      a = HASHED
      b = hashId(id) | 0
      c = 0
    }
    let hash = Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    keys[key] = a
    keys[key + 1] = b
    keys[key + 2] = c
    keys[key + 3] = 4 * ((hash ^ (hash >>> 13)) & (places - 1))
  }
  const lookUp = (id: string, key: number) => {
    const [a, b, c, first] = [keys[key], keys[key + 1], keys[key + 2], keys[key + 3]]
    let free = first
    for (let probe = 0; probe < PROBES; probe++) {
      const place = (first + 4 * probe) & (known.length - 1)
      const index = known[place + 3] - 1
      if (index < 0) {
        free = place
        break
      }
      const isSame = known[place] === a && known[place + 1] === b && known[place + 2] === c
      if (isSame && (a !== HASHED || compare(index, id) === 0)) return index
    }
    const index = search(id)
    if (index < 0) return -1
    known[free] = a
    known[free + 1] = b
    known[free + 2] = c
    known[free + 3] = index + 1
    return index
  }
  /** Keeps reads from being left out as useless. */
  const sink = {sum: 0}
  return {
    find: (id) => {
      readKey(id, 0)
      return lookUp(id, 0)
    },
    findAll: (ids, found) => {
      for (let from = 0; from < ids.length; from += CHUNK) {
        const n = Math.min(CHUNK, ids.length - from)
        for (let i = 0; i < n; i++) readKey(ids[from + i], 4 * i)
        for (let i = 0; i < n; i++) sink.sum += known[keys[4 * i + 3]]
        for (let i = 0; i < n; i++) found[from + i] = lookUp(ids[from + i], 4 * i)
      }
    },
  }
}
