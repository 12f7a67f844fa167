/**
 * The naive twin of the whole library: from order lines to answers with Maps, sets and plain loops, written from the
 * definitions and not from the code. Slow, and the truth the tests compare with. It takes nothing from src but types.
 */
import type {FitOptions} from '../src/model/options.ts'
import type {MeasureName} from '../src/model/settings.ts'
import type {Scope} from '../src/orders/baskets.ts'
import type {CatalogueItem} from '../src/orders/catalogue-item.ts'
import type {Id, OrderLine} from '../src/orders/order-line.ts'
import type {Rules} from '../src/queries/rules.ts'
import type {Tier} from '../src/queries/select.ts'
import type {SuggestOptions} from '../src/queries/suggest.ts'
import type {Who} from '../src/queries/who.ts'
import {naiveAnswer} from './naive-rules.ts'

export interface NaiveOptions
  extends Pick<FitOptions, 'scopes' | 'neighbors' | 'minTogether' | 'discovery' | 'recency' | 'maxBasket' | 'returns'> {
  /** What is learned has a twin of its own. */
  learn: false
  measure?: MeasureName
}

type Settings = {[Option in keyof Required<Omit<NaiveOptions, 'learn'>>]: NonNullable<NaiveOptions[Option]>}

/** A result. `block` tells which source it came from: within one the score falls, from one to the next it may rise. */
export interface NaivePick {
  item: string
  score: number
  tier: Tier
  block: number
  together?: number
  expected?: number
  because?: NaiveReason[]
}

export interface NaiveReason {
  item: string
  together?: number
  expected?: number
  last?: Date
}

/** A line as it counts, and what became of it. */
interface Line {
  item: string
  order: string | undefined
  customer: string | undefined
  quantity: number
  at: number
  weight: number
  price: number
  fate: 'used' | 'netted' | 'unmatched' | 'ignored'
}

interface Order {
  id: string
  customer: string | undefined
  time: number
  lines: Line[]
}

interface Basket {
  items: string[]
  /** Whose it is; of an order without a customer its own. */
  owner: string
  customer: string | undefined
  time: number
}

/** Two items that share baskets: how many, of whom, and what those baskets weigh. */
interface Pair {
  count: number
  sum: number
  /** The same by the weights of joint answers. */
  jointSum: number
  owners: Set<string>
}

interface Entry {
  item: string
  score: number
  together: number
}

/** A row as sums read it. */
interface SumRow {
  scale: number
  entries: {item: string; share: number; together: number}[]
}

type Seeds = Map<string, number>

/** Ids in the order of their UTF-8 bytes. */
export const compareIds = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const earliest = (time: number) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time)
/** Unknown times first; equal ones are equal. */
const compareTimes = (a: number, b: number) => (earliest(a) === earliest(b) ? 0 : earliest(a) < earliest(b) ? -1 : 1)
const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)
const bestFirst = <E extends {item: string; score: number}>(entries: E[]) =>
  entries.filter(({score}) => score > 0).sort((a, b) => b.score - a.score || compareIds(a.item, b.item))
const text = (id: Id | null | undefined) => (id === undefined || id === null || id === '' ? undefined : String(id))
const groupBy = <T, K>(values: Iterable<T>, keyOf: (value: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>()
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value])
  return groups
}

// ---- lines to orders

export function readOrders(given: readonly OrderLine[]) {
  const taken: Line[] = []
  for (const {item, order, customer, quantity, at, price, weight} of given) {
    if (quantity === 0) continue
    taken.push({
      item: String(item),
      order: text(order),
      customer: text(customer),
      quantity: quantity ?? 1,
      at: at === undefined || at === null ? Number.NaN : Number(at),
      price: price ?? Number.NaN,
      weight: weight ?? 1,
      fate: 'used',
    })
  }
  /** Of two customers under one order id, the one whose id sorts first keeps it. */
  const keeper = new Map<string, string>()
  for (const {order, customer} of taken) {
    if (order === undefined || customer === undefined) continue
    const before = keeper.get(order)
    if (before === undefined || compareIds(customer, before) < 0) keeper.set(order, customer)
  }
  const lines = taken.filter(
    ({order, customer}) => order === undefined || customer === undefined || keeper.get(order) === customer,
  )
  const groups = groupBy(lines, ({order, customer, at}) => JSON.stringify(order === undefined ? [customer, at] : order))
  const orders = [...groups.values()].map((group): Order => {
    const id = group[0].order
    const known = group.map(({at}) => at).filter((at) => !Number.isNaN(at))
    group.sort(
      (a, b) =>
        compareIds(a.item, b.item) ||
        compareTimes(a.at, b.at) ||
        a.quantity - b.quantity ||
        a.weight - b.weight ||
        compareTimes(a.price, b.price),
    )
    return {
      id: id ?? '',
      customer: id === undefined ? group[0].customer : keeper.get(id),
      time: known.length > 0 ? Math.min(...known) : Number.NaN,
      lines: group,
    }
  })
  orders.sort((a, b) => {
    if (a.customer !== b.customer) {
      if (a.customer === undefined || b.customer === undefined) return a.customer === undefined ? 1 : -1
      return compareIds(a.customer, b.customer)
    }
    return compareTimes(a.time, b.time) || a.id.length - b.id.length || compareIds(a.id, b.id)
  })
  const zero = given.length - taken.length
  return {orders, zero, twoCustomers: taken.length - lines.length}
}

