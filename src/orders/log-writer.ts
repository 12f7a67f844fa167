import type {Steps} from '../matrix/steps.ts'
import {type CanonicalLog, canonicalLog} from './canonical-log.ts'
import type {PlainLine} from './columns.ts'
import {Interner} from './ids.ts'
import {IndexColumn, SparseColumn} from './line-columns.ts'
import {quote} from './options.ts'
import {NONE, Runs} from './runs.ts'

/** What `add` and `append` return for a line of no units: it is not taken. */
export const ZERO_QUANTITY = 'zero quantity'

/** Takes lines in any order and makes the log of them. */
export class LogWriter {
  readonly items = new Interner()
  readonly orders = new Interner()
  readonly customers = new Interner()
  /** Lines without an order id stand for the order of their customer at their time; these are numbered from -1 down. */
  readonly #unnamed = new Interner()
  readonly #lineItem = new IndexColumn()
  readonly #quantity = new SparseColumn(1)
  readonly #price = new SparseColumn(Number.NaN)
  readonly #weight = new SparseColumn(1)
  readonly #runs = new Runs()
  // What the lines of the last run have in common, as it was given.
  #order = NONE
  #customer = NONE
  #at = Number.NaN
  #problem: string | undefined
  /** The first customer each named order was seen with. */
  readonly #firstCustomer = new SparseColumn(NONE)
  readonly #whoMade: ((order: string) => string | undefined) | undefined
  /** Those whom `whoMade` told. */
  readonly #knownCustomer = new SparseColumn(NONE)

  /** @param whoMade tells the customer of an order that is known before its lines come */
  constructor(whoMade?: (order: string) => string | undefined) {
    this.#whoMade = whoMade
  }

  /** Makes room for so many lines, where it is known how many come. */
  reserve(lines: number): void {
    this.#lineItem.reserve(Math.max(1, lines))
  }

  /** Takes a line; returns as `append` does. */
  add({
    item,
    order,
    customer,
    quantity = 1,
    at = Number.NaN,
    price = Number.NaN,
    weight = 1,
  }: PlainLine): string | undefined {
    if (quantity === 0) return ZERO_QUANTITY
    return this.append(
      this.items.index(item),
      order === undefined ? NONE : this.orders.index(order),
      customer === undefined ? NONE : this.customers.index(customer),
      quantity,
      at,
      price,
      weight,
    )
  }

  /**
   * Takes a line whose ids are indices of this writer's interners, -1 for none.
   * @returns `ZERO_QUANTITY`, or what is wrong with the line beside others: its order has another customer. Such a line is
   * taken all the same, and `finish` leaves out all but one customer's: which one must not depend on what came first.
   */
  append(
    item: number,
    order: number,
    customer: number,
    quantity: number,
    at: number,
    price: number,
    weight: number,
  ): string | undefined {
    if (quantity === 0) return ZERO_QUANTITY
    const line = this.#lineItem.length
    this.#lineItem.push(item)
    this.#quantity.set(line, quantity)
    // Without the sign of -0, which sorts as 0 but is not the same.
    this.#price.set(line, price + 0)
    this.#weight.set(line, weight + 0)
    const isSameTime = at === this.#at || (Number.isNaN(at) && Number.isNaN(this.#at))
    if (line === 0 || order !== this.#order || customer !== this.#customer || !isSameTime) {
      this.#beginRun(line, order, customer, at)
    }
    return this.#problem
  }

  #beginRun(line: number, order: number, customer: number, at: number): void {
    this.#runs.add(line, order >= 0 ? order : -1 - this.#unnamed.index(`${customer} ${at}`), customer, at + 0)
    this.#order = order
    this.#customer = customer
    this.#at = at
    this.#problem = undefined
    if (order < 0 || customer < 0) return
    let first = this.#firstCustomer.get(order)
    if (first === NONE && this.#whoMade) first = this.#lookUp(order, this.#whoMade)
    if (first === NONE) this.#firstCustomer.set(order, customer)
    if (first === NONE || first === customer) return
    const [one, other] = [first, customer].map((c) => quote(String(this.customers.ids[c])))
    this.#problem = `order ${quote(String(this.orders.ids[order]))} has two customers, ${one} and ${other}`
  }

  #lookUp(order: number, whoMade: (order: string) => string | undefined): number {
    const known = whoMade(String(this.orders.ids[order]))
    if (known === undefined) return NONE
    const customer = this.customers.index(known)
    this.#firstCustomer.set(order, customer)
    this.#knownCustomer.set(order, customer)
    return customer
  }

  /** The log of the lines taken, see `canonicalLog`. The writer is of no use afterwards. */
  finish(): Steps<CanonicalLog> {
    return canonicalLog({
      items: this.items.ids,
      orders: this.orders.ids,
      unnamedOrders: this.#unnamed.ids.length,
      customers: this.customers.ids,
      knownCustomer: this.#knownCustomer,
      lineItem: this.#lineItem,
      runs: this.#runs,
      quantity: this.#quantity,
      price: this.#price,
      weight: this.#weight,
    })
  }
}
