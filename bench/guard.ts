/**
 * Fails when counting, top-k or a query has become slower next to its naive twin, which is frozen. Both do the same work
 * in the same process in turn, which is compared; their ratio in CPU time is steady where seconds are not.
 *
 *     npm run bench:guard              fails below 80 % of a ratio in guard.json, 60 % for queries
 *     npm run bench:guard -- --update  writes guard.json
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {type Contest, type ContestName, contests} from './contests.ts'
import {collectGarbage, cpuTime, inFreshProcess, tellParent} from './fresh-process.ts'
import {median} from './timings.ts'

/**
 * What share of its ratio each must reach. A query lives in the caches, and its twin in the memory beyond: between two machines of
 * one kind their ratio has been seen to differ by a third with nothing changed.
 */
const floors = {counting: 0.8, 'top-k': 0.8, query: 0.6}
/** What set S must reach in any case. */
const LEAST_ON_S = 15
/** Each contest is held in so many. What all later runs are held to is no lucky one: it takes more. */
const [PROCESSES, PROCESSES_TO_UPDATE] = [5, 15]

const guarded = ['counting', 'top-k', 'query'] as const satisfies ContestName[]
const guardFile = new URL('../bench/guard.json', import.meta.url)
const [mode, name] = process.argv.slice(2)
if (mode === '--child') tellParent(await measureRatio(await contests[name as ContestName]()))
else if (mode === undefined || mode === '--update') await guard(mode === '--update')
else throw new RangeError(`guard: unknown option ${mode}; valid is --update`)

async function guard(update: boolean): Promise<void> {
  const ratios: Record<string, number[]> = Object.fromEntries(guarded.map((name) => [name, []]))
  const processes = update ? PROCESSES_TO_UPDATE : PROCESSES
  // In turn, so that a loaded minute falls on all of them.
  for (let p = 0; p < processes; p++) for (const name of guarded) ratios[name].push(await ratioOf(name))
  const onS = await ratioOf('counting S')
  if (update) writeGuard(ratios, onS, processes)
  const committed: Record<string, number> = JSON.parse(readFileSync(guardFile, 'utf8')).ratios
  for (const name of guarded) judge(name, ratios[name], committed[name])
  console.log(`counting set S: ${onS.toFixed(1)}x as fast as the twin, at least ${LEAST_ON_S}x wanted`)
  if (onS < LEAST_ON_S) fail(`set S is counted less than ${LEAST_ON_S}x as fast as by the twin`)
}

function ratioOf(name: ContestName): Promise<number> {
  return inFreshProcess<number>(import.meta.url, ['--child', name])
}

function judge(name: keyof typeof floors, ratios: number[], committed: number): void {
  const ratio = median(ratios)
  const share = `${Math.round((100 * ratio) / committed)} % of the committed ${committed}x`
  const all = ratios.map((ratio) => ratio.toFixed(1)).join(', ')
  console.log(`${name}: ${ratio.toFixed(1)}x as fast as the twin, ${share} (${all})`)
  const floor = floors[name]
  if (ratio < floor * committed) fail(`${name} is below ${100 * floor} %: it has become slower`)
}

function fail(reason: string): void {
  console.error(`guard: ${reason}`)
  process.exitCode = 1
}

function writeGuard(ratios: Record<string, number[]>, onS: number, processes: number): void {
  const comment =
    `CPU time of the naive twin over that of the library, see bench/contests.ts: medians of ${processes} processes. ` +
    'onS: counting set S, once. Written by npm run bench:guard -- --update.'
  const rounded = Object.entries(ratios).map(([name, all]) => [name, Number(median(all).toFixed(1))])
  const file = {comment, ratios: Object.fromEntries(rounded), onS: Number(onS.toFixed(1)), node: process.version}
  writeFileSync(guardFile, `${JSON.stringify(file, null, 2)}\n`)
}

/** CPU time of the twin over that of the core: the median of the rounds. */
async function measureRatio({core, twin, assertEqual, warmUps, rounds, cores}: Contest): Promise<number> {
  for (let run = 0; run < warmUps; run++) await core()
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await timed(core, cores / 2)
    const naive = await timed(twin, 1)
    const after = await timed(core, cores / 2)
    assertEqual(after.answer, naive.answer)
    ratios.push((cores * naive.ms) / (before.ms + after.ms))
  }
  return median(ratios)
}

/** Milliseconds of CPU for so many runs, and what the last one gave. */
async function timed(run: () => unknown, runs: number): Promise<{ms: number; answer: unknown}> {
  collectGarbage()
  const start = cpuTime()
  let answer: unknown
  for (let n = 0; n < runs; n++) answer = await run()
  return {ms: cpuTime() - start, answer}
}
