import type {Steps} from '../matrix/steps.ts'
import {pairedIntervals} from './bootstrap.ts'
import type {Outcome} from './run-trials.ts'
import type {Trials} from './trials.ts'

/** How well one task is done, by each method. */
export interface TaskResult<Task extends string = string> {
  task: Task
  /** How many orders or customers asked; each counts the same. */
  groups: number
  /** The model that the options make first, then the best first. */
  methods: MethodResult[]
}

/** How one method answers a question, over all who asked it. */
export interface MethodResult extends Accuracy {
  /** `'alsobought'` for the model that the options make; a measure; `'frequency'`, `'popular'`, `'random'`. */
  method: string
  /** The share of what is relevant that is in the list of ten. */
  recall: number
  /** The share of lists with anything relevant. */
  hitRate: number
  /** How many items are ever shown, as a share of all. */
  coverage: number
  /** The share of all places that the ten items shown most hold. */
  topShare: number
  /** By how many items are in the order, or in the customer's history; sizes that none has are left out. */
  bySize: SizeResult[]
}

/** The same for those with so many items alone: of an order, or of all a customer has bought. */
export interface SizeResult extends Accuracy {
  from: number
  /** The largest of these sizes; absent where there is no limit. */
  to?: number
  /** How many orders or customers. */
  groups: number
}

/** How near lists come to what happened, and by how much nearer or less near than the library's own. */
export interface Accuracy {
  /** NDCG@10, 0 to 1. */
  ndcg: number
  /** NDCG less that of `'alsobought'`, and where this difference lies in 95 of 100 samples; absent for that one itself. */
  difference?: {ndcg: number; low: number; high: number}
}

/** Sizes from here up to before the next. */
const SIZES = [1, 10, 40, Number.POSITIVE_INFINITY]

export function* summarize<Task extends string>(
  task: Task,
  {groups, sizes}: Trials,
  outcomes: ReadonlyMap<string, Outcome>,
  seed: number,
): Steps<TaskResult<Task>> {
  const classes = SIZES.length - 1
  const classOf = Uint8Array.from(sizes, (size) => SIZES.findLastIndex((from) => size >= from))
  const all = [...outcomes.values()]
  const ndcgs = all.map(({ndcg}) => ndcg)
  const intervals = yield* pairedIntervals(ndcgs, classOf, classes, seed)
  const accuracy = (m: number, c: number): Accuracy => {
    const inClass = c === classes ? ndcgs[m] : ndcgs[m].filter((_, group) => classOf[group] === c)
    const {difference, low, high} = intervals[m][c]
    return {ndcg: mean(inClass), ...(m > 0 && {difference: {ndcg: difference, low, high}})}
  }
  const methods = [...outcomes].map(([method, {recall, hit, coverage, topShare}], m): MethodResult => {
    const bySize = Array.from({length: classes}, (_, c): SizeResult => {
      const inClass = classOf.reduce((n, of) => n + (of === c ? 1 : 0), 0)
      return {from: SIZES[c], ...(c < classes - 1 && {to: SIZES[c + 1] - 1}), groups: inClass, ...accuracy(m, c)}
    })
    return {
      method,
      ...accuracy(m, classes),
      ...{recall: mean(recall), hitRate: mean(hit), coverage, topShare},
      bySize: bySize.filter(({groups}) => groups > 0),
    }
  })
  const [ours, ...others] = methods
  return {task, groups, methods: [ours, ...others.sort((a, b) => b.ndcg - a.ndcg)]}
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
