/**
 * How time and memory of the public `fit` grow with the shop: `npm run bench:scale -- [S] [M] [L] [C] [3M]`, S and M if
 * none is named. Each set in a process of its own. `--customers` adds customers and dates, and so the next orders.
 */
import {setTimeout} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {type Progress, Recommender} from 'alsobought'
import {collectGarbage, cpuTime, inFreshProcess, MB, peakOfMemory, tellParent} from './fresh-process.ts'
import {historyOf} from './history.ts'
import {makeSet, makeShop, type SetName, type Shop, setNames} from './sets.ts'

/** What a fit of set M may take: times the CPU time of counting S, and megabytes with the columns in memory. */
const MOST_TIMES_S = 20
const MOST_ON_M = 600

interface Scaling {
  seconds: Record<string, number>
  /** CPU seconds, by phase. */
  cpu: Record<string, number>
  memory: {
    columns: number
    /** Resident before the fit, columns in. */
    before: number
    /** Largest resident so far when the fit began: making the set takes some that the fit then uses. */
    'peak before': number
    peak: number
    /** After the fit, garbage collected, columns still in. */
    after: number
    /** What of that is held by something; the rest the system may have back. */
    'in use after': number
  }
  bytes: Record<string, number>
}

const known = [...setNames, '3M']
const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {child: {type: 'boolean'}, customers: {type: 'boolean'}},
})
const names = positionals.length > 0 ? positionals : ['S', 'M']
const unknown = names.find((name) => !known.includes(name))
if (unknown !== undefined) throw new RangeError(`scale: unknown set ${unknown}; valid are ${known.join(', ')}`)
if (values.child) tellParent(await measure(names[0]))
else await printScaling(names)

async function printScaling(names: string[]): Promise<void> {
  const results: Record<string, Scaling> = {}
  for (const name of names) {
    const args = ['--child', name]
    if (values.customers) args.push('--customers')
    results[name] = await inFreshProcess<Scaling>(import.meta.url, args)
  }
  printParts('seconds', results, ({seconds}) => withTotal(seconds), 2)
  printParts('CPU seconds', results, ({cpu}) => withTotal(cpu), 2)
  printParts('resident memory, MB', results, ({memory}) => memory, 0)
  printParts('the model by its report, MB', results, ({bytes}) => withTotal(bytes), 1)
  const {S, M} = results
  if (S && M) {
    const times = M.cpu.count / S.cpu.count
    console.log(`counting M takes ${times.toFixed(1)}x the CPU time of S; at most ${MOST_TIMES_S}x wanted`)
  }
  if (M) console.log(`M takes ${Math.round(M.memory.peak)} MB at its peak; under ${MOST_ON_M} MB wanted`)
}

function printParts(
  title: string,
  results: Record<string, Scaling>,
  partsOf: (result: Scaling) => Record<string, number>,
  digits: number,
): void {
  console.log(title)
  const rows = Object.entries(results).map(([name, result]) => {
    const parts = Object.entries(partsOf(result)).map(([part, value]) => [part, Number(value.toFixed(digits))])
    return [name, Object.fromEntries(parts)]
  })
  console.table(Object.fromEntries(rows))
}

function withTotal(parts: Record<string, number>): Record<string, number> {
  return {...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0)}
}

async function measure(name: string): Promise<Scaling> {
  const source = sourceOf(name === '3M' ? make3M() : makeSet(name as SetName))
  collectGarbage()
  const before = process.memoryUsage.rss() / MB
  const peakBefore = peakOfMemory() / MB
  const cpu = cpuByPhase()
  const shop = await Recommender.fit(source, {onProgress: cpu.note})
  const peak = peakOfMemory() / MB
  collectGarbage()
  // What is freed goes back to the system a little later.
  await setTimeout(200)
  const {rss, heapUsed, arrayBuffers} = process.memoryUsage()
  const {seconds, bytes} = shop.report
  const columns = Object.values(source).reduce((sum, column) => sum + column.byteLength, 0)
  return {
    seconds,
    cpu: cpu.seconds,
    memory: {
      columns: columns / MB,
      before,
      'peak before': peakBefore,
      peak,
      after: rss / MB,
      'in use after': (heapUsed + arrayBuffers) / MB,
    },
    bytes: Object.fromEntries(Object.entries(bytes).map(([part, size]) => [part, size / MB])),
  }
}

/** 3 million orders, 80,000 items. */
function make3M(): Shop {
  return makeShop({lines: 24e6, items: 80_000, baskets: 3e6, p50: 6, p99: 35, max: 150})
}

function sourceOf(shop: Shop) {
  return values.customers ? historyOf(shop) : {order: shop.baskets, item: shop.items}
}

/** What a fit reports of its progress, every 25 ms, says which phase the CPU time since the last report went to. */
function cpuByPhase() {
  const seconds: Record<string, number> = {}
  let last = cpuTime()
  const note = ({phase}: Progress) => {
    const now = cpuTime()
    seconds[phase] = (seconds[phase] ?? 0) + (now - last) / 1000
    last = now
  }
  return {seconds, note}
}
