/**
 * Each door of `fit` of the shipped package. On set S whole fits in turn, most of which is the same for all; the last
 * columns are about reading alone, by the report's seconds. On set M one fit a door, each in a process of its own.
 */
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {gzipSync} from 'node:zlib'
import {type FitOptions, type Lines, type OrderLine, Recommender, readOrders} from 'alsobought'
import {collectGarbage, inFreshProcess, tellParent} from './fresh-process.ts'
import {type History, historyOf} from './history.ts'
import {namedSets} from './set-names.ts'
import {makeSet, type Shop} from './sets.ts'
import {type Cases, median, printTimings, slow, timed} from './timings.ts'

/** Order lines with customers and dates, or without either. */
type Given = Pick<History, 'item' | 'order'> & Partial<History>

interface Door {
  open: () => Lines | AsyncIterable<object>
  columns?: FitOptions['columns']
}

/** How one fit of set M went. */
interface Ingest {
  read: number
  sort: number
  fit: number
  /** Resident megabytes: before the fit, with what the source is made of, and at most. */
  before: number
  peak: number
}

const {values, positionals} = parseArgs({allowPositionals: true, options: {child: {type: 'boolean'}}})
if (values.child) {
  tellParent(await ingest(positionals))
} else {
  const sets = namedSets(positionals, ['S'])
  const folder = mkdtempSync(join(tmpdir(), 'alsobought-bench-'))
  try {
    if (sets.includes('S')) await compareOnS(join(folder, 'orders.csv'))
    if (sets.includes('M')) await printOnM(folder)
  } finally {
    rmSync(folder, {recursive: true})
  }
}

async function compareOnS(file: string): Promise<void> {
  const history = historyOf(makeSet('S'))
  writeCsv(file, history)
  const doors = doorsTo(history, file)
  const lines = [...linesOf(history)]
  doors['array of lines'] = {open: () => lines}
  const reading: Record<string, number[]> = {}
  const cases: Cases = {}
  for (const [door, {open, columns}] of Object.entries(doors)) {
    reading[door] = []
    cases[door] = async () => {
      const {report} = await Recommender.fit(open() as Lines, columns ? {columns, learn: false} : {learn: false})
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
}

async function printOnM(folder: string): Promise<void> {
  for (const kind of ['plain', 'full']) {
    const file = join(folder, `${kind}.csv`)
    const given = givenOf(makeSet('M'), kind)
    writeCsv(file, given)
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)))
    const rows: Record<string, Record<string, number | string>> = {}
    for (const door of Object.keys(doorsTo(given, file))) {
      const {read, sort, fit, before, peak} = await inFreshProcess<Ingest>(import.meta.url, [
        '--child',
        door,
        kind,
        file,
      ])
      rows[door] = {
        'read (s)': Number(read.toFixed(2)),
        'sort (s)': Number(sort.toFixed(2)),
        'lines/s': `${(given.item.length / 1e6 / (read + sort)).toFixed(2)} M`,
        'whole fit (s)': Number(fit.toFixed(1)),
        'before (MB)': Math.round(before),
        'peak (MB)': Math.round(peak),
      }
    }
    console.log(`set M, ${kind === 'full' ? 'customers and dates' : 'no customers, no dates'}`)
    console.table(rows)
  }
}

async function ingest([door, kind, file]: string[]): Promise<Ingest> {
  // A file needs no set in memory beside it.
  const given = door.startsWith('CSV')
    ? {item: new Int32Array(0), order: new Int32Array(0)}
    : givenOf(makeSet('M'), kind)
  const {open, columns} = doorsTo(given, file)[door]
  const source = open()
  collectGarbage()
  const before = process.memoryUsage.rss() / 2 ** 20
  const {report} = await Recommender.fit(source as Lines, columns ? {columns, learn: false} : {learn: false})
  const {read, sort} = report.seconds
  const fit = Object.values(report.seconds).reduce((sum, seconds) => sum + seconds, 0)
  return {read, sort, fit, before, peak: process.resourceUsage().maxRSS / 1024}
}

function givenOf(shop: Shop, kind: string): Given {
  return kind === 'full' ? historyOf(shop) : {item: shop.items, order: shop.baskets}
}

function doorsTo(given: Given, file: string): Record<string, Door> {
  return {
    'columns, typed arrays': {open: () => given},
    'columns, texts': {
      open: () => ({
        item: textsOf('P', given.item),
        order: textsOf('A-', given.order),
        customer: given.customer && textsOf('C', given.customer),
        at: given.at,
      }),
    },
    'iterable of lines': {open: () => linesOf(given)},
    'async rows, columns named': {
      open: () => rowsOf(given),
      columns: {order: 'order_id', item: 'sku', ...(given.at && {customer: 'customer_id', at: 'created_at'})},
    },
    'CSV file': {open: () => readOrders(file)},
    'CSV file, gzipped': {open: () => readOrders(`${file}.gz`)},
  }
}

function textsOf(prefix: string, numbers: Int32Array): string[] {
  const texts: string[] = []
  return Array.from(numbers, (n) => (texts[n] ??= prefix + n))
}

function* linesOf({item, order, customer, at}: Given): Generator<OrderLine> {
  for (let line = 0; line < item.length; line++) {
    const [i, o] = [`P${item[line]}`, `A-${order[line]}`]
    yield customer && at ? {item: i, order: o, customer: `C${customer[line]}`, at: at[line]} : {item: i, order: o}
  }
}

/** As a database driver gives them: numbers as texts, times as dates. Written out: a spread takes longer than `fit` reads. */
async function* rowsOf({item, order, customer, at}: Given): AsyncGenerator<object> {
  for (let line = 0; line < item.length; line++) {
    const [order_id, sku] = [`${order[line]}`, `P${item[line]}`]
    if (customer && at) yield {order_id, sku, customer_id: `${customer[line]}`, created_at: new Date(at[line])}
    else yield {order_id, sku}
  }
}

function writeCsv(path: string, {item, order, customer, at}: Given): void {
  const file = openSync(path, 'w')
  writeSync(file, customer && at ? 'order,item,customer,date\n' : 'order,item\n')
  for (let from = 0; from < item.length; from += 10_000) {
    let text = ''
    for (let line = from; line < Math.min(item.length, from + 10_000); line++) {
      text += `A-${order[line]},P${item[line]}`
      if (customer && at) text += `,C${customer[line]},${new Date(at[line]).toISOString()}`
      text += '\n'
    }
    writeSync(file, text)
  }
  closeSync(file)
}
