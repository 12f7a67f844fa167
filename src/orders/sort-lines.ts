import {type Indices, indicesBelow} from '../matrix/csr.ts'
import {sortedIndices, sortRange} from '../matrix/sort.ts'
import {each, type Steps, span} from '../matrix/steps.ts'
import type {RawLines} from './canonical-log.ts'
import {takeRows} from './line-columns.ts'
import type {Log} from './log.ts'

/** Where lines go. */
export interface LinePlaces {
  /** Calls `see` for the lines that stay, run by run. */
  eachRun: (see: (order: number, from: number, to: number, time: number) => void) => Steps<void>
  /** The earliest of each order; absent where none is known. */
  times: Float64Array | undefined
  /** Of the log. */
  lineOffsets: Int32Array
  /** Where the lines of each order begin. Is written to. */
  next: Int32Array
}

type SortedLines = Pick<Log, 'lineItems' | 'lineTimes' | 'quantities' | 'weights' | 'prices'>

/** Lines between two yields: a few milliseconds. */
const CHUNK = 1 << 16

/** Longest order that is sorted in one go. */
const MOST_LINES = 1 << 18

/** The columns of the log that go by line. Uses the given ones up. */
export function* sortLines(raw: RawLines, rank: Int32Array, items: number, places: LinePlaces): Steps<SortedLines> {
  const {quantity, weight, price} = raw
  const at = yield* span(readLineTimes(raw.lineItem.length, places), 0, 0.1)
  const hasMore = at || quantity.values || weight.values || price.values
  if (hasMore || longest(places.lineOffsets) > MOST_LINES) {
    return yield* span(sortByColumns(raw, rank, items, at, places), 0.1, 1)
  }
  const lineItems = yield* span(sortItems(raw, rank, items, places), 0.1, 1)
  return {lineItems, lineTimes: undefined, quantities: undefined, weights: undefined, prices: undefined}
}

/** When each line was written; `undefined` where all were at the time of their order. */
function* readLineTimes(lines: number, {eachRun, times}: LinePlaces): Steps<Float64Array | undefined> {
  if (!times) return undefined
  let differ = false
  const compare = (order: number, _from: number, _to: number, time: number) => {
    if (!Object.is(time, times[order])) differ = true
  }
  yield* span(eachRun(compare), 0, 0.5)
  if (!differ) return undefined
  const lineTimes = new Float64Array(lines)
  const fill = (_order: number, from: number, to: number, time: number) => void lineTimes.fill(time, from, to)
  yield* span(eachRun(fill), 0.5, 1)
  return lineTimes
}

function longest(offsets: Int32Array): number {
  let most = 0
  for (let o = 0; o + 1 < offsets.length; o++) most = Math.max(most, offsets[o + 1] - offsets[o])
  return most
}

/** Lines that are an item and nothing else go straight to their place. */
function* sortItems({lineItem}: RawLines, rank: Int32Array, items: number, places: LinePlaces): Steps<Indices> {
  const {eachRun, lineOffsets, next} = places
  const orders = lineOffsets.length - 1
  const given = lineItem.values
  // Orders that came in their final sequence, as they mostly do, are sorted where they stand.
  const sorted = (yield* span(areInPlace(places), 0, 0.1))
    ? given.subarray(0, lineOffsets[orders])
    : indicesBelow(items, lineOffsets[orders])
  const place = (order: number, from: number, to: number) => {
    let slot = next[order]
    for (let line = from; line < to; line++) sorted[slot++] = rank[given[line]]
    next[order] = slot
  }
  yield* span(eachRun(place), 0.1, 0.4)
  const sort = (order: number) => sortRange(sorted, lineOffsets[order], lineOffsets[order + 1])
  yield* span(each(orders, sort, 1 << 13), 0.4, 1)
  return sorted
}

/** Whether every line stands where its order will. */
function* areInPlace({eachRun, next}: LinePlaces): Steps<boolean> {
  let last = -1
  let inPlace = true
  const look = (order: number, from: number) => {
    if (order !== last && next[order] !== from) inPlace = false
    last = order
  }
  yield* eachRun(look)
  return inPlace
}

function* sortByColumns(
  {lineItem, quantity, weight, price}: RawLines,
  rank: Int32Array,
  items: number,
  at: Float64Array | undefined,
  {eachRun, lineOffsets, next}: LinePlaces,
): Steps<SortedLines> {
  const bySlot = new Int32Array(lineOffsets[lineOffsets.length - 1])
  const place = (order: number, from: number, to: number) => {
    for (let line = from; line < to; line++) bySlot[next[order]++] = line
  }
  yield* span(eachRun(place), 0, 0.2)
  const given = lineItem.values
  const compare = (a: number, b: number) =>
    rank[given[a]] - rank[given[b]] ||
    (at ? compareTimes(at[a], at[b]) : 0) ||
    quantity.get(a) - quantity.get(b) ||
    weight.get(a) - weight.get(b) ||
    compareTimes(price.get(a), price.get(b))
  yield* span(sortRows(bySlot, lineOffsets, compare), 0.2, 0.7)
  const lineItems = indicesBelow(items, bySlot.length)
  const setItem = (slot: number) => {
    lineItems[slot] = rank[given[bySlot[slot]]]
  }
  yield* span(each(bySlot.length, setItem), 0.7, 0.8)
  return {
    lineItems,
    lineTimes: at && (yield* span(takeRows(at, bySlot), 0.8, 0.85)),
    quantities: yield* span(quantity.take(bySlot), 0.85, 0.9),
    weights: yield* span(weight.take(bySlot), 0.9, 0.95),
    prices: yield* span(price.take(bySlot), 0.95, 1),
  }
}

/** Unknown first. */
export function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
  return a - b
}

/** Sorts each row, short ones by insertion. */
function* sortRows(values: Int32Array, offsets: Int32Array, compare: (a: number, b: number) => number): Steps<void> {
  for (let row = 0, pause = CHUNK; row + 1 < offsets.length; row++) {
    const from = offsets[row]
    const to = offsets[row + 1]
    if (to - from > 32) {
      const unsorted = values.slice(from, to)
      const sorted = yield* sortedIndices(unsorted.length, (a, b) => compare(unsorted[a], unsorted[b]) || a - b)
      for (let p = 0; p < sorted.length; p++) values[from + p] = unsorted[sorted[p]]
    } else {
      for (let p = from + 1; p < to; p++) {
        const value = values[p]
        let hole = p
        for (; hole > from && compare(values[hole - 1], value) > 0; hole--) values[hole] = values[hole - 1]
        values[hole] = value
      }
    }
    if (to >= pause) {
      pause = to + CHUNK
      yield to / values.length
    }
  }
}
