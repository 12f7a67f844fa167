import {availableThreads} from '../matrix/threads.ts'
import {measureNameOf} from '../model/facts.ts'
import type {Model} from '../model/model.ts'
import {checkWhole, MOST_THREADS} from '../model/settings.ts'
import {shareModel} from '../model/shared-model.ts'
import {Turns} from '../model/turns.ts'
import type {KnownItem} from '../orders/catalogue-item.ts'
import {answerReader} from './answer-numbers.ts'
import {AnswerThreads} from './answer-threads.ts'
import {type Answering, answered, answerHere, answersHere, type Batch} from './batch.ts'
import {ChunksAhead, OpenIds} from './ids-ahead.ts'

/** Results in a chunk of answers: more take longer than to send them, and fewer would be sent in vain when the loop ends. */
const RESULTS = 640

/** Ids in a chunk where an answer may take up to 50 ms. */
const AFTER = 4

/** Chunks under way for each thread: one that it is at, and one that it goes on with. */
const CHUNKS = 2

/** Threads that answer as a model does, and whether the shop still would. */
interface Team {
  threads: AnswerThreads
  model: Model
  hasChanged: () => boolean
}

/** Makes answers on threads, where these can be told all that is asked. */
export const answersInThreads: Answering = (batch) => {
  const {threads = Math.min(availableThreads(), MOST_THREADS), question} = batch
  const {where, boost, maxPer} = question
  checkWhole('threads', threads, 1, MOST_THREADS, batch.query)
  // Functions cannot be sent.
  const areRulesSent = !where && !boost && typeof maxPer?.by !== 'function'
  return threads > 1 && areRulesSent ? answersAhead(batch, threads) : answersHere(batch)
}

async function* answersAhead(batch: Batch, most: number): ReturnType<Answering> {
  const ids = new OpenIds(batch)
  let team: Team | undefined
  try {
    const worth = batch.threads === undefined ? startingTime(batch.current()) : 0
    for (let spent = 0; spent < worth; ) {
      const id = await ids.next()
      if (id === undefined) return
      const start = performance.now()
      const answer = answerHere(batch, id)
      spent += performance.now() - start
      yield answer
    }
    team = await teamFor(batch, most)
    const {
      question: {limit = 10, after},
    } = batch
    const size = after ? AFTER : Math.ceil(RESULTS / Math.max(10, limit))
    const ahead = new ChunksAhead(ids, size, CHUNKS * most, (ids) => team?.threads.ask(ids))
    for (let chunk = await ahead.take(); chunk; chunk = await ahead.take()) {
      const numbers = team && (await chunk.answers)
      const read = team && numbers && answerReader(numbers, team.model)
      for (const id of chunk.ids) {
        if (team?.hasChanged()) {
          await team.threads.end()
          team = undefined
        }
        yield team && read ? answered(batch, id, read()) : answerHere(batch, id)
      }
    }
  } finally {
    await Promise.all([team?.threads.end(), ids.close()])
  }
}

/** About how long it takes to start threads, in ms: as much is answered without them first, which may be all there is. */
function startingTime({report}: Model): number {
  const bytes = Object.values(report.bytes).reduce((sum, size) => sum + size, 0)
  return 100 + bytes / 50_000
}

/** Nothing where only the caller's own thread can answer. */
async function teamFor(batch: Batch, most: number): Promise<Team | undefined> {
  const {query, current, question, signal} = batch
  const {only, exclude, maxPer} = question
  const model = current()
  const known = knownTo(model, maxPer?.by as string | undefined)
  if (!known || model.changes || measureNameOf(model.settings) === null) return undefined
  const hasChanged = changeAfterNow(batch)
  const shared = await sharedBytes(model, known, maxPer?.by as string | undefined, new Turns(signal))
  signal?.throwIfAborted()
  const sent = {
    ...question,
    // What a thread makes of a set it does not know as one.
    only: only && [...only],
    exclude: exclude && [...exclude],
    maxPer: maxPer && {...maxPer, by: 'group' as 'id'},
  }
  return {threads: new AnswerThreads({shared, query, question: sent}, most, signal), model, hasChanged}
}

/** By model, what was shared last, and what of the catalogue was in it. */
const lastShared = new WeakMap<Model, {changes: number; by: string | undefined; bytes: WeakRef<SharedArrayBuffer>}>()

/**
 * The model for all threads; the same as for the last batch, as long as that is in memory: the engine is in no hurry to
 * collect shared memory, and a shop a batch would pile up.
 */
async function sharedBytes(
  model: Model,
  known: readonly KnownItem[],
  by: string | undefined,
  turns: Turns,
): Promise<SharedArrayBuffer> {
  const {changes} = model.catalogue
  const last = lastShared.get(model)
  const kept = last?.changes === changes && last.by === by ? last.bytes.deref() : undefined
  if (kept) return kept
  const bytes = await shareModel(model, known, turns)
  lastShared.set(model, {changes, by, bytes: new WeakRef(bytes)})
  return bytes
}

/** Tells whether answers may be others than they are now. */
function changeAfterNow({current, question}: Batch): () => boolean {
  const model = current()
  const {catalogue} = model
  const {version, changes} = catalogue
  const readsAll = question.maxPer !== undefined
  return () => current() !== model || catalogue.version !== version || (readsAll && catalogue.changes !== changes)
}

/** What answers read of the catalogue. Nothing where items are grouped by what is not the same in a copy, such as an object. */
function knownTo({catalogue}: Model, by: string | undefined): KnownItem[] | undefined {
  const known: (KnownItem & {group: unknown})[] = []
  // Of an item outside the catalogue, too.
  if (by !== undefined && by in {}) return undefined
  for (const item of catalogue.known) {
    const {id, category, brand, launchedAt} = item
    const group = by === undefined ? undefined : (item as Record<string, unknown>)[by]
    if (typeof group === 'number' ? !Number.isFinite(group) : !isPlain(group)) return undefined
    known.push({id, category, brand, launchedAt, group})
  }
  return known
}

function isPlain(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean'
}