/** A return cancels units of the same customer and item, those bought last but not later than it first. */
export function net(orders: Order[], returns: 'net' | 'ignore'): void {
  const ownerOf = new Map<Line, string>()
  for (const [o, {customer, lines}] of orders.entries()) {
    for (const line of lines) ownerOf.set(line, customer === undefined ? `order ${o}` : `customer ${customer}`)
  }
  const units = new Map([...ownerOf.keys()].map((line) => [line, line.quantity]))
  const all = [...ownerOf.keys()]
  if (returns === 'ignore') {
    for (const line of all) if (line.quantity < 0) line.fate = 'ignored'
    return
  }
  const latest = (line: Line) => (Number.isNaN(line.at) ? Number.POSITIVE_INFINITY : line.at)
  const sent = all.filter(({quantity, weight}) => quantity < 0 && weight !== 0)
  sent.sort((a, b) => (latest(a) === latest(b) ? 0 : latest(a) - latest(b)))
  for (const back of sent) {
    const open = all.filter(
      (line) =>
        line.quantity > 0 &&
        line.weight !== 0 &&
        line.item === back.item &&
        ownerOf.get(line) === ownerOf.get(back) &&
        (units.get(line) as number) > 0 &&
        earliest(line.at) <= latest(back),
    )
    back.fate = open.length > 0 ? 'netted' : 'unmatched'
    // `sort` is stable: of equal times, the later line comes first.
    open.reverse().sort((a, b) => compareTimes(b.at, a.at))
    let left = -back.quantity
    for (const line of open) {
      const cancelled = Math.min(left, units.get(line) as number)
      units.set(line, (units.get(line) as number) - cancelled)
      left -= cancelled
      if (units.get(line) === 0) line.fate = 'netted'
    }
  }
}

// ---- orders to baskets

function readBaskets(orders: Order[], scope: Scope, maxBasket: number) {
  const capped = {baskets: 0, items: 0}
  const groups = groupBy(orders.entries(), ([o, {customer}]) =>
    scope === 'customer' && customer !== undefined ? `customer ${customer}` : `order ${o}`,
  )
  const baskets: Basket[] = []
  for (const [key, group] of groups) {
    const lastBought = new Map<string, number>()
    let time = Number.NaN
    for (const [, order] of group) {
      for (const {item, at, weight, fate} of order.lines) {
        if (fate !== 'used' || weight === 0) continue
        lastBought.set(item, Math.max(earliest(at), lastBought.get(item) ?? Number.NEGATIVE_INFINITY))
        if (Number.isNaN(time) || order.time > time) time = order.time
      }
    }
    if (lastBought.size === 0) continue
    let items = [...lastBought.keys()]
    if (items.length > maxBasket) {
      const when = (item: string) => lastBought.get(item) as number
      items.sort((a, b) => {
        if (when(a) !== when(b)) return when(a) > when(b) ? -1 : 1
        return hash(a) - hash(b) || compareIds(a, b)
      })
      capped.baskets++
      capped.items += items.length - maxBasket
      items = items.slice(0, maxBasket)
    }
    const {customer} = group[0][1]
    baskets.push({
      items: items.sort(compareIds),
      owner: customer === undefined ? key : `of ${customer}`,
      customer,
      time,
    })
  }
  return {baskets, capped}
}

/** FNV-1a over the UTF-16 units, finished as murmur3 does; in whole numbers, written with BigInt. */
export function hash(id: string): number {
  const cut = (n: bigint) => BigInt.asUintN(32, n)
  let h = 0x811c9dc5n
  for (let i = 0; i < id.length; i++) h = cut((h ^ BigInt(id.charCodeAt(i))) * 0x01000193n)
  h = cut((h ^ (h >> 16n)) * 0x85ebca6bn)
  h = cut((h ^ (h >> 13n)) * 0xc2b2ae35n)
  return Number(h ^ (h >> 16n))
}

