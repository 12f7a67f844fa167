/** The naive twin of the queries that put lists in order. Takes nothing from src but types. */
import type {CatalogueItem, KnownItem} from '../src/orders/catalogue-item.ts'
import type {Rules} from '../src/queries/rules.ts'
import type {Tier} from '../src/queries/select.ts'
import type {Who} from '../src/queries/who.ts'
import {compareIds, type NaivePick, type NaiveShop} from './naive.ts'

interface Place {
  item: string
  score: number
  tier: string
}

const knownItems = (catalogue: readonly CatalogueItem[]) => {
  const known = new Map(catalogue.map((item) => [String(item.id), {...item, id: String(item.id)} as KnownItem]))
  return (id: string) => known.get(id) ?? {id}
}

/** All candidates that rules let come: first those that score, then the others as they came, the spared ones last. */
export function naiveRank(
  shop: NaiveShop,
  catalogue: readonly CatalogueItem[],
  candidates: readonly string[],
  who: Who,
  {only, exclude = [], where = () => true, boost = () => 1, maxPer, limit = Number.POSITIVE_INFINITY}: Rules,
): Place[] {
  const at = knownItems(catalogue)
  const allowed = only && new Set(Array.from(only, String))
  const excluded = new Set(Array.from(exclude, String))
  const left = [...new Set(candidates)].filter(
    (id) => (!allowed || allowed.has(id)) && !excluded.has(id) && where(at(id)),
  )
  const inShop = (id: string) => shop.items.includes(id) || catalogue.some((item) => item.id === id)
  const {blocks, spared} = shop.foresee(who, 'include')
  const ranked: Place[] = []
  for (const block of blocks) {
    block
      .filter(({item}) => left.includes(item) && inShop(item) && !spared.has(item))
      .filter(({item}) => !ranked.some((place) => place.item === item))
      .map(({item, score, tier}) => ({item, score: score * boost(at(item)), tier}))
      .filter(({score}) => score > 0)
      .sort((a, b) => b.score - a.score || compareIds(a.item, b.item))
      .forEach((place) => {
        ranked.push(place)
      })
  }
  const others = left.filter((id) => !ranked.some(({item}) => item === id))
  const isSpared = (id: string) => inShop(id) && spared.has(id)
  for (const id of [...others.filter((id) => !isSpared(id)), ...others.filter(isSpared)]) {
    ranked.push({item: id, score: 0, tier: 'given'})
  }
  const groups = new Map<unknown, number>()
  const kept = ranked.filter(({item}) => {
    const by = maxPer?.by
    const key = typeof by === 'function' ? by(at(item)) : by && at(item)[by as 'brand']
    if (!maxPer || !inShop(item) || key === undefined || key === null) return true
    groups.set(key, (groups.get(key) ?? 0) + 1)
    return (groups.get(key) as number) <= maxPer.limit
  })
  return kept.slice(0, limit)
}

/** What was first sold from `since` on, by the catalogue or else by the orders, and fits. */
export function naiveArrivals(
  shop: NaiveShop,
  catalogue: readonly CatalogueItem[],
  who: Who,
  since: number,
  rules: Rules,
): (NaivePick & {launch: number})[] {
  const at = knownItems(catalogue)
  const launch = (id: string): number => {
    const {launchedAt} = at(id)
    if (launchedAt) return new Date(launchedAt).getTime()
    const sold = shop.orders.filter(({lines}) =>
      lines.some(({item, fate, weight}) => item === id && fate === 'used' && weight > 0),
    )
    const first = Math.min(...sold.map(({time}) => time).filter((time) => !Number.isNaN(time)))
    const times = shop.orders.map(({time}) => time).filter((time) => !Number.isNaN(time))
    // What was sold in the first half of the history may have been there before.
    return first > (Math.min(...times) + Math.max(...times)) / 2 ? first : Number.NaN
  }
  const all = [...new Set([...shop.items, ...catalogue.map(({id}) => String(id))])]
  const isDated = (id: string) => Number.isFinite(launch(id))
  const arrivals = all.filter((id) => isDated(id) && launch(id) >= since)
  const {session, history, away, spared, ago, blocks} = shop.foresee(who, 'exclude')
  const scores = new Map(blocks[0].map(({item, score}) => [item, score]))
  const largest = Math.max(0, ...scores.values())
  const seeds = [...session, ...history]
  const taste = naiveTaste(catalogue, seeds)
  const ranked = arrivals.map((item) => {
    const bought = largest > 0 ? Math.max(0, scores.get(item) ?? 0) / largest : 0
    const liked = taste(item)
    return {item, score: bought + liked, tier: (bought >= liked ? 'copurchase' : 'category') as Tier}
  })
  const only = arrivals.filter((id) => !rules.only || [...rules.only].map(String).includes(id))
  const picks = shop.answer([...away, ...spared, ...ago.keys()], {...rules, only}, [ranked], seeds)
  return picks.map((pick) => ({...pick, launch: launch(pick.item)}))
}

function naiveTaste(catalogue: readonly CatalogueItem[], seeds: readonly (readonly [string, number])[]) {
  const at = knownItems(catalogue)
  const mean = (values: [number, number][]) =>
    values.reduce((sum, [value, weight]) => sum + value * weight, 0) /
    values.reduce((sum, [, weight]) => sum + weight, 0)
  const band = (id: string): number => {
    const {price, category} = at(id)
    if (!price) return Number.NaN
    const kin = catalogue.filter((item) => item.price && (item.category || '') === (category || ''))
    return Math.log(price) - mean(kin.map(({price}) => [Math.log(price as number), 1]))
  }
  const theirs = mean(
    seeds.filter(([id]) => !Number.isNaN(band(id))).map(([id, weight]): [number, number] => [band(id), weight]),
  )
  const sum = (of: typeof seeds) => of.reduce((all, [, weight]) => all + weight, 0)
  const agreeing = (field: 'category' | 'brand', value: unknown) =>
    value ? sum(seeds.filter(([id]) => at(id)[field] === value)) : 0
  return (id: string): number => {
    const {category, brand} = at(id)
    const shared = agreeing('category', category) + agreeing('brand', brand) / 2
    const apart = Math.abs(band(id) - theirs)
    return shared === 0 ? 0 : (shared / sum(seeds)) * (Number.isNaN(apart) ? 1 : Math.exp(-apart))
  }
}
