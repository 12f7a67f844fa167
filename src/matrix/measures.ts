/** What a measure may know of the shop as a whole. */
export interface Totals {
  /** Baskets with at least one item: N. */
  baskets: number
  /** Items in at least one basket. */
  items: number
  /** Entries over all baskets: the sum of the sizes, and of the supports. */
  purchases: number
}

/**
 * How strongly two items belong together. Higher is stronger; a pair whose score is not above 0 is no neighbor.
 * Every measure here reads plain counts in `a`, `b` and `total`; `both` is plain too unless the measure has a `weight`.
 */
export interface Measure {
  /**
   * What a basket adds to `both`, from 0 up; 1 when left out. It is kept to a 65,536th.
   * @param size distinct items in the basket, after the cap
   * @param age share of baskets newer than this one, 0 (newest) to 1; 0 where there are no dates
   */
  weight?: (size: number, age: number) => number
  /**
   * How well another item goes with the one asked about: what scores higher comes first.
   * @param both baskets with both items, or the sum of their weights
   * @param a baskets with the item asked about
   * @param b baskets with the other item
   * @param total all baskets
   */
  score: (both: number, a: number, b: number, total: number) => number
}

/** What a measure's formula reads of an item bought in `n` baskets, see `Formula`. */
export interface Factors {
  kind: 'ratio' | 'root' | 'product' | 'jaccard' | 'llr' | 'npmi'
  /** Of the item asked about, of the other; `n` itself when left out. */
  left?: (n: number) => number
  right?: (n: number) => number
  /** Default 1. */
  scale?: (total: number) => number
}

/** A measure of one's own is in no such table, not even one made of a measure that is: its function is all there is. */
const factors = new WeakMap<Measure, Factors>()

/** How a measure's score is made of what is known of each item alone, where it is. */
export function factorsOf(measure: Measure): Factors | undefined {
  return factors.get(measure)
}

function factored(measure: Measure, parts: Factors): Measure {
  factors.set(measure, parts)
  return measure
}

const one = () => 1

/**
 * Co-occurrence: `both`. From 0 up. Rewards whatever sells: the bestsellers are everybody's neighbors.
 */
export const count = factored({score: (both) => both}, {kind: 'ratio', left: one, right: one})

/**
 * Confidence, P(b | a): `both / a`. From 0 to 1. The share of the baskets with a which also hold b; readable as a
 * percentage. For a fixed a it ranks as the count does, bestsellers first. Agrawal, Imielinski & Swami 1993.
 */
export const confidence = factored({score: (both, a) => both / a}, {kind: 'ratio', right: one})

/**
 * Conditional probability with a damped denominator: `Σ(1/√size) / (a · b^alpha)`, where the sum over the common
 * baskets counts a small basket for more (the paper's row normalization). From 0 up. `alpha` 0 ranks like confidence,
 * 1 like lift. Blind to chance: a high `alpha` favors rare items however thin their evidence.
 * Deshpande & Karypis 2004, Item-based top-N recommendation algorithms.
 */
export function deshpandeKarypis({alpha = 0.5} = {}): Measure {
  return factored(
    {weight: (size) => 1 / Math.sqrt(size), score: (both, a, b) => both / (a * b ** alpha)},
    {kind: 'ratio', right: (n) => n ** alpha},
  )
}

/**
 * Cosine of the two columns of the basket × item matrix: `both / √(a·b)`. From 0 to 1, symmetric. Known as Ochiai's
 * coefficient; the measure of Amazon's item-to-item paper. Favors pairs of equal popularity; one shared basket of two
 * items bought once scores a full 1. Linden, Smith & York 2003.
 */
export const cosine = factored({score: (both, a, b) => both / Math.sqrt(a * b)}, {kind: 'root'})

/**
 * Jaccard: `both / (a + b − both)`, the overlap's share of the union. From 0 to 1, symmetric. An accessory of a
 * bestseller can never score high, since the union is the bestseller's. Jaccard 1901.
 */
export const jaccard = factored({score: (both, a, b) => both / (a + b - both)}, {kind: 'jaccard'})

/**
 * Lift: `both · total / (a · b)`, how many times more often than by chance. From 0 up, 1 is independence, symmetric.
 * Loves rare pairs: two items bought once, together, score `total`. Use it with a high `minTogether`. Brin et al. 1997.
 */
