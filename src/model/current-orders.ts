import {orderKey, type WholeOrder, wholeOrder} from '../orders/whole-order.ts'
import type {Model} from './model.ts'

/** What tells a shop from its model: the orders of the log that are gone, and those that came. */
export interface Difference {
  gone: ReadonlySet<number>
  orders: readonly WholeOrder[]
}

/** Which orders a shop has now: those of its model's log that are not gone, and those that came since. */
export class CurrentOrders {
  readonly #model: Pick<Model, 'log' | 'customerOf'>
  readonly #findOrder: (id: string) => number
  /** Orders of the model's log. */
  readonly #gone = new Set<number>()
  /** What came, by `orderKey` and by owner. */
  readonly #orders = new Map<string, WholeOrder>()
  readonly #ofOwner = new Map<string, Map<string, WholeOrder>>()

  /** @param findOrder where the log has an order, by its id; -1 if it has not */
  constructor(model: Pick<Model, 'log' | 'customerOf'>, findOrder: (id: string) => number) {
    this.#model = model
    this.#findOrder = findOrder
  }

  /** An order as it is now, by its id or, where it has none, by its customer and time. */
  find(asked: string | WholeOrder): WholeOrder | undefined {
    const {log} = this.#model
    const came = this.#orders.get(typeof asked === 'string' ? `id ${asked}` : orderKey(asked))
    if (came) return came
    const order = this.indexInLog(asked)
    return order < 0 || this.#gone.has(order) ? undefined : wholeOrder(log, order)
  }

  /** Where the model's log has an order, gone or not; -1 where it has not. */
  indexInLog(asked: string | WholeOrder): number {
    if (typeof asked === 'string' || asked.id !== '') {
      return this.#findOrder(typeof asked === 'string' ? asked : String(asked.id))
    }
    const {log, customerOf} = this.#model
    const {customerOrders, orders, times} = log
    const customer = asked.customer === undefined ? -1 : customerOf(asked.customer)
    if (customer < 0 || customer >= log.customers.length) return -1
    for (let order = customerOrders[customer]; order < customerOrders[customer + 1]; order++) {
      if (orders.at(order) === '' && Object.is(times ? times[order] : Number.NaN, asked.time)) return order
    }
    return -1
  }

  /** All orders of a customer. */
  madeBy(customer: string): WholeOrder[] {
    return [...this.inLog(this.#indicesOf(customer)), ...this.ofOwner(ownerKey({customer, id: ''}))]
  }

  /** Those of some orders of the model's log that are not gone. */
  inLog(indices: readonly number[]): WholeOrder[] {
    return indices.filter((order) => !this.#gone.has(order)).map((order) => wholeOrder(this.#model.log, order))
  }

  #indicesOf(customer: string): number[] {
    const {log, customerOf} = this.#model
    const index = customerOf(customer)
    if (index < 0 || index >= log.customers.length) return []
    const first = log.customerOrders[index]
    return Array.from({length: log.customerOrders[index + 1] - first}, (_, o) => first + o)
  }

  /** What came of an owner. */
  ofOwner(owner: string): Iterable<WholeOrder> {
    return this.#ofOwner.get(owner)?.values() ?? []
  }

  /** Takes an order away. Returns whether it was one that came. */
  take(order: WholeOrder): boolean {
    const key = orderKey(order)
    if (this.#orders.delete(key)) {
      this.#ofOwner.get(ownerKey(order))?.delete(key)
      return true
    }
    this.#gone.add(this.indexInLog(order))
    return false
  }

  give(order: WholeOrder): void {
    this.#orders.set(orderKey(order), order)
    const siblings = this.#ofOwner.get(ownerKey(order)) ?? new Map<string, WholeOrder>()
    this.#ofOwner.set(ownerKey(order), siblings.set(orderKey(order), order))
  }

  /** How many orders came, went, or are others than they were. */
  get changed(): number {
    let n = this.#gone.size
    for (const order of this.#orders.values()) if (!this.#gone.has(this.indexInLog(order))) n++
    return n
  }

  /** What a fresh model is to be made of. */
  snapshot(): Difference {
    return {gone: new Set(this.#gone), orders: [...this.#orders.values()]}
  }

  /** The same as if a customer had been removed. */
  snapshotWithout(forgotten: string): Difference {
    const {gone, orders} = this.snapshot()
    return {
      gone: new Set([...gone, ...this.#indicesOf(forgotten)]),
      orders: orders.filter(({customer}) => customer !== forgotten),
    }
  }
}

export const CUSTOMER = 'customer '

/** Who owns an order: its customer, or itself. */
export function ownerKey({customer, id}: Pick<WholeOrder, 'customer' | 'id'>): string {
  return customer === undefined ? `order ${id}` : CUSTOMER + customer
}
