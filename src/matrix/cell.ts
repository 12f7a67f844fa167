/** Bytes of a cell, in which the kernel counts a pair: the sum of its baskets' weights, and in the bits below it their number. */
export const CELL = 8

/**
 * How many bits of a cell hold the count, so that no pair can overflow it: it is bought at most as often as the second most
 * bought item, by baskets none of which weighs more than the heaviest. `undefined` where 63 bits are too few.
 */
export function bitsForCount(support: Int32Array, weights: Int32Array): number | undefined {
  let [most, mostTogether] = [0, 0]
  for (const n of support) {
    if (n > most) [most, mostTogether] = [n, most]
    else if (n > mostTogether) mostTogether = n
  }
  let heaviest = 0
  for (let basket = 0; basket < weights.length; basket++) heaviest = Math.max(heaviest, weights[basket])
  const bits = Math.min(32, 63 - bitLength(mostTogether * heaviest))
  return bits >= bitLength(mostTogether) ? bits : undefined
}

function bitLength(n: number): number {
  return Math.ceil(Math.log2(n + 1))
}
