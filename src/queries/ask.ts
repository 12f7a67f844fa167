import {clearPurchases} from '../matrix/repeat.ts'
import {clearSparse} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import {BARRED, type Eligible, PICKED} from '../model/scratch.ts'
import type {Id} from '../orders/order-line.ts'
import {ItemSet} from './item-set.ts'
import {indexOf, type Rules} from './rules.ts'

/**
 * Answers one question in the model's scratch, which is empty before and after, whatever happens. The rules are in force
 * before `answer` begins.
 */
export function ask<Answer>(
  model: Model,
  query: string,
  {only, exclude}: Pick<Rules, 'only' | 'exclude'>,
  answer: () => Answer,
): Answer {
  const {scratch} = model
  // What a caller's iterable does on its way may be another question: it must end before this one begins.
  const allowed = only && !(only instanceof ItemSet) ? listOf(only) : undefined
  const excluded = exclude && !(exclude instanceof ItemSet) ? listOf(exclude) : undefined
  if (scratch.isBusy) throw new Error(`${query}: a query may not be asked from within a measure or a rule`)
  try {
    scratch.isBusy = true
    model.catalogue.prepare()
    if (allowed) allowOnly(scratch.eligible, indicesOf(model, query, allowed))
    if (excluded) for (const item of indicesOf(model, query, excluded)) bar(scratch.eligible, item)
    return answer()
  } finally {
    clearEligible(scratch.eligible)
    if (scratch.unseen.size > 0) scratch.unseen.clear()
    clearSparse(scratch.session)
    clearSparse(scratch.history)
    // Empty already, unless a rule has thrown.
    clearSparse(scratch.sums)
    clearSparse(scratch.mix)
    clearPurchases(scratch.purchases)
    scratch.isBusy = false
  }
}

/** Refuses what only orders can answer, where the shop was saved without. */
export function needLog({hasLog}: Model, query: string): void {
  if (hasLog) return
  throw new Error(`${query}: this shop was saved with log: false, and only orders tell; load one saved with its log`)
}

/** What a caller's iterable holds, read once: no code of theirs runs when the list is looked through again. */
export function listOf<Entry>(entries: Iterable<Entry>): readonly Entry[] {
  // A copy has no holes: what `map` would pass over is no id.
  return [...entries]
}

/** The indices of the ids the caller gave, without unknown ones. */
export function indicesOf({catalogue}: Model, query: string, ids: readonly Id[]): number[] {
  return ids.map((id) => indexOf(query, catalogue.find, id)).filter((item) => item >= 0)
}

/** Lets nothing come but what stands on this list, and on those before. */
export function allowOnly(eligible: Eligible, items: ArrayLike<number>, n = items.length): void {
  const {lists} = eligible
  for (let i = 0; i < n; i++) if (markOf(eligible, items[i]) === lists) mark(eligible, items[i], lists + 1)
  eligible.lists++
}

/** Keeps an item out of the answer. */
export function bar(eligible: Eligible, item: number): void {
  if (markOf(eligible, item) !== BARRED) mark(eligible, item, BARRED)
}

/** Keeps an item from coming twice. */
export function markPicked(eligible: Eligible, item: number): void {
  mark(eligible, item, PICKED)
}

/** Whether an item may come into the answer and has not yet. */
export function isOpen(eligible: Eligible, item: number): boolean {
  return markOf(eligible, item) === eligible.lists
}

function markOf({marks, added}: Eligible, item: number): number {
  return item < marks.length ? marks[item] : added[item - marks.length]
}

function mark(eligible: Eligible, item: number, value: number): void {
  const {marks, added, marked} = eligible
  if (markOf(eligible, item) === 0) marked[eligible.n++] = item
  if (item < marks.length) marks[item] = value
  else added[item - marks.length] = value
}

function clearEligible(eligible: Eligible): void {
  const {marks, added, marked} = eligible
  for (let i = 0; i < eligible.n; i++) {
    const item = marked[i]
    if (item < marks.length) marks[item] = 0
    else added[item - marks.length] = 0
  }
  eligible.n = 0
  eligible.lists = 0
}
