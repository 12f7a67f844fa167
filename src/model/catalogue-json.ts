import type {KnownItem} from '../orders/catalogue-item.ts'
import {compareIds} from '../orders/ids.ts'
import {quote} from '../orders/options.ts'

/** In place of a `Date`, which JSON would turn into a text: an object of this one field, ms since 1970 or null. */
const DATE = '$date'

/** The items of a catalogue as JSON, by id. Dates come back as such; else fields hold what JSON holds. */
export function catalogueJson(items: Iterable<KnownItem>): Uint8Array {
  const sorted = [...items].sort((a, b) => compareIds(a.id, b.id))
  return new TextEncoder().encode(`[${sorted.map(itemJson).join(',')}]`)
}

function itemJson(item: KnownItem): string {
  try {
    return JSON.stringify(item, function (this: Record<string, unknown>, key, value) {
      const given = this[key]
      if (given instanceof Date) return {[DATE]: Number.isNaN(given.getTime()) ? null : given.getTime()}
      if (typeof given === 'object' && given !== null && Object.hasOwn(given, DATE)) {
        throw new TypeError(`a field may not be called ${DATE}`)
      }
      if (isLost(value, Array.isArray(this))) throw new TypeError(`${quote(key)} is ${quote(value)}`)
      return value
    })
  } catch (error) {
    throw new TypeError(
      `save: expected items that JSON can hold, got ${quote(item.id)}: ${(error as Error).message}; change it by items.patch`,
    )
  }
}

/** Whether JSON would leave a value out, or put another in its place, and say nothing. */
function isLost(value: unknown, isInList: boolean): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  if (value === undefined) return isInList
  const isOther = value instanceof Map || value instanceof Set || value instanceof RegExp || ArrayBuffer.isView(value)
  return isOther || typeof value === 'function' || typeof value === 'symbol'
}

/** Reads them again. Throws where they are no JSON. */
export function itemsInJson(bytes: Uint8Array): unknown {
  const json = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes.slice())
  if (!json.includes(`"${DATE}"`)) return JSON.parse(json)
  return JSON.parse(json, (_, value) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, DATE)
      ? new Date(value[DATE] ?? Number.NaN)
      : value,
  )
}