// ---- baskets to counts

/** To a 65,536th. */
const whole = (weight: number) => (weight === 0 ? 0 : Math.max(1, Math.round(weight * 65536)) / 65536)

type Counted = ReturnType<typeof countBaskets>

function countBaskets(baskets: Basket[], options: Settings) {
  const {measure, recency, discovery, minTogether, neighbors} = options
  const ages = baskets.map(({time}) => baskets.filter((other) => compareTimes(other.time, time) > 0).length)
  const fresh = (b: number) => (recency === false ? 1 : Math.max(1 / 65536, 2 ** (-ages[b] / baskets.length / recency)))
  const n = new Map<string, number>()
  const mass = new Map<string, number>()
  for (const [b, {items}] of baskets.entries()) {
    for (const item of items) {
      n.set(item, (n.get(item) ?? 0) + 1)
      mass.set(item, (mass.get(item) ?? 0) + whole(fresh(b)))
    }
  }
  const items = [...n.keys()].sort(compareIds)
  const purchases = total(n.values())
  /** What joint answers weigh a basket by, whatever the measure. */
  const jointWeightOf = (b: number) => baskets[b].items.length ** -0.6 * fresh(b)
  const weightOf = (b: number): number => {
    const h = baskets[b].items.length
    if (measure === 'deshpandeKarypis') return h ** -0.5
    if (measure === 'rp3beta') return 1 / h
    if (measure === 'bm25') return Math.max(0, Math.log(items.length) - Math.log(1 + h)) ** 2
    return jointWeightOf(b)
  }
  const pairs = new Map<string, Map<string, Pair>>(items.map((item) => [item, new Map()]))
  let observations = 0
  let pairWeight = 0
  for (const [b, basket] of baskets.entries()) {
    for (const i of basket.items) {
      for (const j of basket.items) {
        if (i === j) continue
        const row = pairs.get(i) as Map<string, Pair>
        const pair = row.get(j) ?? {count: 0, sum: 0, jointSum: 0, owners: new Set()}
        row.set(j, pair)
        pair.count++
        pair.sum += whole(weightOf(b))
        pair.jointSum += whole(jointWeightOf(b))
        pair.owners.add(basket.owner)
        observations += 0.5
        pairWeight += whole(jointWeightOf(b))
      }
    }
  }
  const isPublic = ({count, owners}: Pair) => count >= minTogether && (minTogether === 1 || owners.size > 1)
  const publicRow = (i: string) => [...(pairs.get(i) ?? [])].filter(([, pair]) => isPublic(pair))
  const expected = (i: string, j: string) => {
    const share = (n.get(j) ?? 0) / purchases
    const holding = baskets.filter((basket) => basket.items.includes(i))
    return total(holding.map((basket) => 1 - (1 - share) ** (basket.items.length - 1)))
  }

  const N = baskets.length
  const at = (map: Map<string, number>, item: string) => map.get(item) ?? 0
  const totalMass = total(mass.values())
  const kappa = discovery < 0.5 ? 3 - 4 * discovery : 1
  const power = discovery < 0.5 ? 0.1 : 0.2 * discovery
  const meanFresh = total(baskets.map((_, b) => whole(fresh(b)))) / N
  const weighted = (i: string, j: string, sum: number, reached = 0) => {
    const lean = (Math.min(30 * meanFresh, kappa * at(mass, i)) * pairWeight) / totalMass
    return (sum + lean * (at(mass, j) / totalMass + reached)) / at(mass, j) ** power
  }
  /** How likely a step leads from an item to each of the 50 it most likely leads to. */
  const stepsFrom = (i: string): [string, number][] => {
    const row = new Map(publicRow(i))
    if (at(n, i) < 20) {
      const all = total(Array.from(row.values(), ({sum}) => sum))
      const strongest = bestFirst(Array.from(row, ([item, {sum}]) => ({item, score: sum}))).slice(0, 50)
      return strongest.map(({item, score}) => [item, score / all])
    }
    // Of an item bought more often, what is stored of its row tells.
    const places = total(baskets.map((basket) => (basket.items.includes(i) ? basket.items.length - 1 : 0)))
    const scored = items
      .filter((j) => j !== i)
      .map((j) => ({item: j, score: weighted(i, j, row.get(j)?.sum ?? 0), count: row.get(j)?.count ?? 0}))
    const stored = bestFirst(scored).slice(0, neighbors)
    return stored
      .flatMap(({item, count}): [string, number][] => (count > 0 ? [[item, count / places]] : []))
      .slice(0, 50)
  }
  /** How likely two steps lead from a rare item to others, each chance to a 2²³rd. */
  const reach = (i: string): Map<string, number> => {
    const reached = new Map<string, number>()
    if (measure !== 'weighted' || at(n, i) >= 20) return reached
    const near = (chance: number) => Math.round(chance * 2 ** 23) / 2 ** 23
    for (const [k, first] of stepsFrom(i)) {
      for (const [j, second] of stepsFrom(k)) {
        const both = near(first) * near(second)
        if (j !== i && both > 0) reached.set(j, (reached.get(j) ?? 0) + both)
      }
    }
    return reached
  }
  const score = (i: string, j: string, {count, sum}: Pair): number => {
    const [a, b] = [at(n, i), at(n, j)]
    const bend = (support: number) => 2.2 / (1.2 * (0.25 + (0.75 * support) / (purchases / items.length)) + 1)
    if (measure === 'weighted') return weighted(i, j, sum)
    if (measure === 'chance') return (count - expected(i, j)) / Math.sqrt(expected(i, j) + 1)
    if (measure === 'count') return count
    if (measure === 'confidence') return count / a
    if (measure === 'deshpandeKarypis') return sum / (a * Math.sqrt(b))
    if (measure === 'cosine') return count / Math.sqrt(a * b)
    if (measure === 'jaccard') return count / (a + b - count)
    if (measure === 'lift') return (count * N) / (a * b)
    if (measure === 'npmi') return count === N ? 1 : Math.log((count * N) / (a * b)) / -Math.log(count / N)
    if (measure === 'llr') return naiveLlr(count, a, b, N)
    if (measure === 'bm25') return sum * bend(a) * bend(b)
    return sum / (a * b ** 0.3)
  }
  const meanMass = total(mass.values()) / mass.size
  const together = (i: string, j: string, {jointSum}: Pair) =>
    (jointSum / ((at(mass, i) + 0.3 * meanMass) ** 0.7 * (at(mass, j) + 0.3 * meanMass) ** 0.4)) ** 1.5
  return {
    baskets,
    items,
    n,
    pairs,
    publicRow,
    expected,
    score,
    weighted,
    reach,
    together,
    mass,
    purchases,
    observations,
  }
}

