/**
 * A service under load: questions of every kind while orders come and go, and all is counted anew over and over. Prints how
 * long each takes, and fails when memory grows, when a question during a refresh is answered from neither the old state nor
 * the new, or when the shop is not, in the end, what a fit of its orders makes.
 *
 *     npm run soak             ten seconds
 *     npm run soak -- 600
 */
import {createHistogram, monitorEventLoopDelay, type RecordableHistogram} from 'node:perf_hooks'
import {setImmediate, setTimeout} from 'node:timers/promises'
import {collectGarbage, MB} from './fresh-process.ts'
import {movingShop, questionsTo} from './moving-shop.ts'
import {sfc32} from './random.ts'
import {duration, median} from './timings.ts'

/** Between two refreshes. */
const CHANGES = 20
/** However slow the machine, so that there are samples of memory to compare. */
const LEAST_REFRESHES = 7
/** What memory may have grown by from the first third of the samples to the last. */
const MOST_GROWTH = 0.1

const seconds = Number(process.argv[2] ?? 10)
if (!(seconds > 0)) throw new RangeError(`soak: expected a number of seconds, got ${process.argv[2]}`)

const {shop, change, fitAnew} = await movingShop()
const questions = Object.entries(questionsTo(shop, sfc32(5)))
/** Nanoseconds. Of fixed size, or they would be what grows. */
const times: Record<string, RecordableHistogram> = {}
const delay = monitorEventLoopDelay({resolution: 5})
const memory: number[] = []
let asked = 0
let meanwhile = 0
/** Refreshes that were looked at turn by turn, and changed an answer. */
let looked = 0

const end = performance.now() + 1000 * seconds
for (let round = 0; performance.now() < end || round < LEAST_REFRESHES; round++) {
  delay.enable()
  for (let n = 0; n < CHANGES; n++) {
    await timed('a change', change)
    askNext('')
    await setImmediate()
  }
  if (round % 2) await refreshUnderChanges()
  else await refreshUnchanged()
  delay.disable()
  const inUse = await memoryInUse()
  // The first time much is made that then stays.
  if (round > 0) memory.push(inUse)
}
report()
await compareWithFit()

function timed<Result>(name: string, work: () => Result): Result {
  const start = process.hrtime.bigint()
  const result = work()
  const note = () => {
    times[name] ??= createHistogram()
    times[name].record(process.hrtime.bigint() - start)
  }
  if (result instanceof Promise) return result.finally(note) as Result
  note()
  return result
}

function askNext(when: string): void {
  const [kind, question] = questions[asked++ % questions.length]
  timed(kind + when, question)
}

/** While nothing else changes: what is answered in one turn is the old state's or the new one's, and once new, no more old. */
async function refreshUnchanged(): Promise<void> {
  const before = panel()
  let turned: string | undefined
  await refreshWhile(() => {
    const now = panel()
    if (turned === undefined && now !== before) turned = now
    if (now !== (turned ?? before)) fail('a question during a refresh was answered from a third state')
  })
  const after = panel()
  if ((turned ?? after) !== after) fail('a question during a refresh was answered from half of the new state')
  if (after !== before) looked++
}

/** What comes meanwhile is there at the next one. */
async function refreshUnderChanges(): Promise<void> {
  await refreshWhile(change)
  await timed('a refresh', () => shop.refresh())
}

async function refreshWhile(work: () => unknown): Promise<void> {
  let isOver = false
  const refreshing = timed('a refresh', () => shop.refresh()).finally(() => {
    isOver = true
  })
  while (!isOver) {
    askNext(', meanwhile')
    await work()
    meanwhile++
    await setImmediate()
  }
  await refreshing
}

/** Four answers of each kind, always to the same questions. */
function panel(): string {
  const same = Object.values(questionsTo(shop, sfc32(3)))
  return JSON.stringify(same.map((question) => [question(), question(), question(), question()]))
}

/** Bytes that something holds, with nothing left to be counted. */
async function memoryInUse(): Promise<number> {
  collectGarbage()
  // Threads that have ended leave theirs a little later.
  await setTimeout(20)
  collectGarbage()
  const {heapUsed, external} = process.memoryUsage()
  return heapUsed + external
}

function report(): void {
  const ms = (ns: number) => duration(ns / 1e6)
  const rows = Object.entries(times).map(([name, histogram]) => {
    const {count, max} = histogram
    return [
      name,
      {times: count, p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), longest: ms(max)},
    ]
  })
  console.table(Object.fromEntries(rows))
  console.log(
    `event loop: p99 ${ms(delay.percentile(99))}, at most ${ms(delay.max)} late, with the soak's own work in it`,
  )
  console.log(`${meanwhile} of ${asked} questions during refreshes; ${looked} refreshes looked at turn by turn`)
  if (looked === 0) fail('no refresh changed an answer: nothing was tried')
  judgeMemory()
}

function judgeMemory(): void {
  const third = Math.floor(memory.length / 3)
  const first = median(memory.slice(0, third))
  const last = median(memory.slice(-third))
  const growth = last / first - 1
  console.log(`memory: ${(first / MB).toFixed(1)} MB in the first third, ${(last / MB).toFixed(1)} MB in the last`)
  if (growth > MOST_GROWTH) fail(`memory has grown by ${(100 * growth).toFixed(1)} %`)
}

async function compareWithFit(): Promise<void> {
  const fresh = (await fitAnew()).toBytes()
  if (Buffer.compare(shop.toBytes(), fresh) !== 0) fail('the shop is not what a fit of its orders makes')
}

function fail(reason: string): void {
  console.error(`soak: ${reason}`)
  process.exitCode = 1
}
