import {timeIn} from '../orders/calendar.ts'

/** The time a caller gave, in ms since 1970. Throws a RangeError that names the query and the option. */
export function timeOf(query: string, option: string, at: Date | number | string): number {
  try {
    return timeIn(at)
  } catch (error) {
    throw new RangeError(`${query}: ${option}: ${(error as Error).message}`)
  }
}
