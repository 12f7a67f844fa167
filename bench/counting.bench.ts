/**
 * Counting alone, from baskets to neighbors: the kernel against the build in TypeScript, by measure, tables and threads. All
 * cases of a set in turn, several rounds, each set in a process of its own; medians, and their ratios to the first case.
 * Baskets are capped as by `fit`; `--uncapped` is for set C, which then takes minutes.
 */
import {availableParallelism} from 'node:os'
import {parseArgs} from 'node:util'
import {cosine, llr} from '../src/matrix/measures.ts'
import {measureScorer} from '../src/matrix/scorers.ts'
import {bothScorers, countFast, countingInput, countPlainly, defaultScorer, defaults} from './core.ts'
import {collectGarbage, inFreshProcess, tellParent} from './fresh-process.ts'
import {namedSets} from './set-names.ts'
import {makeSet, type SetName} from './sets.ts'
import {duration, median} from './timings.ts'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {child: {type: 'boolean'}, uncapped: {type: 'boolean'}},
})
const sets = namedSets(positionals, ['S', 'M'])
if (values.child) {
  tellParent(await timeCounting(sets[0]))
} else {
  for (const set of sets) {
    const args = ['--child', set]
    if (values.uncapped) args.push('--uncapped')
    const times = await inFreshProcess<Record<string, number[]>>(import.meta.url, args)
    const [first] = Object.values(times).map(median)
    console.log(`counting set ${set}, ${Object.values(times)[0].length} rounds in turn`)
    console.table(
      Object.entries(times).map(([name, ms]) => ({
        case: name,
        median: duration(median(ms)),
        fastest: duration(Math.min(...ms)),
        ratio: Number((median(ms) / first).toFixed(2)),
      })),
    )
  }
}

/** Milliseconds of each round, by case. */
async function timeCounting(set: SetName): Promise<Record<string, number[]>> {
  const input = countingInput(makeSet(set), values.uncapped ? Number.POSITIVE_INFINITY : defaults.maxBasket)
  const one = [defaultScorer(input)]
  const both = bothScorers(input)
  const cores = availableParallelism()
  const cases: Record<string, () => unknown> = {
    'kernel, default measure': () => countFast(input, one),
    'kernel, cosine': () => countFast(input, [measureScorer(cosine, input.marginals)]),
    'kernel, LLR': () => countFast(input, [measureScorer(llr, input.marginals)]),
    'kernel, both tables': () => countFast(input, both),
    [`kernel, both tables, ${cores} threads`]: () => countFast(input, both, cores),
    'TypeScript, default measure': () => countPlainly(input, one),
    'TypeScript, both tables': () => countPlainly(input, both),
  }
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, [] as number[]]))
  const rounds = {S: 7, M: 5, L: 3, C: 3}[set]
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      collectGarbage()
      const start = performance.now()
      await run()
      // The first round is to warm up.
      if (round >= 0) times[name].push(performance.now() - start)
    }
  }
  return times
}
