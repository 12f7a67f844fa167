import {hashId, type Ids} from '../orders/ids.ts'
import type {Log} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import type {Learned} from './learn.ts'
import {itemsOf} from './split.ts'

/** What may be answered: anything, what the customer never had, or only what they had. */
export type Part = 'all' | 'new' | 'repeat'

/** What is asked: what goes with these items, or what this customer buys next. */
export interface Question {
  /** They are no answers. */
  items: readonly number[]
  /** -1 where nobody is asked about. */
  customer: number
  /** What the customer bought before, oldest first by the latest purchase of each. */
  history: readonly number[]
  /** In how many orders each of these was. */
  counts: readonly number[]
  part: Part
}

/** Questions whose answers are known, in groups that count the same: those of one order, or of one customer. */
export interface Trials {
  groups: number
  /** By group, the items of the order, or of the customer's history. */
  sizes: Int32Array
  /** Asks every question of a group. */
  each: (group: number, ask: (question: Question, relevant: readonly number[]) => void) => void
}

/** So many items of an order ask, or are held out: a large order would take as long as all others. */
const MOST_ASKED = 20

/** Of each order to foretell, the items that were seen in what is learned from; orders with fewer than two are left out. */
export function knownItems(
  log: Log,
  fates: Fates,
  tests: Int32Array,
  support: Int32Array,
): {orders: number[][]; unseen: number} {
  let all = 0
  let known = 0
  const orders: number[][] = []
  for (const order of tests) {
    const bought = itemsOf(log, fates, order)
    const seen = bought.filter((item) => support[item] > 0)
    all += bought.length
    known += seen.length
    if (seen.length >= 2) orders.push(seen)
  }
  return {orders, unseen: all === 0 ? 0 : 1 - known / all}
}

/** Each item of an order asks what else is in it. */
export function alsoBoughtTrials(orders: readonly number[][], ids: Ids): Trials {
  return orderTrials(orders, ids, (item, others, ask) => ask(question([item]), others))
}

/** Each item of an order is held out: the others ask for it. */
export function boughtTogetherTrials(orders: readonly number[][], ids: Ids): Trials {
  return orderTrials(orders, ids, (item, others, ask) => ask(question(others), [item]))
}

function question(items: readonly number[]): Question {
  return {items, customer: -1, history: [], counts: [], part: 'all'}
}

function orderTrials(
  orders: readonly number[][],
  ids: Ids,
  askOne: (item: number, others: number[], ask: Parameters<Trials['each']>[1]) => void,
): Trials {
  return {
    groups: orders.length,
    sizes: Int32Array.from(orders, ({length}) => length),
    each: (group, ask) => {
      const items = orders[group]
      for (const item of sample(items, ids)) {
        const others = items.filter((other) => other !== item)
        askOne(item, others, ask)
      }
    },
  }
}

/** At most `MOST_ASKED`, chosen by a hash of their ids: the same in any order. */
function sample(items: readonly number[], ids: Ids): readonly number[] {
  if (items.length <= MOST_ASKED) return items
  const byHash = items.map((item) => [hashId(ids.at(item) as string), item]).sort(([a, i], [b, j]) => a - b || i - j)
  return byHash.slice(0, MOST_ASKED).map(([, item]) => item)
}

/** A customer, what they had bought, see `Question`, and what they then bought. */
export interface NextOrder extends Pick<Question, 'customer' | 'history' | 'counts'> {
  bought: number[]
}

/** Each customer asks for a part of their next order; those in whose order there is none of it are left out. */
export function suggestTrials(next: readonly NextOrder[], part: Part): Trials {
  const cases = next.flatMap(({bought, ...known}) => {
    const had = new Set(known.history)
    const relevant = part === 'all' ? bought : bought.filter((item) => had.has(item) === (part === 'repeat'))
    return relevant.length === 0 ? [] : [{question: {...known, items: [], part}, relevant}]
  })
  return {
    groups: cases.length,
    sizes: Int32Array.from(cases, ({question}) => question.history.length),
    each: (group, ask) => ask(cases[group].question, cases[group].relevant),
  }
}

/** The next order of each customer who had one before: the first of the orders to foretell in which anything is known. */
export function nextOrders(
  log: Log,
  fates: Fates,
  tests: Int32Array,
  learned: Pick<Learned, 'train' | 'fates' | 'support'>,
): NextOrder[] {
  const next: NextOrder[] = []
  let t = 0
  for (let customer = 0; customer < log.customers.length; customer++) {
    let bought: number[] = []
    for (; t < tests.length && tests[t] < log.customerOrders[customer + 1]; t++) {
      if (bought.length > 0) continue
      bought = itemsOf(log, fates, tests[t]).filter((item) => learned.support[item] > 0)
    }
    const counts = bought.length > 0 ? countsOf(learned, customer) : new Map<number, number>()
    if (counts.size > 0) next.push({customer, history: [...counts.keys()], counts: [...counts.values()], bought})
  }
  return next
}

/** In how many orders a customer had each item; the item whose latest purchase is oldest first. */
function countsOf({train, fates}: Pick<Learned, 'train' | 'fates'>, customer: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (let order = train.customerOrders[customer]; order < train.customerOrders[customer + 1]; order++) {
    for (const item of itemsOf(train, fates, order)) {
      const before = counts.get(item) ?? 0
      counts.delete(item)
      counts.set(item, before + 1)
    }
  }
  return counts
}
