import {closeSync, createReadStream, openSync, type ReadStream, readSync, statSync} from 'node:fs'
import {basename} from 'node:path'
import {beginsAsSaved} from '../model/format.ts'
import type {PlainLine} from '../orders/columns.ts'
import {type OrderReader, type ReadOptions, readOrders} from '../orders/csv.ts'
import {looksLikeFee} from '../orders/fees.ts'
import {compareIds} from '../orders/ids.ts'
import type {BadRow} from '../orders/order-line.ts'
import type {Reading} from './arguments.ts'

export interface BadRows {
  count: number
  first: BadRow | undefined
}

/** What became of a file's columns. */
export interface ReadColumns {
  /** By field, `title` among them, the column it was read from. */
  read: Record<string, string>
  others: string[]
}

/** What a file held that was not counted. */
export interface LeftOut {
  /** Absent where there was no file of orders. */
  columns?: ReadColumns
  /** Lines left out for looking like fees, by item, most lines first. */
  fees: Map<string, number>
  badRows: BadRows
  /** Those of the file of items, where there is one. */
  badItems?: (BadRows & {name: string}) | undefined
}

/** A file of orders that is about to be read. */
export interface OpenOrders {
  reader: OrderReader
  /** What messages call the file. */
  name: string
  /** How much of it has been read, 0 to 1, where its size is known. */
  shareRead: () => number | undefined
  /** To be asked when all is read. */
  leftOut: (titleColumn?: string) => LeftOut
}

/** Opens a file of orders; `see` is shown every line that is kept. */
export function openOrders(
  file: string,
  {skipBadRows, keepFees, columns, delimiter, encoding, dateFormat, decimalComma}: Omit<Reading, 'itemsFile'>,
  see: (line: PlainLine, row: Record<string, string>) => void = () => {},
): OpenOrders {
  const size = file === '-' ? 0 : sizeOf(file)
  if (isSavedShop(file)) throw new Error(`${basename(file)} is a saved shop; name the file of orders it was made of`)
  const name = file === '-' ? 'standard input' : basename(file)
  const fees = new Map<string, number>()
  const isFee = new Map<string, boolean>()
  const badRows: BadRows = {count: 0, first: undefined}
  let header: string[] = []

  const map: ReadOptions['map'] = (line, row) => {
    if (header.length === 0) header = Object.keys(row)
    let fee = isFee.get(line.item)
    if (fee === undefined) {
      fee = !keepFees && looksLikeFee(line.item)
      isFee.set(line.item, fee)
    }
    if (fee) {
      addOne(fees, line.item)
      return null
    }
    see(line, row)
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
    decimalComma,
    map,
    name,
    onBadRow: skipBadRows ? onBadRow : 'throw',
  })
  return {
    reader,
    name,
    shareRead: () => (size > 0 ? (source as ReadStream).bytesRead / size : undefined),
    leftOut: (title) => {
      const read = {...(reader.columns as Record<string, string>), ...(title === undefined ? {} : {title})}
      const taken = new Set(Object.values(read))
      const columns = {read, others: header.filter((name) => !taken.has(name))}
      return {columns, fees: new Map(mostFirst(fees)), badRows}
    },
  }
}

/** The size of a file in bytes; 0 of what is no plain file. */
export function sizeOf(file: string): number {
  const stats = statSync(file, {throwIfNoEntry: false})
  if (!stats) throw new Error(`there is no file ${file}; check the path`)
  if (stats.isDirectory()) throw new Error(`${file} is a folder; name a file in it`)
  return stats.isFile() ? stats.size : 0
}

/** Whether a file is a shop that was saved, by its first bytes. A pipe is not looked into: it can be read once. */
export function isSavedShop(file: string): boolean {
  if (file === '-' || !statSync(file, {throwIfNoEntry: false})?.isFile()) return false
  const start = new Uint8Array(8)
  const handle = openSync(file, 'r')
  try {
    return beginsAsSaved(start.subarray(0, readSync(handle, start)))
  } finally {
    closeSync(handle)
  }
}

export function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

export function mostFirst(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a, n], [b, m]) => m - n || compareIds(a, b))
}
