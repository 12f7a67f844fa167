/** What becomes of bad input, in one line that a table can hold. */
import {Readable} from 'node:stream'
import {type CsvSource, type ReadOptions, readOrders} from '../src/orders/csv.ts'
import {Recommender} from '../src/recommender.ts'

/** What is tried, how, and what comes of it: `outcomeOf`, whole or what it must match. */
export type HostileRow = [name: string, attempt: () => unknown, outcome: string | RegExp]

/** How messages about bad rows end. */
export const SKIP = "; pass onBadRow: 'skip' to leave such rows out"

/** Longest time in ms that anything may take, on a busy machine. */
const LONGEST = 20_000

/** What an engine says where nobody has looked at the input before. */
const STRAY =
  /Cannot read|Cannot perform|Cannot destructure|Cannot convert|is not a function|is not iterable|is not defined|Invalid (typed )?array|Maximum call stack|out of bounds|unreachable/

/** The error that an attempt ends with, or what it gives. Whatever takes too long hangs. */
export async function outcomeOf(attempt: () => unknown): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`hangs: nothing for ${LONGEST} ms`), LONGEST)
  })
  const outcome = Promise.resolve().then(attempt).then(shown, told)
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer))
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  const plain = (_: string, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner
  return JSON.stringify(value, plain) ?? 'undefined'
}

export function told(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`
  const {name, message} = error
  if (isStray(message)) return `stray ${name}: ${message}`
  return message.length < 700 ? `${name}: ${message}` : `${name} of ${message.length} characters`
}

/** Whether a message is the engine's own. */
export function isStray(message: string): boolean {
  return STRAY.test(message)
}

export async function* chunks<T>(...list: T[]): AsyncGenerator<T> {
  yield* list
}

/** What `readOrders` makes of a text: its lines, or its error and then what is left where bad rows are skipped. */
export async function csv(source: string | Uint8Array | (() => unknown), options: object = {}): Promise<string> {
  const open = () => (typeof source === 'function' ? source() : Readable.from([source])) as CsvSource
  const named = {name: 'orders.csv', ...options} as ReadOptions
  try {
    return await linesOf(open(), named)
  } catch (error) {
    const left = await linesOf(open(), {...named, onBadRow: 'skip'}).catch(() => undefined)
    return left === undefined ? told(error) : `${told(error)} | skipping: ${left}`
  }
}

async function linesOf(source: CsvSource, options: ReadOptions): Promise<string> {
  const reader = readOrders(source, options)
  const lines: string[] = []
  for await (const line of reader) {
    lines.push(
      Object.values(line)
        .filter((value) => value !== undefined)
        .join(' '),
    )
  }
  const {read, skipped} = reader.tally
  return `${JSON.stringify(lines.join('; ').slice(0, 80)).slice(1, -1)}, ${balance(read, lines.length, skipped)}`
}

/** What `fit` makes of a source: the items that it knows, and where every line went. */
export async function fitted(source: unknown, options?: unknown): Promise<string> {
  const {items, report} = await Recommender.fit(source as [], options as object)
  const {read, used, netted, unmatchedReturns, skipped} = report.lines
  const ids = JSON.stringify(items.ids.map((id) => id.slice(0, 12)))
  return `${ids}, ${balance(read, used + netted + unmatchedReturns, skipped)}`
}

/** Nothing may be lost: what was read is what was taken and what was skipped. */
function balance(read: number, taken: number, skipped: Record<string, number>): string {
  const left = Object.entries(skipped).map(([reason, n]) => ` + ${n} ${reason}`)
  const sum = Object.values(skipped).reduce((sum, n) => sum + n, taken)
  return `${sum === read ? 'read' : 'LOST: read'} ${read} = ${taken}${left.join('')}`
}
