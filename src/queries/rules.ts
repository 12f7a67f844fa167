import {checkOptions, quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'

/** What every query takes. */
export interface Rules {
  /** How many items to return. Fewer come back only when fewer qualify. From 1 up, default 10. */
  limit?: number | undefined
  /** Items to leave out, beside those asked about. Unknown ids do no harm. Default none. */
  exclude?: Iterable<Id> | undefined
  /** The only items that may come. Default all. */
  only?: Iterable<Id> | undefined
  /**
   * Whether bestsellers fill the places that nothing better is known for (tier `'popular'`). With `false` fewer items may
   * come back than qualify, and none for an unknown id. Default true.
   */
  fallback?: boolean | undefined
  /** Whether results say why they are there, which costs a little time. Default true. */
  evidence?: boolean | undefined
}

export const ruleNames = ['limit', 'exclude', 'only', 'fallback', 'evidence'] as const

/** Refuses options that do not exist or cannot be. */
export function checkRules(query: string, rules: Rules, names: readonly string[] = ruleNames): void {
  checkOptions(query, rules, names)
  const {limit = 10, exclude, only, fallback, evidence} = rules
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new RangeError(`${query}: limit must be a whole number from 1 up, got ${quote(limit)}`)
  }
  checkIds(query, 'exclude', exclude)
  checkIds(query, 'only', only)
  checkFlag(query, 'fallback', fallback)
  checkFlag(query, 'evidence', evidence)
}

function checkIds(query: string, option: string, ids: Iterable<Id> | undefined): void {
  if (ids === undefined) return
  if (typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids)) {
    throw new TypeError(`${query}: ${option} must be a list of ids, got ${quote(ids)}`)
  }
}

export function checkFlag(query: string, option: string, flag: boolean | undefined): void {
  if (flag !== undefined && typeof flag !== 'boolean') {
    throw new TypeError(`${query}: ${option} must be true or false, got ${quote(flag)}`)
  }
}

/** The index of an id the caller gave: -1 if unknown. */
export function indexOf(query: string, find: (id: string) => number, id: Id): number {
  if (typeof id === 'string') return find(id)
  if (typeof id === 'number' || typeof id === 'bigint') return find(String(id))
  throw new TypeError(`${query}: an id must be a text or a number, got ${quote(id)}`)
}
