import {splitLastOrders, splitOrders} from '../../src/evaluate/split.ts'
import {
  alsoBoughtTrials,
  boughtTogetherTrials,
  knownItems,
  nextOrders,
  suggestTrials,
  type Trials,
} from '../../src/evaluate/trials.ts'
import {finish} from '../../src/matrix/steps.ts'
import type {Log} from '../../src/orders/log.ts'
import {settleReturns} from '../../src/orders/returns.ts'
import {openShop, type Shop} from './shop.ts'

export type Task = 'alsoBought' | 'boughtTogether' | 'suggest include' | 'suggest only' | 'suggest exclude'

/** What is learned from, and what is to be foretold. */
export interface Stage {
  shop: Shop
  /** The share of what is to be foretold that was never seen before. */
  unseen: number
  trials: Partial<Record<Task, Trials>>
}

/** The newest fifth of the orders is foretold. */
export function orderStage(log: Log, seed: number): Stage {
  const {train, tests} = finish(splitOrders(log, seed))
  const shop = openShop(train)
  const {orders, unseen} = knownItems(log, finish(settleReturns(log, 'net')), tests, shop.support)
  const trials = {
    alsoBought: alsoBoughtTrials(orders, log.items),
    boughtTogether: boughtTogetherTrials(orders, log.items),
  }
  return {shop, unseen, trials}
}

/** Each customer's last order is foretold. */
export function customerStage(log: Log): Stage {
  const fates = finish(settleReturns(log, 'net'))
  const {train, tests} = finish(splitLastOrders(log, fates))
  const shop = openShop(train)
  const {unseen} = knownItems(log, fates, tests, shop.support)
  // The fates of what is learned from are its own.
  const next = nextOrders(log, fates, tests, shop)
  const trials = {
    'suggest include': suggestTrials(next, 'all'),
    'suggest exclude': suggestTrials(next, 'new'),
    'suggest only': suggestTrials(next, 'repeat'),
  }
  return {shop, unseen, trials}
}

/** At most so many groups of trials, evenly from all of them. */
export function some({groups, sizes, each}: Trials, most: number): Trials {
  const step = Math.max(1, Math.ceil(groups / most))
  return {
    groups: Math.ceil(groups / step),
    sizes: sizes.filter((_, group) => group % step === 0),
    each: (group, ask) => each(group * step, ask),
  }
}
