import {type CsvSource, csvRows, holdErrors} from './csv-rows.ts'
import {checkWanted, type Positions, type Wanted} from './header.ts'
import {messageOf, quote} from './options.ts'
import type {OnBadRow, Tally} from './order-line.ts'
import type {Row} from './records.ts'
import {type TableOptions, type TableSettings, tableSettings} from './table-options.ts'

/** What distinguishes tables of order lines from tables of items. */
export interface TableKind<Plain, Entry, Field extends string> {
  /** The function that messages name. */
  caller: 'readOrders' | 'readItems'
  /** What a source is called that has no name. */
  holds: string
  /** What one row is called. */
  entry: string
  fields: readonly Field[]
  /** Called once a reading, with its header. What it throws is the reason alone, without the file. */
  open(header: readonly string[], wanted: Wanted<Field>, settings: TableSettings): OpenTable<Plain, Entry, Field>
}

/** How the rows under a header are read. Both functions throw the reason alone, with the field at fault as its `cause`. */
interface OpenTable<Plain, Entry, Field extends string> {
  positions: Positions<Field>
  /** What a row says, `line` being where it stands. Without a `map` that is the entry. */
  read(values: readonly string[], line: number): Plain
  /** The entry in what `map` made of it. */
  check(mapped: object, line: number): Entry
}

/** Entries of one stretch of the file, and the line of the file at which each stands. */
export interface Batch<Entry> {
  lines: Entry[]
  numbers: number[]
}

type Map<Plain> = (plain: Plain, row: Record<string, string>) => object | null

/** Made by `readOrders` and `readItems`. Leaving a loop over it early closes the source. */
export class TableReader<Entry, Field extends string = string, Plain = Entry> implements AsyncIterable<Entry> {
  /** The header name taken for each field. Known once the first entry or batch has come. */
  columns: Wanted<Field> = {}
  /** Rows read (the header and empty lines are none) and skipped. It runs a little ahead of the entries given. */
  tally: Tally = {read: 0, skipped: {}}
  /** The line of the file at which the entry just given stands; the header is line 1. */
  line = 0
  /** What messages call the source. */
  readonly name: string
  /** What is done with a row that cannot be used. */
  readonly onBadRow: OnBadRow
  /** The function that made this reader. */
  readonly caller: 'readOrders' | 'readItems'

  readonly #kind: TableKind<Plain, Entry, Field>
  readonly #source: CsvSource
  readonly #settings: TableSettings
  readonly #map: Map<Plain> | undefined
  readonly #wanted: Wanted<Field>
  #header: string[] | undefined
  #table: OpenTable<Plain, Entry, Field> | undefined
  #begun = false
  #isReading = false

