/** Seeded order histories in the sizes the benches speak of. `bench/shape.ts` prints how they come out. */
import {below, exp, ln, sfc32, shuffle} from './random.ts'

/** Order lines as parallel columns. The lines of one basket stand together, its items are distinct and in no order. */
export interface LineColumns {
  baskets: Int32Array
  items: Int32Array
}

export interface Shop extends LineColumns {
  basketCount: number
  itemCount: number
}

interface ShopOptions {
  /** Order lines; met within a few baskets' worth. */
  lines: number
  items: number
  baskets: number
  /** Median number of items in a basket. With p99 it sets the spread; where lines / baskets disagrees, it gives way. */
  p50: number
  /** Basket size that one basket in a hundred passes. */
  p99: number
  /** Largest basket, at most `items`. At least one basket has it. */
  max: number
  /** A whole number. Default 1. */
  seed?: number
  /** The item of popularity rank r (from 0) is drawn in proportion to 1 / (r + 10)^skew. Default 1. */
  skew?: number
  /** Into how many groups the items fall. A basket has one of them for its theme. Default 1 per 100 items. */
  themes?: number
  /** Chance that an item comes from the basket's theme and not from the whole shop, 0 to 1. Default 0.4. */
  themeShare?: number
}

const setOptions = {
  S: {lines: 500_000, items: 4_000, baskets: 25_000, p50: 15, p99: 89, max: 400},
  M: {lines: 10_000_000, items: 50_000, baskets: 1_000_000, p50: 8, p99: 43, max: 200},
  L: {lines: 32_000_000, items: 50_000, baskets: 3_200_000, p50: 8, p99: 40, max: 100},
  C: {lines: 20_000_000, items: 27_000, baskets: 138_000, p50: 79, p99: 1027, max: 9_000},
} satisfies Record<string, ShopOptions>

export type SetName = keyof typeof setOptions
export const setNames = Object.keys(setOptions) as SetName[]

/** One of the four sets every bench and every figure refers to. */
export function makeSet(name: SetName, seed = 1): {name: SetName} & Shop {
  if (!setNames.includes(name)) throw new RangeError(`makeSet: name must be one of ${setNames.join(', ')}, got ${name}`)
  return {name, ...makeShop({...setOptions[name], seed})}
}

/** An order history of any size. The same options give the same bytes on every machine. */
export function makeShop(options: ShopOptions): Shop {
  const {items: itemCount, baskets: basketCount, p50, p99, max, seed = 1, skew = 1, themeShare = 0.4} = options
  const {themes = Math.ceil(itemCount / 100)} = options
  if (max > itemCount) throw new RangeError(`makeShop: max must be at most items (${itemCount}), got ${max}`)
  if (p99 <= p50) throw new RangeError(`makeShop: p99 must be above p50 (${p50}), got ${p99}`)

  const next = sfc32(seed)
  const sizes = shuffle(basketSizes(options), next)
  const popularity = shuffle(powerLaw(itemCount, skew), next)
  const inShop = aliasTables(popularity, 1)
  const inTheme = aliasTables(popularity, themes)
  const themeBits = themeShare * 2 ** 32

  const lines = sizes.reduce((sum, size) => sum + size, 0)
  const baskets = new Int32Array(lines)
  const items = new Int32Array(lines)
  const lastBasket = new Int32Array(itemCount).fill(-1)
  let line = 0
  for (let basket = 0; basket < basketCount; basket++) {
    const end = line + sizes[basket]
    // The first item brings its theme along, so a theme is chosen as often as its items sell.
    const first = draw(inShop, 0, next)
    const theme = first % themes
    let item = first
    baskets.fill(basket, line, end)
    while (line < end) {
      for (let tries = 0; lastBasket[item] === basket && tries < redraws; tries++) {
        item = next() < themeBits ? draw(inTheme, theme, next) : draw(inShop, 0, next)
      }
      // A big basket runs out of popular items: from a place at random on, take the first it does not hold.
      if (lastBasket[item] === basket) item = below(itemCount, next())
      while (lastBasket[item] === basket) item = item + 1 === itemCount ? 0 : item + 1
      lastBasket[item] = basket
      items[line++] = item
    }
  }
  return {baskets, items, basketCount, itemCount}
}