/** Dunning's G² as the sum over the four cells of k·ln(k / expected), its root with the sign of the deviation. */
export function naiveLlr(both: number, a: number, b: number, N: number): number {
  const cells = [
    [both, a, b],
    [a - both, a, N - b],
    [b - both, N - a, b],
    [N - a - b + both, N - a, N - b],
  ]
  const g2 = 2 * total(cells.map(([k, row, column]) => (k === 0 ? 0 : k * Math.log((k * N) / (row * column)))))
  return (both * N < a * b ? -1 : 1) * Math.sqrt(Math.max(0, g2))
}

/** The `neighbors` best of a row; shares are rounded to a 32,767th of the row's best. */
function sumRow(entries: Entry[], neighbors: number): SumRow {
  const kept = bestFirst(entries).slice(0, neighbors)
  if (kept.length === 0) return {scale: 0, entries: []}
  const scale = Math.fround(kept[0].score) / 32767
  const share = (score: number) => Math.max(1, Math.round(Math.fround(score) / scale))
  return {scale, entries: kept.map(({item, score, together}) => ({item, share: share(score), together}))}
}

// ---- customers' orders one after another

function countHistories(baskets: Basket[], n: Map<string, number>, minTogether: number) {
  const byCustomer = groupBy(
    baskets.filter(({customer}) => customer !== undefined),
    ({customer}) => customer as string,
  )
  const rows = new Map<string, Map<string, Pair>>()
  const mass = new Map<string, number>()
  const chances = new Map<string, number>()
  const repeats = new Map<string, number>()
  const repeaters = new Map<string, Set<string>>()
  const add = (map: Map<string, number>, key: string, value: number) => map.set(key, (map.get(key) ?? 0) + value)
  for (const [customer, orders] of byCustomer) {
    for (let l = 1; l < orders.length; l++) {
      const x = new Map<string, number>()
      for (let before = Math.max(0, l - 30); before < l; before++) {
        for (const item of orders[before].items) add(x, item, 0.9 ** (l - 1 - before))
      }
      const root = Math.sqrt(total(x.values()))
      for (const [i, xi] of x) {
        add(mass, i, xi / root)
        const row = rows.get(i) ?? new Map<string, Pair>()
        rows.set(i, row)
        for (const j of orders[l].items) {
          const pair = row.get(j) ?? {count: 0, sum: 0, jointSum: 0, owners: new Set()}
          row.set(j, pair)
          pair.count++
          pair.sum += xi / root / Math.sqrt(orders[l].items.length)
          pair.owners.add(customer)
        }
      }
    }
    for (const item of new Set(orders.flatMap(({items}) => items))) {
      const first = orders.findIndex(({items}) => items.includes(item))
      for (let o = Math.max(first + 1, orders.length - 15); o < orders.length; o++) {
        add(chances, item, 1)
        if (orders[o].items.includes(item)) {
          add(repeats, item, 1)
          repeaters.set(item, new Set(repeaters.get(item)).add(customer))
        }
      }
    }
  }
  // What one customer alone bought again is their private habit.
  for (const [item, who] of repeaters) if (minTogether > 1 && who.size < 2) repeats.delete(item)
  /** How much better an item sells in the newest tenth of orders than ever. */
  const hasDates = baskets.some(({time}) => compareTimes(time, baskets[0].time) !== 0)
  const isLate = (order: Basket) =>
    baskets.filter((o) => compareTimes(o.time, order.time) > 0).length < baskets.length / 10
  const late = hasDates ? baskets.filter(isLate) : []
  const trend = (j: string) =>
    hasDates ? (late.filter(({items}) => items.includes(j)).length + 2) / (0.1 * (n.get(j) as number) + 2) : 1
  const nextRow = (i: string): Entry[] =>
    [...(rows.get(i) ?? [])]
      .filter(([, {count, owners}]) => count >= minTogether && (minTogether === 1 || owners.size > 1))
      .map(([j, {count, sum}]) => ({
        item: j,
        score: (sum * trend(j) ** 0.6) / ((mass.get(i) as number) ** 0.7 * (n.get(j) as number) ** 0.3),
        together: count,
      }))
  const mean = total(chances.values()) === 0 ? 0 : total(repeats.values()) / total(chances.values())
  const rate = (item: string) => ((repeats.get(item) ?? 0) + 20 * mean) / ((chances.get(item) ?? 0) + 20)
  return {nextRow, rate, chances, repeats}
}

