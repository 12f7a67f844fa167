/** Refuses an option that does not exist, so that a misspelt one is not silently left at its default. */
export function checkOptions(name: string, given: unknown, valid: readonly string[]): void {
  if (given === undefined) return
  // A list or a `Map` has no options of its own: all of them would silently be left at their defaults.
  if (typeof given !== 'object' || given === null || Symbol.iterator in given) {
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
  if (typeof value !== 'object' || value === null) return String(value)
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return kind === 'Object' ? 'an object' : `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`
}

/** What an error says, or, as anything may be thrown, what came in the place of one. */
export function messageOf(error: unknown): string {
  const message = (error as {message?: unknown} | null | undefined)?.message
  return typeof message === 'string' ? message : `expected no failure, got ${quote(error)} thrown`
}
