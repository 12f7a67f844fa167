import {checkFields, matchColumns, type PlainLine, type Positions, toLine} from './columns.ts'
import {type CsvSource, csvRows} from './csv-rows.ts'
import {type DateFormat, dateFormats} from './dates.ts'
import {checkEncoding} from './decode.ts'
import {checkOptions, quote} from './options.ts'
import {type Columns, type Field, fields, type OnBadRow, type OrderLine, type Tally} from './order-line.ts'
import type {Row} from './records.ts'

export type {CsvSource} from './csv-rows.ts'

export interface ReadOptions {
  /**
   * Which column holds which field, by its name in the header. A field that is not named takes a column with a
   * well-known name (`StockCode`, `order_id`, `Quantity`, …), except `weight`; `null` leaves a field out. Default `{}`.
   */
  columns?: Columns | undefined
  /** The one character between fields. Default `'\t'` if the name ends in `.tsv` or `.tsv.gz`, else `','`. */
  delimiter?: string | undefined
  /** Any WHATWG label, such as `'latin1'`. Default `'utf-8'`. Bytes that it does not have are an error. */
  encoding?: string | undefined
  /** How dates are written; see `DateFormat`. By default months go before days, except between dots. */
  dateFormat?: DateFormat | undefined
  /**
   * Changes a line, or drops it by `null`; dropped lines are counted as `'map'`. `line.at` is in milliseconds since
   * 1970; `row` holds every column by its name, of columns with the same name the first. What it gives is checked like
   * any line, and not awaited. Default: lines stay as they are.
   */
  map?: ((line: PlainLine, row: Record<string, string>) => OrderLine | null) | undefined
  /** What to do with a row that cannot be used. Default `'throw'`. A header that cannot be used always throws. */
  onBadRow?: OnBadRow | undefined
  /** What messages call the source. Default the name of the file, or `'orders'` for a stream. */
  name?: string | undefined
}

const readOptions = ['columns', 'delimiter', 'encoding', 'dateFormat', 'map', 'onBadRow', 'name']

/** Lines of one stretch of the file, and the line of the file at which each stands. */
export interface Batch {
  lines: PlainLine[]
  numbers: number[]
}

/**
 * The order lines of a CSV file or stream, gzipped or not, read as they are asked for.
 *
 *     for await (const line of readOrders('orders.csv.gz')) …
 */
export function readOrders(source: CsvSource, options: ReadOptions = {}): OrderReader {
  checkOptions('readOrders', options, readOptions)
  return new OrderReader(source, options)
}

/** Made by `readOrders`. Leaving a loop over it early closes the source. */
export class OrderReader implements AsyncIterable<PlainLine> {
  /** The header name taken for each field. Known once the first line or batch has come. */
  columns: Columns = {}
  /** Rows read (the header and empty lines are none) and skipped. It runs a little ahead of the lines given. */
  tally: Tally = {read: 0, skipped: {}}
  /** The line of the file at which the order line just given stands; the header is line 1. */
  line = 0
  /** What messages call the source. */
  readonly name: string
  /** What is done with a row that cannot be used. */
  readonly onBadRow: OnBadRow

  readonly #source: CsvSource
  readonly #isFile: boolean
  readonly #delimiter: string
  readonly #encoding: string
  readonly #dateFormat: DateFormat | undefined
  readonly #map: ReadOptions['map']
  readonly #wanted: Columns
  #header: string[] | undefined
  #positions: Positions = {}
  #begun = false
  #isReading = false

