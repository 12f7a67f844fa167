import {entropy, factorsOf, xLogX} from './measures.ts'
import {type Scorer, UNIT} from './scorers.ts'

/** How a score is computed, in the numbers by which the kernel knows it. */
export const formulas = {
  /** `(sum + left·middle) · right` */
  weighted: 0,
  /** `x·√x`, `x = sum · left · right` */
  together: 1,
  /** `both · scale / (left · right)` */
  ratio: 2,
  /** `both / √(left · right)` */
  root: 3,
  /** `both · left · right` */
  product: 4,
  /** `both / (left + right − both)` */
  jaccard: 5,
  llr: 6,
  npmi: 7,
} as const

/**
 * A score as data: what the kernel needs to compute the same bits as the scorer in TypeScript. Columns are by item: `left`
 * is read of the item asked about, `right` and `middle` of the other.
 */
export interface Formula {
  kind: keyof typeof formulas
  left: Float64Array
  middle?: Float64Array
  right: Float64Array
  scale?: number
  /** Whether `both` is the sum of weights. */
  readsWeight: boolean
  /** By whole number up to that of all baskets: x·log x for `llr`, log x for `npmi`. */
  logs?: Float64Array
}

/** A score as data, where it can be had so. */
export function formulaOf({formula: known, parts}: Scorer): Formula | undefined {
  const factors = parts && factorsOf(parts.measure)
  if (!factors) return known
  const {measure, support, baskets} = parts
  const {kind, left = (n: number) => n, right = (n: number) => n, scale = () => 1} = factors
  const column = (of: (n: number) => number) => Float64Array.from(support, of)
  const formula = {kind, readsWeight: measure.weight !== undefined, scale: scale(baskets)}
  if (kind === 'llr') {
    const entropies = column((n) => entropy(n, baskets - n))
    return {...formula, left: entropies, middle: column(Number), right: entropies, logs: upTo(baskets, xLogX)}
  }
  if (kind === 'npmi') {
    return {...formula, left: column(left), middle: column(Number), right: column(right), logs: upTo(baskets, Math.log)}
  }
  return {...formula, left: column(left), right: column(right)}
}

/** A function's values at all whole numbers from 0 to `n`. */
function upTo(n: number, of: (x: number) => number): Float64Array {
  const values = new Float64Array(n + 1)
  for (let x = 0; x <= n; x++) values[x] = of(x)
  return values
}

/** f32 holds such factors, and any product of two with a sum of weights, to its full precision. */
const [LEAST, MOST] = [1e-15, 1e15]

/**
 * What the filter of the kernel reads of each item, see `boundForItem` there; `undefined` where the factors are beyond what
 * f32 holds.
 * @param value what 1 in the filter's reading of a weight is worth, in `UNIT`s
 */
export function filterColumns(
  {kind, left, middle, right, scale = 1, readsWeight}: Formula,
  support: Int32Array,
  baskets: number,
  value: number,
): Float64Array[] | undefined {
  const n = Float64Array.from(support)
  const unit = readsWeight ? UNIT * value : 1
  const share = () => n.map((x) => Math.log(x / baskets))
  const columns = () => {
    if (kind === 'weighted')
      return [right.map((x) => x * UNIT * value), left, right.map((x, i) => x * (middle?.[i] ?? 0))]
    if (kind === 'together') return [left.map((x) => x * UNIT * value), right]
    if (kind === 'ratio') return [left.map((x) => (scale / x) * unit), right.map((x) => 1 / x)]
    if (kind === 'root') return [left.map((x) => unit / Math.sqrt(x)), right.map((x) => 1 / Math.sqrt(x))]
    if (kind === 'product') return [left.map((x) => x * unit), right]
    if (kind === 'llr') return [n, share(), n.map((x) => x / (baskets - x))]
    return [n, share()]
  }
  const made = columns()
  const areFactors = !['jaccard', 'llr', 'npmi'].includes(kind)
  for (const column of areFactors ? made : []) {
    for (let item = 0; item < n.length; item++) {
      if (n[item] > 0 && column[item] !== 0 && !(column[item] >= LEAST && column[item] <= MOST)) return undefined
    }
  }
  return made
}
