import {quote} from './options.ts'

/** The fields of a kind of table. */
export interface Fields<Field extends string> {
  /** In the order messages list them. */
  names: readonly Field[]
  /**
   * Header names that are taken for a field without being asked for, best first, in small letters and without blanks and
   * punctuation. A field may have none.
   */
  wellKnown: Record<Field, readonly string[]>
}

/** Which column holds which field, by its name in the header; `null` reads none for it. */
export type Wanted<Field extends string> = {[field in Field]?: string | null | undefined}

/** Which position of a header holds which field. */
export type Positions<Field extends string> = {[field in Field]?: number}

/**
 * Finds the fields in a header. Names in `wanted` must be there, once, exactly or else but for case and outer blanks;
 * a field without one takes a column with a well-known name that no other has. Messages leave out the file.
 */
export function matchHeader<Field extends string>(
  header: readonly string[],
  wanted: Wanted<Field>,
  {names, wellKnown}: Fields<Field>,
): Positions<Field> {
  checkWanted(wanted, names)
  const positions: Positions<Field> = {}
  const taken = new Set<number>()
  for (const field of names) {
    const name = wanted[field]
    if (name === undefined || name === null) continue
    const position = findWanted(header, field, name)
    positions[field] = position
    taken.add(position)
  }
  const plainHeader = header.map(plain)
  for (const field of names) {
    if (wanted[field] !== undefined) continue
    const free = plainHeader.map((name, i) => (taken.has(i) ? '' : name))
    const known = wellKnown[field].find((name) => free.includes(name))
    if (known === undefined) continue
    const matches = [...free.keys()].filter((i) => free[i] === known)
    if (matches.length > 1) throw ambiguous(header, field, matches)
    positions[field] = matches[0] as number
    taken.add(matches[0] as number)
  }
  return positions
}

/** Refuses `columns` for a field that a table of this kind does not have. */
export function checkWanted(columns: Wanted<string>, names: readonly string[]): void {
  if (typeof columns !== 'object' || columns === null || Symbol.iterator in columns) {
    throw new TypeError(`columns must be an object such as {${names[0]}: "sku"}, got ${quote(columns)}`)
  }
  for (const [field, name] of Object.entries(columns)) {
    if (!names.includes(field)) {
      throw new RangeError(`unknown field ${quote(field)} in columns; valid are ${names.join(', ')}`)
    }
    if (name !== null && name !== undefined && typeof name !== 'string') {
      throw new TypeError(`columns: ${field} must be the name of a column, got ${quote(name)}`)
    }
  }
}

function findWanted(header: readonly string[], field: string, name: string): number {
  const all = [...header.keys()]
  let matches = all.filter((i) => header[i] === name)
  const loose = name.trim().toLowerCase()
  if (matches.length === 0) matches = all.filter((i) => (header[i] as string).trim().toLowerCase() === loose)
  if (matches.length > 1) throw ambiguous(header, field, matches)
  if (matches.length === 1) return matches[0] as number
  throw new RangeError(`no column ${quote(name)} for ${field} among ${list(header)}; correct columns: {${field}: …}`)
}

function ambiguous(header: readonly string[], field: string, matches: number[]): RangeError {
  const names = [...new Set(matches.map((i) => header[i] as string))]
  const stands = names.length === 1 ? `${list(names)} stands ${matches.length} times` : `${list(names)} would all do`
  const advice = names.length === 1 ? 'give each column its own name' : `choose with columns: {${field}: …}`
  return new RangeError(`more than one column for ${field}: ${stands} among ${list(header)}; ${advice}`)
}

/** An error for a header without a field that must be there; `what` says in words what could be. */
export function missingColumn(header: readonly string[], field: string, what = field): RangeError {
  return new RangeError(`no column for ${what} among ${list(header)}; name it with columns: {${field}: …}`)
}

/** Column names as messages show them: the first dozen. */
export function list(names: readonly string[]): string {
  const rest = names.length > 12 ? ` and ${names.length - 12} more` : ''
  return names.slice(0, 12).map(quote).join(', ') + rest
}

/** A text without what is easily left out or written otherwise. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
