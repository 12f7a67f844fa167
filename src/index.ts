export type {Interval} from './evaluate/bootstrap.ts'
export type {Choice, Chosen} from './evaluate/choices.ts'
export {
  type EvaluateOptions,
  type EvaluateProgress,
  type Evaluation,
  evaluate,
  type Task,
} from './evaluate/evaluate.ts'
export {type PageOptions, reportPage} from './evaluate/report-page.ts'
export type {Accuracy, MethodResult, SizeResult, TaskResult} from './evaluate/summary.ts'
export {type TuneOptions, type Tuning, tune} from './evaluate/tune.ts'
export {
  bm25,
  confidence,
  cosine,
  count,
  deshpandeKarypis,
  jaccard,
  lift,
  llr,
  type Measure,
  npmi,
  rp3beta,
  type Totals,
} from './matrix/measures.ts'
export type {Estimate} from './matrix/wilson.ts'
export type {Items} from './model/catalogue.ts'
export type {Added, AddOptions, RefreshOptions, Removal, Removed, Stale} from './model/live.ts'
export type {FitOptions} from './model/options.ts'
export type {Phase, Progress} from './model/pace.ts'
export type {Lines} from './model/read-lines.ts'
export type {Report, ScopeReport} from './model/report.ts'
export type {LoadOptions} from './model/restore.ts'
export type {SaveOptions} from './model/sections.ts'
export type {MeasureName} from './model/settings.ts'
export type {Scope} from './orders/baskets.ts'
export type {CatalogueItem, KnownItem} from './orders/catalogue-item.ts'
export type {PlainLine} from './orders/columns.ts'
export {type CsvSource, type OrderReader, type ReadOptions, readOrders} from './orders/csv.ts'
export type {DateFormat} from './orders/dates.ts'
export {looksLikeFee} from './orders/fees.ts'
export {
  type CsvItem,
  type ItemColumns,
  type ItemField,
  type ItemReader,
  type ReadItemsOptions,
  readItems,
} from './orders/items-csv.ts'
export type {IdColumn, NumberColumn, OrderColumns} from './orders/order-columns.ts'
export type {BadRow, Columns, Field, Id, OnBadRow, OrderLine, RowColumns, Tally} from './orders/order-line.ts'
export type {TableOptions} from './orders/table-options.ts'
export type {Batch} from './orders/table-reader.ts'
export type {AlsoBoughtOptions, Neighbor} from './queries/also-bought.ts'
export type {
  AlsoBoughtAllOptions,
  BatchProgress,
  CustomerSuggestions,
  ItemNeighbors,
  SuggestAllOptions,
} from './queries/batch.ts'
export type {Suggestion} from './queries/bought-together.ts'
export type {BuyAgainOptions, Repeat} from './queries/buy-again.ts'
export type {Apart, ExplainOptions, Explanation, Together} from './queries/explain.ts'
export type {ItemSet} from './queries/item-set.ts'
export type {NewArrival, NewArrivalsOptions} from './queries/new-arrivals.ts'
export type {Bestseller, PopularOptions} from './queries/popular.ts'
export type {Queries} from './queries/queries.ts'
export type {Ranked, RankOptions} from './queries/rank.ts'
export type {Because} from './queries/reasons.ts'
export type {MaxPer, OfItem, Rules} from './queries/rules.ts'
export type {Tier} from './queries/select.ts'
export type {NoSubstitute, Substitute, Substitutes, SubstitutesOptions} from './queries/substitutes.ts'
export type {SuggestOptions} from './queries/suggest.ts'
export type {Who} from './queries/who.ts'
export {Recommender} from './recommender.ts'
