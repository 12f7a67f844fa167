import {quote} from './options.ts'

/** In which order a date's numbers stand, see `DateFormat`. */
type DateOrder = 'iso' | 'mdy' | 'dmy'

/** What a `Date` can hold, in milliseconds either side of 1970 (ECMA-262, time values). */
const furthest = 8.64e15

const day = 86_400_000

const date = String.raw`(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})`
const clock = String.raw`(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([AP])M)?`
const zones = String.raw`(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)`
const calendar = new RegExp(`^${date}(?:(?:T|,? +)${clock}(?: ?${zones})?)?$`, 'i')

/** A time as `parseDate` reads it, which says more, where it is told no format or which number of a date comes first. */
export function timeIn(value: Date | number | string | bigint, order?: DateOrder): number {
  if (typeof value === 'string') return parseText(value.trim(), order)
  if (value instanceof Date) return inRange(value.getTime(), value)
  if (typeof value !== 'number' && typeof value !== 'bigint') throw unreadable(value)
  return inRange(Math.round(Number(value)), value)
}

function parseText(text: string, order: DateOrder | undefined): number {
  const found = calendar.exec(text)
  if (found === null) return parseDigits(text)
  const [, first, separator, second, third, hours, minutes, seconds, fraction, half, zone] = found as unknown as Texts
  const days = dayNumber(text, order, first, separator, second, third)
  if (hours === undefined) return days * day
  const h = clockHours(text, Number(hours), half)
  const m = Number(minutes)
  const s = seconds === undefined ? 0 : Number(seconds)
  if (m > 59 || s > 59) throw new RangeError(`expected minutes and seconds from 0 to 59, got ${quote(text)}`)
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))
  return days * day + h * 3_600_000 + m * 60_000 + s * 1000 + milliseconds - offset(text, zone)
}

type Texts = [string, string, string, string, string, ...(string | undefined)[]]

function parseDigits(text: string): number {
  const length = /^\d+(?=\.\d+$|$)/.exec(text)?.[0].length ?? 0
  if (length === 8 && text.length === 8) {
    return civil(text, Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6))) * day
  }
  if (length >= 9 && length <= 11) return Math.round(Number(text) * 1000)
  if (length >= 12 && length <= 14) return Math.round(Number(text))
  throw unreadable(text)
}

/** Days since 1970 of a date whose three numbers stand in an order that the separator and `order` decide. */
function dayNumber(
  text: string,
  order: DateOrder | undefined,
  first: string,
  separator: string,
  second: string,
  third: string,
): number {
  if (first.length === 4 && third.length <= 2) return civil(text, Number(first), Number(second), Number(third))
  if (first.length > 2 || (third.length !== 4 && third.length !== 2)) throw unreadable(text)
  if (order === 'iso') {
    throw new RangeError(`expected the year first, got ${quote(text)}; set dateFormat: 'mdy' or 'dmy'`)
  }
  const year = third.length === 4 ? Number(third) : Number(third) + (Number(third) < 69 ? 2000 : 1900)
  const dayFirst = order === 'dmy' || (order !== 'mdy' && separator === '.')
  const month = Number(dayFirst ? second : first)
  const dayOfMonth = Number(dayFirst ? first : second)
  if (month > 12 && month <= 31 && dayOfMonth <= 12) {
    const other = dayFirst ? 'mdy' : 'dmy'
    throw new RangeError(`expected a month from 1 to 12, got ${month} in ${quote(text)}; set dateFormat: '${other}'`)
  }
  return civil(text, year, month, dayOfMonth)
}

/** Days since 1970 in the Gregorian calendar. `Date.UTC` would read the years 0 to 99 as 1900 to 1999. */
function civil(text: string, year: number, month: number, dayOfMonth: number): number {
  if (month < 1 || month > 12) throw new RangeError(`expected a month from 1 to 12, got ${month} in ${quote(text)}`)
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const length = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  if (dayOfMonth < 1 || dayOfMonth > length) {
    throw new RangeError(`expected a day from 1 to ${length}, got ${dayOfMonth} in ${quote(text)}`)
  }
  // Years that start in March put the leap day last: Hinnant 2013, "chrono-compatible low-level date algorithms".
  const y = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468
}

function clockHours(text: string, hours: number, half: string | undefined): number {
  if (half === undefined) {
    if (hours > 23) throw new RangeError(`expected hours from 0 to 23, got ${hours} in ${quote(text)}`)
    return hours
  }
  if (hours < 1 || hours > 12) throw new RangeError(`expected hours from 1 to 12, got ${hours} in ${quote(text)}`)
  return (hours % 12) + (half === 'P' || half === 'p' ? 12 : 0)
}

/** Milliseconds that a zone is ahead of UTC. */
function offset(text: string, zone: string | undefined): number {
  if (zone === undefined || /[a-z]/i.test(zone)) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', ''))
  if (hours > 23 || minutes > 59) throw new RangeError(`expected a zone such as +02:00, got ${quote(text)}`)
  return (hours * 3_600_000 + minutes * 60_000) * (zone.startsWith('-') ? -1 : 1)
}

/** Refuses what no `Date` can hold. */
export function inRange(time: number, value: unknown): number {
  // The comparison is false for NaN.
  if (Math.abs(time) <= furthest) return time
  throw new RangeError(`expected a time within 8.64e15 ms of 1970, got ${quote(value)}`)
}

function unreadable(value: unknown): RangeError {
  const digits = typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value)
  const advice = digits ? "; for a number since 1970 set dateFormat: 'seconds' or 'milliseconds'" : ''
  return new RangeError(`expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got ${quote(value)}${advice}`)
}
