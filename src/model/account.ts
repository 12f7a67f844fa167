import {each, type Steps, span} from '../matrix/steps.ts'
import type {Log} from '../orders/log.ts'
import {type Fates, fate} from '../orders/returns.ts'
import type {Reading} from './read-lines.ts'
import type {Report} from './report.ts'

/** What became of every line read. */
export function* accountLines(
  {read, skipped}: Reading,
  {lineItems, lineOffsets, customerOrders}: Log,
  fates: Fates,
  twoCustomers: number,
): Steps<Pick<Report, 'lines' | 'orders' | 'customers'>> {
  const byFate = [0, 0, 0, 0]
  const isUsed = new Uint8Array(lineOffsets.length - 1)
  if (fates) {
    const count = (line: number) => {
      byFate[fates[line]]++
    }
    yield* span(each(fates.length, count), 0, 0.4)
    const look = (order: number) => {
      if (fates.subarray(lineOffsets[order], lineOffsets[order + 1]).includes(fate.used)) isUsed[order] = 1
    }
    yield* span(each(isUsed.length, look), 0.4, 0.8)
  } else {
    byFate[fate.used] = lineItems.length
    isUsed.fill(1)
  }
  let customers = 0
  const lookAtOrders = (customer: number) => {
    if (isUsed.subarray(customerOrders[customer], customerOrders[customer + 1]).includes(1)) customers++
  }
  yield* span(each(customerOrders.length - 1, lookAtOrders), 0.8, 1)
  const reasons = {...skipped}
  if (twoCustomers > 0) reasons['two customers'] = twoCustomers
  if (byFate[fate.ignored] > 0) reasons.return = byFate[fate.ignored]
  return {
    lines: {
      read,
      used: byFate[fate.used],
      netted: byFate[fate.netted],
      unmatchedReturns: byFate[fate.unmatched],
      skipped: Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    orders: isUsed.reduce((sum, used) => sum + used, 0),
    customers,
  }
}
