import {expectedTogether} from '../matrix/expected.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import type {Sparse} from '../matrix/sparse.ts'
import {findMarked, weighRows} from '../matrix/sum-room.ts'
import {clearHeap, makeHeaps, offer, sortBestFirst} from '../matrix/top-k.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import {BARRED, PICKED, type QueryScratch, REASONS} from '../model/scratch.ts'
import type {Weighted} from './fallback.ts'
import {eachCountedScore} from './joint-rows.ts'
import type {Pick as Chosen} from './select.ts'

/** A purchase that speaks for a result. */
export interface Because {
  item: string
  /**
   * In how many baskets the two stand together; where it is a customer's past that speaks, after how many orders with
   * the one the other was bought; for a repeat, how often this customer bought it. Absent where the two share a category
   * and no more is known.
   */
  together?: number
  /**
   * In how many baskets they would by chance, see `Neighbor`; where `together` is a number of baskets. Worked out when it is
   * read, or when all is made JSON; a copy made by `{...reason}` has to name it.
   */
  readonly expected?: number
  /** When the customer last bought it, where they have and the times of orders are known. */
  last?: Date
}

/** What is behind the numbers of a table: pairs in the baskets of a scope, or, left out, orders one after another. */
type Pairs = {[part in 'companions' | 'marginals']: ScopeModel[part]} | undefined

/** Names the seeds that carried most of each result by the stored rows, the strongest first, after what is named already. */
export function addStoredReasons(
  model: Model,
  table: SumTable,
  pairs: Pairs,
  seeds: Sparse,
  picks: readonly Chosen[],
  because: Because[][],
): void {
  const {scratch} = model
  const {weights} = scratch
  if (seeds.n === 0) return
  expectReasons(scratch, picks, ({tier}) => tier !== 'category' && tier !== 'popular')
  weighRows(table, seeds, scratch)
  for (let s = 0; s < seeds.n; s++) {
    const seed = seeds.items[s]
    if (weights[s] > 0) offerRow(table, seed, weights[s], scratch, model.changes?.now.hiddenPlaces(model, table, seed))
  }
  tellReasons(model, pairs, picks, because)
}

function offerRow(
  table: SumTable,
  seed: number,
  weight: number,
  scratch: QueryScratch,
  hidden: readonly number[] | undefined,
): void {
  const {places, reasons, found} = scratch
  const n = findMarked(table, seed, PICKED, scratch)
  for (let f = 0; f < n; f++) {
    const p = found[f]
    if (hidden?.includes(p)) continue
    const place = places[table.items[p]]
    const share = weight * table.shares[p]
    if (share >= reasons.worst[place]) offer(reasons, place, seed, share, table.together[p])
  }
}

/** The same by rows counted now, for the results that no stored row speaks for. */
export function addCountedReasons(
  model: Model,
  counted: ScopeModel,
  seeds: readonly Sparse[],
  picks: readonly Chosen[],
  because: Because[][],
): void {
  const {eligible, places, reasons} = model.scratch
  const isLacking = ({tier}: Chosen, place: number) => tier === 'copurchase' && because[place].length === 0
  if (!picks.some(isLacking)) return
  expectReasons(model.scratch, picks, isLacking)
  eachCountedScore(model, counted, seeds, (seed, other, score, count) => {
    if (eligible.marks[other] === PICKED) offer(reasons, places[other], seed, score, count)
  })
  tellReasons(model, counted, picks, because)
}

/** Names the seeds of the same category or brand, those that count most first, for the results that no order speaks for. */
export function addKinReasons(
  model: Model,
  seeds: () => Iterable<Weighted>,
  picks: readonly Chosen[],
  because: Because[][],
): void {
  if (!picks.some(({tier}) => tier === 'category')) return
  const heaviestFirst = [...seeds()].sort(([a, x], [b, y]) => y - x || a - b)
  for (const [place, {item, tier}] of picks.entries()) {
    const {category, brand} = model.catalogue.at(item)
    for (const [seed] of tier === 'category' ? heaviestFirst : []) {
      if (because[place].length === REASONS) break
      const id = model.catalogue.idOf(seed)
      const of = model.catalogue.at(seed)
      const isKin = (category && of.category === category) || (brand && of.brand === brand)
      const isNamed = because[place].some((other) => other.item === id)
      if (isKin && !isNamed) because[place].push(addLast({item: id}, model, seed))
    }
  }
}

/** Makes room for reasons, for the picks that want some. */
function expectReasons(
  scratch: QueryScratch,
  picks: readonly Chosen[],
  isWanting: (pick: Chosen, place: number) => boolean,
): void {
  const {eligible, places} = scratch
  if (scratch.reasons.sizes.length < picks.length) scratch.reasons = makeHeaps(picks.length, REASONS)
  for (let place = 0; place < picks.length; place++) {
    const {item} = picks[place]
    clearHeap(scratch.reasons, place)
    // No row says anything of what only the catalogue has.
    if (item >= places.length) continue
    eligible.marks[item] = isWanting(picks[place], place) ? PICKED : BARRED
    places[item] = place
  }
}

function tellReasons(model: Model, pairs: Pairs, picks: readonly Chosen[], because: Because[][]): void {
  const {catalogue, scratch} = model
  const {reasons} = scratch
  for (let place = 0; place < picks.length; place++) {
    const told = because[place]
    const n = sortBestFirst(reasons, place)
    for (let r = place * REASONS; r < place * REASONS + n && told.length < REASONS; r++) {
      const seed = reasons.indices[r]
      const item = catalogue.idOf(seed)
      if (told.some((other) => other.item === item)) continue
      const together = reasons.notes[r]
      const reason = pairs ? new PairReason(item, together, pairs, seed, picks[place].item) : {item, together}
      told.push(scratch.purchases.n > 0 ? addLast(reason, model, seed) : reason)
    }
  }
}

/** Chance takes longer to work out than all else, and many services show no more than one reason. */
export class PairReason implements Because {
  readonly item: string
  readonly together: number
  readonly #pairs: NonNullable<Pairs>
  readonly #seed: number
  readonly #other: number

  constructor(item: string, together: number, pairs: NonNullable<Pairs>, seed: number, other: number) {
    this.item = item
    this.together = together
    this.#pairs = pairs
    this.#seed = seed
    this.#other = other
  }

  get expected(): number {
    const {companions, marginals} = this.#pairs
    return expectedTogether(companions, this.#seed, marginals.support[this.#other] / marginals.purchases)
  }

  toJSON(): Because {
    return {...this, expected: this.expected}
  }
}

/** When the customer who is asked about last bought an item, as far as is known. */
export function addLast(reason: Because, {scratch: {purchases}}: Model, item: number): Because {
  const last = purchases.lastTime[item]
  // What only the catalogue has was never bought.
  if (last !== undefined && !Number.isNaN(last)) reason.last = new Date(last)
  return reason
}