  constructor(
    kind: TableKind<Plain, Entry, Field>,
    source: CsvSource,
    options: TableOptions & {columns?: Wanted<Field> | undefined; map?: Map<Plain> | undefined},
  ) {
    const settings = tableSettings(kind.caller, kind.holds, source, options)
    const {columns = {}, map} = options
    checkWanted(columns, kind.fields)
    if (!settings.isFile) holdErrors(source)
    this.caller = kind.caller
    this.name = settings.name
    this.onBadRow = settings.onBadRow
    this.#kind = kind
    this.#source = source
    this.#settings = settings
    this.#map = map
    this.#wanted = {...columns}
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Entry> {
    for await (const {lines, numbers} of this.batches()) {
      for (let i = 0; i < lines.length; i++) {
        this.line = numbers[i] as number
        yield lines[i] as Entry
      }
    }
  }

  /** The same entries, a few hundred at a time: what they cost in promises is shared. */
  async *batches(): AsyncGenerator<Batch<Entry>> {
    const {isFile, delimiter, encoding} = this.#settings
    if (this.#begun && !isFile) {
      throw new Error(`${this.name}: a stream can be read once; give its path to read it again`)
    }
    if (this.#isReading)
      throw new Error(`${this.name}: it is being read already; make a ${this.caller} for each reading`)
    this.#begun = true
    this.#isReading = true
    this.#header = undefined
    this.columns = {}
    this.tally = {read: 0, skipped: {}}
    this.line = 0
    try {
      for await (const rows of csvRows(this.#source, this.name, delimiter, encoding, this.caller)) {
        const batch: Batch<Entry> = {lines: [], numbers: []}
        let failure: {error: unknown} | undefined
        try {
          for (const row of rows) this.#take(row, batch)
        } catch (error) {
          failure = {error}
        }
        // The entries before a bad row are given before it throws.
        if (batch.lines.length > 0) yield batch
        if (failure !== undefined) throw failure.error
      }
    } finally {
      this.#isReading = false
      // It may hold every id of the file.
      this.#table = undefined
    }
    if (this.#header === undefined) {
      throw new Error(`${this.name}: the file is empty; its first line must name the columns`)
    }
  }

  #take({line, values, bad}: Row, batch: Batch<Entry>): void {
    const header = this.#header
    const table = this.#table
    if (header === undefined || table === undefined) {
      if (bad !== undefined) throw new RangeError(`${this.name}, line ${line}, the header: ${bad.reason}`)
      if (values.length > 0) this.#readHeader(values)
      return
    }
    if (values.length === 0 && bad === undefined) return
    this.tally.read++
    let entry: unknown
    try {
      if (bad !== undefined) throw new RangeError(bad.reason)
      if (values.length !== header.length) {
        throw new RangeError(`expected ${header.length} fields as in the header, got ${values.length}`)
      }
      entry = table.read(values, line)
    } catch (error) {
      const {message, cause} = error as RangeError
      this.#reject(message, line, bad?.text ?? values, cause as Field | undefined)
      return
    }
    if (this.#map !== undefined) {
      const mapped = this.#map(entry as Plain, named(header, values))
      if (mapped === null) {
        this.#skip('map')
        return
      }
      if (typeof mapped !== 'object') {
        const expected = `map must return ${this.#kind.entry} or null`
        throw new TypeError(`${this.name}, line ${line}: ${expected}, got ${quote(mapped)}`)
      }
      try {
        entry = table.check(mapped, line)
      } catch (error) {
        this.#reject(`after map, ${messageOf(error)}`, line, values, undefined)
        return
      }
    }
    batch.lines.push(entry as Entry)
    batch.numbers.push(line)
  }

  #readHeader(header: string[]): void {
    const [only] = header
    if (header.length === 1 && only !== undefined) {
      const delimiter = [';', '\t', '|', ','].find((mark) => mark !== this.#settings.delimiter && only.includes(mark))
      if (delimiter !== undefined) {
        const advice = `set delimiter: '${delimiter === '\t' ? '\\t' : delimiter}'`
        throw new RangeError(`${this.name}: the header is one column, ${quote(only)}; ${advice}`)
      }
    }
    const [mixed] = header.filter((column) => column.includes('\0'))
    if (mixed !== undefined) {
      const encoding = mixed.startsWith('\0') ? 'utf-16be' : 'utf-16le'
      throw new RangeError(
        `${this.name}: the header holds NUL, as UTF-16 or what is no text does; set encoding: '${encoding}'`,
      )
    }
    try {
      this.#table = this.#kind.open(header, this.#wanted, this.#settings)
    } catch (error) {
      throw new RangeError(`${this.name}: ${(error as Error).message}`)
    }
    this.#header = header
    const {positions} = this.#table
    for (const field of this.#kind.fields) {
      const position = positions[field]
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

/** A row by column names. It has no prototype, so that a column may be called `__proto__`. */
function named(header: string[], values: string[]): Record<string, string> {
  const row: Record<string, string> = Object.create(null)
  for (let i = 0; i < header.length; i++) row[header[i] as string] ??= values[i] as string
  return row
}
