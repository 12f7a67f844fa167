/** An estimate, and what its true value lies between with 95 % confidence. */
export interface Estimate {
  value: number
  low: number
  high: number
}

/** Standard deviations that 95 % of a normal distribution lie within. */
const Z = 1.96

/**
 * A share `n / of` and its score interval: what chances, from 0 to 1, would give such a count 95 times in 100. Unlike the
 * usual `p ± z·√(p(1−p)/n)` it stays within 0 and 1, and is right for few trials and for shares near either end.
 * Wilson 1927, Probable inference, the law of succession, and statistical inference.
 * @param of from 1 up
 */
export function wilsonShare(n: number, of: number): Estimate {
  const value = n / of
  const square = (Z * Z) / of
  const middle = (value + square / 2) / (1 + square)
  const reach = (Z * Math.sqrt((value * (1 - value)) / of + square / (4 * of))) / (1 + square)
  // Rounding must not push an end past the share it is an end of.
  return {value, low: Math.max(0, Math.min(value, middle - reach)), high: Math.min(1, Math.max(value, middle + reach))}
}
