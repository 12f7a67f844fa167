import {HISTORY_DECAY, HISTORY_ORDERS} from '../matrix/history.ts'
import {notePurchase} from '../matrix/repeat.ts'
import {addTo, clearSparse, raiseTo} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import {pastIn} from '../model/past.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {fate} from '../orders/returns.ts'
import {bar, listOf} from './ask.ts'
import {textOf} from './rules.ts'
import {addSeed} from './seeds.ts'

/** Whom to suggest something to: a customer, a visitor by what is in their session, or a customer with a session. */
export interface Who {
  /** One who has bought before; an unknown id is a visitor. */
  customer?: Id | undefined
  /** What they look at or have in the cart, the latest last. A weight is from 0 up, 1 if not given; 0 only keeps an item away. */
  items?: Iterable<SessionItem> | undefined
}

/** An item of a session, or of a wish list. */
export type SessionItem = Id | {item: Id; weight: number}

/** Refuses what says nothing of anybody; returns the session as a list. */
export function checkWho(query: string, who: Who): readonly SessionItem[] {
  if (typeof who !== 'object' || who === null) {
    throw new TypeError(`${query}: expected {customer} or {items}, got ${quote(who)}`)
  }
  checkOptions(query, who, ['customer', 'items'])
  const {items = []} = who
  if (typeof items !== 'object' || items === null || !(Symbol.iterator in items)) {
    throw new TypeError(`${query}: items must be a list of ids, got ${quote(items)}`)
  }
  return listOf(items)
}

/**
 * Reads a session into the scratch: the last item counts 1, each before it 0.9 of the next, times its weight; an item named
 * twice as the larger. None of them may come into the answer, unless it is said that they may.
 */
export function readSession(model: Model, query: string, items: readonly SessionItem[], mayCome = false): void {
  const {catalogue, scratch} = model
  const isWeighted = (entry: SessionItem) => typeof entry === 'object' && entry !== null
  const found = catalogue.findAll(items.map((entry) => textOf(query, isWeighted(entry) ? entry.item : entry)))
  let recency = 1
  for (let i = items.length - 1; i >= 0; i--) {
    const entry = items[i]
    const {weight = 1} = isWeighted(entry) ? entry : {}
    if (!(typeof weight === 'number' && weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${query}: the weight of an item must be a number from 0 up, got ${quote(weight)}`)
    }
    const item = found[i]
    if (item >= 0) {
      if (!mayCome) bar(scratch.eligible, item)
      addSeed(model, item, weight * recency)
    }
    recency *= HISTORY_DECAY
  }
}

/**
 * Reads what a customer bought into the scratch. A line of weight 0 keeps its item out of the answer.
 * @returns what they bought that had never been sold when the model was made: no table and no room in the scratch is for it
 */
export function readHistory(model: Model, customer: number): readonly number[] {
  const {scratch, catalogue} = model
  const {history, purchases, eligible, mix: bought} = scratch
  const {log, fates, first, last, items} = pastIn(model, customer)
  const {lineOffsets, lineItems, weights, times} = log
  const brought: number[] = []
  let ago = 0
  for (let order = last - 1; order >= first; order--) {
    let isEmpty = true
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
      if (fates && fates[line] !== fate.used) continue
      const weight = weights ? weights[line] : 1
      const item = items ? items[lineItems[line]] : lineItems[line]
      if (item >= model.log.items.length) {
        const added = catalogue.find(log.items.at(lineItems[line]) as string)
        if (weight === 0) bar(eligible, added)
        else brought.push(added)
        if (weight > 0) isEmpty = false
      } else if (weight === 0) bar(eligible, item)
      else raiseTo(bought, item, weight)
    }
    if (bought.n === 0 && isEmpty) continue
    const time = times ? times[order] : Number.NaN
    for (let b = 0; b < bought.n; b++) {
      const item = bought.items[b]
      notePurchase(purchases, item, ago, time)
      if (ago < HISTORY_ORDERS) addTo(history, item, bought.values[item] * HISTORY_DECAY ** ago)
    }
    clearSparse(bought)
    ago++
  }
  return brought
}
