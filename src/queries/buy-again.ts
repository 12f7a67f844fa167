import {expectedWait, repeatChance} from '../matrix/repeat.ts'
import {addTo} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import type {Id} from '../orders/order-line.ts'
import {allowOnly, ask, bar} from './ask.ts'
import {timeOf} from './dates.ts'
import {checkRules, indexOf, type Rules, ruleNames} from './rules.ts'
import {type Scored, select} from './select.ts'
import {readHistory} from './who.ts'

/** What `buyAgain` can be told, rules among it. */
export interface BuyAgainOptions<Item extends CatalogueItem = CatalogueItem>
  extends Omit<Rules<Item>, 'fallback' | 'evidence'> {
  /** Only what is due by then: a `Date`, an ISO date, or ms since 1970. Default: whenever it is due. */
  at?: Date | number | string | undefined
}

/** Something a customer has bought and may buy again. */
export interface Repeat {
  item: string
  /** The chance, 0 to 1, that their next order holds it. */
  score: number
  tier: 'repeat'
  /** How many of their orders held it. */
  orders: number
  /** When they last bought it; like what follows, absent where the times of orders are unknown. */
  last?: Date
  /** How often they are to buy it, in purchases a day: from their own waits and, where these are few, other customers'. */
  rate?: number
  /** When it is to be bought again: `last` and 1 / `rate` days. */
  due?: Date
}

const names = [...ruleNames.filter((name) => name !== 'fallback' && name !== 'evidence'), 'at']
const DAY = 86_400_000

/** What a customer is to buy again: see `Recommender.buyAgain`. */
export function buyAgain<Item extends CatalogueItem>(
  model: Model,
  id: Id,
  options: BuyAgainOptions<Item> = {},
): Repeat[] {
  checkRules('buyAgain', options, names)
  const until = options.at === undefined ? Number.POSITIVE_INFINITY : timeOf('buyAgain', 'at', options.at)
  const customer = indexOf('buyAgain', model.customerOf, id)
  const {histories, catalogue} = model
  const {purchases, eligible, mix} = model.scratch
  return ask(model, 'buyAgain', options, () => {
    if (customer >= 0) readHistory(model, customer)
    allowOnly(eligible, purchases.items, purchases.n)
    for (let p = 0; p < purchases.n; p++) {
      const item = purchases.items[p]
      const chance = repeatChance(purchases, item, histories?.repeatRates[item] ?? 0)
      // One that nobody has bought again yet comes last.
      addTo(mix, item, chance || Number.MIN_VALUE)
      if (options.at !== undefined && !(dueTime(model, item) <= until)) bar(eligible, item)
    }
    const scored: Scored = {scores: mix, unit: 1, beside: 0, tierOf: () => 'repeat'}
    return select('buyAgain', model, {...options, fallback: false}, [() => scored]).map(({item, score}): Repeat => {
      const again = {item: catalogue.idOf(item), score: score === Number.MIN_VALUE ? 0 : score, tier: 'repeat' as const}
      return {...again, orders: purchases.orders[item], ...rhythmOf(model, item)}
    })
  })
}

/** When the customer whose purchases were read is to buy an item again, in ms since 1970; NaN where unknown. */
function dueTime({histories, scratch: {purchases}}: Model, item: number): number {
  const {firstTime, lastTime, orders} = purchases
  const usual = histories?.waits?.[item] ?? Number.NaN
  return lastTime[item] + expectedWait(lastTime[item] - firstTime[item], orders[item], usual)
}

function rhythmOf(model: Model, item: number): Pick<Repeat, 'last' | 'rate' | 'due'> {
  const last = model.scratch.purchases.lastTime[item]
  const due = dueTime(model, item)
  if (Number.isNaN(last)) return {}
  return Number.isNaN(due)
    ? {last: new Date(last)}
    : {last: new Date(last), rate: DAY / (due - last), due: new Date(Math.round(due))}
}
