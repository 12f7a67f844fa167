import type {Scope} from '../orders/baskets.ts'
import {customerOfOrder, type WholeOrder} from '../orders/whole-order.ts'
import {type Change, type Changed, type Put, planChange} from './change.ts'
import {CUSTOMER, CurrentOrders, ownerKey} from './current-orders.ts'
import {ItemMarks} from './item-marks.ts'
import type {Model} from './model.ts'
import {now} from './now.ts'
import {Numbers} from './numbers.ts'
import {type OwnerState, readOwner} from './owner-state.ts'
import type {Past} from './past.ts'
import {VoidBaskets} from './void-baskets.ts'

/**
 * What has changed since a model was made: which of its orders are gone, and which there are instead or besides. Queries read
 * it beside the model. Items are numbered as in the model's log, and those that it has not from there on, as they came;
 * customers likewise.
 *
 * As a return cancels what another order of its customer holds, baskets change owner by owner: an *owner* is a customer, or
 * an order without one. All baskets that the model has of a changed owner are void, and read from the lines when asked for.
 */
export class Changes {
  readonly #model: Model
  /** Which orders there are now. */
  readonly orders: CurrentOrders
  readonly #voids: VoidBaskets
  /** What changed owners have now, as far as somebody asked. */
  readonly #states = new Map<string, OwnerState>()
  readonly #newItems = new Numbers()
  readonly #newCustomers = new Numbers()
  readonly #changedCustomers = new Set<number>()
  /** What became of items. */
  readonly marks: ItemMarks
  #mostOrders = -1
  /** The newest time of all that came, in ms since 1970. */
  newest = Number.NEGATIVE_INFINITY
  /** How they are read. */
  readonly now = now
  /** Another with every change. */
  version = 0

  constructor(model: Model, findOrder: (id: string) => number) {
    this.#model = model
    this.orders = new CurrentOrders(model, findOrder)
    this.#voids = new VoidBaskets(model)
    const scopes = [...model.scopes.values()]
    this.marks = new ItemMarks(model.log.items.length, (item) =>
      scopes.some(({marginals}) => marginals.support[item] > 0),
    )
  }

  /** Makes a change, or none at all. */
  make(change: Change): Changed {
    const {puts, changed} = planChange(change, this.orders)
    for (const put of puts) this.#put(put)
    this.#mark(puts)
    if (puts.length > 0) this.version++
    return changed
  }

