import type {Steps} from '../matrix/steps.ts'

/** The difference of two means, and where it lies in 95 of 100 samples like this one. */
export interface Interval {
  difference: number
  low: number
  high: number
}

const SAMPLES = 1000

/**
 * How much each method's mean differs from the first method's, over all groups and over those of each class: the groups are
 * drawn anew, with replacement, a thousand times, the same ones for every method. Efron & Tibshirani 1993, chapter 16.
 * @param values by method, by group
 * @param classOf by group, from 0 up to before `classes`
 * @returns by method, by class, the last being all groups; NaN where there is no group
 */
export function* pairedIntervals(
  values: readonly Float64Array[],
  classOf: Uint8Array,
  classes: number,
  seed: number,
): Steps<Interval[][]> {
  const groups = classOf.length
  const methods = values.length
  // Side by side for each group: a draw reads one place.
  const differences = new Float64Array(groups * methods)
  for (const [m, column] of values.entries()) {
    for (let group = 0; group < groups; group++) differences[group * methods + m] = column[group] - values[0][group]
  }
  const sums = new Float64Array((classes + 1) * methods)
  const drawn = new Int32Array(classes + 1)
  const means = values.map(() => Array.from({length: classes + 1}, () => new Float64Array(SAMPLES)))
  const add = (group: number) => {
    const from = classOf[group] * methods
    drawn[classOf[group]]++
    for (let m = 0; m < methods; m++) sums[from + m] += differences[group * methods + m]
  }
  const takeMeans = (see: (m: number, c: number, mean: number) => void) => {
    for (let m = 0; m < methods; m++) {
      let all = 0
      for (let c = 0; c < classes; c++) {
        all += sums[c * methods + m]
        see(m, c, sums[c * methods + m] / drawn[c])
      }
      see(m, classes, all / groups)
    }
    sums.fill(0)
    drawn.fill(0)
  }
  const next = randomBits(seed)
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (let draw = 0; draw < groups; draw++) add(Math.floor((next() / 2 ** 32) * groups))
    takeMeans((m, c, mean) => {
      means[m][c][sample] = mean
    })
    yield sample / SAMPLES
  }
  for (let group = 0; group < groups; group++) add(group)
  const intervals: Interval[][] = values.map(() => [])
  takeMeans((m, c, difference) => {
    // A small class may be drawn by no sample's chance.
    const known = means[m][c].filter((mean) => !Number.isNaN(mean)).sort()
    const at = (share: number) => known[Math.round(share * (known.length - 1))] ?? Number.NaN
    intervals[m][c] = {difference, low: at(0.025), high: at(0.975)}
  })
  return intervals
}

/** Whole numbers from 1 up to before 2³², the same for the same seed: xorshift with 13, 17, 5. Marsaglia 2003. */
export function randomBits(seed: number): () => number {
  // A state of 0 would stay so; a few rounds part seeds that are near each other.
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state
  }
  for (let round = 0; round < 8; round++) next()
  return next
}
