import type {Scope} from '../orders/baskets.ts'
import {fate} from '../orders/returns.ts'
import type {Model} from './model.ts'

/** Marks the baskets of a model that count no more, since what their owner bought has changed. */
export class VoidBaskets {
  readonly #model: Pick<Model, 'log' | 'fates' | 'scopes'>
  readonly #marks = new Map<Scope, Uint8Array>()
  /** Of orders without a customer, how many before each are not empty. */
  #before: Int32Array | undefined

  constructor(model: Pick<Model, 'log' | 'fates' | 'scopes'>) {
    this.#model = model
    for (const [scope, {alsoBought}] of model.scopes) {
      this.#marks.set(scope, new Uint8Array(alsoBought.baskets.weights.length))
    }
  }

  /** By basket, 1 for those that are void. */
  in(scope: Scope): Uint8Array {
    return this.#marks.get(scope) as Uint8Array
  }

  /** All baskets of a customer of the log. */
  addCustomer(customer: number): void {
    for (const [scope, {customers}] of this.#model.scopes) {
      this.in(scope).fill(1, customers[customer], customers[customer + 1])
    }
  }

  /** The basket of an order that has no customer. */
  addOrder(order: number): void {
    this.#before ??= this.#countFilled()
    const place = order - this.#firstLoose
    if (this.#before[place] === this.#before[place + 1]) return
    for (const [scope, {customers}] of this.#model.scopes) {
      this.in(scope)[customers[customers.length - 1] + this.#before[place]] = 1
    }
  }

  get #firstLoose(): number {
    const {customerOrders} = this.#model.log
    return customerOrders[customerOrders.length - 1]
  }

  #countFilled(): Int32Array {
    const {lineOffsets, weights} = this.#model.log
    const {fates} = this.#model
    const first = this.#firstLoose
    const before = new Int32Array(lineOffsets.length - first)
    for (let order = first; order + 1 < lineOffsets.length; order++) {
      let isFilled = 0
      for (let line = lineOffsets[order]; line < lineOffsets[order + 1] && isFilled === 0; line++) {
        if ((!fates || fates[line] === fate.used) && weights?.[line] !== 0) isFilled = 1
      }
      before[order - first + 1] = before[order - first] + isFilled
    }
    return before
  }
}
