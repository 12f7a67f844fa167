import {lineFromRow, type PlainLine, toLine, toNumber, toTime, toWeight} from '../orders/columns.ts'
import type {OrderReader} from '../orders/csv.ts'
import {list} from '../orders/header.ts'
import {type LogWriter, ZERO_QUANTITY} from '../orders/log-writer.ts'
import {messageOf, quote} from '../orders/options.ts'
import {columnLength, idReader, isColumns, type OrderColumns} from '../orders/order-columns.ts'
import {type Columns, type Field, fields, type OnBadRow, type OrderLine, type Tally} from '../orders/order-line.ts'
import {TableReader} from '../orders/table-reader.ts'
import type {FitOptions} from './options.ts'
import type {Pace} from './pace.ts'
import {eachUntilAborted} from './until-aborted.ts'

/** A row as a database driver gives it; `columns` names what its fields are. */
type Row = Record<string, unknown>

/** Order lines: a file's reader, any iterable or async iterable of them, or whole columns. */
export type Lines = OrderReader | Iterable<OrderLine> | AsyncIterable<OrderLine> | OrderColumns

/** Where `fit` reads from: order lines, or rows of any iterable. */
export type Source = Lines | Iterable<object> | AsyncIterable<object>

/** Lines between two looks at the clock. */
const CHUNK = 256

/** What reading a source left outside the log. */
export interface Reading extends Tally {
  /** Which column of a file each field was read from; empty where there was no header. */
  columns: Columns
}

type ReadingOptions = Pick<FitOptions, 'columns' | 'dateFormat' | 'onBadRow' | 'signal'>

/**
 * Reads every line of a source into the log's writer. `name` is what it is done for, as messages say it; the result also tells
 * whether bad rows throw.
 */
export async function readLines(
  source: Source,
  options: ReadingOptions,
  writer: LogWriter,
  pace: Pace,
  name = 'fit',
): Promise<Reading & {throws: boolean}> {
  if (typeof source !== 'object' || source === null) {
    throw new TypeError(`${name}: expected readOrders(…), lines, rows or columns, got ${quote(source)}`)
  }
  const reader = source instanceof TableReader ? (source as OrderReader) : undefined
  if (reader && reader.caller !== 'readOrders') {
    throw new TypeError(`${name}: expected readOrders(…), got ${reader.caller}(…); give that as the option items`)
  }
  const onBadRow = options.onBadRow ?? reader?.onBadRow ?? 'throw'
  const intake = new Intake(onBadRow, reader?.name ?? name)
  const {columns, dateFormat} = options
  const start = performance.now()
  if (reader) {
    if (columns || dateFormat) throw new RangeError(`${name}: give columns and dateFormat to readOrders`)
    const add = (line: PlainLine) => writer.add(line)
    await eachUntilAborted(reader.batches(), options.signal, ({lines, numbers}) => {
      for (let i = 0; i < lines.length; i++) intake.take(numbers[i], lines[i], add)
      return pace.isDue ? pace.pause({phase: 'read', lines: intake.read}) : undefined
    })
  } else if (isColumns(source)) {
    if (columns || dateFormat)
      throw new RangeError(`${name}: columns and dateFormat are for rows; these are columns already`)
    const length = columnLength(source, name)
    writer.reserve(length)
    const add = columnAdder(source, writer)
    for (let row = 0; row < length; row++) {
      intake.take(row + 1, row, add)
      if (row % CHUNK === 0 && pace.isDue) await pace.pause({phase: 'read', share: row / length, lines: row})
    }
  } else {
    const named = new NamedColumns(columns ?? {})
    const add = (row: Row) => {
      if (typeof row !== 'object' || row === null || row instanceof Uint8Array) {
        const advice = typeof row === 'string' || row instanceof Uint8Array ? '; CSV is for readOrders' : ''
        throw new TypeError(`a line must be an object, got ${quote(row)}${advice}`)
      }
      named.see(row)
      try {
        return writer.add(columns ? lineFromRow(row, columns, dateFormat) : toLine(row, dateFormat))
      } catch (error) {
        throw withHint(error, row, columns)
      }
    }
    const rows = source as Iterable<Row> | AsyncIterable<Row>
    if (Symbol.asyncIterator in rows) {
      await eachUntilAborted(rows, options.signal, (row) => {
        intake.take(intake.read + 1, row, add)
        return intake.read % CHUNK === 0 && pace.isDue ? pace.pause({phase: 'read', lines: intake.read}) : undefined
      })
    } else if (Symbol.iterator in rows) {
      for (const row of rows) {
        intake.take(intake.read + 1, row, add)
        if (intake.read % CHUNK === 0 && pace.isDue) await pace.pause({phase: 'read', lines: intake.read})
      }
    } else {
      throw new TypeError(
        `${name}: expected readOrders(…), lines, rows or columns, got an object that is none of these`,
      )
    }
    named.check(intake.read, name)
  }
  pace.add('read', start)
  const {read, skipped} = intake
  const throws = onBadRow === 'throw'
  if (!reader) return {read, skipped, columns: {...columns}, throws}
  const {tally} = reader
  return {read: tally.read, skipped: merged(tally.skipped, skipped), columns: {...reader.columns}, throws}
}

/** Watches which of the named columns any row has: one that none has is a mistake that would pass for absent values. */
class NamedColumns {
  readonly #missing: Map<string, Field>

  constructor(columns: Columns) {
    this.#missing = new Map()
    for (const field of fields) if (columns[field]) this.#missing.set(columns[field], field)
  }

  see(row: Row): void {
    if (this.#missing.size === 0) return
    for (const name of this.#missing.keys()) if (name in row) this.#missing.delete(name)
  }

  check(rows: number, reading: string): void {
    for (const [name, field] of rows > 0 ? this.#missing : []) {
      throw new RangeError(
        `${reading}: no row has a column ${quote(name)} for ${field}; correct columns: {${field}: …}`,
      )
    }
  }
}

/** Where a row lacks a field because it has no such column: what it has instead. */
function withHint(error: unknown, row: Row, columns: Columns | undefined): unknown {
  if (!(error instanceof RangeError) || !/(is|are) missing$/.test(error.message)) return error
  const field = /^item/.test(error.message) ? 'item' : 'order'
  const name = columns?.[field] ?? field
  if (name in row) return error
  return new RangeError(
    `${error.message}: there is no ${quote(name)} among ${list(Object.keys(row))}; name it with columns: {${field}: …}`,
  )
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
    const units = quantity ? (toNumber('quantity', quantity[row]) ?? 1) : 1
    const factor = weight ? (toWeight(weight[row]) ?? 1) : 1
    const time = at ? knownOr(at[row], (value) => toTime(value, 'milliseconds')) : Number.NaN
    const each = price ? knownOr(price[row], (value) => toNumber('price', value)) : Number.NaN
    // Before ids are interned, so that one which no line bought is not known.
    if (units === 0) return ZERO_QUANTITY
    const [i, o, c] = [item(row), order(row), customer(row)]
    if (i < 0) throw new RangeError('item is missing')
    if (o < 0 && c < 0) throw new RangeError('both order and customer are missing')
    return writer.append(i, o, c, units, time, each, factor)
  }
}

/** NaN where the column has none. */
function knownOr(value: unknown, read: (value: unknown) => number | undefined): number {
  return Number.isNaN(value) ? Number.NaN : (read(value) ?? Number.NaN)
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
      problem = messageOf(error)
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
