import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type DateFormat, parseDate} from '../src/orders/dates.ts'

const at = (text: string) => Date.parse(text)

describe('parseDate', () => {
  it.each([
    ['2010-12-01', '2010-12-01T00:00:00Z'],
    ['2010-12-01 08:26', '2010-12-01T08:26:00Z'],
    ['2010-12-01 8:26:07', '2010-12-01T08:26:07Z'],
    ['2010-12-01T08:26:00.123Z', '2010-12-01T08:26:00.123Z'],
    ['2010-12-01T08:26:00.123999999Z', '2010-12-01T08:26:00.123Z'],
    ['2010-12-01T08:26:00.5Z', '2010-12-01T08:26:00.500Z'],
    ['2010-12-01T08:26:00+02:00', '2010-12-01T06:26:00Z'],
    ['2010-12-01T08:26:00-0530', '2010-12-01T13:56:00Z'],
    ['2010-12-01 08:26:00+02', '2010-12-01T06:26:00Z'],
    ['2010-12-01 08:26:00 UTC', '2010-12-01T08:26:00Z'],
    ['2010/12/1', '2010-12-01T00:00:00Z'],
    ['12/1/2010 8:26', '2010-12-01T08:26:00Z'],
    ['12/1/10 8:26', '2010-12-01T08:26:00Z'],
    ['12-01-2010 08:26', '2010-12-01T08:26:00Z'],
    ['12/1/2010, 8:26:09 PM', '2010-12-01T20:26:09Z'],
    ['12/1/2010 12:05 am', '2010-12-01T00:05:00Z'],
    ['12/1/2010 12:05pm', '2010-12-01T12:05:00Z'],
    ['31.12.2010', '2010-12-31T00:00:00Z'],
    ['1.2.2010 08:26', '2010-02-01T08:26:00Z'],
    ['20101201', '2010-12-01T00:00:00Z'],
    ['1291191960', '2010-12-01T08:26:00Z'],
    ['1291191960.25', '2010-12-01T08:26:00.250Z'],
    ['1291191960123', '2010-12-01T08:26:00.123Z'],
    ['1/1/68', '2068-01-01T00:00:00Z'],
    ['1/1/69', '1969-01-01T00:00:00Z'],
    ['0050-03-01', '0050-03-01T00:00:00Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    [' 2010-12-01 ', '2010-12-01T00:00:00Z'],
  ])('reads %s', (text, same) => expect(parseDate(text)).toBe(at(same)))

  it('reads day first when told to, and year first under any calendar format', () => {
    expect(parseDate('1/2/2010', 'dmy')).toBe(at('2010-02-01T00:00Z'))
    expect(parseDate('1.2.2010', 'mdy')).toBe(at('2010-01-02T00:00Z'))
    for (const format of ['iso', 'mdy', 'dmy'] as const) {
      expect(parseDate('2010-02-01', format)).toBe(at('2010-02-01T00:00Z'))
    }
  })

  it('reads numbers, bigints and dates', () => {
    expect(parseDate(1291191960123)).toBe(1291191960123)
    expect(parseDate(1291191960.123, 'seconds')).toBe(1291191960123)
    expect(parseDate(1291191960n, 'seconds')).toBe(1291191960000)
    expect(parseDate('-86400', 'seconds')).toBe(-86_400_000)
    expect(parseDate('5', 'milliseconds')).toBe(5)
    expect(parseDate(new Date(7), 'seconds')).toBe(7)
  })

  it.each([
    ['13/1/2010', undefined, "dateFormat: 'dmy'"],
    ['1/13/2010', 'dmy', "dateFormat: 'mdy'"],
    ['12.31.2010', undefined, "dateFormat: 'mdy'"],
    ['1/1/2010', 'iso', 'year first'],
    ['32/1/2010', undefined, 'month from 1 to 12, got 32'],
    ['13/13/2010', undefined, 'month from 1 to 12, got 13'],
    ['2010-02-30', undefined, 'day from 1 to 28, got 30'],
    ['1900-02-29', undefined, 'day from 1 to 28, got 29'],
    ['2010-00-10', undefined, 'month from 1 to 12, got 0'],
    ['2010-04-00', undefined, 'day from 1 to 30, got 0'],
    ['2010-12-01 24:00', undefined, 'hours from 0 to 23, got 24'],
    ['2010-12-01 13:00 PM', undefined, 'hours from 1 to 12, got 13'],
    ['2010-12-01 08:60', undefined, 'minutes and seconds'],
    ['2010-12-01T08:00+99:00', undefined, 'zone'],
    ['yesterday', undefined, 'got "yesterday"'],
    ['', undefined, 'got ""'],
    ['40513', undefined, "dateFormat: 'seconds'"],
    ['2010-12/01', undefined, 'expected a date'],
    ['201-12-01', undefined, 'expected a date'],
    ['2010-12-01', 'seconds', 'expected seconds since 1970'],
    [Number.NaN, undefined, 'got NaN'],
    [Number.POSITIVE_INFINITY, undefined, 'got Infinity'],
    [8.65e15, undefined, '8.64e15'],
    [8.65e12, 'seconds', '8.64e15'],
    [new Date(Number.NaN), undefined, 'an invalid Date'],
    [{}, undefined, 'expected a date'],
    [`2010-12-01${'0'.repeat(1000)}`, undefined, '…'],
  ] as const)('refuses %s as %s', (value, format, message) => {
    const read = () => parseDate(value as string, format)
    expect(read).toThrow(RangeError)
    expect(read).toThrow(message)
    expect(read).not.toThrow(/.{200}/)
  })

  it('reads back every form that a time is printed in', () => {
    const two = (n: number) => String(n).padStart(2, '0')
    const instant = fc.integer({min: Date.UTC(1970, 0), max: Date.UTC(9999, 11, 31)})
    fc.assert(
      fc.property(instant, fc.integer({min: -14 * 60, max: 14 * 60}), (time, ahead) => {
        const date = new Date(time)
        const [y, mo, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
        const [h, mi, s] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
        const second = time - date.getUTCMilliseconds()
        const minute = second - s * 1000
        const half = `${h % 12 || 12}:${two(mi)}:${two(s)} ${h < 12 ? 'AM' : 'PM'}`
        const zone = `${ahead < 0 ? '-' : '+'}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`
        const local = new Date(time + ahead * 60_000).toISOString()
        expect(parseDate(date.toISOString())).toBe(time)
        expect(parseDate(date.toISOString().replace('T', ' ').replace('Z', ''))).toBe(time)
        if (local.length === 24) expect(parseDate(local.replace('Z', zone))).toBe(time)
        if (local.length === 24) expect(parseDate(local.replace('Z', zone.replace(':', '')))).toBe(time)
        expect(parseDate(`${mo}/${d}/${y} ${h}:${two(mi)}`)).toBe(minute)
        expect(parseDate(`${two(mo)}-${two(d)}-${y} ${two(h)}:${two(mi)}:${two(s)}`)).toBe(second)
        expect(parseDate(`${mo}/${d}/${y} ${half}`)).toBe(second)
        expect(parseDate(`${d}.${mo}.${y} ${h}:${two(mi)}`)).toBe(minute)
        expect(parseDate(`${d}/${mo}/${y} ${h}:${two(mi)}`, 'dmy')).toBe(minute)
        expect(parseDate(`${y}${two(mo)}${two(d)}`)).toBe(Date.UTC(y, mo - 1, d))
        expect(parseDate(String(time), 'milliseconds')).toBe(time)
        expect(parseDate(time / 1000, 'seconds')).toBe(time)
        // Of 9 to 11 digits: fewer would be a date, more milliseconds.
        if (second >= 1e11) expect(parseDate(String(second / 1000), second < 1e14 ? undefined : 'seconds')).toBe(second)
        if (y >= 1973 && y < 2069) expect(parseDate(`${mo}/${d}/${two(y % 100)} ${half}`)).toBe(second)
      }),
      {numRuns: 500},
    )
  })
})

it('the text before has no say, nor has the format it was read in', () => {
  expect(() => parseDate('')).toThrow(/expected a date/)
  const [february, january] = [Date.UTC(2010, 1, 1), Date.UTC(2010, 0, 2)]
  const read = [undefined, 'dmy', 'mdy', 'dmy', undefined].map((format) => parseDate('1/2/2010', format as DateFormat))
  expect(read).toEqual([january, february, january, february, january])
  expect(() => parseDate('1/2/2010', 'iso')).toThrow(/the year first/)
  expect(() => parseDate('1/2/2010', 'iso')).toThrow(/the year first/)
  expect(parseDate('1/2/2010', 'dmy')).toBe(february)
})
