import {commonBaskets, customersOf} from '../matrix/common-baskets.ts'
import {HISTORY_ORDERS} from '../matrix/history.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import {mayLeave} from '../matrix/privacy.ts'
import type {Sparse} from '../matrix/sparse.ts'
import type {Scope} from '../orders/baskets.ts'
import {fate} from '../orders/returns.ts'
import type {ChangedModel} from './changed-rows.ts'
import type {Changes} from './changes.ts'
import type {Model, ScopeModel} from './model.ts'
import {orderScope, pastIn} from './past.ts'

/** Whether a pair may not be told any more that counted `together` when the model was made. */
type IsHidden = (item: number, other: number, together: number) => boolean

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
    if (!changes.marks.hasLost(item)) return false
    const lost = changes.marks.mayHaveLost(item, other)
    if (lost === 0) return false
    // More than any one customer has made: there are two at least.
    if (together - lost >= Math.max(settings.minTogether, changes.mostOrders + 1)) return false
    return !isThere(item, other)
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
  const otherHolders = new Set(changes.marks.holdersOf(other))
  for (const owner of changes.marks.holdersOf(item)) if (otherHolders.has(owner)) owners.add(owner)
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

/** The places of a row's entries that may not be told, as they were when its item last changed. */
interface HiddenPlaces {
  version: number
  places: readonly number[]
}

/** By table and row, as far as somebody asked. */
const kept = new WeakMap<Changes, Map<SumTable, Map<number, HiddenPlaces>>>()
const none: readonly number[] = []

/** The places in a table of the entries of a row that may not be told any more. */
export function hiddenPlaces(model: Model, table: SumTable, item: number): readonly number[] {
  const {changes} = model
  if (!changes?.marks.hasLost(item)) return none
  const tables = kept.get(changes) ?? new Map<SumTable, Map<number, HiddenPlaces>>()
  kept.set(changes, tables)
  const rows = tables.get(table) ?? new Map<number, HiddenPlaces>()
  tables.set(table, rows)
  const version = changes.marks.versionOf(item)
  const known = rows.get(item)
  if (known?.version === version) return known.places
  const isHidden = hiddenIn(model, table) as IsHidden
  const places: number[] = []
  for (let p = table.offsets[item]; p < table.offsets[item + 1]; p++) {
    if (isHidden(item, table.items[p], table.together[p])) places.push(p)
  }
  rows.set(item, {version, places})
  return places
}

/** Takes what may not be told any more out of a sum of rows again: of whole numbers, it is as if it had never been added. */
export function takeBackHidden(model: Model, table: SumTable, seeds: Sparse): void {
  const {weights, sums} = model.scratch
  const {items, shares} = table
  for (let s = 0; s < seeds.n; s++) {
    if (weights[s] === 0) continue
    for (const p of hiddenPlaces(model, table, seeds.items[s])) sums.values[items[p]] -= weights[s] * shares[p]
  }
}

/** Whether `minTogether` orders, of two customers, hold `other` after orders with `item`. Stops looking once it knows. */
function isFollowed(model: ChangedModel, item: number, other: number): boolean {
  const {minTogether} = model.settings
  let orders = 0
  let customers = 0
  for (const customer of eachBuyer(model, rarerOf(model, item, other))) {
    const n = timesFollowed(model, customer, item, other)
    orders += n
    if (n > 0) customers++
    if (orders >= minTogether && (minTogether === 1 || customers > 1)) return true
  }
  return false
}

function rarerOf(model: Model, item: number, other: number): number {
  const {offsets} = orderScope(model).alsoBought.baskets.byItem
  return offsets[item + 1] - offsets[item] < offsets[other + 1] - offsets[other] ? item : other
}

/** The same as `buyersNow`, one after another, for who may stop early. */
function* eachBuyer(model: ChangedModel, item: number): Generator<number> {
  const {alsoBought, customers} = orderScope(model)
  const {offsets, indices} = alsoBought.baskets.byItem
  const seen = new Set<number>()
  let last = -1
  for (let p = offsets[item]; p < offsets[item + 1]; p++) {
    if (last >= 0 && indices[p] < customers[last + 1]) continue
    const [customer] = customersOf(indices.subarray(p, p + 1), customers)
    // Those nobody knows come last.
    if (customer === undefined) break
    last = customer
    if (model.changes.pastOf(customer)) seen.add(customer)
    yield customer
  }
  for (const customer of model.changes.customersWith(item)) if (!seen.has(customer)) yield customer
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
