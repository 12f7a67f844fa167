import type {Model} from '../model/model.ts'
import type {Fallback} from './select.ts'

/** An item that a question starts from, and how much it counts. */
export type Weighted = readonly [item: number, weight: number]

/**
 * Items of the same categories as the seeds: those of the category that weighs most first, in each the most bought first and
 * what nobody has bought yet last, the newest of it first.
 */
export function kin({catalogue, scopes}: Model, seeds: Iterable<Weighted>): Fallback {
  const weights = new Map<string, number>()
  for (const [item, weight] of seeds) {
    const {category} = catalogue.at(item)
    if (category) weights.set(category, (weights.get(category) ?? 0) + weight)
  }
  const heaviestFirst = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return {
    items: ([] as number[]).concat(...heaviestFirst.map(([category]) => catalogue.inCategory(category))),
    strengthOf: massOf(scopes),
    tier: 'category',
  }
}

/** Every item: the most bought first, and what nobody has bought yet last, the newest of it first. */
export function bestsellers({catalogue, scopes}: Model): Fallback {
  return {items: catalogue.all, known: catalogue.allKnown, strengthOf: massOf(scopes), tier: 'popular'}
}

/** How often an item was bought, recent orders counting more. */
function massOf(scopes: Model['scopes']): (item: number) => number {
  const [{marginals}] = scopes.values()
  return (item) => marginals.mass[item] ?? 0
}
