import {
  bm25,
  confidence,
  cosine,
  count,
  jaccard,
  lift,
  llr,
  type Measure,
  npmi,
  rp3beta,
  type Totals,
} from '../../src/matrix/measures.ts'
import {byRow, bySum, type CountableBaskets, type CountedRow, countRows, scoredRows} from './rows.ts'
import {customerBaskets, type Shop} from './shop.ts'
import type {Config, Peer} from './tune.ts'

/** A method whose rows are a measure's, over all that was counted. */
export interface RowMethod {
  name: string
  grid: Peer['grid']
  measure: (config: Config, totals: Totals) => Measure
  /** Settings that the measure's weight depends on. */
  weighedBy?: string[]
  /** Whether a and b are what the items' baskets weigh, too, and not their number. */
  weighsItems?: boolean
}

/**
 * TF-IDF: the cosine of items as vectors over baskets, an entry being the basket's `idf = ln items − ln(1 + size)`. As in
 * `implicit`, whose square root of the quantity is 1 here.
 */
const tfIdf: RowMethod = {
  name: 'TF-IDF',
  grid: {},
  measure: (_, {items}) => ({
    weight: (size) => Math.max(0, Math.log(items) - Math.log(1 + size)) ** 2,
    score: cosine.score,
  }),
  weighsItems: true,
}

/**
 * Jaccard of decayed counts: a basket weighs half after `halfLife`, a share of the shop's newer orders. The similarity of
 * Microsoft's SAR, and its decay.
 */
const decayedJaccard: RowMethod = {
  name: 'SAR, Jaccard',
  grid: {halfLife: [0.1, 0.2, 0.35, 0.5, 1, Number.POSITIVE_INFINITY]},
  measure: ({halfLife}) => ({weight: (_, age) => 2 ** (-age / halfLife), score: jaccard.score}),
  weighedBy: ['halfLife'],
  weighsItems: true,
}

/** What rewards rare pairs is usually told in how many baskets one must be. */
const least = [1, 2, 5, 10, 20, 50]

export const rowMethods = {
  count: {name: 'count', grid: {}, measure: () => count},
  confidence: {name: 'confidence', grid: {}, measure: () => confidence},
  cosine: {name: 'cosine', grid: {}, measure: () => cosine},
  lift: {name: 'lift', grid: {least}, measure: () => lift},
  npmi: {name: 'NPMI', grid: {least}, measure: () => npmi},
  llr: {name: 'LLR', grid: {}, measure: () => llr},
  tfIdf,
  decayedJaccard,
  bm25: {
    name: 'BM25',
    grid: {k1: [0.1, 0.2, 0.5, 1.2, 2, 5, 20, 100], b: [0, 0.25, 0.5, 0.75, 1]},
    measure: ({k1, b}, totals) => bm25({k1, b})(totals),
  },
  rp3beta: {
    name: 'RP3beta',
    grid: {alpha: [0.4, 0.6, 0.8, 1], beta: [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 2, 3]},
    measure: ({alpha, beta}) => rp3beta({alpha, beta}),
    weighedBy: ['alpha'],
  },
} satisfies Record<string, RowMethod>

const neighbors = [10, 20, 50, 100, 200, Number.POSITIVE_INFINITY]

/** Answers with one row of orders. */
export function ofOneRow(method: RowMethod): Peer {
  return peerOf(method, {}, byRow, (shop) => shop.baskets('order'))
}

/** Answers with the sum of the rows of orders, each cut to its best `neighbors`. */
export function ofRows(method: RowMethod): Peer {
  return peerOf(method, {neighbors}, bySum, (shop) => shop.baskets('order'))
}

/** Answers with the sum of the rows of what a customer bought, counted over customers. */
export function ofCustomerRows(method: RowMethod): Peer {
  const peer = peerOf(method, {neighbors}, bySum, customerBaskets)
  return {...peer, name: `item kNN, ${method.name}`}
}

function peerOf(
  method: RowMethod,
  cuts: Peer['grid'],
  answer: typeof byRow,
  basketsOf: (shop: Shop) => CountableBaskets,
): Peer {
  return {
    name: method.name,
    grid: {...method.grid, ...cuts},
    open: (shop) => {
      const rowsOf = openRows(method, basketsOf(shop))
      return (config) => answer(shop, rowsOf(config))
    },
  }
}

/** The scored rows of a method, by its settings. Counted anew only where the weight of a basket changes. */
export function openRows(
  {measure: measureOf, weighedBy = [], weighsItems = false}: RowMethod,
  baskets: CountableBaskets,
): (config: Config) => ReturnType<typeof scoredRows> {
  const {byBasket, byItem} = baskets
  const support = Int32Array.from(byItem.offsets.subarray(1), (end, item) => end - byItem.offsets[item])
  const totals = {
    baskets: byBasket.offsets.length - 1,
    items: support.reduce((n, baskets) => n + Math.sign(baskets), 0),
    purchases: byBasket.indices.length,
  }
  let rows: CountedRow[] = []
  let weighed: string | undefined
  return (config) => {
    const {weight, score} = measureOf(config, totals)
    const weighing = weighedBy.map((setting) => config[setting]).join(' ')
    if (weighing !== weighed) rows = countRows(baskets, weight)
    weighed = weighing
    const counted = rows
    const sizeOf = (item: number) => (weighsItems ? counted[item].own : support[item])
    const scoreOf = (item: number, place: number) => {
      const {others, counts, sums} = counted[item]
      return score(weight ? sums[place] : counts[place], sizeOf(item), sizeOf(others[place]), totals.baskets)
    }
    return scoredRows(counted, scoreOf, config)
  }
}
