import {add, suite} from 'benny'

/** How long one run of a case took, in ms. */
export interface Timing {
  name: string
  mean: number
  fastest: number
  /** Half the 95 % confidence interval of the mean, in percent. */
  margin: number
  runs: number
}

/** What a case runs over and over: it must do the same each time. */
export type Cases = Record<string, () => unknown>

interface TimedOptions {
  minSamples: number
  /** Seconds for a case, as long as the samples come together in them. */
  maxTime: number
  /** Whether the cases return promises. Default false. */
  async?: boolean
}

/** For work of a second or so: three timed runs after two others. */
export const slow = {minSamples: 3, maxTime: 0.1}

/** For work of a millisecond or so and less. */
export const quick = {minSamples: 20, maxTime: 1}

/**
 * Runs the cases in benny. Its `ops` are rounded to whole runs a second, which says nothing of long ones: `mean` does.
 * To see what they return it calls all cases beforehand, async ones twice and all at the same time: nothing is run then.
 */
export async function timed(name: string, cases: Cases, options: TimedOptions): Promise<Timing[]> {
  const {async: isAsync = false, ...caseOptions} = options
  let begun = false
  const begin =
    async () =>
    <Suite>(suiteOfCases: Suite) => {
      begun = true
      return suiteOfCases
    }
  const added = Object.entries(cases).map(([label, run]) => {
    return add(label, () => (begun ? run() : isAsync && Promise.resolve()), caseOptions)
  })
  const {results} = await suite(name, ...added, begin)
  return results.map(({name, margin, samples, details}) => ({
    name,
    mean: 1000 * details.mean,
    fastest: 1000 * details.min,
    margin,
    runs: samples,
  }))
}

/** Prints timings, and how many times as long as the first each took. `more` adds columns by the name of a case. */
export function printTimings(timings: Timing[], more: Record<string, Record<string, string | number>> = {}): void {
  const first = timings[0]
  console.table(
    timings.map(({name, mean, fastest, margin, runs}) => ({
      case: name,
      mean: duration(mean),
      fastest: duration(fastest),
      '± %': Number(margin.toFixed(1)),
      runs,
      ratio: Number((mean / first.mean).toFixed(2)),
      ...more[name],
    })),
  )
}

export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toPrecision(3)} s`
  return ms >= 1 ? `${ms.toPrecision(3)} ms` : `${(1000 * ms).toPrecision(3)} µs`
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
