import {invertPositive} from './invert.ts'
import {ranker} from './rank.ts'
import {customerBaskets} from './shop.ts'
import type {Peer} from './tune.ts'

/**
 * EASE over customers: `x·B` for the binary row x of what a customer bought, `P = (XᵀX + lambda·I)⁻¹`, `Bᵢⱼ = −Pᵢⱼ / Pⱼⱼ`,
 * `Bⱼⱼ = 0`. Steck 2019, Embarrassingly shallow autoencoders for sparse data.
 */
export const ease: Peer = {
  name: 'EASE',
  grid: {lambda: [200, 500, 1000, 2000, 4000]},
  open: (shop) => {
    const {byBasket: byCustomer} = customerBaskets(shop)
    const rank = ranker(shop)
    const {popular, items} = shop
    const placeOf = new Int32Array(items)
    for (const [place, item] of popular.entries()) placeOf[item] = place
    const n = popular.length
    const gram = new Float64Array(n * n)
    for (let customer = 0; customer + 1 < byCustomer.offsets.length; customer++) {
      const row = byCustomer.indices.subarray(byCustomer.offsets[customer], byCustomer.offsets[customer + 1])
      for (const item of row) for (const other of row) gram[placeOf[item] * n + placeOf[other]]++
    }
    const scores = new Float64Array(items)
    return ({lambda}) => {
      const inverse = gram.slice()
      for (let place = 0; place < n; place++) inverse[place * n + place] += lambda
      invertPositive(inverse, n)
      return (question) => {
        scores.fill(0)
        for (const item of question.history) {
          const row = placeOf[item] * n
          for (let place = 0; place < n; place++) scores[popular[place]] -= inverse[row + place]
        }
        // Bⱼⱼ = 0: what an item says of itself is taken back.
        for (const item of question.history) scores[item] += inverse[placeOf[item] * (n + 1)]
        for (let place = 0; place < n; place++) scores[popular[place]] /= inverse[place * (n + 1)]
        return rank(question, scores, popular)
      }
    }
  },
}
