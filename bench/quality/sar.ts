import type {Question} from '../../src/evaluate/trials.ts'
import {jaccard} from '../../src/matrix/measures.ts'
import {bySum, countRows, scoredRows} from './rows.ts'
import {customerBaskets, type Shop} from './shop.ts'
import type {Peer} from './tune.ts'

/**
 * Microsoft's SAR: Jaccard rows counted over customers, of pairs that `least` of them have, summed over what a customer
 * bought; each purchase weighs half after `halfLife`, a share of the shop's newer orders. Its own default is 30 days.
 */
export const sar: Peer = {
  name: 'SAR',
  grid: {halfLife: [0.02, 0.05, 0.1, 0.2, 0.35, 1, Number.POSITIVE_INFINITY], least: [1, 2, 5]},
  open: (shop) => {
    const rows = countRows(customerBaskets(shop))
    const score = (item: number, place: number) => {
      const {others, counts, own} = rows[item]
      return jaccard.score(counts[place], own, rows[others[place]].own, rows.length)
    }
    return ({halfLife, least}) => bySum(shop, scoredRows(rows, score, {least}), affinities(shop, halfLife))
  },
}

/** How much what a customer bought counts: the purchases of each item, decayed. */
export function affinities(shop: Shop, halfLife: number): (question: Question) => number[] {
  const {byBasket, customers, ages} = shop.baskets('order')
  return ({customer, history}) => {
    const weights = new Map<number, number>()
    for (let order = customers[customer]; order < customers[customer + 1]; order++) {
      const weight = 2 ** (-(ages ? ages[order] : 0) / halfLife)
      for (let p = byBasket.offsets[order]; p < byBasket.offsets[order + 1]; p++) {
        weights.set(byBasket.indices[p], (weights.get(byBasket.indices[p]) ?? 0) + weight)
      }
    }
    return history.map((item) => weights.get(item) ?? 0)
  }
}
