import type {CsvSource} from './csv-rows.ts'
import {type DateFormat, dateFormats} from './dates.ts'
import {checkEncoding} from './decode.ts'
import {checkOptions, quote} from './options.ts'
import type {OnBadRow} from './order-line.ts'

/** What all readers of tables are told. */
export interface TableOptions {
  /** The one character between fields. Default `'\t'` if the name ends in `.tsv` or `.tsv.gz`, else `','`. */
  delimiter?: string | undefined
  /** Any WHATWG label, such as `'latin1'`. Default `'utf-8'`. Bytes that it does not have are an error. */
  encoding?: string | undefined
  /** How dates are written; see `DateFormat`. By default months go before days, except between dots. */
  dateFormat?: DateFormat | undefined
  /**
   * Whether numbers have a decimal comma, and points, if any, between their thousands: `1.234,56`. Then `1,234` is a little
   * more than one, `1.234` is over a thousand, and `1.5` is an error. Default false: a decimal point, and no thousands.
   */
  decimalComma?: boolean | undefined
  /** What to do with a row that cannot be used. Default `'throw'`. A header that cannot be used always throws. */
  onBadRow?: OnBadRow | undefined
  /** What messages call the source. Default the name of the file, or for a stream `'orders'` or `'items'`. */
  name?: string | undefined
}

const optionNames = ['columns', 'delimiter', 'encoding', 'dateFormat', 'decimalComma', 'map', 'onBadRow', 'name']

/** Options as used, every default filled in. */
export interface TableSettings {
  /** Whether the source can be opened again. */
  isFile: boolean
  name: string
  delimiter: string
  encoding: string
  dateFormat: DateFormat | undefined
  decimalComma: boolean
  onBadRow: OnBadRow
  /** Whether there is a `map`. */
  isMapped: boolean
}

/** Fills in the defaults and refuses what cannot be, in the name of `caller`. A source without a name is called `holds`. */
export function tableSettings(
  caller: string,
  holds: string,
  source: CsvSource,
  options: TableOptions & {map?: unknown},
): TableSettings {
  checkOptions(caller, options, optionNames)
  const isFile = typeof source === 'string' ? source !== '' : source instanceof URL && source.protocol === 'file:'
  const stream = isFile ? undefined : (source as Partial<AsyncIterable<unknown>> | null | undefined)
  if (!isFile && (typeof stream !== 'object' || typeof stream?.[Symbol.asyncIterator] !== 'function')) {
    throw new TypeError(`${caller}: expected a path, a file: URL or a readable stream, got ${quote(source)}`)
  }
  if (options.name !== undefined && typeof options.name !== 'string') {
    throw new TypeError(`${caller}: name must be a text, got ${quote(options.name)}`)
  }
  const {name = nameOf(source) || holds, encoding = 'utf-8', onBadRow = 'throw', dateFormat, map} = options
  const {decimalComma = false} = options
  const {delimiter = /\.tsv(\.gz)?$/i.test(name) ? '\t' : ','} = options
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n\ud800-\udfff]/.test(delimiter)) {
    throw new RangeError(`${caller}: delimiter must be one character such as ';', got ${quote(delimiter)}`)
  }
  if (dateFormat !== undefined && !dateFormats.includes(dateFormat)) {
    throw new RangeError(`${caller}: unknown dateFormat ${quote(dateFormat)}; valid are ${dateFormats.join(', ')}`)
  }
  if (typeof decimalComma !== 'boolean') {
    throw new TypeError(`${caller}: decimalComma must be true or false, got ${quote(decimalComma)}`)
  }
  if (onBadRow !== 'throw' && onBadRow !== 'skip' && typeof onBadRow !== 'function') {
    throw new RangeError(`${caller}: onBadRow must be 'throw', 'skip' or a function, got ${quote(onBadRow)}`)
  }
  if (map !== undefined && typeof map !== 'function') {
    throw new TypeError(`${caller}: map must be a function, got ${quote(map)}`)
  }
  checkEncoding(caller, encoding)
  return {isFile, name, delimiter, encoding, dateFormat, decimalComma, onBadRow, isMapped: map !== undefined}
}

function nameOf(source: CsvSource): string | undefined {
  const path = source instanceof URL ? decoded(source.pathname) : typeof source === 'string' ? source : ''
  return path.split(/[\\/]/).at(-1)
}

/** A URL may be such that it can be no path: opening it says so. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
