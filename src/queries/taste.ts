import type {Model} from '../model/model.ts'
import type {Weighted} from './fallback.ts'

/**
 * How well an item fits what somebody has, by the catalogue alone, 0 to 1.5: the share of that which is of its category, and
 * half the share of its brand; less, the further its price lies from theirs, half for twice or half as dear. Prices are
 * compared within categories: who buys the dear tea may buy the dear cup.
 */
export function tasteOf({catalogue}: Model, seeds: Iterable<Weighted>): (item: number) => number {
  const categories = new Map<string, number>()
  const brands = new Map<string, number>()
  let total = 0
  let priced = 0
  let band = 0
  for (const [item, weight] of seeds) {
    const {category, brand} = catalogue.at(item)
    if (category) categories.set(category, (categories.get(category) ?? 0) + weight)
    if (brand) brands.set(brand, (brands.get(brand) ?? 0) + weight)
    total += weight
    const own = catalogue.priceBand(item)
    if (Number.isNaN(own)) continue
    band += weight * own
    priced += weight
  }
  return (item) => {
    const {category, brand} = catalogue.at(item)
    const shared = (categories.get(category ?? '') ?? 0) + (brands.get(brand ?? '') ?? 0) / 2
    if (shared === 0) return 0
    const apart = Math.abs(catalogue.priceBand(item) - band / priced)
    return (shared / total) * (Number.isNaN(apart) ? 1 : Math.exp(-apart))
  }
}