export const lift = factored(
  {score: (both, a, b, total) => (both * total) / (a * b)},
  {kind: 'ratio', scale: (total) => total},
)

/**
 * Normalized pointwise mutual information: `log(P(a,b) / (P(a)·P(b))) / −log P(a,b)`. From −1 (never together) through
 * 0 (independent) to 1 (always together), symmetric. Tames lift's love of rare pairs, does not end it. Undefined when
 * every basket holds both; 1 is returned. Bouma 2009.
 */
export const npmi = factored(
  {
    score: (both, a, b, total) => {
      if (both === 0) return -1
      if (both === total) return 1
      // The difference of logarithms would be off 0 by its rounding.
      if (both * total === a * b) return 0
      return (Math.log(both) + Math.log(total) - (Math.log(a) + Math.log(b))) / (Math.log(total) - Math.log(both))
    },
  },
  {kind: 'npmi', left: Math.log, right: Math.log},
)

/**
 * Signed log-likelihood ratio: the root of Dunning's G², negative where the two avoid each other. G² = 2·Σ over the four
 * cells of `k·log(k / expected)`. The sign and the root are ours, since G² alone also rises when two items are bought
 * together *less* than by chance. Any real number, symmetric; G² above 10.8 (a score above 3.3) is chance once in a
 * thousand. Says how sure, not how strong: popular pairs with a slight pull outscore rare pairs with a strong one.
 * Dunning 1993, Accurate methods for the statistics of surprise and coincidence.
 * @throws RangeError when the marginals cannot be: more baskets with a or b than there are in all
 */
export const llr = factored(
  {
    score: (both, a, b, total) => {
      const onlyA = a - both
      const onlyB = b - both
      const neither = total - a - b + both
      if (onlyA < 0 || onlyB < 0 || neither < 0) {
        throw new RangeError(`llr: ${both} baskets with both, ${a} with a, ${b} with b do not fit into ${total}`)
      }
      const margins = entropy(a, total - a) + entropy(b, total - b)
      const g2 = Math.max(
        0,
        2 * (margins - (xLogX(total) - xLogX(both) - xLogX(onlyA) - xLogX(onlyB) - xLogX(neither))),
      )
      return Math.sign(both * total - a * b) * Math.sqrt(g2)
    },
  },
  {kind: 'llr'},
)

export function xLogX(x: number): number {
  return x === 0 ? 0 : x * Math.log(x)
}

/** Unnormalized entropy of two counts. */
export function entropy(x: number, y: number): number {
  return xLogX(x + y) - xLogX(x) - xLogX(y)
}

/**
 * BM25 between items, an item being a query over the baskets it is in: `Σ idf² · f(a) · f(b)` over the common baskets,
 * `idf = max(0, ln items − ln(1 + size))` and `f(n) = (k1 + 1) / (k1 · (1 − b + b·n / n̄) + 1)`, n̄ the mean support.
 * From 0 up, without a bound, so compare within a list only. Wide baskets and popular items count for less. As in
 * `implicit`'s item-item model, except that its idf may turn negative. Robertson & Zaragoza 2009.
 */
export function bm25({k1 = 1.2, b: lengthShare = 0.75} = {}): (totals: Totals) => Measure {
  return ({items, purchases}) => {
    const meanSupport = purchases / items
    const saturation = (n: number) => (k1 + 1) / (k1 * (1 - lengthShare + (lengthShare * n) / meanSupport) + 1)
    return factored(
      {
        weight: (size) => Math.max(0, Math.log(items) - Math.log(1 + size)) ** 2,
        score: (both, a, b) => both * saturation(a) * saturation(b),
      },
      {kind: 'product', left: saturation, right: saturation},
    )
  }
}

/**
 * RP3beta: the chance that a walk from a through a random common basket ends at b, sharpened by `alpha` and damped by
 * b's popularity: `Σ (1/size · 1/a)^alpha / b^beta`. From 0 up. `beta` 0 is the plain walk, which ends at bestsellers;
 * near 1 it favors rare items. Paudel, Christoffel, Newell & Bernstein 2017.
 */
export function rp3beta({alpha = 1, beta = 0.3} = {}): Measure {
  return factored(
    {weight: (size) => size ** -alpha, score: (both, a, b) => both / (a ** alpha * b ** beta)},
    {kind: 'ratio', left: (n) => n ** alpha, right: (n) => n ** beta},
  )
}
