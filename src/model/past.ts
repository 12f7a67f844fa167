import {customersOf} from '../matrix/common-baskets.ts'
import type {Log} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import type {Model, ScopeModel} from './model.ts'

/** What a customer bought, oldest order first: the orders of a log from `first` up to before `last`. */
export interface Past {
  log: Log
  fates: Fates
  first: number
  last: number
  /** By item of that log, its number in the shop; absent where these are the same. */
  items?: Int32Array
}

/** A customer's past as it is now. */
export function pastIn(model: Model, customer: number): Past {
  const {log, fates, changes} = model
  const changed = changes?.pastOf(customer)
  return changed ?? {log, fates, first: log.customerOrders[customer], last: log.customerOrders[customer + 1]}
}

/** All customers who bought an item, and perhaps some who do not have it any more. */
export function buyersNow(model: Model, item: number): number[] {
  const {offsets, indices} = orderScope(model).alsoBought.baskets.byItem
  const buyers = customersOf(indices.subarray(offsets[item], offsets[item + 1]), orderScope(model).customers)
  return model.changes ? [...new Set([...buyers, ...model.changes.customersWith(item)])] : buyers
}

/** Where orders can be told apart, if they can. */
export function orderScope({scopes}: Model): ScopeModel {
  return scopes.get('order') ?? [...scopes.values()][0]
}
