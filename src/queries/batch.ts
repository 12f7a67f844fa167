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
  /**
   * How many worker threads answer, from 1 up; 1 for none but the caller's own. The answers are the same to the byte, in the
   * same order, for any number. Default: as many as there are cores, from when the batch has lasted long enough to make up
   * for starting them.
   *
   * Threads share one copy of the shop, which is made when they start, as `toBytes` makes one. They answer ahead of the
   * loop, by some hundred answers each, and so ids are read ahead too. They end with the loop, so let it end: by `break`,
   * `return()` or its `signal`, where not by itself.
   *
   * The caller's own thread answers, whatever is asked for, where rules are functions (`where`, `boost`, `maxPer.by`), or the
   * shop's measure is one; where orders were changed and `refresh` has not come yet; the rest of a batch during which the
   * orders change, or the catalogue in what answers read of it (which items there are, their categories, brands and launches;
   * with `maxPer` anything); and in what `alsobought/query` opens.
   */
  threads?: number | undefined
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

/** The answers of one single question. */
export type Answers = Neighbor[] | Suggestion[]

type IdList = Iterable<Id> | AsyncIterable<Id>

const batchNames = ['threads', 'onProgress', 'signal']
const allBoughtNames = [...alsoBoughtNames, 'items', ...batchNames]
const allSuggestNames = [...suggestNames, 'customers', ...batchNames]

/** A question about many, for whoever makes the answers. */
export interface Batch extends Pick<BatchOptions, 'threads' | 'signal'> {
  query: 'alsoBoughtAll' | 'suggestAll'
  /** What answers, looked up for every one. */
  current: () => Model
  ids: IdList
  /** The options of the single question. */
  question: AlsoBoughtOptions & SuggestOptions
}

/** From ids to answers, in their order. */
export type Answering = (batch: Batch) => AsyncGenerator<ItemNeighbors | CustomerSuggestions, void, undefined>

/** See `Recommender.alsoBoughtAll`. */
export function alsoBoughtAll<Item extends CatalogueItem>(
  current: () => Model,
  answering: Answering,
  options: AlsoBoughtAllOptions<Item> = {},
): AsyncGenerator<ItemNeighbors, void, undefined> {
  const query = 'alsoBoughtAll'
  const model = current()
  checkAlsoBought(model, query, options, allBoughtNames)
  const {items, ...rest} = options
  checkList(query, 'items', items)
  const {popular, log} = model
  const ids = items ?? textsOf(popular, log.items)
  return answers(
    query,
    current,
    answering,
    ids,
    totalOf(items, popular),
    rest as Options,
  ) as AsyncGenerator<ItemNeighbors>
}

/** See `Recommender.suggestAll`. */
export function suggestAll<Item extends CatalogueItem>(
  current: () => Model,
  answering: Answering,
  options: SuggestAllOptions<Item> = {},
): AsyncGenerator<CustomerSuggestions, void, undefined> {
  const query = 'suggestAll'
  const model = current()
  checkSuggest(query, options, allSuggestNames)
  const {customers, ...rest} = options
  checkList(query, 'customers', customers)
  if (customers === undefined) needLog(model, query)
  const known = model.log.customers
  const ids = customers ?? textsOf(upTo(known.length), known)
  return answers(
    query,
    current,
    answering,
    ids,
    totalOf(customers, known),
    rest as Options,
  ) as AsyncGenerator<CustomerSuggestions>
}

type Options = BatchOptions & Batch['question']

function answers(
  query: Batch['query'],
  current: () => Model,
  answering: Answering,
  ids: IdList,
  total: number | undefined,
  options: Options,
): ReturnType<Answering> {
  checkBatch(query, options)
  const {threads, onProgress, signal, ...rules} = options
  const question = {...rules, ...listsOf(query, rules)}
  return inTurns(answering({query, current, ids, question, threads, signal}), total, {onProgress, signal})
}

/** Passes answers on as they are asked for, and gives everybody else a turn in between. */
async function* inTurns<Answer>(
  answers: AsyncIterable<Answer>,
  total: number | undefined,
  {onProgress, signal}: BatchOptions,
): AsyncGenerator<Answer, void, undefined> {
  signal?.throwIfAborted()
  const turns = new Turns(signal)
  let answered = 0
  const tell = () => onProgress?.({answered, ...(total === undefined ? {} : {share: total > 0 ? answered / total : 1})})
  for await (const answer of answers) {
    answered++
    yield answer
    // Whoever has the answer may have aborted.
    signal?.throwIfAborted()
    if (turns.isOver) {
      tell()
      await turns.next()
    }
  }
  tell()
}

/** Makes answers on the caller's own thread, each when it is asked for. */
export const answersHere: Answering = async function* (batch) {
  const {ids, signal} = batch
  for await (const id of Symbol.asyncIterator in ids ? untilAborted(ids, signal) : ids) yield answerHere(batch, id)
}

/** The model's scratch is used within this alone, and never across a pause. */
export function answerHere(batch: Batch, given: Id): ItemNeighbors | CustomerSuggestions {
  const {query, current} = batch
  const id = textOf(query, given)
  return answered(batch, id, answersTo(batch, current(), id))
}

/** What the single question answers. */
export function answersTo({query, question}: Pick<Batch, 'query' | 'question'>, model: Model, id: string): Answers {
  return query === 'suggestAll' ? suggest(model, {customer: id}, question) : alsoBought(model, id, question)
}

export function answered({query}: Pick<Batch, 'query'>, id: string, answers: Answers) {
  return (query === 'suggestAll' ? {customer: id, answers} : {item: id, answers}) as ItemNeighbors | CustomerSuggestions
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

function checkList(query: string, option: string, ids: IdList | undefined): void {
  const isList = typeof ids === 'object' && ids !== null && (Symbol.iterator in ids || Symbol.asyncIterator in ids)
  if (ids !== undefined && !isList) {
    throw new TypeError(`${query}: ${option} must be a list of ids, or an async one, got ${quote(ids)}`)
  }
}

function checkBatch(query: string, {onProgress, signal}: BatchOptions): void {
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`${query}: onProgress must be a function, got ${quote(onProgress)}`)
  }
  if (signal !== undefined && typeof signal?.throwIfAborted !== 'function') {
    throw new TypeError(`${query}: signal must be an AbortSignal, got ${quote(signal)}`)
  }
}
