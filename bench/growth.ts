/**
 * How counting grows with the shop: from order lines to the neighbors of every item, on one thread, by twice as many lines
 * at a time and by twice as many items. Prints two tables and draws `docs/growth.svg`. Each point has processes of its own,
 * one after the other round after round: the least CPU time of all, the median of the peaks of memory.
 */
import {mkdirSync, writeFileSync} from 'node:fs'
import {coreBuild} from './core.ts'
import {collectGarbage, cpuTime, inFreshProcess, MB, peakOfMemory, tellParent} from './fresh-process.ts'
import {drawGrowth} from './growth-svg.ts'
import {makeShop} from './sets.ts'
import {duration, median} from './timings.ts'

const PROCESSES = 3
const RUNS = 3

/** Ten lines a basket, as in set M. */
interface Point {
  lines: number
  items: number
}

interface Measured {
  /** Of CPU, the least, warm: other work on the machine stretches that less than the time on the clock. */
  ms: number
  /** Megabytes that the first run took at its peak, the columns not among them. */
  memory: number
}

const doublings = [1, 2, 4, 8, 16, 32]
const byLines = doublings.map((times) => ({lines: 500_000 * times, items: 20_000}))
const byItems = doublings.map((times) => ({lines: 2_000_000, items: 2_500 * times}))

const [mode, lines, items] = process.argv.slice(2)
if (mode === '--child') tellParent(await measure({lines: Number(lines), items: Number(items)}))
else await printGrowth()

async function printGrowth(): Promise<void> {
  const points = [...byLines, ...byItems]
  const runs: Measured[][] = points.map(() => [])
  for (let p = 0; p < PROCESSES; p++) for (const [i, point] of points.entries()) runs[i].push(await inChild(point))
  const measured = runs.map((all) => ({
    ms: Math.min(...all.map(({ms}) => ms)),
    memory: median(all.map(({memory}) => memory)),
  }))
  const ofLines = measured.slice(0, byLines.length)
  const ofItems = measured.slice(byLines.length)
  printTable(`by lines, ${byLines[0].items} items`, byLines, ofLines)
  printTable(`by items, ${byItems[0].lines} lines`, byItems, ofItems)
  const folder = new URL('../docs/', import.meta.url)
  mkdirSync(folder, {recursive: true})
  const panels = [
    {title: 'by lines', axis: 'order lines', xs: byLines.map(({lines}) => lines), ms: ofLines.map(({ms}) => ms)},
    {title: 'by items', axis: 'items', xs: byItems.map(({items}) => items), ms: ofItems.map(({ms}) => ms)},
  ]
  writeFileSync(new URL('growth.svg', folder), drawGrowth(panels))
}

function inChild({lines, items}: Point): Promise<Measured> {
  return inFreshProcess<Measured>(import.meta.url, ['--child', String(lines), String(items)])
}

function printTable(title: string, points: Point[], measured: Measured[]): void {
  console.log(`counting ${title}`)
  console.table(
    points.map((point, i) => ({
      ...point,
      'CPU time': duration(measured[i].ms),
      'times the last': i > 0 ? Number((measured[i].ms / measured[i - 1].ms).toFixed(2)) : '',
      'memory (MB)': Math.round(measured[i].memory),
    })),
  )
}

async function measure({lines, items}: Point): Promise<Measured> {
  const shop = makeShop({lines, items, baskets: lines / 10, p50: 8, p99: 43, max: 200})
  collectGarbage()
  const before = process.memoryUsage.rss()
  await coreBuild(shop)
  const memory = (peakOfMemory() - before) / MB
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    collectGarbage()
    const start = cpuTime()
    await coreBuild(shop)
    times.push(cpuTime() - start)
  }
  return {ms: Math.min(...times), memory}
}
