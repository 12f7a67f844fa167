import type {Model} from '../model/model.ts'
import {Turns} from '../model/turns.ts'
import {untilAborted} from '../model/until-aborted.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import type {Ids} from '../orders/ids.ts'
import {quote} from '../orders/options.ts'
import type {Id} from '../orders/order-line.ts'
import {type AlsoBoughtOptions, alsoBought, alsoBoughtNames, checkAlsoBought, type Neighbor} from './also-bought.ts'
import {needLog} from './ask.ts'
import type {Suggestion} from './bought-together.ts'
import {ItemSet, listsOf} from './item-set.ts'
import {textOf} from './rules.ts'
import {checkSuggest, type SuggestOptions, suggest, suggestNames} from './suggest.ts'

/** What every batch takes beside the options of its question. */
interface BatchOptions {
  /** Told every 15 ms or so, and at the end, how far it is. Default: nobody is told. */
  onProgress?: ((progress: BatchProgress) => void) | undefined
  /** Ends the loop, which then rejects with the signal's reason. Default: nothing does. */
  signal?: AbortSignal | undefined
}

/** How far a batch has come. */
export interface BatchProgress {
  /** Of how many items, or customers, the answer has been given. */
  answered: number
  /** Which share that is, 0 to 1; absent where it is not known how many there are. */
  share?: number
}

/** `only` and `exclude` are read once, at the call. */
export interface AlsoBoughtAllOptions<Item extends CatalogueItem = CatalogueItem>
  extends AlsoBoughtOptions<Item>,
    BatchOptions {
  /** The items to ask about, in this order; unknown ones get what sells well. Default: every item that stands in a basket. */
  items?: IdList | undefined
}

/** `only` and `exclude` are read once, at the call. */
export interface SuggestAllOptions<Item extends CatalogueItem = CatalogueItem>
  extends SuggestOptions<Item>,
    BatchOptions {
  /** Whom to suggest to, in this order; the unknown get what sells well. Default: every customer in the log. */
  customers?: IdList | undefined
}

/** What an item is bought with. */
export interface ItemNeighbors {
  item: string
  answers: Neighbor[]
}

/** What to suggest to a customer. */
export interface CustomerSuggestions {
  customer: string
  answers: Suggestion[]
}

type IdList = Iterable<Id> | AsyncIterable<Id>

const batchNames = ['onProgress', 'signal']
const allBoughtNames = [...alsoBoughtNames, 'items', ...batchNames]
const allSuggestNames = [...suggestNames, 'customers', ...batchNames]

/** See `Recommender.alsoBoughtAll`. */
export function alsoBoughtAll<Item extends CatalogueItem>(
  model: Model,
  options: AlsoBoughtAllOptions<Item> = {},
): AsyncGenerator<ItemNeighbors, void, undefined> {
  const query = 'alsoBoughtAll'
  checkAlsoBought(model, query, options, allBoughtNames)
  const {items, onProgress, signal, ...question} = options
  checkBatch(query, 'items', items, {onProgress, signal})
  const rules = {...question, ...listsOf(query, question)}
  const {popular, log} = model
  const answer = (id: Id) => {
    const item = textOf(query, id)
    return {item, answers: alsoBought(model, item, rules)}
  }
  return eachAnswer(items ?? textsOf(popular, log.items), totalOf(items, popular), answer, {onProgress, signal})
}

/** See `Recommender.suggestAll`. */
export function suggestAll<Item extends CatalogueItem>(
  model: Model,
  options: SuggestAllOptions<Item> = {},
): AsyncGenerator<CustomerSuggestions, void, undefined> {
  const query = 'suggestAll'
  checkSuggest(query, options, allSuggestNames)
  const {customers, onProgress, signal, ...question} = options
  checkBatch(query, 'customers', customers, {onProgress, signal})
  const rules = {...question, ...listsOf(query, question)}
  if (customers === undefined) needLog(model, query)
  const known = model.log.customers
  const answer = (id: Id) => {
    const customer = textOf(query, id)
    return {customer, answers: suggest(model, {customer}, rules)}
  }
  return eachAnswer(customers ?? textsOf(upTo(known.length), known), totalOf(customers, known), answer, {
    onProgress,
    signal,
  })
}

/**
 * From ids to answers, in their order: the one place that knows where and when answers are made. Here that is on the caller's
 * own thread, each when it is asked for. The model's scratch is used within `answer` alone, and never across a pause.
 */
async function* eachAnswer<Answer>(
  ids: IdList,
  total: number | undefined,
  answer: (id: Id) => Answer,
  {onProgress, signal}: BatchOptions,
): AsyncGenerator<Answer, void, undefined> {
  signal?.throwIfAborted()
  const turns = new Turns(signal)
  let answered = 0
  const tell = () => onProgress?.({answered, ...(total === undefined ? {} : {share: total > 0 ? answered / total : 1})})
  for await (const id of Symbol.asyncIterator in ids ? untilAborted(ids, signal) : ids) {
    if (turns.isOver) {
      tell()
      await turns.next()
    }
    const made = answer(id)
    answered++
    yield made
    // Whoever has the answer may have aborted.
    signal?.throwIfAborted()
  }
  tell()
}

function* textsOf(indices: Iterable<number>, ids: Ids): Generator<string> {
  for (const i of indices) yield ids.at(i) as string
}

function* upTo(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i
}

/** How many there are to answer for, where that can be told beforehand. */
function totalOf(given: IdList | undefined, all: {length: number}): number | undefined {
  if (given === undefined) return all.length
  if (Array.isArray(given)) return given.length
  return given instanceof Set || given instanceof ItemSet ? given.size : undefined
}

function checkBatch(query: string, option: string, ids: IdList | undefined, {onProgress, signal}: BatchOptions): void {
  const isList = typeof ids === 'object' && ids !== null && (Symbol.iterator in ids || Symbol.asyncIterator in ids)
  if (ids !== undefined && !isList) {
    throw new TypeError(`${query}: ${option} must be a list of ids, or an async one, got ${quote(ids)}`)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`${query}: onProgress must be a function, got ${quote(onProgress)}`)
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new TypeError(`${query}: signal must be an AbortSignal, got ${quote(signal)}`)
  }
}
