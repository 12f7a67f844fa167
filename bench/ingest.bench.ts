/**
 * Each door of `fit` of the shipped package, on set S. A run is a whole fit, most of which is the same for all; the
 * last columns are about reading alone, by the report's seconds.
 */
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type Lines, type OrderLine, Recommender, readOrders} from 'alsobought'
import {type History, historyOf} from './history.ts'
import {makeSet} from './sets.ts'
import {type Cases, median, printTimings, slow, timed} from './timings.ts'

const history = historyOf(makeSet('S'))
const lines = linesOf(history)
const folder = mkdtempSync(join(tmpdir(), 'alsobought-bench-'))
try {
  const file = join(folder, 'orders.csv')
  writeCsv(file, lines)
  const texts = {
    item: lines.map(({item}) => item),
    order: lines.map(({order}) => order),
    customer: lines.map(({customer}) => customer),
    at: history.at,
  }
  const doors: Record<string, () => Lines> = {
    'columns, typed arrays': () => history,
    'columns, texts': () => texts,
    'array of lines': () => lines,
    'async lines': () => oneByOne(lines),
    'CSV file': () => readOrders(file),
  }
  const reading: Record<string, number[]> = {}
  const cases: Cases = {}
  for (const [door, open] of Object.entries(doors)) {
    reading[door] = []
    cases[door] = async () => {
      const {report} = await Recommender.fit(open())
      reading[door].push(1000 * (report.seconds.read + report.seconds.sort))
    }
  }
  const timings = await timed('ingest, set S', cases, {...slow, async: true})
  const first = median(Object.values(reading)[0])
  printTimings(
    timings,
    Object.fromEntries(
      Object.entries(reading).map(([door, ms]) => [
        door,
        {
          ratio: Number((median(ms) / first).toFixed(2)),
          'read and sort (ms)': Math.round(median(ms)),
          'lines/s': `${Math.round(lines.length / median(ms))} k`,
        },
      ]),
    ),
  )
} finally {
  rmSync(folder, {recursive: true})
}

function linesOf({item, order, customer, at}: History) {
  return Array.from(item, (_, line) => ({
    item: `P${item[line]}`,
    order: `A-${order[line]}`,
    customer: `C${customer[line]}`,
    at: at[line],
  }))
}

async function* oneByOne(lines: OrderLine[]): AsyncGenerator<OrderLine> {
  yield* lines
}

function writeCsv(path: string, lines: ReturnType<typeof linesOf>): void {
  const file = openSync(path, 'w')
  writeSync(file, 'order,item,customer,date\n')
  for (let from = 0; from < lines.length; from += 10_000) {
    const rows = lines.slice(from, from + 10_000).map(({item, order, customer, at}) => {
      return `${order},${item},${customer},${new Date(at).toISOString()}\n`
    })
    writeSync(file, rows.join(''))
  }
  closeSync(file)
}
