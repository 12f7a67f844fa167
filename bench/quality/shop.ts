import type {Baskets} from '../../src/matrix/count-row.ts'
import {transpose} from '../../src/matrix/csr.ts'
import {finish} from '../../src/matrix/steps.ts'
import {type AgedBaskets, prepareScope, readAgedBaskets} from '../../src/model/fit-scope.ts'
import {settingsOf} from '../../src/model/options.ts'
import type {Scope} from '../../src/orders/baskets.ts'
import type {Log} from '../../src/orders/log.ts'
import {type Fates, settleReturns} from '../../src/orders/returns.ts'

/** What peers learn from. */
export interface Shop {
  train: Log
  fates: Fates
  /** How many there are by index. */
  items: number
  /** By item, how many orders hold it. */
  support: Int32Array
  /** What fills every list and parts equal scores: the order in which the library itself has it. */
  popular: Int32Array
  /** All of each basket: peers know no cap. */
  baskets: (scope: Scope) => ShopBaskets
}

type ShopBaskets = AgedBaskets & PlainBaskets

/** Both ways round. */
export type PlainBaskets = Pick<Baskets, 'byBasket' | 'byItem'>

export function openShop(train: Log): Shop {
  const fates = finish(settleReturns(train, 'net'))
  const {marginals} = finish(prepareScope(train, fates, 'order', settingsOf({})))
  const items = train.items.length
  const read = new Map<Scope, ShopBaskets>()
  return {
    train,
    fates,
    items,
    support: marginals.support,
    popular: marginals.popular,
    baskets: (scope) => {
      const known = read.get(scope)
      if (known) return known
      const aged = finish(readAgedBaskets(train, fates, scope, Number.POSITIVE_INFINITY))
      const baskets = {...aged, byItem: finish(transpose(aged.byBasket, items))}
      read.set(scope, baskets)
      return baskets
    },
  }
}

/** All that each known customer ever bought: basket `c` is of customer `c`, empty where nothing is left. */
export function customerBaskets(shop: Shop): PlainBaskets {
  const {byBasket, customers} = shop.baskets('customer')
  const offsets = customers.map((basket) => byBasket.offsets[basket])
  const known = {offsets, indices: byBasket.indices.subarray(0, offsets[offsets.length - 1])}
  return {byBasket: known, byItem: finish(transpose(known, shop.items))}
}
