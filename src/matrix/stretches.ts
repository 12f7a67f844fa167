/** How the work of a phase is cut into stretches, each given by where it begins; the last bound is where all ends. */

/** Of `size` each. */
export function stretches(n: number, size: number): Int32Array {
  return Int32Array.from({length: Math.ceil(n / size) + 1}, (_, s) => Math.min(n, s * size))
}

/** So many, of the same size but for one. */
export function evenly(n: number, parts: number): Int32Array {
  return Int32Array.from({length: parts + 1}, (_, part) => Math.round((n * part) / parts))
}

/** Stretches of baskets that hold about `lines` lines each. */
export function basketBounds(basketOffsets: Int32Array, lines: number): Int32Array {
  const baskets = basketOffsets.length - 1
  const bounds = [0]
  for (let basket = 1, last = 0; basket <= baskets; basket++) {
    if (basketOffsets[basket] - last < lines && basket < baskets) continue
    last = basketOffsets[basket]
    bounds.push(basket)
  }
  return Int32Array.from(bounds)
}

/** Visits times their mean length that a stretch of rows may have, a few milliseconds; and the most rows. */
const [MOST_WORK, MOST_ROWS] = [1 << 20, 32]

/** Stretches of items, by rank, whose rows take about the same work. */
export function workBounds(from: number, items: Int32Array, support: Int32Array, meanSize: number): Int32Array {
  const bounds = [from]
  for (let rank = from, work = 0, rows = 0; rank < items.length; rank++) {
    work += support[items[rank]] * meanSize + rank / 16
    if (++rows < MOST_ROWS && work < MOST_WORK && rank + 1 < items.length) continue
    bounds.push(rank + 1)
    ;[work, rows] = [0, 0]
  }
  return Int32Array.from(bounds)
}
