import {inRange, timeIn} from './calendar.ts'
import {quote} from './options.ts'

/**
 * How to read a time. Years of four digits that come first are year-month-day under any of the first three.
 * - `'iso'`: year first only
 * - `'mdy'`: 12/31/2010, the default for slashes and dashes
 * - `'dmy'`: 31/12/2010, the default for dots
 * - `'seconds'`, `'milliseconds'`: numbers since 1970
 */
export type DateFormat = 'iso' | 'mdy' | 'dmy' | 'seconds' | 'milliseconds'

export const dateFormats: readonly DateFormat[] = ['iso', 'mdy', 'dmy', 'seconds', 'milliseconds']

/**
 * A time in milliseconds since 1970. A text without a zone is UTC, so that the answer is the same on every machine;
 * digits finer than a millisecond are cut off. Of digits alone, 8 are yyyymmdd, 9 to 11 seconds, 12 to 14 milliseconds.
 * Years of two digits are 1969 to 2068 (POSIX `strptime`).
 */
export function parseDate(value: Date | number | string | bigint, format?: DateFormat): number {
  return typeof value === 'string' ? parseAgain(value, format) : parse(value, format)
}

/** The newest of some times in ms since 1970, passing over what is unknown; NaN where all are. */
export function newestTime(times: Iterable<number>): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const time of times) if (time > newest) newest = time
  return newest === Number.NEGATIVE_INFINITY ? Number.NaN : newest
}

/** The last text that was read, and what came of it: the lines of an order, which stand together, have the same. */
const last: {text?: string; format?: DateFormat | undefined; time: number} = {time: Number.NaN}

function parseAgain(text: string, format: DateFormat | undefined): number {
  if (text !== last.text || format !== last.format) {
    last.time = parse(text.trim(), format)
    last.text = text
    last.format = format
  }
  return last.time
}

function parse(value: Date | number | string | bigint, format: DateFormat | undefined): number {
  if (format !== 'seconds' && format !== 'milliseconds') return timeIn(value, format)
  if (value instanceof Date) return timeIn(value)
  const isNumber = typeof value === 'string' ? /^[+-]?\d+(\.\d+)?$/.test(value) : /^(number|bigint)$/.test(typeof value)
  if (isNumber) return inRange(Math.round(Number(value) * (format === 'seconds' ? 1000 : 1)), value)
  throw new RangeError(`expected ${format} since 1970, got ${quote(value)}; leave out dateFormat: '${format}'`)
}