const redraws = 8

/** 99 % point of the standard normal distribution. */
const z99 = 2.3263478740408408

/** Sizes by a lognormal law cut off at `max`, ascending. The counts follow the law itself: no noise from sampling. */
function basketSizes({lines, baskets, p50, p99, max}: ShopOptions): Int32Array {
  const sigma = ln(p99 / p50) / z99
  const logs = Float64Array.from({length: max + 1}, (_, size) => (size > 0 ? ln(size) : 0))
  const share = new Float64Array(max + 1)
  /** Fills `share` for the log median mu; returns the mean size. */
  const meanAt = (mu: number) => {
    let total = 0
    let weighted = 0
    for (let size = 1; size <= max; size++) {
      const z = (logs[size] - mu) / sigma
      share[size] = exp((-z * z) / 2) / size
      total += share[size]
      weighted += share[size] * size
    }
    for (let size = 1; size <= max; size++) share[size] /= total
    return weighted / total
  }
  let low = -logs[max]
  let high = 2 * logs[max]
  for (let halving = 0; halving < 40; halving++) {
    const mu = (low + high) / 2
    if (meanAt(mu) < lines / baskets) low = mu
    else high = mu
  }
  const mean = meanAt((low + high) / 2)
  if (Math.abs(mean / (lines / baskets) - 1) > 0.01) {
    throw new RangeError(
      `makeShop: no baskets of 1 to ${max} items hold ${lines / baskets} on average; change lines or max`,
    )
  }

  const sizes = new Int32Array(baskets)
  let from = 0
  let cumulative = 0
  for (let size = 1; size <= max; size++) {
    cumulative += share[size]
    const to = Math.min(baskets, Math.round(cumulative * baskets))
    sizes.fill(size, from, to)
    from = to
  }
  sizes.fill(max, from)
  sizes[baskets - 1] = max
  return sizes
}

/** Weights 1 / (r + 10)^skew by rank r: a power law with a rounded top, so that no item is in every basket. */
function powerLaw(n: number, skew: number): Float64Array {
  return Float64Array.from({length: n}, (_, rank) => exp(-skew * ln(rank + 10)))
}

/** Tables for drawing in proportion to weights in constant time, one for each class of items equal modulo `step`. */
interface AliasTables {
  step: number
  /** Of 2^32, the share of an item's slot that is its own. */
  keep: Float64Array
  /** Who has the rest of the slot. */
  alias: Int32Array
}

/** Walker's alias method, built in linear time as by Vose 1991. */
function aliasTables(weights: Float64Array, step: number): AliasTables {
  const n = weights.length
  const keep = new Float64Array(n).fill(2 ** 32)
  const alias = Int32Array.from({length: n}, (_, item) => item)
  const left = new Float64Array(n)
  for (let first = 0; first < step; first++) {
    const light: number[] = []
    const heavy: number[] = []
    let total = 0
    let size = 0
    for (let item = first; item < n; item += step, size++) total += weights[item]
    for (let item = first; item < n; item += step) {
      left[item] = (weights[item] / total) * size
      if (left[item] < 1) light.push(item)
      else heavy.push(item)
    }
    let poor = light.pop()
    let rich = heavy.pop()
    while (poor !== undefined && rich !== undefined) {
      keep[poor] = Math.floor(left[poor] * 2 ** 32)
      alias[poor] = rich
      left[rich] -= 1 - left[poor]
      poor = light.pop()
      if (left[rich] < 1) {
        if (poor !== undefined) light.push(poor)
        poor = rich
        rich = heavy.pop()
      }
    }
  }
  return {step, keep, alias}
}

/** One item of the class `first`, `first + step`, `first + 2 step`… */
function draw({step, keep, alias}: AliasTables, first: number, next: () => number): number {
  const item = first + step * below(Math.ceil((keep.length - first) / step), next())
  return next() < keep[item] ? item : alias[item]
}
