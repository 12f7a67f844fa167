import {blend} from '../matrix/blend.ts'
import {rowLengths} from '../matrix/csr.ts'
import {learnEase} from '../matrix/ease.ts'
import {countFirstPurchases, type FirstPurchases} from '../matrix/first-purchases.ts'
import {headSize} from '../matrix/head.ts'
import {type Histories, trendFactors} from '../matrix/history.ts'
import {sumTable} from '../matrix/neighbor-sum.ts'
import {nextOrders} from '../matrix/next-order.ts'
import {countRepeats, repeatRates, usualWaits} from '../matrix/repeat.ts'
import {learnRidge} from '../matrix/ridge.ts'
import {type Driver, part} from '../matrix/steps.ts'
import type {Table} from '../matrix/table.ts'
import type {Scope} from '../orders/baskets.ts'
import type {CountedScope} from './fit-scope.ts'
import type {Model, ScopeModel} from './model.ts'
import type {Report} from './report.ts'
import type {Settings} from './settings.ts'

/** What was counted of customers' orders one after another. */
interface Followed {
  next: Table
  firsts: FirstPurchases | undefined
  repeatRates: Float64Array
  waits: Float64Array | undefined
}

export async function followCustomers(
  pasts: Histories,
  times: Float64Array | undefined,
  {minTogether, neighbors, threads}: Settings,
  driver: Driver,
): Promise<Followed> {
  const next = await nextOrders(pasts, {minTogether}, {neighbors, threads}, part(driver, 0, 0.9))
  const repeats = await driver.run(countRepeats(pasts, {minTogether}), 0.9, 0.95)
  const firsts = times && (await driver.run(countFirstPurchases(pasts, times), 0.95, 0.97))
  const waits = times && (await driver.run(usualWaits(pasts, times, {minTogether}), 0.97, 1))
  return {next, firsts, repeatRates: repeatRates(repeats), waits}
}

/** What queries sum, and for how many items it was learned. */
export interface Learned extends Pick<Model, 'scopes' | 'histories'> {
  learned: Report['learned']
}

/** Entries of a row with learned weights; and how strong the counted ones are in it, see `blend`. */
const LEARNED_NEIGHBORS = 100
const [COUNTED_TOGETHER, COUNTED_NEXT] = [0.2, 0.1]

/** Learns weights and makes sums of what was counted and learned. Joint answers are those of the first scope. */
export async function learn(
  counted: Map<Scope, CountedScope['model']>,
  pasts: Histories | undefined,
  followed: Followed | undefined,
  {minTogether, learnedItems, nextTargets, threads}: Settings,
  driver: Driver,
): Promise<Learned> {
  const options = {items: learnedItems, neighbors: LEARNED_NEIGHBORS, threads}
  const learned = {together: 0, next: 0}
  const scopes = new Map<Scope, ScopeModel>()
  for (const [scope, model] of counted) {
    const {baskets, table: plain} = model.together
    const isFirst = scopes.size === 0
    let table = plain
    if (isFirst && learnedItems > 0) {
      const {support} = model.marginals
      learned.together = headSize(learnedItems, support)
      const ease = await learnEase({...baskets, support}, model.privacy, options, part(driver, 0, 0.4))
      table = await driver.run(blend(ease, plain, COUNTED_TOGETHER, LEARNED_NEIGHBORS), 0.4, 0.42)
    }
    const together = {...model.together, table: await driver.run(sumTable(table), isFirst ? 0.42 : 0.45, 0.45)}
    scopes.set(scope, {...model, together})
  }
  if (!pasts || !followed) return {scopes, histories: undefined, learned}
  let {next} = followed
  if (learnedItems > 0) {
    learned.next = headSize(learnedItems, rowLengths(pasts.byItem))
    const ridgeOptions = {...options, appeal: trendFactors(pasts), firstOnly: nextTargets === 'first'}
    const ridge = await learnRidge(pasts, {minTogether}, ridgeOptions, part(driver, 0.45, 0.95))
    next = await driver.run(blend(ridge, next, COUNTED_NEXT, LEARNED_NEIGHBORS), 0.95, 0.97)
  }
  const histories = {...followed, next: await driver.run(sumTable(next), 0.97, 1)}
  return {scopes, histories, learned}
}
