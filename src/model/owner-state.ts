import type {Indices} from '../matrix/csr.ts'
import {finish} from '../matrix/steps.ts'
import {type BasketSet, readBaskets, type Scope} from '../orders/baskets.ts'
import type {Log} from '../orders/log.ts'
import {type Fates, settleReturns} from '../orders/returns.ts'
import {logOfOrders, type WholeOrder} from '../orders/whole-order.ts'
import type {Settings} from './settings.ts'

/** What the orders of one customer, or one order without a customer, come to: a log of their own, and the baskets of it. */
export interface OwnerState {
  log: Log
  fates: Fates
  /** By item of this log, its number among all of the shop. */
  items: Int32Array
  /** By scope; the items of the baskets are those of the shop. */
  baskets: Map<Scope, OwnBaskets>
}

interface OwnBaskets extends Pick<BasketSet, 'times'> {
  rows: Int32Array[]
}

export function readOwner(
  orders: readonly WholeOrder[],
  scopes: readonly Scope[],
  {returns, maxBasket}: Settings,
  numberOf: (item: string) => number,
): OwnerState {
  const log = finish(logOfOrders(orders))
  const fates = finish(settleReturns(log, returns))
  const items = Int32Array.from({length: log.items.length}, (_, item) => numberOf(log.items.at(item) as string))
  const baskets = new Map<Scope, OwnBaskets>()
  for (const scope of scopes) {
    const {byBasket, times} = finish(readBaskets(log, fates, scope, maxBasket))
    const rowAt = (basket: number) => {
      const row: Indices = byBasket.indices.subarray(byBasket.offsets[basket], byBasket.offsets[basket + 1])
      return Int32Array.from(row, (item) => items[item])
    }
    const rows = Array.from({length: byBasket.offsets.length - 1}, (_, basket) => rowAt(basket))
    // Not even an empty one: an order of which all was returned is in no basket.
    const kept = [...rows.keys()].filter((basket) => rows[basket].length > 0)
    baskets.set(scope, {
      rows: kept.map((basket) => rows[basket]),
      times: times && Float64Array.from(kept, (basket) => times[basket]),
    })
  }
  return {log, fates, items, baskets}
}
