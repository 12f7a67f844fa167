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
export type {RefreshOptions, Stale} from './model/live.ts'
export type {LoadFileOptions} from './model/load-live.ts'
export type {FitOptions} from './model/options.ts'
export type {Phase, Progress} from './model/pace.ts'
export type {Added, AddOptions, Removal, Removed} from './model/read-change.ts'
export type {Lines} from './model/read-lines.ts'
export type {SaveOptions} from './model/sections.ts'
export type {MeasureName} from './model/settings.ts'
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
export type * from './query.ts'
export {Recommender} from './recommender.ts'
