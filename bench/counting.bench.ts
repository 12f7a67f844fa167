/**
 * Counting alone: the kernel, the build in TypeScript and, where it can, the naive `Map`, by measure, tables and threads.
 * All cases of a set in turn, several rounds, each set in a process of its own; medians, and their ratios to the first
 * case. Then the peak of memory of one count, again in a process of its own. Baskets are capped as by `fit`; `--uncapped`
 * is for set C, which then takes minutes.
 */
import {availableParallelism} from 'node:os'
import {parseArgs} from 'node:util'
import {cosine, llr} from '../src/matrix/measures.ts'
import {measureScorer, type Scorer} from '../src/matrix/scorers.ts'
import {bothScorers, coreBuild, countFast, countingInput, countPlainly, defaultScorer, defaults} from './core.ts'
import {collectGarbage, cpuTime, inFreshProcess, MB, peakOfMemory, tellParent} from './fresh-process.ts'
import {naiveBuild, naiveDefault} from './naive.ts'
import {namedSets} from './set-names.ts'
import {makeSet, type SetName} from './sets.ts'
import {incrementsOf} from './shop-shape.ts'
import {duration, median} from './timings.ts'

/** Pair increments that the naive `Map` is given at most: set M took it 146 s of CPU and 8.4 GB, once. */
const MOST_NAIVE = 2e7

interface Case {
  build: 'kernel' | 'TypeScript' | 'naive Map'
  /** What the run begins with: baskets in memory, sorted and weighed, or order lines, which are made into them first. */
  from: 'baskets' | 'lines'
  scores: string
  threads: number
  run: () => unknown
}

interface Timed extends Omit<Case, 'run'> {
  /** Milliseconds of each round, and of CPU on all threads. */
  ms: number[]
  cpu: number[]
}

interface Counting {
  cases: Timed[]
  increments: number
}

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {child: {type: 'string'}, uncapped: {type: 'boolean'}},
})
const maxBasket = values.uncapped ? Number.POSITIVE_INFINITY : defaults.maxBasket
const sets = namedSets(positionals, ['S', 'M'])
if (values.child === 'time') tellParent(await timeCounting(sets[0]))
else if (values.child === 'memory') tellParent(await measureMemory(sets[0]))
else {
  for (const set of sets) printCounting(set, await inChild<Counting>('time', set))
  const memory: Record<string, Record<string, number>> = {}
  for (const set of sets) memory[set] = await inChild<Record<string, number>>('memory', set)
  console.log('resident memory, MB: before one count from lines on one thread, columns in, and at its peak; one table')
  console.table(memory)
}

function inChild<Result>(child: string, set: SetName): Promise<Result> {
  const args = ['--child', child, set]
  if (values.uncapped) args.push('--uncapped')
  return inFreshProcess<Result>(import.meta.url, args)
}

function printCounting(set: SetName, {cases, increments}: Counting): void {
  const pairs = (increments / 1e6).toPrecision(3)
  console.log(`counting set ${set}, ${pairs} million pair increments, ${cases[0].ms.length} rounds in turn`)
  const first = median(cases[0].ms)
  console.table(
    cases.map(({ms, cpu, ...labels}) => ({
      ...labels,
      median: duration(median(ms)),
      fastest: duration(Math.min(...ms)),
      CPU: duration(median(cpu)),
      ratio: Number((median(ms) / first).toFixed(2)),
      'M pairs/s': Number((increments / median(ms) / 1000).toPrecision(3)),
    })),
  )
  if (increments > MOST_NAIVE) {
    console.log(
      `naive Map: left out on set ${set}; ${pairs} million pair increments take it minutes and gigabytes of heap`,
    )
  }
}

async function timeCounting(set: SetName): Promise<Counting> {
  const shop = makeSet(set)
  const input = countingInput(shop, maxBasket)
  const increments = incrementsOf(input.byBasket)
  const scorers: Record<string, Scorer[]> = {
    default: [defaultScorer(input)],
    cosine: [measureScorer(cosine, input.marginals)],
    LLR: [measureScorer(llr, input.marginals)],
    'two tables': bothScorers(input),
  }
  const cases: Case[] = []
  for (const threads of new Set([1, availableParallelism()])) {
    for (const [scores, scorer] of Object.entries(scorers)) {
      cases.push({build: 'kernel', from: 'baskets', scores, threads, run: () => countFast(input, scorer, threads)})
    }
  }
  for (const [scores, scorer] of Object.entries(scorers)) {
    cases.push({build: 'TypeScript', from: 'baskets', scores, threads: 1, run: () => countPlainly(input, scorer)})
  }
  const fromLines = {from: 'lines', scores: 'default', threads: 1} as const
  cases.push({build: 'kernel', ...fromLines, run: () => coreBuild(shop, maxBasket)})
  if (increments <= MOST_NAIVE) {
    cases.push({build: 'naive Map', ...fromLines, run: () => naiveBuild(shop, naiveDefault(shop))})
  }
  return {cases: await timeInTurn(cases, {S: 5, M: 3, L: 3, C: 3}[set]), increments}
}

async function timeInTurn(cases: Case[], rounds: number): Promise<Timed[]> {
  const timed = cases.map(({run, ...labels}) => ({...labels, ms: [] as number[], cpu: [] as number[]}))
  for (let round = -1; round < rounds; round++) {
    // Not timed: the heap that the naive Map leaves behind is a burden to whoever comes next.
    collectGarbage()
    await cases[0].run()
    for (const [c, {run}] of cases.entries()) {
      collectGarbage()
      const [start, cpuStart] = [performance.now(), cpuTime()]
      await run()
      const [ms, cpu] = [performance.now() - start, cpuTime() - cpuStart]
      // The first round is to warm up.
      if (round < 0) continue
      timed[c].ms.push(ms)
      timed[c].cpu.push(cpu)
    }
  }
  return timed
}

/** Megabytes, by what they are. */
async function measureMemory(set: SetName): Promise<Record<string, number>> {
  const shop = makeSet(set)
  collectGarbage()
  const before = process.memoryUsage.rss()
  const peakBefore = peakOfMemory()
  await coreBuild(shop, maxBasket)
  const inMB = (bytes: number) => Math.round(bytes / MB)
  return {
    columns: inMB(shop.baskets.byteLength + shop.items.byteLength),
    before: inMB(before),
    // Making the set takes some that counting then uses.
    'peak before': inMB(peakBefore),
    peak: inMB(peakOfMemory()),
  }
}
