/** Rows of a panel, and columns of a stretch: two panels' stretches fit into the second cache. */
const PANEL = 64
const STRETCH = 256

/**
 * The inverse of a symmetric positive definite matrix: `A = L·Lᵀ`, `M = L⁻ᵀ`, `A⁻¹ = M·Mᵀ`. Nearly all of it is dot products
 * of rows, n³/2 multiply-adds. Golub & Van Loan 2013, Matrix computations, section 4.2.
 * @param a n rows of n; only the lower triangle is read. It is overwritten by the result
 * @throws RangeError where the matrix is not positive definite
 */
export function invertPositive(a: Float64Array, n: number): Float64Array {
  const panels = Array.from({length: Math.ceil(n / PANEL)}, (_, p) => [p * PANEL, Math.min((p + 1) * PANEL, n)])
  // The lower triangle becomes L, its diagonal inverted.
  for (const [from, to] of panels) {
    for (const [first, end] of panels) if (first >= from) subtractDots(a, a, a, n, first, end, from, to, 0, from)
    for (let i = from; i < n; i++) {
      for (let j = from; j < Math.min(i, to); j++) {
        a[i * n + j] = (a[i * n + j] - dot(a, i * n, a, j * n, from, j)) * a[j * n + j]
      }
      if (i >= to) continue
      const rest = a[i * n + i] - dot(a, i * n, a, i * n, from, i)
      if (!(rest > 0)) throw new RangeError(`invert: the matrix is not positive definite, row ${i} leaves ${rest}`)
      a[i * n + i] = 1 / Math.sqrt(rest)
    }
  }
  // Row i of M solves L·m = eᵢ: it begins at place i.
  const m = new Float64Array(n * n)
  for (let i = 0; i < n; i++) m[i * n + i] = 1
  for (const [from, to] of panels) {
    for (const [first, end] of panels) if (first < from) subtractDots(m, m, a, n, first, end, from, to, first, from)
    for (let i = 0; i < to; i++) {
      for (let k = Math.max(i, from); k < to; k++) {
        m[i * n + k] = (m[i * n + k] - dot(m, i * n, a, k * n, from, k)) * a[k * n + k]
      }
    }
  }
  a.fill(0)
  for (const [first, end] of panels) {
    for (const [from, to] of panels) if (from <= first) subtractDots(a, m, m, n, first, end, from, to, first, n)
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      a[i * n + j] = -a[i * n + j]
      a[j * n + i] = a[i * n + j]
    }
  }
  return a
}

function dot(x: Float64Array, xRow: number, y: Float64Array, yRow: number, from: number, to: number): number {
  let sum = 0
  for (let k = from; k < to; k++) sum += x[xRow + k] * y[yRow + k]
  return sum
}

/** `outᵢⱼ −= Σₖ xᵢₖ · yⱼₖ` for a panel of rows `i`, one of rows `j` and a range of `k`. */
function subtractDots(
  out: Float64Array,
  x: Float64Array,
  y: Float64Array,
  n: number,
  firstI: number,
  endI: number,
  firstJ: number,
  endJ: number,
  firstK: number,
  endK: number,
): void {
  for (let from = firstK; from < endK; from += STRETCH) {
    const to = Math.min(from + STRETCH, endK)
    for (let i = firstI; i < endI; i += 2) {
      for (let j = firstJ; j < endJ; j += 4) {
        if (i + 2 <= endI && j + 4 <= endJ) subtractEight(out, x, y, n, i, j, from, to)
        else {
          for (let p = i; p < Math.min(i + 2, endI); p++) {
            for (let q = j; q < Math.min(j + 4, endJ); q++) out[p * n + q] -= dot(x, p * n, y, q * n, from, to)
          }
        }
      }
    }
  }
}

/** Two rows by four at once: each number that is read is used two or four times, and no sum waits for another. */
function subtractEight(
  out: Float64Array,
  x: Float64Array,
  y: Float64Array,
  n: number,
  i: number,
  j: number,
  from: number,
  to: number,
): void {
  const [x0, x1] = [i * n, (i + 1) * n]
  const [y0, y1, y2, y3] = [j * n, (j + 1) * n, (j + 2) * n, (j + 3) * n]
  let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let k = from; k < to; k++) {
    const a = x[x0 + k]
    const b = x[x1 + k]
    const c = y[y0 + k]
    const d = y[y1 + k]
    const e = y[y2 + k]
    const f = y[y3 + k]
    s0 += a * c
    s1 += a * d
    s2 += a * e
    s3 += a * f
    t0 += b * c
    t1 += b * d
    t2 += b * e
    t3 += b * f
  }
  out[x0 + j] -= s0
  out[x0 + j + 1] -= s1
  out[x0 + j + 2] -= s2
  out[x0 + j + 3] -= s3
  out[x1 + j] -= t0
  out[x1 + j + 1] -= t1
  out[x1 + j + 2] -= t2
  out[x1 + j + 3] -= t3
}
