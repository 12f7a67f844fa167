import {countOf} from './count'
import {countBits, logs, logTotal, total} from './layout'
import {JACCARD, LLR, NPMI, PRODUCT, RATIO, ROOT, Table, TOGETHER, WEIGHTED} from './table'

/** What a basket's weight of 1 is worth. */
const UNIT: f64 = 1.0 / 65536.0

@inline
function at8(column: usize, rank: u32): f64 {
  return load<f64>(column + ((<usize>rank) << 3))
}

@inline
function logAt(n: f64): f64 {
  return load<f64>(logs + ((<usize>n) << 3))
}

/** The score of `other` for `item`: operation by operation what the scorer in TypeScript computes, so the bits are equal. */
export function exactScore(table: Table, item: u32, other: u32, cell: u64): f64 {
  const formula = table.formula
  const left = at8(table.left, item)
  const right = at8(table.right, other)
  const sum = <f64>(<i64>(cell >>> countBits)) * UNIT
  if (formula == WEIGHTED) return (sum + left * at8(table.middle, other)) * right
  if (formula == TOGETHER) {
    const x = sum * left * right
    return x * Math.sqrt(x)
  }
  const both = table.readsWeight ? sum : <f64>countOf(cell)
  if (formula == RATIO) return (both * load<f64>(table.scale)) / (left * right)
  if (formula == ROOT) return both / Math.sqrt(left * right)
  if (formula == PRODUCT) return both * left * right
  if (formula == JACCARD) return both / (left + right - both)
  const a = at8(table.middle, item)
  const b = at8(table.middle, other)
  const aboveChance = both * total - a * b
  if (formula == LLR) {
    const cells = logAt(total) - logAt(both) - logAt(a - both) - logAt(b - both) - logAt(total - a - b + both)
    const g2 = Math.max(0, 2 * (left + right - cells))
    return aboveChance > 0 ? Math.sqrt(g2) : aboveChance < 0 ? -Math.sqrt(g2) : 0
  }
  if (both == total) return 1
  if (aboveChance == 0) return 0
  return (logAt(both) + logAt(total) - (left + right)) / (logAt(total) - logAt(both))
}

@inline
function splat(x: f32): v128 {
  return f32x4.splat(x)
}

/** Natural logarithm of four numbers from 1 up, within 2e-6 of it and its rounding: polynomial on 1..2, exponent apart. */
@inline
function ln(x: v128): v128 {
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127)))
  const mantissa = v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000))
  const t = f32x4.sub(mantissa, splat(1))
  let sum = f32x4.add(f32x4.mul(splat(-0.0174140775), t), splat(0.0826912371))
  sum = f32x4.add(f32x4.mul(sum, t), splat(-0.190354337))
  sum = f32x4.add(f32x4.mul(sum, t), splat(0.315747317))
  sum = f32x4.add(f32x4.mul(sum, t), splat(-0.497373216))
  sum = f32x4.add(f32x4.mul(sum, t), splat(0.999847697))
  sum = f32x4.add(f32x4.mul(sum, t), splat(1.472065e-6))
  return f32x4.add(f32x4.mul(exponent, splat(0.69314718)), sum)
}

/**
 * Upper bounds of four scores of other items for the row's item, and of the row's item for them, in the filter's terms:
 * the score itself, for LLR half its square. Products of f32; `v` is the count, or what the weights come to.
 *
 * f1…f3 by item: WEIGHTED damp·unit, lean, share·damp · TOGETHER left·unit, right · RATIO, ROOT, PRODUCT left, right (units
 * and scale in left) · JACCARD n · LLR n, ln(n/N), n/(N−n) · NPMI ln(n/N).
 */
@inline
export function boundForItem(kind: i32, v: v128, of1: f32, of2: f32, of3: f32, o1: v128, o2: v128, o3: v128): v128 {
  if (kind == WEIGHTED) return f32x4.add(f32x4.mul(v, o1), f32x4.mul(splat(of2), o3))
  if (kind == TOGETHER) {
    const x = f32x4.mul(f32x4.mul(v, splat(of1)), o2)
    return f32x4.mul(x, f32x4.sqrt(x))
  }
  if (kind == RATIO) return f32x4.mul(f32x4.mul(v, splat(of1)), o2)
  return symmetricBound(kind, v, of1, of2, of3, o1, o2, o3)
}

@inline
export function boundForOther(kind: i32, v: v128, of1: f32, of2: f32, of3: f32, o1: v128, o2: v128, o3: v128): v128 {
  if (kind == WEIGHTED) return f32x4.add(f32x4.mul(v, splat(of1)), f32x4.mul(o2, splat(of3)))
  if (kind == TOGETHER) {
    const x = f32x4.mul(f32x4.mul(v, o1), splat(of2))
    return f32x4.mul(x, f32x4.sqrt(x))
  }
  if (kind == RATIO) return f32x4.mul(f32x4.mul(v, o1), splat(of2))
  return symmetricBound(kind, v, of1, of2, of3, o1, o2, o3)
}

@inline
function symmetricBound(kind: i32, v: v128, of1: f32, of2: f32, of3: f32, o1: v128, o2: v128, o3: v128): v128 {
  if (kind == JACCARD) return f32x4.div(v, f32x4.sub(f32x4.add(splat(of1), o1), v))
  const n = <f32>total
  if (kind == NPMI) {
    const share = f32x4.sub(ln(v), splat(logTotal))
    const above = f32x4.add(f32x4.sub(share, f32x4.add(splat(of2), o2)), splat(1e-4))
    return f32x4.div(above, f32x4.sub(splat(1e-4), share))
  }
  // k·ln(k / E) + δ·(δ·c − 1), δ = k − E: the other three cells by ln x ≤ x − 1. With a margin for what f32 loses.
  const expected = f32x4.mul(splat(of1 / n), o1)
  const delta = f32x4.sub(v, expected)
  const odds = f32x4.add(f32x4.add(splat(of3), o3), f32x4.mul(splat(of3), o3))
  const c = f32x4.div(odds, expected)
  const lift = f32x4.sub(f32x4.sub(ln(v), splat(logTotal)), f32x4.add(splat(of2), o2))
  const bound = f32x4.add(f32x4.mul(v, lift), f32x4.mul(delta, f32x4.sub(f32x4.mul(delta, c), splat(1))))
  return f32x4.add(f32x4.mul(bound, splat(1.0001)), f32x4.mul(v, splat(1e-4)))
}
