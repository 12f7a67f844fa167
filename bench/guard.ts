/**
 * Fails when the core has become slower next to the naive twin, which is frozen. Both do the same work in the same
 * process in turn, which is compared; their ratio in CPU time is steady where seconds are not.
 *
 *     npm run bench:guard              fails below 80 % of the ratio in guard.json
 *     npm run bench:guard -- --update  writes guard.json
 */
import {readFileSync, writeFileSync} from 'node:fs'
import type {Table} from '../src/matrix/table.ts'
import {coreBuild} from './core.ts'
import {collectGarbage, cpuTime, inFreshProcess, tellParent} from './fresh-process.ts'
import {type NaiveNeighbor, naiveBuild, naiveDefault} from './naive.ts'
import {makeSet, makeShop, type Shop} from './sets.ts'
import {median} from './timings.ts'

const FLOOR = 0.8
/** What set S must reach in any case. */
const LEAST_ON_S = 15
const PROCESSES = 5

interface Effort {
  /** Builds by the core before it counts: V8 takes that long to settle on its code. */
  warmUps: number
  rounds: number
  /** Builds by the core for each one by the twin. */
  cores: number
}

/** A fifth of S in lines, so that many rounds take little time. */
const sets: Record<string, Effort & {make: () => Shop}> = {
  guard: {
    make: () => makeShop({lines: 100_000, items: 2_000, baskets: 5_000, p50: 15, p99: 89, max: 400}),
    warmUps: 20,
    rounds: 3,
    cores: 8,
  },
  S: {make: () => makeSet('S'), warmUps: 10, rounds: 1, cores: 8},
}

const guardFile = new URL('../bench/guard.json', import.meta.url)
const [mode, name] = process.argv.slice(2)
if (mode === '--child') tellParent(await measureRatio(name))
else if (mode === undefined || mode === '--update') await guard(mode === '--update')
else throw new RangeError(`guard: unknown option ${mode}; valid is --update`)

async function guard(update: boolean): Promise<void> {
  const ratios: number[] = []
  for (let p = 0; p < PROCESSES; p++) ratios.push(await inFreshProcess<number>(import.meta.url, ['--child', 'guard']))
  const ratio = median(ratios)
  const onS = await inFreshProcess<number>(import.meta.url, ['--child', 'S'])
  console.log(`guard set: the core is ${ratio.toFixed(1)}x as fast as the twin (${list(ratios)})`)
  console.log(`set S: ${onS.toFixed(1)}x, at least ${LEAST_ON_S}x wanted`)
  if (update) writeGuard(ratio, onS)
  const committed: number = JSON.parse(readFileSync(guardFile, 'utf8')).ratio
  const share = `${Math.round((100 * ratio) / committed)} % of the committed ${committed}x`
  if (ratio < FLOOR * committed) {
    console.error(`guard: ${share}, below ${100 * FLOOR} %: the core has become slower`)
    process.exitCode = 1
  } else {
    console.log(`guard: ${share}, passed`)
  }
  if (onS < LEAST_ON_S) {
    console.error(`guard: set S is built less than ${LEAST_ON_S}x as fast as by the twin`)
    process.exitCode = 1
  }
}

function writeGuard(ratio: number, onS: number): void {
  const comment =
    `CPU time of the naive twin over that of the core, from order lines to neighbors, default measure, one table; median ` +
    `of ${PROCESSES} processes on the guard set. onS: the same on set S, once. Written by npm run bench:guard -- --update.`
  const file = {comment, ratio: Number(ratio.toFixed(1)), onS: Number(onS.toFixed(1)), node: process.version}
  writeFileSync(guardFile, `${JSON.stringify(file, null, 2)}\n`)
}

/** CPU time of the twin over that of the core: the median of the rounds. */
async function measureRatio(name: string): Promise<number> {
  const {make, warmUps, rounds, cores} = sets[name]
  const shop = make()
  for (let run = 0; run < warmUps; run++) await coreBuild(shop)
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await timeCores(shop, cores / 2)
    const twin = timeTwin(shop)
    const after = await timeCores(shop, cores / 2)
    assertEqual(await coreBuild(shop), twin.rows)
    ratios.push((cores * twin.ms) / (before + after))
  }
  return median(ratios)
}

async function timeCores(shop: Shop, runs: number): Promise<number> {
  collectGarbage()
  const start = cpuTime()
  for (let run = 0; run < runs; run++) await coreBuild(shop)
  return cpuTime() - start
}

function timeTwin(shop: Shop): {ms: number; rows: Map<number, NaiveNeighbor[]>} {
  collectGarbage()
  const start = cpuTime()
  const rows = naiveBuild(shop, naiveDefault(shop))
  return {ms: cpuTime() - start, rows}
}

/** Same items in the same places, same counts, scores equal to 1e-6. */
function assertEqual({offsets, items, scores, together}: Table, rows: Map<number, NaiveNeighbor[]>): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const expected = rows.get(row) ?? []
    const length = offsets[row + 1] - offsets[row]
    if (length !== expected.length) throw new Error(`item ${row}: ${length} neighbors, the twin has ${expected.length}`)
    for (let place = 0; place < length; place++) {
      const p = offsets[row] + place
      const twin = expected[place]
      const isClose = Math.abs(scores[p] - twin.score) <= 1e-6 * twin.score
      if (items[p] !== twin.item || together[p] !== twin.together || !isClose) {
        const core = `${items[p]} (together ${together[p]}, score ${scores[p]})`
        throw new Error(`item ${row}, place ${place}: ${core}, the twin has ${JSON.stringify(twin)}`)
      }
    }
  }
}

function list(ratios: number[]): string {
  return ratios.map((ratio) => ratio.toFixed(1)).join(', ')
}
