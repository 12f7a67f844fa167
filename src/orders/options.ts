/** Refuses an option that does not exist, so that a misspelt one is not silently left at its default. */
export function checkOptions(name: string, given: unknown, valid: readonly string[]): void {
  if (given === undefined) return
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${name}: options must be an object, got ${quote(given)}`)
  }
  for (const option of Object.keys(given)) {
    if (!valid.includes(option)) {
      throw new RangeError(`${name}: unknown option ${quote(option)}; valid are ${valid.join(', ')}`)
    }
  }
}

/** A value as messages show it: texts in quotes, at most 40 characters. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return cut(Array.isArray(value) ? 'an array' : describe(value))
  return JSON.stringify(cut(value))
}

function cut(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39).toWellFormed()}…`
}

function describe(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
