/** A scale from 0 to a round number that a plot can label, over a stretch of pixels. */
export function scale(largest: number, from: number, to: number): {ticks: number[]; place: (value: number) => number} {
  // Up to five steps of 1, 2 or 5 times a power of ten.
  const least = (largest || 1) / 5
  const power = 10 ** Math.floor(Math.log10(least))
  const step = power * ([1, 2, 5].find((times) => times * power >= least) ?? 10)
  const steps = Math.ceil((largest || 1) / step)
  const ticks = Array.from({length: steps + 1}, (_, i) => Number((i * step).toPrecision(6)))
  const end = steps * step
  return {ticks, place: (value) => from + (value / end) * (to - from)}
}
