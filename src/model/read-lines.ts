import {lineFromRow, type PlainLine, toLine} from '../orders/columns.ts'
import {OrderReader} from '../orders/csv.ts'
import {type LogWriter, ZERO_QUANTITY} from '../orders/log-writer.ts'
import {quote} from '../orders/options.ts'
import {columnLength, idReader, isColumns, type OrderColumns} from '../orders/order-columns.ts'
import {type Columns, fields, type OnBadRow, type OrderLine, type Tally} from '../orders/order-line.ts'
import type {FitOptions} from './options.ts'
import type {Pace} from './pace.ts'

/** A row as a database driver gives it, told apart by `columns`. */
export type Row = Record<string, unknown>

/** Where order lines come from: a file's reader, lines or rows of any iterable, or whole columns. */
export type Source = OrderReader | Iterable<OrderLine | Row> | AsyncIterable<OrderLine | Row> | OrderColumns

/** Lines between two looks at the clock. */
const CHUNK = 256

/** What reading a source left outside the log. */
export interface Reading extends Tally {
  /** Which column of a file each field was read from; empty where there was no header. */
  columns: Columns
}

/** Reads every line of a source into the log's writer. */
export async function readLines(source: Source, options: FitOptions, writer: LogWriter, pace: Pace): Promise<Reading> {
  if (typeof source !== 'object' || source === null) {
    throw new TypeError(`fit: expected readOrders(…), lines, rows or columns, got ${quote(source)}`)
  }
  const reader = source instanceof OrderReader ? source : undefined
  const intake = new Intake(options.onBadRow ?? reader?.onBadRow ?? 'throw', reader?.name ?? 'fit')
  const {columns, dateFormat} = options
  const start = performance.now()
  if (reader) {
    if (columns || dateFormat) throw new RangeError('fit: give columns and dateFormat to readOrders')
    const add = (line: PlainLine) => writer.add(line)
    for await (const {lines, numbers} of reader.batches()) {
      for (let i = 0; i < lines.length; i++) intake.take(numbers[i], lines[i], add)
      if (pace.isDue) await pace.pause({phase: 'read', lines: intake.read})
    }
  } else if (isColumns(source)) {
    const length = columnLength(source)
    const add = columnAdder(source, writer)
    for (let row = 0; row < length; row++) {
      intake.take(row + 1, row, add)
      if (row % CHUNK === 0 && pace.isDue) await pace.pause({phase: 'read', share: row / length, lines: row})
    }
  } else {
    const add = (row: Row) => {
      if (typeof row !== 'object' || row === null) throw new TypeError(`a line must be an object, got ${quote(row)}`)
      if (intake.read === 1) checkNames(row, columns)
      return writer.add(columns ? lineFromRow(row, columns, dateFormat) : toLine((field) => row[field], dateFormat))
    }
    const rows = source as Iterable<Row> | AsyncIterable<Row>
    if (Symbol.asyncIterator in rows) {
      for await (const row of rows) {
        intake.take(intake.read + 1, row, add)
        if (intake.read % CHUNK === 0 && pace.isDue) await pace.pause({phase: 'read', lines: intake.read})
      }
    } else if (Symbol.iterator in rows) {
      for (const row of rows) {
        intake.take(intake.read + 1, row, add)
        if (intake.read % CHUNK === 0 && pace.isDue) await pace.pause({phase: 'read', lines: intake.read})
      }
    } else {
      throw new TypeError('fit: expected readOrders(…), lines, rows or columns, got an object that is none of these')
    }
  }
  pace.add('read', start)
  const {read, skipped} = intake
  if (!reader) return {read, skipped, columns: {...columns}}
  return {read: reader.tally.read, skipped: merged(reader.tally.skipped, skipped), columns: {...reader.columns}}
}

/** A field whose column is not even in the first row is a mistake that would otherwise pass for an absent value. */
function checkNames(row: Row, columns: Columns | undefined): void {
  for (const field of fields) {
    const name = columns ? columns[field] : field === 'item' ? field : undefined
    if (name === undefined || name === null || name in row) continue
    const found = Object.keys(row).map(quote).join(', ')
    throw new RangeError(`there is no ${quote(name)} for ${field} among ${found}; name it with columns: {${field}: …}`)
  }
}

function merged(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = {...a}
  for (const [reason, n] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + n
  return sum
}

/** Adds the line at a row of columns. */
function columnAdder(columns: OrderColumns, writer: LogWriter): (row: number) => string | undefined {
  const item = idReader('item', columns.item, writer.items)
  const order = idReader('order', columns.order, writer.orders)
  const customer = idReader('customer', columns.customer, writer.customers)
  const {quantity, at, price, weight} = columns
  return (row) => {
    const units = quantity ? quantity[row] : 1
    const factor = weight ? weight[row] : 1
    if (!Number.isFinite(units)) throw new RangeError(`quantity must be a number, got ${quote(units)}`)
    if (!(factor >= 0 && factor < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`weight must be from 0 up, got ${quote(factor)}`)
    }
    const [i, o, c] = [item(row), order(row), customer(row)]
    if (i < 0) throw new RangeError('item is missing')
    if (o < 0 && c < 0) throw new RangeError('both order and customer are missing')
    return writer.append(i, o, c, units, at ? at[row] : Number.NaN, price ? price[row] : Number.NaN, factor)
  }
}

/** Counts rows on their way to the log, and deals with those that do not get there. */
class Intake {
  read = 0
  readonly skipped: Record<string, number> = {}
  readonly #onBadRow: OnBadRow
  readonly #name: string

  constructor(onBadRow: OnBadRow, name: string) {
    this.#onBadRow = onBadRow
    this.#name = name
  }

  /** Gives a row to `add`, which returns as `LogWriter.add` does and throws if the row is bad. */
  take<Raw>(line: number, row: Raw, add: (row: Raw) => string | undefined): void {
    this.read++
    let problem: string | undefined
    try {
      problem = add(row)
    } catch (error) {
      this.#skip('bad row')
      problem = (error as Error).message
    }
    if (problem === ZERO_QUANTITY) this.#skip(ZERO_QUANTITY)
    else if (problem !== undefined) this.#complain(problem, line, row)
  }

  #skip(reason: string): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + 1
  }

  #complain(reason: string, line: number, row: unknown): void {
    if (this.#onBadRow === 'throw') {
      const advice = "pass onBadRow: 'skip' to leave such rows out"
      throw new RangeError(`${this.#name}, line ${line}: ${reason}; ${advice}`)
    }
    if (typeof this.#onBadRow === 'function') this.#onBadRow({line, reason, row})
  }
}
