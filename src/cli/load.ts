import {createReadStream, type ReadStream, statSync} from 'node:fs'
import {basename} from 'node:path'
import type {FitOptions} from '../model/options.ts'
import type {ReadOptions} from '../orders/csv.ts'
import {readOrders} from '../orders/csv.ts'
import {looksLikeFee} from '../orders/fees.ts'
import {compareIds} from '../orders/ids.ts'
import type {BadRow} from '../orders/order-line.ts'
import {Recommender} from '../recommender.ts'
import type {Reading} from './arguments.ts'
import type {ProgressBar} from './progress.ts'
import {readTitles, TitleCounter, type Titles} from './titles.ts'

/** A shop read from a file, and what its answers are told with. */
export interface Loaded {
  shop: Recommender
  titles: Titles
  /** Every customer in the file, those with most lines first. */
  customers: string[]
  /** What messages call the file. */
  name: string
  /** Lines left out for looking like fees, by item, most lines first. */
  fees: Map<string, number>
  badRows: {count: number; first: BadRow | undefined}
}

/** Reads a file of orders and counts it. */
export async function load(
  file: string,
  {skipBadRows, keepFees, itemsFile, columns, delimiter, encoding, dateFormat}: Reading,
  fitting: FitOptions,
  bar: ProgressBar,
): Promise<Loaded> {
  const size = file === '-' ? 0 : sizeOf(file)
  if (itemsFile !== undefined) sizeOf(itemsFile)
  const name = file === '-' ? 'standard input' : basename(file)
  const named = itemsFile === undefined ? undefined : await readTitles(itemsFile, {delimiter, encoding})
  const titleCounter = new TitleCounter()
  const lines = {customers: new Map<string, number>(), fees: new Map<string, number>()}
  const isFee = new Map<string, boolean>()
  const badRows: Loaded['badRows'] = {count: 0, first: undefined}

  const map: ReadOptions['map'] = (line, row) => {
    const {item, customer} = line
    let fee = isFee.get(item)
    if (fee === undefined) {
      fee = !keepFees && looksLikeFee(item)
      isFee.set(item, fee)
    }
    if (fee) {
      addOne(lines.fees, item)
      return null
    }
    if (!named) titleCounter.see(item, row)
    if (customer !== undefined) addOne(lines.customers, customer)
    return line
  }
  const onBadRow = (row: BadRow) => {
    badRows.first ??= row
    badRows.count++
  }
  const source = file === '-' ? process.stdin : createReadStream(file)
  const reader = readOrders(source, {
    columns,
    delimiter,
    encoding,
    dateFormat,
    map,
    name,
    onBadRow: skipBadRows ? onBadRow : 'throw',
  })
  const shop = await Recommender.fit(reader, {
    ...fitting,
    onProgress: (progress) => {
      const isReading = progress.phase === 'read' && size > 0
      bar.show(progress, isReading ? (source as ReadStream).bytesRead / size : undefined)
    },
  })
  return {
    shop,
    titles: named ?? titleCounter.titles(),
    customers: mostFirst(lines.customers).map(([id]) => id),
    name,
    fees: new Map(mostFirst(lines.fees)),
    badRows,
  }
}

/** The size of a file in bytes; 0 of what is no plain file. */
function sizeOf(file: string): number {
  const stats = statSync(file, {throwIfNoEntry: false})
  if (!stats) throw new Error(`there is no file ${file}; check the path`)
  if (stats.isDirectory()) throw new Error(`${file} is a folder; name a file in it`)
  return stats.isFile() ? stats.size : 0
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function mostFirst(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a, n], [b, m]) => m - n || compareIds(a, b))
}
