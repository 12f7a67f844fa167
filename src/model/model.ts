import type {Baskets} from '../matrix/count-row.ts'
import type {Companions} from '../matrix/expected.ts'
import type {FirstPurchases} from '../matrix/first-purchases.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import type {Privacy} from '../matrix/privacy.ts'
import type {Marginals, Scorer} from '../matrix/scorers.ts'
import type {SubstituteTable} from '../matrix/substitutes.ts'
import type {Table} from '../matrix/table.ts'
import type {Scope} from '../orders/baskets.ts'
import type {Sales} from '../orders/first-sales.ts'
import type {Log} from '../orders/log.ts'
import type {Fates} from '../orders/returns.ts'
import type {Catalogue} from './catalogue.ts'
import type {Changes} from './changes.ts'
import type {Report} from './report.ts'
import type {QueryScratch} from './scratch.ts'
import type {Settings} from './settings.ts'

/**
 * What fitting makes and queries read. Nothing in it changes afterwards but the catalogue, what is noted in `changes`, and that
 * queries use `scratch`.
 */
export interface Model {
  settings: Settings
  /** Whether it has a log. One that was saved without has an empty one, no customers, and baskets that hold nothing. */
  hasLog: boolean
  log: Log
  /** What became of each line of the log. */
  fates: Fates
  /** The newest time of any line, in ms since 1970; NaN where none is known. */
  watermark: number
  /** Index of an item of the log, of a customer: -1 if unknown. `customerOf` throws where there is no log. */
  itemOf: (id: string) => number
  customerOf: (id: string) => number
  /** What was counted, by scope; the first answers where a query does not say. */
  scopes: Map<Scope, ScopeModel>
  /** Every item in a basket, most bought by the first scope first: the last resort of every query. */
  popular: Int32Array
  /** When things were sold; absent where orders have no times. */
  sales: Sales | undefined
  /** What customers did over time; absent where none made two orders. */
  histories: HistoryModel | undefined
  /** What would do instead; absent where it was not to be looked for. */
  substitutes: SubstituteTable | undefined
  catalogue: Catalogue
  report: Report
  /** Names the bytes it was read from, see `versionOf`; absent where it was fitted. */
  version?: string
  scratch: QueryScratch
  /** What has changed since it was made; absent as long as nothing has. `customerOf` then finds who is new, too. */
  changes?: Changes
}

/** What was counted from the baskets of one scope. */
export interface ScopeModel {
  /** Customer `c` made the baskets from `customers[c]` up to before `customers[c + 1]`. */
  customers: Int32Array
  /** By basket, see `BasketSet`; absent where all are unknown. */
  times: Float64Array | undefined
  privacy: Privacy
  marginals: Marginals
  companions: Companions
  /** The baskets as `alsoBought` weighs them, its scores and its stored rows. */
  alsoBought: {baskets: Baskets; scorer: Scorer; table: Table}
  /** The same for joint answers, which sum rows. They weigh alike unless the measure has a weight of its own. */
  together: {baskets: Baskets; scorer: Scorer; table: SumTable}
}

/** What customers' next orders hold. */
export interface HistoryModel {
  next: SumTable
  /** What customers bought for the first time, and when; absent where times are. */
  firsts: FirstPurchases | undefined
  /** By item, the chance that an order holds it once its customer has bought it. */
  repeatRates: Float64Array
  /** By item, how long customers usually wait before they buy it again, in ms; absent where times or repeats are. */
  waits: Float64Array | undefined
}
