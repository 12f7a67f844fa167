import {type Companions, expectedTogether} from './expected.ts'

/** How far below the exact value a grid may read. */
const TOLERANCE = 0.002

/** So many different supports, or fewer, all get a point. */
const FEW = 64

/**
 * `expectedTogether` by index of the other item, one that was bought, read from a grid with a row for each item: exact at
 * its points, which are supports that occur, and between two of them at most 0.2 % too low. A shop with few different
 * supports gets exact values.
 *
 * A row is a sum of `1 − (1 − share)^others`, each concave: from a share of rate p to one of rate q, `rate = −log(1 − share)`,
 * a straight line falls short of it by at most `((q − p) / p)² / 8 · x² / (e^x − 1)` of itself, x = others · p, and so of
 * the sum. That is next to nothing where even the widest basket would hardly hold the other item; there few points do.
 */
export function expectedGrid(
  companions: Companions,
  support: Int32Array,
  purchases: number,
): (item: number, other: number) => number {
  const points = pointsOf(support, purchases, mostOthers(companions))
  const width = points.length
  const places = new Int32Array(support.length)
  const fractions = new Float64Array(support.length)
  for (const [other, n] of support.entries()) {
    let place = 0
    while (points[place + 1] <= n) place++
    places[other] = place
    if (n > points[place]) fractions[other] = (n - points[place]) / (points[place + 1] - points[place])
  }
  // One more, for what is read beside the last point. 0 in rows nobody asked for yet.
  const grid = new Float64Array(support.length * width + 1)
  const makeRow = (item: number) => {
    for (const [p, n] of points.entries()) grid[item * width + p] = expectedTogether(companions, item, n / purchases)
  }
  return (item, other) => {
    const at = item * width + places[other]
    if (grid[at] === 0) makeRow(item)
    return grid[at] + fractions[other] * (grid[at + 1] - grid[at])
  }
}

/**
 * Supports that occur, ascending, the lowest and the highest among them, as far apart as the tolerance allows.
 * @param others in the widest basket
 */
function pointsOf(support: Int32Array, purchases: number, others: number): number[] {
  const supports = [...new Set(support)].filter((n) => n > 0).sort((a, b) => a - b)
  if (supports.length <= FEW) return supports
  const rates = supports.map((n) => -Math.log1p(-n / purchases))
  const points: number[] = []
  let reach = 0
  for (const [s, rate] of rates.entries()) {
    if (rates[s + 1] <= reach) continue
    points.push(supports[s])
    // Past 1.6 the bound falls again, but not for narrower baskets.
    const x = Math.min(1.6, others * rate)
    reach = rate * (1 + Math.sqrt(8 * TOLERANCE * Math.expm1(x)) / x)
  }
  return points
}

/** Other items in the widest basket; 1 where nothing was bought together. */
function mostOthers({baskets, others}: Companions): number {
  let most = 1
  for (let bin = 0; bin < baskets.length; bin++) most = Math.max(most, others[bin] / baskets[bin])
  return most
}