  #put([before, after]: Put): void {
    if (before) {
      this.#open(before)
      if (this.orders.take(before)) this.#hold(before, -1)
    }
    if (!after) return
    this.#open(after)
    this.orders.give(after)
    this.#hold(after, 1)
    for (const {at} of after.lines) if (at > this.newest) this.newest = at
  }

  /** Makes an owner one whose baskets in the model are void. */
  #open(order: WholeOrder): void {
    const {log, customerOf} = this.#model
    this.#states.delete(ownerKey(order))
    if (order.customer === undefined) {
      const index = this.orders.indexInLog(order)
      if (index >= 0 && customerOfOrder(log, index) < 0) this.#voids.addOrder(index)
      return
    }
    const known = customerOf(order.customer)
    const customer = known >= 0 ? known : log.customers.length + this.#newCustomers.add(order.customer)
    if (this.#changedCustomers.has(customer)) return
    this.#changedCustomers.add(customer)
    if (known >= 0) this.#voids.addCustomer(known)
  }

  #hold({lines, ...order}: WholeOrder, by: 1 | -1): void {
    const owner = ownerKey(order)
    for (const item of new Set(lines.map((line) => this.#number(line.item)))) this.marks.hold(item, owner, by)
  }

  /** Marks the items whose pairs may have changed. */
  #mark(puts: readonly Put[]): void {
    const reached = new Set<string>()
    for (const [before, after] of puts) {
      for (const order of [before, after]) {
        if (!order) continue
        this.#markLines(order, before ? ownerKey(order) : undefined)
        const {customer} = order
        if (customer === undefined || reached.has(customer)) continue
        // A return may change any basket of its customer, and one of scope `customer` joins all that is bought.
        if (this.#model.scopes.has('customer') || this.#returnsAnything(order)) this.#markAll(customer)
        else if (before && this.#model.histories) this.#loseAll(customer)
        else continue
        reached.add(customer)
      }
    }
  }

  #returnsAnything(order: WholeOrder): boolean {
    const siblings = this.orders.ofOwner(ownerKey(order))
    if ([order, ...siblings].some(({lines}) => lines.some(({quantity}) => quantity < 0))) return true
    const {quantities} = this.#model.log
    const {from, to} = this.#linesInLog(order.customer as string)
    return quantities?.subarray(from, to).some((quantity) => quantity < 0) ?? false
  }

  /** Which lines of the log are a customer's, of how many orders. */
  #linesInLog(customer: string): {from: number; to: number; orders: number} {
    const {log, customerOf} = this.#model
    const index = customerOf(customer)
    const [first, end] = index < 0 ? [0, 0] : [log.customerOrders[index], log.customerOrders[index + 1]]
    return {from: log.lineOffsets[first], to: log.lineOffsets[end], orders: end - first}
  }

  /** All that a customer has ever bought, and may again: what was returned, or cut, and is not any more. */
  #markAll(customer: string): void {
    const {lineItems} = this.#model.log
    const owner = ownerKey({customer, id: ''})
    const {from, to, orders} = this.#linesInLog(customer)
    for (let line = from; line < to; line++) {
      this.marks.mark(lineItems[line], owner, orders)
      this.marks.mayHold(lineItems[line], owner)
    }
    for (const order of this.orders.ofOwner(owner)) this.#markLines(order, owner)
  }

  /** What an order led to, or came of, has lost that with it, in whatever order of its customer it stands. */
  #loseAll(customer: string): void {
    const {lineItems} = this.#model.log
    const owner = ownerKey({customer, id: ''})
    const {from, to, orders} = this.#linesInLog(customer)
    for (let line = from; line < to; line++) this.marks.lose(lineItems[line], owner, orders)
  }

  #markLines({lines}: WholeOrder, loser: string | undefined): void {
    const orders = loser === undefined ? 0 : this.#ordersInLog(loser)
    for (const {item} of lines) this.marks.mark(this.#number(item), loser, orders)
  }

  #ordersInLog(owner: string): number {
    return owner.startsWith(CUSTOMER) ? this.#linesInLog(owner.slice(CUSTOMER.length)).orders || 1 : 1
  }

  /** The number of an item, which it gets if it has none. */
  #number(item: string): number {
    const known = this.#model.itemOf(item)
    return known >= 0 ? known : this.#model.log.items.length + this.#newItems.add(item)
  }

  /** The number of an item or a customer; -1 for one that neither the log nor any change knows. */
  readonly itemOf = (item: string): number => {
    const known = this.#model.itemOf(item)
    return known >= 0 ? known : this.#newItems.find(item, this.#model.log.items.length)
  }

  readonly customerOf = (customer: string): number => {
    const known = this.#model.customerOf(customer)
    return known >= 0 ? known : this.#newCustomers.find(customer, this.#model.log.customers.length)
  }

  idOf(item: number): string {
    const known = this.#model.log.items.length
    return item < known ? (this.#model.log.items.at(item) as string) : this.#newItems.ids[item - known]
  }

  /** How many items there are, those of the log and those that came. */
  get items(): number {
    return this.#model.log.items.length + this.#newItems.ids.length
  }

  /** How many of these have changed. */
  get changedItems(): number {
    return this.marks.changed + this.#newItems.ids.length
  }

  /** How many orders of one customer the log has at most. */
  get mostOrders(): number {
    if (this.#mostOrders < 0) {
      const {customerOrders} = this.#model.log
      for (let c = 0; c < customerOrders.length; c++) {
        this.#mostOrders = Math.max(this.#mostOrders, 1, customerOrders[c + 1] - customerOrders[c] || 0)
      }
    }
    return this.#mostOrders
  }

  /** What a customer bought, where that has changed. */
  pastOf(customer: number): Past | undefined {
    if (!this.#changedCustomers.has(customer)) return undefined
    const {log, fates, items} = this.stateOf(this.ownerOf(customer))
    return {log, fates, items, first: 0, last: log.lineOffsets.length - 1}
  }

  idOfCustomer(customer: number): string {
    const {customers} = this.#model.log
    return customers.at(customer) ?? this.#newCustomers.ids[customer - customers.length]
  }

  ownerOf(customer: number): string {
    return CUSTOMER + this.idOfCustomer(customer)
  }

  /** The customers of whom an order came that holds an item. */
  *customersWith(item: number): Generator<number> {
    for (const owner of this.marks.holdersOf(item)) {
      if (owner.startsWith(CUSTOMER)) yield this.customerOf(owner.slice(CUSTOMER.length))
    }
  }

  /** How many different customers are among some owners. */
  customersAmong(owned: readonly {owner: string}[]): number {
    return new Set(owned.map(({owner}) => owner).filter((owner) => owner.startsWith(CUSTOMER))).size
  }

  voidIn(scope: Scope): Uint8Array {
    return this.#voids.in(scope)
  }

  /** What a changed owner has now. */
  stateOf(owner: string): OwnerState {
    const known = this.#states.get(owner)
    if (known) return known
    const customer = owner.startsWith(CUSTOMER) ? owner.slice(CUSTOMER.length) : undefined
    const orders = customer === undefined ? [...this.orders.ofOwner(owner)] : this.orders.madeBy(customer)
    const {scopes, settings} = this.#model
    const state = readOwner(orders, [...scopes.keys()], settings, (item) => this.#number(item))
    this.#states.set(owner, state)
    return state
  }
}
