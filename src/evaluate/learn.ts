import {fitLog, type History} from '../model/fit.ts'
import type {Model} from '../model/model.ts'
import type {Pace} from '../model/pace.ts'
import type {Settings} from '../model/settings.ts'
import type {Log} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import type {Split} from './split.ts'

/** What was learned from one side of a split. */
export interface Learned {
  history: History
  train: Log
  model: Model
  fates: Fates
  /** By item, how many baskets hold it. */
  support: Int32Array
}

export async function learn({train}: Split, settings: Settings, pace: Pace): Promise<Learned> {
  const history = historyOf(train)
  const model = await fitLog(history, {...settings, substitutes: false}, pace)
  const [{marginals}] = model.scopes.values()
  return {history, train, model, fates: model.fates, support: marginals.support}
}

/** A log as if it had just been read. */
export function historyOf(log: Log): History {
  return {log, twoCustomers: 0, reading: {read: log.lineItems.length, skipped: {}, columns: {}}}
}