/** The chance that a customer's next order holds an item they bought so many orders ago, oldest first. */
export function naiveChance(ago: number[], rate: number): number {
  let chances = 0
  for (let age = 0; age < ago[0]; age++) chances += 0.95 ** age
  const again = total(ago.slice(1).map((age) => 0.95 ** age))
  return (again + 10 * rate) / (chances + 10)
}

// ---- the shop

export function naiveShop(
  given: readonly OrderLine[],
  options: NaiveOptions = {learn: false},
  catalogue: readonly CatalogueItem[] = [],
) {
  const {orders, zero, twoCustomers} = readOrders(given)
  const defaultScopes: Scope[] = orders.length === 0 || orders.some(({id}) => id !== '') ? ['order'] : ['customer']
  const settings: Settings = {
    scopes: options.scopes ?? defaultScopes,
    neighbors: options.neighbors ?? 50,
    minTogether: options.minTogether ?? 2,
    measure: options.measure ?? 'weighted',
    discovery: options.discovery ?? 0.5,
    recency: options.recency ?? 0.35,
    maxBasket: options.maxBasket ?? 500,
    returns: options.returns ?? 'net',
  }
  const {neighbors, minTogether, maxBasket} = settings
  net(orders, settings.returns)
  const {scopes} = settings
  const read = new Map(
    (['order', 'customer'] as const).map((scope) => {
      const {baskets, capped} = readBaskets(orders, scope, maxBasket)
      return [scope, {...countBaskets(baskets, settings), capped}] as const
    }),
  )
  const countedBy = (scope: Scope) => read.get(scope) as Counted & {capped: {baskets: number; items: number}}
  const first = countedBy(scopes[0])
  const byOrder = countedBy('order')
  const hasHistories = [...groupBy(byOrder.baskets, ({customer}) => customer)].some(
    ([c, made]) => c !== undefined && made[1],
  )
  const histories = hasHistories ? countHistories(byOrder.baskets, byOrder.n, minTogether) : undefined

  const togetherEntries = (i: string) =>
    first.publicRow(i).map(([j, pair]) => ({item: j, score: first.together(i, j, pair), together: pair.count}))
  const togetherRow = (i: string) => sumRow(togetherEntries(i), neighbors)
  const nextRow = (i: string) => sumRow(histories ? histories.nextRow(i) : [], neighbors)

  /** Whole-number weights of rows, the heaviest 65,536, and the worth of 1. */
  const rowWeights = (rowOf: (i: string) => SumRow, seeds: Seeds) => {
    const largest = Math.max(0, ...seeds.values())
    const heaviest = Math.max(0, ...[...seeds].map(([i, weight]) => (weight / largest) * rowOf(i).scale))
    const weights = [...seeds]
      .sort(([a], [b]) => compareIds(a, b))
      .map(([i, weight]) => ({
        seed: i,
        weight: heaviest === 0 ? 0 : Math.round(((weight / largest) * rowOf(i).scale * 65536) / heaviest),
      }))
    return {weights, unit: (heaviest / 65536) * largest}
  }
  const sumRows = (rowOf: (i: string) => SumRow, seeds: Seeds): Map<string, number> => {
    const {weights, unit} = rowWeights(rowOf, seeds)
    const sums = new Map<string, number>()
    for (const {seed, weight} of weights) {
      if (weight === 0) continue
      for (const {item, share} of rowOf(seed).entries) sums.set(item, (sums.get(item) ?? 0) + weight * share)
    }
    return new Map([...sums].map(([item, sum]) => [item, sum * unit]))
  }
  /** The seeds with their whole rows; the twin's shops are too small for the bound on counting. */
  const countedRows = (seeds: Seeds) =>
    [...seeds]
      .sort(([a, x], [b, y]) => y - x || compareIds(a, b))
      .map(([seed, weight]) => ({seed, weight, row: togetherEntries(seed)}))
  const sumCounted = (seeds: Seeds): Map<string, number> => {
    const sums = new Map<string, number>()
    for (const {weight, row} of countedRows(seeds)) {
      for (const {item, score} of row) sums.set(item, (sums.get(item) ?? 0) + weight * score)
    }
    return sums
  }
  const strongest = (found: {seed: string; share: number; together: number}[]) =>
    found
      .filter(({share}) => share > 0)
      .sort((a, b) => b.share - a.share || compareIds(a.seed, b.seed))
      .slice(0, 3)
      .map(({seed, together}) => ({item: seed, together}))
  const storedReasons = (rowOf: (i: string) => SumRow, seeds: Seeds, item: string) =>
    strongest(
      rowWeights(rowOf, seeds).weights.flatMap(({seed, weight}) =>
        rowOf(seed)
          .entries.filter((entry) => entry.item === item)
          .map(({share, together}) => ({seed, share: weight * share, together})),
      ),
    )
  const countedReasons = (seeds: Seeds, item: string) =>
    strongest(
      countedRows(seeds).flatMap(({seed, weight, row}) =>
        row.filter((e) => e.item === item).map(({score, together}) => ({seed, share: weight * score, together})),
      ),
    )
  const inLog = (item: string) => orders.some(({lines}) => lines.some((line) => line.item === item))
  const kinReasons = (seeds: readonly (readonly [string, number])[], item: string): NaiveReason[] => {
    const entry = (id: string) => catalogue.find((item) => item.id === id)
    const agree = (seed: string, field: 'category' | 'brand') =>
      Boolean(entry(item)?.[field]) && entry(seed)?.[field] === entry(item)?.[field]
    const kin = seeds.filter(([seed]) => agree(seed, 'category') || agree(seed, 'brand'))
    // Those of the log have the lower indices.
    kin.sort(([a, x], [b, y]) => y - x || Number(inLog(b)) - Number(inLog(a)) || compareIds(a, b))
    return [...new Set(kin.map(([seed]) => seed))].slice(0, 3).map((seed) => ({item: seed}))
  }
  /** With what chance would give of pairs in baskets. */
  const withChance = (reasons: NaiveReason[], item: string) =>
    reasons.map((reason) => ({...reason, expected: first.expected(reason.item, item)}))
  const reasons = (rowOf: (i: string) => SumRow, seeds: Seeds, {item, tier}: NaivePick): NaiveReason[] => {
    if (tier === 'popular') return []
    if (tier === 'category') return kinReasons([...seeds], item)
    const stored = storedReasons(rowOf, seeds, item)
    return withChance(stored.length > 0 ? stored : countedReasons(seeds, item), item)
  }

  const massOf = (item: string) => first.mass.get(item) ?? 0
  const popular = [...new Set(scopes.flatMap((scope) => countedBy(scope).items))].sort(
    (a, b) => massOf(b) - massOf(a) || compareIds(a, b),
  )

  /** Everything that may come, best first: see `naiveAnswer`. No limit. */
  const answer = (
    asked: Iterable<string>,
    rules: Rules,
    blocks: Omit<NaivePick, 'block'>[][],
    seeds: Iterable<readonly [string, number]>,
  ) => naiveAnswer({popular, mass: first.mass, inLog, catalogue}, asked, rules, blocks, [...seeds])
  const asEntries = (scores: Map<string, number>) =>
    [...scores].map(([item, score]) => ({item, score, tier: 'copurchase' as Tier}))

  const alsoBought = (id: Id, {scope, ...rules}: Rules & {scope?: Scope | undefined} = {}): NaivePick[] => {
    const item = String(id)
    const counted = countedBy(scope ?? scopes[0])
    const row = new Map(counted.publicRow(item))
    const met = [...row].map(([j, pair]) => ({
      item: j,
      score: counted.score(item, j, pair),
      tier: 'copurchase' as Tier,
      together: pair.count,
      expected: counted.expected(item, j),
    }))
    if (settings.measure !== 'weighted' || !counted.n.has(item)) {
      const stored = bestFirst(met).slice(0, neighbors)
      return answer([item], rules, rules.boost ? [united(stored, met)] : [stored, met], [[item, 1]])
    }
    const others = counted.items.filter((j) => j !== item && !row.has(j))
    const popular = others.map((j) => ({item: j, score: counted.weighted(item, j, 0), tier: 'popular' as Tier}))
    const reached = counted.reach(item)
    // What two steps reach, and what sells, counts among the stored neighbors only.
    const whole = [...met, ...popular].map((entry) => ({
      ...entry,
      score: counted.weighted(item, entry.item, row.get(entry.item)?.sum ?? 0, reached.get(entry.item)),
      tier: entry.tier === 'popular' && reached.has(entry.item) ? ('related' as Tier) : entry.tier,
    }))
    const stored = bestFirst(whole).slice(0, neighbors)
    return answer([item], rules, rules.boost ? [united(stored, met)] : [stored, met], [[item, 1]])
  }
  /** A boost may bring up any of the row: what is stored of it, then what is not. */
  const united = <E extends {item: string; score: number}>(stored: E[], met: E[]) => {
    const kept = stored.map((entry) => ({...entry, score: Math.fround(entry.score)}))
    if (stored.length < neighbors) return kept
    const left = met.filter(({item}) => !stored.some((entry) => entry.item === item))
    return [...kept, ...left]
  }

  const boughtTogether = (ids: Iterable<Id>, rules: Rules = {}): NaivePick[] => {
    const asked = new Set(Array.from(ids, String))
    const seeds: Seeds = new Map([...asked].map((item) => [item, 1]))
    const blocks = [asEntries(sumRows(togetherRow, seeds)), asEntries(sumCounted(seeds))]
    const picks = answer(asked, rules, blocks, seeds)
    return picks.map((pick) => ({...pick, because: reasons(togetherRow, seeds, pick)}))
  }

  /** Whom a question is about, and what they will want. */
  const foresee = ({customer, items = []}: Who, repeat: NonNullable<SuggestOptions['repeat']>) => {
    const session: Seeds = new Map()
    const history: Seeds = new Map()
    /** What stands in the session, and what a customer wants to be spared. */
    const away = new Set<string>()
    const spared = new Set<string>()
    const list = Array.from(items, (entry) => (typeof entry === 'object' ? entry : {item: entry, weight: 1}))
    const isKnown = (item: string) => inLog(item) || catalogue.some(({id}) => id === item)
    for (const [place, {item: id, weight}] of list.entries()) {
      const item = String(id)
      if (!isKnown(item)) continue
      away.add(item)
      const counts = weight * 0.9 ** (list.length - 1 - place)
      if (counts > 0) session.set(item, Math.max(counts, session.get(item) ?? 0))
    }
    const ago = new Map<string, number[]>()
    const made = orders.filter((order) => customer !== undefined && order.customer === String(customer)).reverse()
    let back = 0
    const lastTimes = new Map<string, number>()
    const withLast = (reason: NaiveReason): NaiveReason => {
      const last = lastTimes.get(reason.item)
      return last === undefined ? reason : {...reason, last: new Date(last)}
    }
    for (const {lines, time} of made) {
      const bought = new Map<string, number>()
      for (const {item, weight, fate} of lines) {
        if (fate !== 'used') continue
        if (weight === 0) spared.add(item)
        else bought.set(item, Math.max(weight, bought.get(item) ?? 0))
      }
      for (const [item, weight] of bought) {
        ago.set(item, [back, ...(ago.get(item) ?? [])])
        if (!Number.isNaN(time) && !lastTimes.has(item)) lastTimes.set(item, time)
        if (back < 30) history.set(item, (history.get(item) ?? 0) + weight * 0.9 ** back)
      }
      if (bought.size > 0) back++
    }

    const parts: {sums: Map<string, number>; most: number}[] = []
    const most = repeat === 'exclude' ? 1 : 0.1
    if (session.size > 0) parts.push({sums: sumRows(togetherRow, session), most})
    if (histories && history.size > 0) {
      const sums = sumRows(nextRow, history)
      parts.push({sums, most})
      const near = Math.exp(-history.size / 40)
      if (sums.size > 0 && repeat === 'exclude' && near >= 0.02) {
        parts.push({sums: sumRows(togetherRow, history), most: near})
      }
    }
    let scored: Omit<NaivePick, 'block'>[]
    const told = parts.filter(({sums}) => sums.size > 0)
    if (repeat === 'exclude' && told.length === 1) {
      scored = asEntries(told[0].sums)
    } else {
      const fresh = new Map<string, number>()
      for (const {sums, most} of told) {
        const largest = Math.max(...sums.values())
        for (const [item, score] of sums) fresh.set(item, (fresh.get(item) ?? 0) + (most * score) / largest)
      }
      const again = new Map<string, number>()
      if (histories && repeat !== 'exclude') {
        for (const [item, orders] of ago) again.set(item, naiveChance(orders, histories.rate(item)))
      }
      scored = [...new Set([...fresh.keys(), ...again.keys()])].map((item) => {
        const [chance, novelty] = [again.get(item) ?? 0, fresh.get(item) ?? 0]
        return {item, score: chance + novelty, tier: chance > novelty ? 'repeat' : 'copurchase'}
      })
    }
    const both = new Map(history)
    for (const [item, weight] of session) both.set(item, Math.max(weight, both.get(item) ?? 0))
    const blocks = [scored, asEntries(sumRows(togetherRow, history)), asEntries(sumCounted(both))]
    return {session, history, both, away, spared, ago, withLast, blocks}
  }

  const suggest = (who: Who, {repeat = 'exclude', ...rules}: SuggestOptions = {}): NaivePick[] => {
    const {session, history, both, away, spared, ago, withLast, blocks} = foresee(who, repeat)
    const asked = [...away, ...spared, ...(repeat === 'exclude' ? ago.keys() : [])]
    const allowed = rules.only && new Set(Array.from(rules.only, String))
    const only = repeat === 'only' ? [...ago.keys()].filter((item) => !allowed || allowed.has(item)) : rules.only
    const picks = answer(asked, {...rules, only}, blocks, [...session, ...history])
    return picks.map((pick) => {
      if (pick.tier === 'popular') return {...pick, because: []}
      if (pick.tier === 'category') {
        return {...pick, because: kinReasons([...session, ...history], pick.item).map(withLast)}
      }
      const own: NaiveReason[] =
        pick.tier === 'repeat' ? [{item: pick.item, together: ago.get(pick.item)?.length ?? 0}] : []
      const fromSession = withChance(storedReasons(togetherRow, session, pick.item), pick.item)
      const fromHistory = [
        ...(histories ? storedReasons(nextRow, history, pick.item) : []),
        ...withChance(storedReasons(togetherRow, history, pick.item), pick.item),
      ]
      const stored = [...own, ...fromSession, ...fromHistory]
      const isTold = stored.length > 0 || pick.tier !== 'copurchase'
      const because = isTold ? stored : withChance(countedReasons(both, pick.item), pick.item)
      const once = because.filter((b, i) => because.findIndex((o) => o.item === b.item) === i)
      return {...pick, because: once.slice(0, 3).map(withLast)}
    })
  }

  const lines = orders.flatMap((order) => order.lines)
  const withFate = (fate: Line['fate']) => lines.filter((line) => line.fate === fate).length
  const usedOrders = orders.filter((order) => order.lines.some(({fate}) => fate === 'used'))
  const skipped: Record<string, number> = {}
  if (zero > 0) skipped['zero quantity'] = zero
  if (twoCustomers > 0) skipped['two customers'] = twoCustomers
  if (withFate('ignored') > 0) skipped.return = withFate('ignored')
  const scopeReport = (scope: Scope) => {
    const {baskets, pairs, purchases, observations, capped} = countedBy(scope)
    return {
      baskets: baskets.length,
      purchases,
      pairs: total([...pairs.values()].map((row) => row.size)) / 2,
      observations,
      capped,
    }
  }
  const report = {
    lines: {
      read: given.length,
      used: withFate('used'),
      netted: withFate('netted'),
      unmatchedReturns: withFate('unmatched'),
      skipped,
    },
    orders: usedOrders.length,
    customers: new Set(usedOrders.flatMap(({customer}) => customer ?? [])).size,
    items: popular.length,
    scopes: Object.fromEntries(scopes.map((scope) => [scope, scopeReport(scope)])),
  }
  return {
    ...{report, items: popular, scopes, histories, countedBy, answer, alsoBought, boughtTogether, suggest, nextRow},
    ...{orders, mass: first.mass, foresee},
  }
}

export type NaiveShop = ReturnType<typeof naiveShop>
