import {customersOf} from '../matrix/common-baskets.ts'
import {HISTORY_ORDERS} from '../matrix/history.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import {fate} from '../orders/returns.ts'
import {type ChangedModel, changedRow} from './changed-rows.ts'
import type {Model} from './model.ts'
import {pastIn} from './past.ts'

/**
 * Which entries of a table of sums may not be told any more, because what was taken away has left too few baskets, or one
 * customer alone; `undefined` where nothing has changed.
 */
export function hiddenIn(model: Model, table: SumTable): ((item: number, other: number) => boolean) | undefined {
  if (!model.changes) return undefined
  const changed = model as ChangedModel
  const {changes, histories, scopes} = changed
  const [scope] = [...scopes].find(([, {together}]) => together.table === table) ?? []
  const isThere = (item: number, other: number): boolean => {
    if (scope !== undefined) return changedRow(changed, scope, item).places.has(other)
    return table !== histories?.next || isFollowed(changed, item, other)
  }
  return (item, other) => changes.mayHaveLost(item) && changes.mayHaveLost(other) && !isThere(item, other)
}

const answers = new WeakMap<object, {version: number; known: Map<string, boolean>}>()

/** Pairs that are remembered at most. */
const MOST_PAIRS = 4096

/** Whether `minTogether` orders, of two customers, hold `other` after orders with `item`. Stops looking once it knows. */
function isFollowed(model: ChangedModel, item: number, other: number): boolean {
  const {changes} = model
  let memory = answers.get(changes)
  if (!memory || memory.version !== changes.version || memory.known.size === MOST_PAIRS) {
    memory = {version: changes.version, known: new Map()}
    answers.set(changes, memory)
  }
  const key = `${item} ${other}`
  let answer = memory.known.get(key)
  if (answer === undefined) {
    answer = findFollowed(model, item, other)
    memory.known.set(key, answer)
  }
  return answer
}

function findFollowed(model: ChangedModel, item: number, other: number): boolean {
  const {minTogether} = model.settings
  let orders = 0
  let customers = 0
  const otherBuyers = new Set(buyersNow(model, other))
  for (const customer of buyersNow(model, item)) {
    if (!otherBuyers.has(customer)) continue
    const n = timesFollowed(model, customer, item, other)
    orders += n
    if (n > 0) customers++
    if (orders >= minTogether && (minTogether === 1 || customers > 1)) return true
  }
  return false
}

/** All customers who bought an item, and perhaps some who do not have it any more. */
export function buyersNow(model: Model, item: number): number[] {
  const {scopes, changes} = model
  const counted = scopes.get('order') ?? [...scopes.values()][0]
  const {offsets, indices} = counted.alsoBought.baskets.byItem
  const buyers = customersOf(indices.subarray(offsets[item], offsets[item + 1]), counted.customers)
  return changes ? [...new Set([...buyers, ...changes.customersWith(item)])] : buyers
}

/** How many of a customer's orders hold `other` within reach of one before with `item`. */
function timesFollowed(model: Model, customer: number, item: number, other: number): number {
  const {log, fates, first, last, items} = pastIn(model, customer)
  const {lineOffsets, lineItems, weights} = log
  let n = 0
  let place = 0
  let lastWith = Number.NEGATIVE_INFINITY
  for (let order = first; order < last; order++) {
    let has = false
    let hasOther = false
    let isEmpty = true
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
      if ((fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
      isEmpty = false
      const bought = items ? items[lineItems[line]] : lineItems[line]
      if (bought === item) has = true
      if (bought === other) hasOther = true
    }
    if (isEmpty) continue
    if (hasOther && place - lastWith <= HISTORY_ORDERS) n++
    if (has) lastWith = place
    place++
  }
  return n
}
