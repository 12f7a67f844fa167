/**
 * Randomness and the two transcendental functions the benches need, the same to the bit on every machine: integer
 * arithmetic for the draws, only `+ - * /` for the rest (ECMAScript leaves the last bit of `Math.log` and `Math.exp` open).
 */

/** Chris Doty-Humphrey's sfc32 (PractRand): 32 random bits a call, as an integer from 0 to 2^32 - 1. */
export function sfc32(seed: number): () => number {
  let a = 0x9e3779b9 | 0
  let b = 0x243f6a88 | 0
  let c = seed | 0
  let counter = 1
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 16; round++) next() // mixes a small seed into all of the state
  return next
}

/** Scales 32 random bits to a whole number from 0 to `n - 1`. The product is exact while n <= 2^21. */
export function below(n: number, bits: number): number {
  return Math.floor((bits * n) / 2 ** 32)
}

/** Fisher-Yates, in place. */
export function shuffle<T extends Int32Array | Float64Array>(values: T, next: () => number): T {
  for (let p = values.length - 1; p > 0; p--) {
    const q = below(p + 1, next())
    const value = values[p]
    values[p] = values[q]
    values[q] = value
  }
  return values
}

/** Natural logarithm of x > 0: powers of two out, then the series of atanh. */
export function ln(x: number): number {
  let halvings = 0
  for (; x > Math.SQRT2; x /= 2) halvings++
  for (; x < Math.SQRT1_2; x *= 2) halvings--
  const t = (x - 1) / (x + 1)
  let sum = 0
  for (let k = 21; k > 0; k -= 2) sum = sum * t * t + 1 / k
  return 2 * t * sum + halvings * Math.LN2
}

/** e to the x: the Taylor series at |x| / 1024, squared ten times. */
export function exp(x: number): number {
  const y = Math.abs(x) / 1024
  let power = 1
  for (let k = 12; k > 0; k--) power = 1 + (power * y) / k
  for (let squaring = 0; squaring < 10; squaring++) power *= power
  return x < 0 ? 1 / power : power
}
