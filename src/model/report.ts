import type {Scope} from '../orders/baskets.ts'
import type {Columns} from '../orders/order-line.ts'
import type {FitOptions} from './options.ts'

/** What fitting read and made. */
export interface Report {
  /** Every line read is exactly one of the others: `read = used + netted + unmatchedReturns + Σ skipped`. */
  lines: {
    read: number
    /** Purchases of which at least one unit was kept, and lines of weight 0. */
    used: number
    /** Purchases returned whole, and the returns that cancelled something. */
    netted: number
    /** Returns that found nothing to cancel. */
    unmatchedReturns: number
    /** By reason: `'map'`, `'bad row'`, `'zero quantity'`, `'two customers'`, `'return'`. */
    skipped: Record<string, number>
  }
  /** Which column of the source each field was read from; empty where lines came as lines. */
  columns: Columns
  /** Orders with at least one line used. */
  orders: number
  /** Customers with at least one line used. */
  customers: number
  /** Items that stand in a basket. */
  items: number
  /** What was counted, by scope. */
  scopes: {[scope in Scope]?: ScopeReport}
  /**
   * For how many items weights were learned, for joint answers and for what customers buy next: fewer than `learn` asks for
   * where fewer were bought twice, or more would take too much memory; 0 where there are no histories.
   */
  learned: {together: number; next: number}
  /** The options that `tune` chose, where they are not the defaults; absent unless it was asked to. */
  tuned?: Pick<FitOptions, 'measure' | 'recency' | 'discovery' | 'learn' | 'next'>
  /** Items whose ids look like fees, postage or vouchers and not like goods: they would be recommended, so drop them. */
  suspects: string[]
  /** Size of the model by part, in bytes. */
  bytes: Record<string, number>
  /** How long each phase took, in seconds. */
  seconds: Record<string, number>
}

/** What was counted in the baskets of one scope. */
export interface ScopeReport {
  /** Baskets with at least one item. */
  baskets: number
  /** Distinct items over all baskets, after the cap. */
  purchases: number
  /** Distinct pairs of items that share a basket, before `minTogether`. */
  pairs: number
  /** How often pairs share a basket in all, before `minTogether`. */
  observations: number
  /** What `maxBasket` left out: from how many baskets, and how many items of them. */
  capped: {baskets: number; items: number}
}
