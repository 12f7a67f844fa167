import {wholeWeight} from '../matrix/basket-weights.ts'
import {customersOf, sizesOfBaskets} from '../matrix/common-baskets.ts'
import {clearRow, countBasket, makeScratch, type Scratch} from '../matrix/count-row.ts'
import {type Companions, histogramOf} from '../matrix/expected.ts'
import {dropOneOwnerPairs} from '../matrix/privacy.ts'
import type {Scope} from '../orders/baskets.ts'
import {pairScores} from './changed-scores.ts'
import type {Changes} from './changes.ts'
import type {Model, ScopeModel} from './model.ts'

/** A model of which something has changed. */
export interface ChangedModel extends Model {
  changes: Changes
}

/** A basket of somebody who has changed, by the shop's numbers of items. */
interface OwnBasket {
  row: Int32Array
  time: number
  owner: string
}

/** The baskets that hold an item now: those of the model that still count, ascending, and others, owner by owner. */
interface BasketsNow {
  base: readonly number[]
  own: readonly OwnBasket[]
}

export function basketsNow({changes, scopes, log}: ChangedModel, scope: Scope, item: number): BasketsNow {
  const {customers, alsoBought} = scopes.get(scope) as ScopeModel
  const {offsets, indices} = alsoBought.baskets.byItem
  const isVoid = changes.voidIn(scope)
  const base: number[] = []
  const voids: number[] = []
  if (item < log.items.length) {
    for (let p = offsets[item]; p < offsets[item + 1]; p++) (isVoid[indices[p]] === 1 ? voids : base).push(indices[p])
  }
  const owners = new Set(customersOf(voids, customers).map((customer) => changes.ownerOf(customer)))
  for (const owner of changes.marks.holdersOf(item)) owners.add(owner)
  const own: OwnBasket[] = []
  for (const owner of owners) {
    const {rows, times} = changes.stateOf(owner).baskets.get(scope) ?? {rows: [], times: undefined}
    for (const [b, row] of rows.entries()) {
      if (row.includes(item)) own.push({row, time: times ? times[b] : Number.NaN, owner})
    }
  }
  return {base, own}
}

/** In how many baskets an item stands now. */
export function supportNow(model: ChangedModel, scope: Scope, item: number): number {
  const {base, own} = basketsNow(model, scope, item)
  return base.length + own.length
}

/** Whether an item stands in any basket now. */
export function hasNow(model: ChangedModel, item: number): boolean {
  const isThere = ([scope, {marginals}]: [Scope, ScopeModel]) =>
    model.changes.marks.hasChanged(item) ? supportNow(model, scope, item) > 0 : marginals.support[item] > 0
  return item >= 0 && [...model.scopes].some(isThere)
}

/** The row of an item as it counts now: the pairs that may leave, in no order. */
interface ChangedRow {
  items: Int32Array
  counts: Int32Array
  /** As `alsoBought` scores. */
  scores: Float64Array
  /** How many other items the item's baskets hold, as if of an item 0. */
  companions: Companions
  places: ReadonlyMap<number, number>
}

/** What was counted since the last change, and room to count in. */
interface Kept {
  version: number
  rows: Map<string, ChangedRow>
  scratch: Scratch
}

const kept = new WeakMap<Changes, Kept>()

/** Rows that are remembered at most: a page asks for few. */
const MOST_ROWS = 64

/**
 * The row of an item as it counts now: counts are exact, and so is which pairs may leave. A basket that came weighs as one of
 * the same age did when the model was made; how often items sell is what it was then, but for those that had not sold.
 */
export function changedRow(model: ChangedModel, scope: Scope, item: number): ChangedRow {
  const {changes} = model
  let room = kept.get(changes)
  if (!room || room.version !== changes.version) {
    const scratch = room && room.scratch.counts.length >= changes.items ? room.scratch : makeScratch(changes.items + 64)
    room = {version: changes.version, rows: new Map(), scratch}
    kept.set(changes, room)
  }
  const key = `${scope} ${item}`
  let row = room.rows.get(key)
  if (!row) {
    // Owners are read while baskets are found, and may bring items that had no number yet.
    const baskets = basketsNow(model, scope, item)
    if (room.scratch.counts.length < changes.items) room.scratch = makeScratch(changes.items + 64)
    row = countNow(model, scope, item, baskets, room.scratch)
    if (room.rows.size === MOST_ROWS) room.rows.clear()
    room.rows.set(key, row)
  }
  return row
}

function countNow(model: ChangedModel, scope: Scope, item: number, baskets: BasketsNow, scratch: Scratch): ChangedRow {
  const counted = model.scopes.get(scope) as ScopeModel
  const {base, own} = baskets
  const {byBasket, weights} = counted.alsoBought.baskets
  const {offsets, indices} = byBasket
  const {counts, sums, touched} = scratch
  const scores = pairScores(model, counted)
  let n = 0
  for (const basket of base) {
    n = countBasket(indices, offsets[basket], offsets[basket + 1], weights[basket], scratch, n)
  }
  for (const {row, time} of own) {
    n = countBasket(row, 0, row.length, wholeWeight(scores.weigh(row.length, time)), scratch, n)
  }
  dropPrivate(counted, baskets, scratch)
  const items: number[] = []
  for (let t = 0; t < n; t++) {
    if (touched[t] !== item && counts[touched[t]] >= counted.privacy.minTogether) items.push(touched[t])
  }
  const together = Int32Array.from(items, (other) => counts[other])
  const weighed = Float64Array.from(items, (other) => sums[other])
  clearRow(n, scratch)
  const sizes = sizesOfBaskets(base, byBasket)
  const companions = histogramOf([...sizes, ...own.map(({row}) => row.length)].map((size) => size - 1))
  const support = base.length + own.length
  const bought = (other: number) => supportNow(model, scope, other)
  return {
    items: Int32Array.from(items),
    counts: together,
    scores: scores.ofRow({item, support, companions, items, together, weighed, bought}),
    companions,
    places: new Map(items.map((other, place) => [other, place])),
  }
}

/** Forgets the pairs that one owner alone ever made. */
function dropPrivate({privacy, alsoBought}: ScopeModel, {base, own}: BasketsNow, {counts, own: room}: Scratch): void {
  const {minTogether, owners} = privacy
  if (minTogether === 1) return
  const {offsets, indices} = alsoBought.baskets.byBasket
  const numbers = new Map<string, number>()
  for (const {owner} of own) if (!numbers.has(owner)) numbers.set(owner, -1 - numbers.size)
  const ownerOf = (p: number) => {
    if (p >= base.length) return numbers.get(own[p - base.length].owner) as number
    return owners ? owners[base[p]] : base[p]
  }
  const eachOther = (p: number, see: (other: number) => void) => {
    if (p >= base.length) {
      for (const other of own[p - base.length].row) see(other)
      return
    }
    for (let q = offsets[base[p]]; q < offsets[base[p] + 1]; q++) see(indices[q])
  }
  dropOneOwnerPairs(0, base.length + own.length, minTogether, ownerOf, eachOther, counts, room)
}
