import type {Log} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import type {Model} from './model.ts'

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
