/** The naive twin of rules: candidates, what may come of them, and what fills the places left. Takes nothing from src but types. */
import type {CatalogueItem, KnownItem} from '../src/orders/catalogue-item.ts'
import type {Rules} from '../src/queries/rules.ts'
import {compareIds, type NaivePick} from './naive.ts'

/** What rules look at, beside the candidates. */
interface NaiveStock {
  /** What stands in a basket, most bought first. */
  popular: string[]
  mass: Map<string, number>
  /** Whether an item is in any order; the others come after these where scores are equal. */
  inLog: (id: string) => boolean
  catalogue: readonly CatalogueItem[]
}

type Candidate = Omit<NaivePick, 'block'>

/**
 * Everything that may come, in order: `blocks` of scored candidates, then what shares a category with a seed, then what
 * sells, then the rest of the catalogue.
 */
export function naiveAnswer(
  {popular, mass, inLog, catalogue}: NaiveStock,
  asked: Iterable<string>,
  rules: Rules,
  blocks: readonly Candidate[][],
  seeds: readonly (readonly [string, number])[],
): NaivePick[] {
  const known = new Map(catalogue.map((item) => [String(item.id), {...item, id: String(item.id)} as KnownItem]))
  const at = (id: string) => known.get(id) ?? {id}
  const launch = (id: string) => {
    const {launchedAt} = at(id)
    return launchedAt ? new Date(launchedAt).getTime() : Number.NEGATIVE_INFINITY
  }
  const unsold = [...known.keys()].filter((id) => !popular.includes(id)).sort(compareIds)
  // `sort` is stable.
  unsold.sort((a, b) => (launch(a) === launch(b) ? 0 : launch(a) > launch(b) ? -1 : 1))
  const all = [...popular, ...unsold]
  const barred = new Set([...asked, ...Array.from(rules.exclude ?? [], String)])
  const only = rules.only && new Set(Array.from(rules.only, String))
  const mayCome = (id: string) =>
    all.includes(id) && !barred.has(id) && (!only || only.has(id)) && (!rules.where || rules.where(at(id)))
  const factor = (id: string) => (rules.boost ? rules.boost(at(id)) : 1)
  const groups = new Map<unknown, number>()
  const hasPlace = (id: string) => {
    if (!rules.maxPer) return true
    const {by, limit} = rules.maxPer
    const key = typeof by === 'function' ? by(at(id)) : at(id)[by as 'brand']
    if (key === undefined || key === null) return true
    groups.set(key, (groups.get(key) ?? 0) + 1)
    return (groups.get(key) as number) <= limit
  }
  const picks: NaivePick[] = []
  const take = (pick: NaivePick) => {
    if (!mayCome(pick.item) || !hasPlace(pick.item)) return
    barred.add(pick.item)
    picks.push(pick)
  }
  for (const [block, candidates] of blocks.entries()) {
    candidates
      .filter(({tier}) => tier !== 'popular' || rules.fallback !== false)
      .map((pick) => ({...pick, score: pick.score * factor(pick.item), block}))
      .filter(({score}) => score > 0)
      .sort((a, b) => b.score - a.score || Number(inLog(b.item)) - Number(inLog(a.item)) || compareIds(a.item, b.item))
      .forEach(take)
  }
  if (rules.fallback === false) return picks
  const strength = (id: string) => (mass.get(id) ?? 0) * factor(id)
  const boosted = (ids: string[]) => (rules.boost ? ids.filter(mayCome).sort((a, b) => strength(b) - strength(a)) : ids)
  const weights = new Map<string, number>()
  for (const [id, weight] of seeds) {
    const {category} = at(id)
    if (category && weight > 0) weights.set(category, (weights.get(category) ?? 0) + weight)
  }
  const categories = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const kin = categories.flatMap(([category]) => all.filter((id) => at(id).category === category))
  for (const item of boosted(kin)) take({item, score: 0, tier: 'category', block: blocks.length})
  for (const item of boosted(all)) take({item, score: 0, tier: 'popular', block: blocks.length + 1})
  return picks
}
