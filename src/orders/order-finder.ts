import {each, type Steps} from '../matrix/steps.ts'
import {hashId, plainNumber} from './ids.ts'
import type {Log} from './log.ts'

/**
 * Finds the index of an order by its id, -1 if it is not there. A table of open addresses, in eight to sixteen bytes an order:
 * a `Map` takes ten times as much.
 */
export function* orderFinder({orders}: Pick<Log, 'orders'>): Steps<(id: string) => number> {
  let places = 2
  while (places < 2 * orders.length) places *= 2
  /** By place, the index of an order, plus 1. */
  const table = new Int32Array(places)
  const put = (order: number) => {
    const id = orders.at(order) as string | number
    // Nobody asks for an order without an id.
    if (id === '') return
    // A saved log may have as a text what was a number.
    let place = hashOf(plainNumber(id)) & (places - 1)
    while (table[place] !== 0) place = (place + 1) & (places - 1)
    table[place] = order + 1
  }
  yield* each(orders.length, put, 1 << 13)
  return (text) => {
    const id = plainNumber(text)
    for (let place = hashOf(id) & (places - 1); table[place] !== 0; place = (place + 1) & (places - 1)) {
      const order = table[place] - 1
      const known = orders.at(order)
      if (known === id || String(known) === text) return order
    }
    return -1
  }
}

/** The same for a number and its text, whichever door it came by. */
function hashOf(id: string | number): number {
  if (typeof id === 'string') return hashId(id)
  if (!(id >= 0 && id < 1e9)) return hashId(String(id))
  const hash = Math.imul(id ^ (id >>> 16), 0x85ebca6b)
  return Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0
}
