import type {Indices} from '../matrix/csr.ts'
import type {Ids} from './ids.ts'

/**
 * Every accepted line as it was given, in a canonical order, so that the same lines in any order give the same log.
 * Orders stand customer by customer, oldest first; those without a customer come last.
 */
export interface Log {
  /** Sorted by their UTF-8 bytes, as `customers` are. */
  items: Ids
  customers: Ids
  /** Id of each order; '' where its lines named none and it stands for its customer at its time. */
  orders: OrderIds
  /** Customer `c` made the orders from `customerOrders[c]` up to before `customerOrders[c + 1]`. */
  customerOrders: Int32Array
  /** Earliest time of each order in ms since 1970, NaN where unknown; absent where all are. */
  times: Float64Array | undefined
  /** Order `o` has the lines from `lineOffsets[o]` up to before `lineOffsets[o + 1]`, by item, then time. */
  lineOffsets: Int32Array
  lineItems: Indices
  /** By line, where any is not 1. Below 0: a return. */
  quantities: Float64Array | undefined
  /** By line, where any differs from its order's. */
  lineTimes: Float64Array | undefined
  /** By line, where any is not 1. 0: seen, but not bought. */
  weights: Float64Array | undefined
  /** By line, where any is known; NaN where not. */
  prices: Float64Array | undefined
}

/** Whole numbers where all are. */
export type OrderIds = Int32Array | readonly (string | number)[] | Ids

/** A log that has just been read: its ids are texts in memory. */
export interface TextLog extends Log {
  items: string[]
  customers: string[]
  orders: Int32Array | (string | number)[]
}

/** Where the lines of each customer end up: of customer `c`, or behind them of each order without one. */
export function lineRanges({customerOrders, lineOffsets}: Log): {
  count: number
  range: (owner: number) => [number, number]
} {
  const customers = customerOrders.length - 1
  const known = customerOrders[customers]
  return {
    count: customers + lineOffsets.length - 1 - known,
    range: (owner) => {
      const first = owner < customers ? customerOrders[owner] : known + owner - customers
      const last = owner < customers ? customerOrders[owner + 1] : first + 1
      return [lineOffsets[first], lineOffsets[last]]
    },
  }
}
