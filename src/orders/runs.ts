import {each, type Steps} from '../matrix/steps.ts'
import {IntColumn, SparseColumn} from './line-columns.ts'

/** In place of an order or a customer that a line does not name. */
export const NONE = -1

/** Lines of one order, one customer and one time that came one after the other: what they share is written once. */
export class Runs {
  readonly starts = new IntColumn()
  /** From 0 an index of named orders, from -1 down an order without an id. */
  readonly orders = new IntColumn()
  readonly customers = new SparseColumn(NONE)
  readonly times = new SparseColumn(Number.NaN)

  add(start: number, order: number, customer: number, time: number): void {
    this.customers.set(this.starts.length, customer)
    this.times.set(this.starts.length, time)
    this.starts.push(start)
    this.orders.push(order)
  }

  /** Calls `see` for every run of lines from `from` up to before `to`, `lines` being the number of all lines. */
  *each(lines: number, see: (run: number, from: number, to: number) => void): Steps<void> {
    const {values, length} = this.starts
    yield* each(length, (run) => see(run, values[run], run + 1 < length ? values[run + 1] : lines), 1 << 13)
  }
}
