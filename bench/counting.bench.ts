/**
 * Counting alone, by set: one table, and both that a fit makes. Baskets are capped as by `fit`; `--uncapped` is for
 * set C, which then takes minutes.
 */
import {parseArgs} from 'node:util'
import {bothScorers, countingInput, countTables, defaultScorer, defaults} from './core.ts'
import {inFreshProcess, tellParent} from './fresh-process.ts'
import {namedSets} from './set-names.ts'
import {makeSet, type SetName} from './sets.ts'
import {printTimings, slow, type Timing, timed} from './timings.ts'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {child: {type: 'boolean'}, uncapped: {type: 'boolean'}},
})
const sets = namedSets(positionals, ['S', 'M'])
if (values.child) {
  tellParent(await timeCounting(sets[0]))
} else {
  const timings: Timing[] = []
  for (const set of sets) {
    const args = ['--child', set]
    if (values.uncapped) args.push('--uncapped')
    timings.push(...(await inFreshProcess<Timing[]>(import.meta.url, args)))
  }
  printTimings(timings)
}

async function timeCounting(set: SetName): Promise<Timing[]> {
  const input = countingInput(makeSet(set), values.uncapped ? Number.POSITIVE_INFINITY : defaults.maxBasket)
  const one = [defaultScorer(input)]
  const both = bothScorers(input)
  const cases = {
    [`${set}: one table`]: () => countTables(input, one),
    [`${set}: both tables`]: () => countTables(input, both),
  }
  return timed(`counting ${set}`, cases, set === 'L' || set === 'C' ? {...slow, minSamples: 1} : slow)
}
