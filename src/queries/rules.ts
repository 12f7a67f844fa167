import {checkWhole} from '../model/settings.ts'
import type {CatalogueItem, KnownItem} from '../orders/catalogue-item.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'

/** What every query takes. */
export interface Rules<Item extends CatalogueItem = CatalogueItem> {
  /** How many items to return. Fewer come back only when fewer qualify. From 1 up, default 10. */
  limit?: number | undefined
  /** Items to leave out, beside those asked about: a list, or a `shop.set(…)`. Unknown ids do no harm. Default none. */
  exclude?: Iterable<Id> | undefined
  /** The only items that may come: a list, or a `shop.set(…)`, which is looked up once. Default all. */
  only?: Iterable<Id> | undefined
  /**
   * Whether an item may come, by what the catalogue knows of it; one outside the catalogue is its `id` alone. Asked only of
   * items that might come, possibly twice. Default all may.
   */
  where?: OfItem<Item, boolean> | undefined
  /**
   * By how much an item's score is multiplied before the best are chosen: from 0 to 1e9, 1 for no change, 0 to let it come last.
   * It moves items within their tier of evidence; what sells well is boosted by how often it was bought. Default 1.
   */
  boost?: OfItem<Item, number> | undefined
  /**
   * At most `limit` items that agree in `by`, a field of the catalogue or a function of its items: the best ones. Items
   * where that is absent are not counted. Default any number.
   */
  maxPer?: MaxPer<Item> | undefined
  /**
   * Whether items of the same category (tier `'category'`), then bestsellers, then the rest of the catalogue (`'popular'`)
   * fill the places that nothing better is known for. With `false` fewer items may come back than qualify, and none for an
   * unknown id. Default true.
   */
  fallback?: boolean | undefined
  /** Whether results say why they are there, which costs a little time. Default true. */
  evidence?: boolean | undefined
}

/** A function of what the catalogue knows of an item. A method's type, so that rules of any shop's items are rules. */
export type OfItem<Item extends CatalogueItem, Result> = {of(item: KnownItem<Item>): Result}['of']

/** At most so many of a kind, such as two of a brand. */
export interface MaxPer<Item extends CatalogueItem = CatalogueItem> {
  /** The field that names the kind, or what tells it of an item. */
  by: (keyof Item & string) | OfItem<Item, unknown>
  /** From 1 up. */
  limit: number
}

export const ruleNames = [
  ...(['limit', 'exclude', 'only', 'where', 'boost', 'maxPer', 'fallback', 'evidence'] as const),
]

/** Refuses options that do not exist or cannot be. */
export function checkRules<Item extends CatalogueItem>(
  query: string,
  rules: Rules<Item>,
  names: readonly string[] = ruleNames,
): void {
  checkOptions(query, rules, names)
  const {limit = 10, exclude, only, where, boost, maxPer, fallback, evidence} = rules
  checkWhole('limit', limit, 1, undefined, query)
  checkIds(query, 'exclude', exclude)
  checkIds(query, 'only', only)
  checkFunction(query, 'where', where)
  checkFunction(query, 'boost', boost)
  if (maxPer !== undefined) checkMaxPer(query, maxPer)
  checkFlag(query, 'fallback', fallback)
  checkFlag(query, 'evidence', evidence)
}

function checkIds(query: string, option: string, ids: Iterable<Id> | undefined): void {
  if (ids === undefined) return
  if (typeof ids !== 'object' || ids === null || !(Symbol.iterator in ids)) {
    throw new TypeError(`${query}: ${option} must be a list of ids, got ${quote(ids)}`)
  }
}

function checkFunction(query: string, option: string, rule: unknown): void {
  if (rule !== undefined && typeof rule !== 'function') {
    throw new TypeError(`${query}: ${option} must be a function of an item, got ${quote(rule)}`)
  }
}

function checkMaxPer<Item extends CatalogueItem>(query: string, maxPer: MaxPer<Item>): void {
  checkOptions(`${query}: maxPer`, maxPer, ['by', 'limit'])
  const {by, limit} = maxPer
  if (typeof by !== 'string' && typeof by !== 'function') {
    throw new TypeError(`${query}: maxPer.by must be a field of items or a function of one, got ${quote(by)}`)
  }
  checkWhole('maxPer.limit', limit, 1, undefined, query)
}

export function checkFlag(query: string, option: string, flag: boolean | undefined): void {
  if (flag !== undefined && typeof flag !== 'boolean') {
    throw new TypeError(`${query}: ${option} must be true or false, got ${quote(flag)}`)
  }
}

/** The index of an id the caller gave: -1 if unknown. */
export function indexOf(query: string, find: (id: string) => number, id: Id): number {
  return find(textOf(query, id))
}

/** An id the caller gave, as ours are. */
export function textOf(query: string, id: Id): string {
  if (typeof id === 'string') return id
  if (typeof id === 'number' || typeof id === 'bigint') return String(id)
  throw new TypeError(`${query}: an id must be a text or a number, got ${quote(id)}`)
}
