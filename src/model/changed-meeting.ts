import {wholeWeight} from '../matrix/basket-weights.ts'
import {customersOf, sizesOfBaskets, timesOf, weightOf} from '../matrix/common-baskets.ts'
import {expectedTogether} from '../matrix/expected.ts'
import type {Scope} from '../orders/baskets.ts'
import {newestTime} from '../orders/dates.ts'
import {basketsNow, type ChangedModel, changedRow, supportNow} from './changed-rows.ts'
import {pairScores} from './changed-scores.ts'
import type {ScopeModel} from './model.ts'

/** What the baskets say that hold two items. */
export interface Meeting {
  /** How many would hold both by chance. */
  expected: number
  /** How many items each holds. */
  sizes: number[]
  /** What they weigh for joint answers, in `UNIT`s. */
  weight: number
  /** Of how many known customers they are. */
  customers: number
  /** When the newest was bought, in ms since 1970; NaN where unknown. */
  last: number
  /** By the measure of the model. */
  score: number
  /** How often each of the two sells, newer baskets counting more. */
  mass: [number, number]
}

/** How two items are bought, and how they meet: `undefined` where that may not be told. */
export interface Pair {
  bought: [number, number]
  met: Meeting | undefined
}

/** The same of two items that both have changed; `undefined` of others. */
export function pairNow(model: ChangedModel, scope: Scope, id: string, otherId: string): Pair | undefined {
  const {changes} = model
  const [item, other] = [changes.itemOf(id), changes.itemOf(otherId)]
  if (item < 0 || other < 0 || !changes.marks.hasChanged(item) || !changes.marks.hasChanged(other)) return undefined
  const bought: Pair['bought'] = [supportNow(model, scope, item), supportNow(model, scope, other)]
  return {bought, met: meetingNow(model, scope, item, other)}
}

function meetingNow(model: ChangedModel, scope: Scope, item: number, other: number): Meeting | undefined {
  const row = changedRow(model, scope, item)
  const place = row.places.get(other)
  if (place === undefined) return undefined
  const counted = model.scopes.get(scope) as ScopeModel
  const {marginals, customers, times, together} = counted
  const {byBasket, weights} = together.baskets
  const {weighJoint} = pairScores(model, counted)
  const {base, own} = basketsNow(model, scope, item)
  const isInRow = (basket: number) => {
    const [from, to] = [byBasket.offsets[basket], byBasket.offsets[basket + 1]]
    return byBasket.indices.subarray(from, to).includes(other)
  }
  const common = base.filter(isInRow)
  const came = own.filter((basket) => basket.row.includes(other))
  const support = Math.max(marginals.support[other] || 0, row.counts[place])
  const massOf = (i: number) => marginals.mass[i] || supportNow(model, scope, i)
  return {
    expected: expectedTogether(row.companions, 0, Math.min(1, support / (marginals.purchases || support))),
    sizes: [...sizesOfBaskets(common, byBasket), ...came.map((basket) => basket.row.length)],
    weight:
      weightOf(common, weights) +
      came.reduce((sum, basket) => sum + wholeWeight(weighJoint(basket.row.length, basket.time)), 0),
    customers: customersOf(common, customers).length + model.changes.customersAmong(came),
    last: newestTime([...timesOf(common, times), ...came.map(({time}) => time)]),
    score: row.scores[place],
    mass: [massOf(item), massOf(other)],
  }
}
