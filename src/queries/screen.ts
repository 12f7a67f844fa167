import type {Model} from '../model/model.ts'
import type {Eligible} from '../model/scratch.ts'
import type {CatalogueItem, KnownItem} from '../orders/catalogue-item.ts'
import {quote} from '../orders/options.ts'
import {isOpen} from './ask.ts'
import {ItemSet} from './item-set.ts'
import type {MaxPer, Rules} from './rules.ts'

/** What the rules of one question say of items one by one, looked at only where an item might come. */
export interface Screen {
  /** Whether no rule looks at items one by one. */
  isPlain: boolean
  /** Whether an item may still come. What is known of it is looked up where it is not given. */
  lets: (item: number, known?: KnownItem) => boolean
  /** What `where` says of an item, be it one of ours or not. */
  suits: (item: KnownItem) => boolean
  /** What to multiply an item's score by; absent where that is 1 for all. */
  boost: ((item: number) => number) | undefined
  /** Takes a place in the item's group, if one is left; absent where groups are not limited. */
  admits: ((item: number) => boolean) | undefined
}

/** Most questions have no such rules, and are answered in a microsecond. */
const plainScreens = new WeakMap<Eligible, Screen>()

function plainScreen(eligible: Eligible): Screen {
  let screen = plainScreens.get(eligible)
  if (!screen) {
    screen = {
      isPlain: true,
      lets: (item) => isOpen(eligible, item),
      suits: () => true,
      boost: undefined,
      admits: undefined,
    }
    plainScreens.set(eligible, screen)
  }
  return screen
}

export function screenOf<Item extends CatalogueItem>(query: string, model: Model, rules: Rules<Item>): Screen {
  const {catalogue, scratch} = model
  const {eligible} = scratch
  const {only, exclude, where, boost, maxPer} = rules
  const areLists = !(only instanceof ItemSet) && !(exclude instanceof ItemSet)
  if (areLists && !where && !boost && !maxPer) return plainScreen(eligible)
  const known = (item: number) => catalogue.at(item) as KnownItem<Item>
  let lets: Screen['lets'] = (item) => isOpen(eligible, item)
  /** One test after another, the cheapest first: a strict rule is put to tens of thousands of items. */
  const test = (passes: Screen['lets']) => {
    const before = lets
    lets = (item, known) => before(item) && passes(item, known)
  }
  if (only instanceof ItemSet) {
    const marks = only.marksIn(catalogue)
    test((item) => marks[item] === 1)
  }
  if (exclude instanceof ItemSet) {
    const marks = exclude.marksIn(catalogue)
    test((item) => marks[item] === 0)
  }
  const suits = (item: KnownItem<Item>) => {
    const verdict = where ? where(item) : true
    return typeof verdict === 'boolean' ? verdict : refuseVerdict(query, verdict)
  }
  if (where) test((item, given) => suits((given as KnownItem<Item> | undefined) ?? known(item)))
  return {
    isPlain: false,
    lets,
    suits: suits as Screen['suits'],
    boost: boost && ((item) => factor(query, boost(known(item)))),
    admits: maxPer && groupLimit(maxPer, known),
  }
}

/** A promise would let everything pass. */
function refuseVerdict(query: string, verdict: unknown): never {
  throw new TypeError(`${query}: where must return true or false, got ${quote(verdict)}`)
}

function factor(query: string, boost: number): number {
  // Scores have 32 bits, which end at 3e38: none of ours comes near that, were it boosted so far.
  if (typeof boost === 'number' && boost >= 0 && boost <= 1e9) return boost
  throw new RangeError(`${query}: boost must return a number from 0 to 1e9, got ${quote(boost)}`)
}

function groupLimit<Item extends CatalogueItem>(
  {by, limit}: MaxPer<Item>,
  known: (item: number) => KnownItem<Item>,
): (item: number) => boolean {
  const keyOf =
    typeof by === 'function'
      ? by
      : (item: KnownItem<Item>) => (Object.hasOwn(item, by) ? (item as Record<string, unknown>)[by] : undefined)
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
