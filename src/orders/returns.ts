import type {Steps} from '../matrix/steps.ts'
import {type Log, lineRanges} from './log.ts'

/** What became of a line of the log. */
export const fate = {
  /** A purchase of which at least one unit was kept. */
  used: 0,
  /** A purchase returned whole, or a return that cancelled at least one unit. */
  netted: 1,
  /** A return that found nothing to cancel. */
  unmatched: 2,
  /** A return, where returns are not netted. */
  ignored: 3,
} as const

/** By line of the log; `undefined` where all are used. */
export type Fates = Uint8Array | undefined

/** Lines between two yields: a few milliseconds. */
const CHUNK = 1 << 15

/**
 * The fate of every line. A return cancels units that the same customer (without one: the same order) bought of the same
 * item, of the newest purchase not later than it first. A time that is unknown is as early as can be for a purchase, as
 * late as can be for a return. Lines of weight 0 bought nothing and are left as they are.
 */
export function* settleReturns(log: Log, returns: 'net' | 'ignore'): Steps<Fates> {
  const {quantities, weights, lineItems} = log
  if (!quantities) return undefined
  let fates: Fates
  const lineTime = lineTimes(log)
  const {count, range} = lineRanges(log)
  for (let owner = 0, pause = CHUNK; owner < count; owner++) {
    const [from, to] = range(owner)
    const returned = new Set<number>()
    for (let line = from; line < to; line++) if (quantities[line] < 0) returned.add(lineItems[line])
    if (returned.size > 0) {
      fates ??= new Uint8Array(lineItems.length)
      const lines: number[] = []
      for (let line = from; line < to; line++) {
        if (quantities[line] < 0 && returns === 'ignore') fates[line] = fate.ignored
        else if (returned.has(lineItems[line]) && weights?.[line] !== 0) lines.push(line)
      }
      if (returns === 'net') netLines(lines, log, quantities, lineTime, fates)
    }
    if (to >= pause) {
      pause = to + CHUNK
      yield to / lineItems.length
    }
  }
  return fates
}

/** What is left of a quantity by rounding alone, as a share of it: 0.1 + 0.2 − 0.3 is not 0. */
const CRUMB = 1e-9

/** Nets one customer's lines of the items they returned. */
function netLines(
  lines: number[],
  {lineItems}: Log,
  quantities: Float64Array,
  lineTime: (line: number) => number,
  fates: Uint8Array,
): void {
  const when = new Map(lines.map((line) => [line, sortTime(lineTime(line), quantities[line])]))
  const timeOf = (line: number) => when.get(line) as number
  lines.sort(
    (a, b) =>
      lineItems[a] - lineItems[b] ||
      Math.sign(timeOf(a) - timeOf(b) || 0) ||
      Number(quantities[a] < 0) - Number(quantities[b] < 0) ||
      a - b,
  )
  let stack: {line: number; units: number; crumb: number}[] = []
  let item = -1
  for (const line of lines) {
    if (lineItems[line] !== item) {
      item = lineItems[line]
      stack = []
    }
    if (quantities[line] > 0) {
      stack.push({line, units: quantities[line], crumb: quantities[line] * CRUMB})
      continue
    }
    let open = -quantities[line]
    const settled = open * CRUMB
    fates[line] = stack.length > 0 ? fate.netted : fate.unmatched
    for (let newest = stack.at(-1); newest && open > settled; newest = stack.at(-1)) {
      const cancelled = Math.min(open, newest.units)
      open -= cancelled
      newest.units -= cancelled
      if (newest.units > newest.crumb) break
      fates[newest.line] = fate.netted
      stack.pop()
    }
  }
}

function sortTime(time: number, quantity: number): number {
  if (!Number.isNaN(time)) return time
  return quantity < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}

/** When a line was written, its order's time unless it has one of its own. */
function lineTimes({lineTimes, lineOffsets, times}: Log): (line: number) => number {
  if (lineTimes) return (line) => lineTimes[line]
  if (!times) return () => Number.NaN
  const byLine = new Float64Array(lineOffsets[times.length])
  for (let order = 0; order < times.length; order++)
    byLine.fill(times[order], lineOffsets[order], lineOffsets[order + 1])
  return (line) => byLine[line]
}
