import {HISTORY_DECAY, HISTORY_ORDERS} from '../matrix/history.ts'
import type {Model} from '../model/model.ts'
import {checkOptions, quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {fate} from '../orders/returns.ts'
import {indexOf} from './rules.ts'

/** Whom to suggest something to: a customer, a visitor by what is in their session, or a customer with a session. */
export interface Who {
  /** One who has bought before; an unknown id is a visitor. */
  customer?: Id | undefined
  /** What they look at or have in the cart, the latest last. A weight is from 0 up, 1 if not given; 0 only keeps an item away. */
  items?: Iterable<Id | {item: Id; weight: number}> | undefined
}

/** What is known of somebody when a question is asked. All by item. */
export interface Knowledge {
  /** How much past orders count for it, above 0: the last order 1, each before it 0.9 of the next. */
  history: Map<number, number>
  /** How many orders ago each purchase was, oldest first, 0 for the last order. */
  purchases: Map<number, number[]>
  /** How much the session counts for it, above 0: its last item 1, each before it 0.9 of the next. */
  session: Map<number, number>
  /** Items of the session, and what a line of weight 0 keeps away. */
  away: Set<number>
}

/** Reads what the model knows of somebody. */
export function knowledgeOf(model: Model, query: string, who: Who): Knowledge {
  if (typeof who !== 'object' || who === null) {
    throw new TypeError(`${query}: expected {customer} or {items}, got ${quote(who)}`)
  }
  checkOptions(query, who, ['customer', 'items'])
  const known: Knowledge = {history: new Map(), purchases: new Map(), session: new Map(), away: new Set()}
  readSession(model, query, who.items ?? [], known)
  const customer = who.customer === undefined ? -1 : indexOf(query, model.customerOf, who.customer)
  if (customer >= 0) readHistory(model, customer, known)
  return known
}

function readSession(
  {itemOf}: Model,
  query: string,
  items: NonNullable<Who['items']>,
  {session, away}: Knowledge,
): void {
  if (typeof items !== 'object' || !(Symbol.iterator in items)) {
    throw new TypeError(`${query}: items must be a list of ids, got ${quote(items)}`)
  }
  const list = Array.from(items, (entry) => {
    const {item: id, weight = 1} = typeof entry === 'object' && entry !== null ? entry : {item: entry}
    if (!(typeof weight === 'number' && weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${query}: the weight of an item must be a number from 0 up, got ${quote(weight)}`)
    }
    return {item: indexOf(query, itemOf, id), weight}
  })
  for (const [place, {item, weight}] of list.entries()) {
    if (item < 0) continue
    away.add(item)
    const counted = weight * HISTORY_DECAY ** (list.length - 1 - place)
    if (counted > 0) session.set(item, Math.max(counted, session.get(item) ?? 0))
  }
}

function readHistory({log, fates}: Model, customer: number, {history, purchases, away}: Knowledge): void {
  const {customerOrders, lineOffsets, lineItems, weights} = log
  let ago = 0
  for (let order = customerOrders[customer + 1] - 1; order >= customerOrders[customer]; order--) {
    /** The order's items, and the highest weight of their lines. */
    const bought = new Map<number, number>()
    for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
      if (fates[line] !== fate.used) continue
      const weight = weights ? weights[line] : 1
      if (weight === 0) away.add(lineItems[line])
      else bought.set(lineItems[line], Math.max(weight, bought.get(lineItems[line]) ?? 0))
    }
    if (bought.size === 0) continue
    for (const [item, weight] of bought) {
      const later = purchases.get(item)
      if (later) later.push(ago)
      else purchases.set(item, [ago])
      if (ago < HISTORY_ORDERS) history.set(item, (history.get(item) ?? 0) + weight * HISTORY_DECAY ** ago)
    }
    ago++
  }
  for (const orders of purchases.values()) orders.reverse()
}
