import type {Model} from '../model/model.ts'
import type {CatalogueItem, KnownItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import {bar, isOpen} from './ask.ts'
import {ItemSet} from './item-set.ts'
import type {MaxPer, Rules} from './rules.ts'

/** What the rules of one question say of items one by one, looked at only where an item might come. */
export interface Screen {
  /** Whether no rule looks at items one by one. */
  isPlain: boolean
  /** Whether an item may still come. What a rule forbids is barred: it is not looked at again. */
  lets: (item: number) => boolean
  /** What to multiply an item's score by; absent where that is 1 for all. */
  boost: ((item: number) => number) | undefined
  /** Takes a place in the item's group, if one is left; absent where groups are not limited. */
  admits: ((item: number) => boolean) | undefined
}

export function screenOf<Item extends CatalogueItem>(query: string, model: Model, rules: Rules<Item>): Screen {
  const {catalogue, scratch} = model
  const {eligible} = scratch
  const {where, boost, maxPer} = rules
  const known = (item: number) => catalogue.at(item) as KnownItem<Item>
  const tests: ((item: number) => boolean)[] = []
  if (rules.only instanceof ItemSet) {
    const marks = rules.only.marksIn(catalogue)
    tests.push((item) => marks[item] === 1)
  }
  if (rules.exclude instanceof ItemSet) {
    const marks = rules.exclude.marksIn(catalogue)
    tests.push((item) => marks[item] === 0)
  }
  if (where) tests.push((item) => truth(query, where(known(item))))
  const lets = (item: number) => {
    if (!isOpen(eligible, item)) return false
    for (const test of tests) {
      if (!test(item)) {
        bar(eligible, item)
        return false
      }
    }
    return true
  }
  return {
    isPlain: tests.length === 0 && !boost,
    lets,
    boost: boost && ((item) => factor(query, boost(known(item)))),
    admits: maxPer && groupLimit(maxPer, known),
  }
}

/** A promise would let everything pass. */
function truth(query: string, verdict: boolean): boolean {
  if (typeof verdict === 'boolean') return verdict
  throw new TypeError(`${query}: where must return true or false, got ${quote(verdict)}`)
}

function factor(query: string, boost: number): number {
  if (typeof boost === 'number' && boost >= 0 && boost < Number.POSITIVE_INFINITY) return boost
  throw new RangeError(`${query}: boost must return a number from 0 up, got ${quote(boost)}`)
}

function groupLimit<Item extends CatalogueItem>(
  {by, limit}: MaxPer<Item>,
  known: (item: number) => KnownItem<Item>,
): (item: number) => boolean {
  const keyOf = typeof by === 'function' ? by : (item: KnownItem<Item>) => (item as Record<string, unknown>)[by]
  const taken = new Map<unknown, number>()
  return (item) => {
    const key = keyOf(known(item))
    if (key === undefined || key === null) return true
    const places = taken.get(key) ?? 0
    if (places === limit) return false
    taken.set(key, places + 1)
    return true
  }
}
