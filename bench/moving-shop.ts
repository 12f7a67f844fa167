/** A shop whose orders come and go while it is asked: as many at any time, the newest ones. */
import type {OrderLine} from '../src/orders/order-line.ts'
import {Recommender} from '../src/recommender.ts'
import {below, sfc32} from './random.ts'
import {makeShop} from './sets.ts'

const ORDERS = 3_000
const CUSTOMERS = 500
const ITEMS = 600
const MINUTE = 60_000
const START = Date.UTC(2020, 0, 1)

const options = {
  scopes: ['order', 'customer'] as ('order' | 'customer')[],
  substitutes: true,
  learn: {items: 50},
}

interface MovingShop {
  shop: Recommender
  /** Adds the order of the next minute, or takes away the oldest, or a customer for good. */
  change: () => Promise<unknown>
  /** What a fit of the orders as they are now would make. */
  fitAnew: () => Promise<Recommender>
}

export async function movingShop(): Promise<MovingShop> {
  const next = sfc32(11)
  const baskets = basketsOf()
  /** The lines of the orders there are, the oldest first. */
  const orders = new Map<number, OrderLine[]>()
  let minute = 0
  const nextOrder = () => {
    const order = minute++
    const at = START + MINUTE * order
    const customer = `c${below(CUSTOMERS, next())}`
    const lines = baskets[order % ORDERS].map((item) => ({order, customer, item, at}))
    orders.set(order, lines)
    return lines
  }
  while (orders.size < ORDERS) nextOrder()
  const fitAnew = () => Recommender.fit([...orders.values()].flat(), options)
  const shop = await fitAnew()

  const removeOldest = () => {
    const [order] = orders.keys()
    orders.delete(order)
    return shop.remove({order})
  }
  const removeCustomer = () => {
    const customer = `c${below(CUSTOMERS, next())}`
    for (const [order, [line]] of orders) if (line.customer === customer) orders.delete(order)
    return shop.remove({customer})
  }
  const change = () => {
    if (below(50, next()) === 0) return removeCustomer()
    return orders.size < ORDERS ? shop.add(nextOrder()) : removeOldest()
  }
  return {shop, change, fitAnew}
}

/** Items by basket. */
function basketsOf(): string[][] {
  const lists: string[][] = Array.from({length: ORDERS}, () => [])
  const {baskets, items} = makeShop({lines: 8 * ORDERS, items: ITEMS, baskets: ORDERS, p50: 6, p99: 35, max: 100})
  for (const [line, basket] of baskets.entries()) lists[basket].push(`i${items[line]}`)
  return lists
}

/** One question of each kind, about items and customers that `next` draws. */
export function questionsTo(shop: Recommender, next: () => number): Record<string, () => unknown> {
  const item = () => `i${below(ITEMS, next())}`
  const customer = () => `c${below(CUSTOMERS, next())}`
  const some = (n: number) => Array.from({length: n}, item)
  const even = ({id}: {id: string}) => id.endsWith('0')
  return {
    alsoBought: () => shop.alsoBought(item()),
    'alsoBought, by a rule': () => shop.alsoBought(item(), {where: even}),
    'alsoBought, after': () => shop.alsoBought(item(), {after: true}),
    boughtTogether: () => shop.boughtTogether(some(4)),
    'suggest, customer': () => shop.suggest({customer: customer()}),
    'suggest, visitor': () => shop.suggest({items: some(8)}),
    buyAgain: () => shop.buyAgain(customer()),
    rank: () => shop.rank(some(40), {customer: customer()}),
    newArrivals: () => shop.newArrivals({customer: customer()}),
    substitutes: () => shop.substitutes(item()),
    explain: () => shop.explain(item(), item()),
    popular: () => shop.popular({since: START}),
  }
}