  constructor(source: CsvSource, options: ReadOptions) {
    const isFile = typeof source === 'string' ? source !== '' : source instanceof URL && source.protocol === 'file:'
    if (!isFile && (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source))) {
      throw new TypeError(`readOrders: expected a path, a file: URL or a readable stream, got ${quote(source)}`)
    }
    const {name = nameOf(source), encoding = 'utf-8', onBadRow = 'throw', columns = {}, dateFormat, map} = options
    const {delimiter = /\.tsv(\.gz)?$/i.test(name) ? '\t' : ','} = options
    if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n\ud800-\udfff]/.test(delimiter)) {
      throw new RangeError(`readOrders: delimiter must be one character such as ';', got ${quote(delimiter)}`)
    }
    if (dateFormat !== undefined && !dateFormats.includes(dateFormat)) {
      throw new RangeError(`readOrders: unknown dateFormat ${quote(dateFormat)}; valid are ${dateFormats.join(', ')}`)
    }
    if (onBadRow !== 'throw' && onBadRow !== 'skip' && typeof onBadRow !== 'function') {
      throw new RangeError(`readOrders: onBadRow must be 'throw', 'skip' or a function, got ${quote(onBadRow)}`)
    }
    if (map !== undefined && typeof map !== 'function') {
      throw new TypeError(`readOrders: map must be a function, got ${quote(map)}`)
    }
    checkEncoding('readOrders', encoding)
    checkFields(columns)
    this.#source = source
    this.#isFile = isFile
    this.name = name
    this.#delimiter = delimiter
    this.#encoding = encoding
    this.#dateFormat = dateFormat
    this.#map = map
    this.onBadRow = onBadRow
    this.#wanted = {...columns}
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PlainLine> {
    for await (const {lines, numbers} of this.batches()) {
      for (let i = 0; i < lines.length; i++) {
        this.line = numbers[i] as number
        yield lines[i] as PlainLine
      }
    }
  }

  /** The same lines, a few hundred at a time: what they cost in promises is shared. */
  async *batches(): AsyncGenerator<Batch> {
    if (this.#begun && !this.#isFile) {
      throw new Error(`${this.name}: a stream can be read once; give its path to read it again`)
    }
    if (this.#isReading) throw new Error(`${this.name}: it is being read already; make a readOrders for each reading`)
    this.#begun = true
    this.#isReading = true
    this.#header = undefined
    this.columns = {}
    this.tally = {read: 0, skipped: {}}
    this.line = 0
    try {
      for await (const rows of csvRows(this.#source, this.name, this.#delimiter, this.#encoding)) {
        const batch: Batch = {lines: [], numbers: []}
        let failure: {error: unknown} | undefined
        try {
          for (const row of rows) this.#take(row, batch)
        } catch (error) {
          failure = {error}
        }
        // The lines before a bad row are given before it throws.
        if (batch.lines.length > 0) yield batch
        if (failure !== undefined) throw failure.error
      }
    } finally {
      this.#isReading = false
    }
    if (this.#header === undefined) {
      throw new Error(`${this.name}: the file is empty; its first line must name the columns`)
    }
  }

  #take({line, values, bad}: Row, batch: Batch): void {
    if (this.#header === undefined) {
      if (bad !== undefined) throw new RangeError(`${this.name}, line ${line}, the header: ${bad.reason}`)
      if (values.length > 0) this.#readHeader(values)
      return
    }
    if (values.length === 0 && bad === undefined) return
    this.tally.read++
    let order: PlainLine
    try {
      if (bad !== undefined) throw new RangeError(bad.reason)
      order = this.#toLine(values)
    } catch (error) {
      const {message, cause} = error as RangeError
      this.#reject(message, line, bad?.text ?? values, cause as Field | undefined)
      return
    }
    if (this.#map !== undefined) {
      const mapped = this.#map(order, named(this.#header, values))
      if (mapped === null) {
        this.#skip('map')
        return
      }
      if (typeof mapped !== 'object') {
        throw new TypeError(`${this.name}, line ${line}: map must return a line or null, got ${quote(mapped)}`)
      }
      try {
        order = toLine(mapped)
      } catch (error) {
        this.#reject(`after map, ${(error as Error).message}`, line, values, undefined)
        return
      }
    }
    batch.lines.push(order)
    batch.numbers.push(line)
  }

  #toLine(values: string[]): PlainLine {
    const columns = this.#header?.length
    if (values.length !== columns) {
      throw new RangeError(`expected ${columns} fields as in the header, got ${values.length}`)
    }
    const positions = this.#positions
    const valueAt = (position: number | undefined) => (position === undefined ? undefined : values[position])
    const raw = {
      item: valueAt(positions.item),
      order: valueAt(positions.order),
      customer: valueAt(positions.customer),
      quantity: valueAt(positions.quantity),
      at: valueAt(positions.at),
      price: valueAt(positions.price),
      weight: valueAt(positions.weight),
    }
    return toLine(raw, this.#dateFormat)
  }

  #readHeader(header: string[]): void {
    const [only] = header
    if (header.length === 1 && only !== undefined) {
      const delimiter = [';', '\t', '|', ','].find((mark) => mark !== this.#delimiter && only.includes(mark))
      if (delimiter !== undefined) {
        const advice = `set delimiter: '${delimiter === '\t' ? '\\t' : delimiter}'`
        throw new RangeError(`${this.name}: the header is one column, ${quote(only)}; ${advice}`)
      }
    }
    try {
      this.#positions = matchColumns(header, this.#wanted)
    } catch (error) {
      throw new RangeError(`${this.name}: ${(error as Error).message}`)
    }
    this.#header = header
    for (const field of fields) {
      const position = this.#positions[field]
      if (position !== undefined) this.columns[field] = header[position]
    }
  }

  #reject(reason: string, line: number, row: unknown, field: Field | undefined): void {
    if (this.onBadRow === 'throw') {
      const column = field === undefined ? '' : `, column ${this.columns[field]}`
      const advice = "pass onBadRow: 'skip' to leave such rows out"
      throw new RangeError(`${this.name}, line ${line}${column}: ${reason}; ${advice}`)
    }
    this.#skip('bad row')
    if (typeof this.onBadRow === 'function') this.onBadRow({line, reason, row})
  }

  #skip(reason: string): void {
    const {skipped} = this.tally
    skipped[reason] = (skipped[reason] ?? 0) + 1
  }
}

function nameOf(source: CsvSource): string {
  const path = source instanceof URL ? decodeURIComponent(source.pathname) : typeof source === 'string' ? source : ''
  return path.split(/[\\/]/).at(-1) || 'orders'
}

/** A row by column names. It has no prototype, so that a column may be called `__proto__`. */
function named(header: string[], values: string[]): Record<string, string> {
  const row: Record<string, string> = Object.create(null)
  for (let i = 0; i < header.length; i++) row[header[i] as string] ??= values[i] as string
  return row
}
