import {ranker} from './rank.ts'
import {customerBaskets, type Shop} from './shop.ts'
import type {Vector} from './tifu-knn.ts'
import type {Peer} from './tune.ts'

/**
 * UP-CF@r: the share of a customer's last `r` orders that hold an item, summed over all customers, each times their
 * likeness to the power of `q`. Likeness is the asymmetric cosine of what was ever bought, `both / (a^alpha ·
 * b^(1 − alpha))`; a customer's own is 1. Faggioli, Polato & Aiolli 2020, Recency aware collaborative filtering for next
 * basket recommendation.
 */
export const upCf: Peer = {
  name: 'UP-CF@r',
  grid: {
    r: [1, 3, 5, 10, 25, Number.POSITIVE_INFINITY],
    q: [0.5, 1, 2, 3, 5, 10, 25, 50],
    alpha: [0, 0.25, 0.5, 0.75, 1],
  },
  start: {r: 10, q: 5, alpha: 0.25},
  open: (shop) => {
    const rank = ranker(shop)
    const likenessOf = likenesses(shop)
    const scores = new Float64Array(shop.items)
    return ({r, q, alpha}) => {
      const shares = recentShares(shop, r)
      return (question) => {
        const likeness = likenessOf(question.customer, alpha)
        scores.fill(0)
        for (let other = 0; other < likeness.length; other++) {
          if (likeness[other] === 0) continue
          const weight = likeness[other] ** q
          const {items, values} = shares[other]
          for (let p = 0; p < items.length; p++) scores[items[p]] += weight * values[p]
        }
        return rank(question, scores, shop.popular)
      }
    }
  },
}

/** By customer, the share of their last `r` orders that hold an item. */
export function recentShares(shop: Shop, r: number): Vector[] {
  const {byBasket, customers} = shop.baskets('order')
  return Array.from({length: customers.length - 1}, (_, customer) => {
    const end = customers[customer + 1]
    const first = Math.max(customers[customer], end - r)
    const counts = new Map<number, number>()
    for (let p = byBasket.offsets[first]; p < byBasket.offsets[end]; p++) {
      counts.set(byBasket.indices[p], (counts.get(byBasket.indices[p]) ?? 0) + 1)
    }
    return {items: Int32Array.from(counts.keys()), values: Float64Array.from(counts.values(), (n) => n / (end - first))}
  })
}

/** How like a customer the others are, by customer. The array is the same each time. */
export function likenesses(shop: Shop): (customer: number, alpha: number) => Float64Array {
  const {byBasket: byCustomer, byItem} = customerBaskets(shop)
  const sizeOf = (customer: number) => byCustomer.offsets[customer + 1] - byCustomer.offsets[customer]
  const likeness = new Float64Array(byCustomer.offsets.length - 1)
  return (customer, alpha) => {
    likeness.fill(0)
    for (let p = byCustomer.offsets[customer]; p < byCustomer.offsets[customer + 1]; p++) {
      const item = byCustomer.indices[p]
      for (let q = byItem.offsets[item]; q < byItem.offsets[item + 1]; q++) likeness[byItem.indices[q]]++
    }
    const own = sizeOf(customer) ** alpha
    for (let other = 0; other < likeness.length; other++) {
      if (likeness[other] > 0) likeness[other] /= own * sizeOf(other) ** (1 - alpha)
    }
    return likeness
  }
}
