import {commonBaskets, customersOf} from '../matrix/common-baskets.ts'
import {HISTORY_ORDERS} from '../matrix/history.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import {mayLeave} from '../matrix/privacy.ts'
import type {Scope} from '../orders/baskets.ts'
import {fate} from '../orders/returns.ts'
import type {ChangedModel} from './changed-rows.ts'
import type {Changes} from './changes.ts'
import type {Model, ScopeModel} from './model.ts'
import {pastIn} from './past.ts'

/** Whether a pair may not be told any more that counted `together` when the model was made. */
export type IsHidden = (item: number, other: number, together: number) => boolean

/**
 * Which entries of a table of sums may not be told any more, because what was taken away has left too few baskets, or one
 * customer alone; `undefined` where nothing has changed.
 */
export function hiddenIn(model: Model, table: SumTable): IsHidden | undefined {
  if (!model.changes) return undefined
  const changed = model as ChangedModel
  const {changes, histories, scopes, settings} = changed
  const [scope] = [...scopes].find(([, {together}]) => together.table === table) ?? []
  const isThere = (item: number, other: number): boolean => {
    if (scope !== undefined) return mayMeet(changed, scope, item, other)
    return table !== histories?.next || isFollowed(changed, item, other)
  }
  return (item, other, together) => {
    if (!changes.hasLost(item)) return false
    const lost = changes.mayHaveLost(item, other)
    if (lost === 0) return false
    // More than any one customer has made: there are two at least.
    if (together - lost >= Math.max(settings.minTogether, changes.mostOrders + 1)) return false
    return !remembered(changes, `${scope} ${item} ${other}`, () => isThere(item, other))
  }
}

/** Whether a pair may be told of the baskets that hold it now. */
function mayMeet(model: ChangedModel, scope: Scope, item: number, other: number): boolean {
  const {changes, scopes, settings} = model
  const {alsoBought, customers, privacy} = scopes.get(scope) as ScopeModel
  const isVoid = changes.voidIn(scope)
  const common = commonBaskets(alsoBought.baskets.byItem, item, other)
  const base = common.filter((basket) => isVoid[basket] === 0)
  if (mayLeave(base, privacy)) return true
  const voids = common.filter((basket) => isVoid[basket] === 1)
  const owners = new Set(customersOf(voids, customers).map((customer) => changes.ownerOf(customer)))
  const otherHolders = new Set(changes.holdersOf(other))
  for (const owner of changes.holdersOf(item)) if (otherHolders.has(owner)) owners.add(owner)
  let baskets = base.length
  let different = base.length > 0 ? 1 : 0
  for (const owner of owners) {
    const {rows} = changes.stateOf(owner).baskets.get(scope) ?? {rows: []}
    const both = rows.filter((row) => row.includes(item) && row.includes(other))
    baskets += both.length
    if (both.length > 0) different++
  }
  return baskets >= settings.minTogether && (settings.minTogether === 1 || different > 1)
}

const answers = new WeakMap<object, {version: number; known: Map<string, boolean>}>()

/** Pairs that are remembered at most. */
const MOST_PAIRS = 1 << 16

function remembered(changes: Changes, key: string, find: () => boolean): boolean {
  let memory = answers.get(changes)
  if (!memory || memory.version !== changes.version || memory.known.size === MOST_PAIRS) {
    memory = {version: changes.version, known: new Map()}
    answers.set(changes, memory)
  }
  const answer = memory.known.get(key) ?? find()
  memory.known.set(key, answer)
  return answer
}

/** Whether `minTogether` orders, of two customers, hold `other` after orders with `item`. Stops looking once it knows. */
function isFollowed(model: ChangedModel, item: number, other: number): boolean {
  const {minTogether} = model.settings
  let orders = 0
  let customers = 0
  const [buyers, others] = [buyersNow(model, item), buyersNow(model, other)]
  for (const customer of buyers.length < others.length ? buyers : others) {
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
