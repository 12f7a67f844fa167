import {clearPurchases} from '../matrix/repeat.ts'
import {clearSparse} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import {BARRED, type Eligible, PICKED} from '../model/scratch.ts'
import type {Id} from '../orders/order-line.ts'
import {indexOf, type Rules} from './rules.ts'

/**
 * Answers one question in the model's scratch, which is empty before and after, whatever happens. The rules are in force
 * before `answer` begins.
 */
export function ask<Answer>(model: Model, query: string, {only, exclude}: Rules, answer: () => Answer): Answer {
  const {scratch} = model
  // What a caller's iterable does on its way may be another question: it must end before this one begins.
  const allowed = only && listOf(only)
  const excluded = exclude && listOf(exclude)
  if (scratch.isBusy) throw new Error(`${query}: a query may not be asked from within a measure or a rule`)
  try {
    scratch.isBusy = true
    if (allowed) allowOnly(scratch.eligible, indicesOf(model, query, allowed))
    if (excluded) for (const item of indicesOf(model, query, excluded)) bar(scratch.eligible, item)
    return answer()
  } finally {
    clearEligible(scratch.eligible)
    clearSparse(scratch.session)
    clearSparse(scratch.history)
    clearSparse(scratch.mix)
    clearPurchases(scratch.purchases)
    scratch.isBusy = false
  }
}

/** What a caller's iterable holds, read once: no code of theirs runs when the list is looked through again. */
export function listOf<Entry>(entries: Iterable<Entry>): readonly Entry[] {
  return Array.isArray(entries) ? entries : Array.from(entries)
}

/** The indices of the ids the caller gave, without unknown ones. */
export function indicesOf({itemOf}: Model, query: string, ids: readonly Id[]): number[] {
  return ids.map((id) => indexOf(query, itemOf, id)).filter((item) => item >= 0)
}

/** Lets nothing come but what stands on this list, and on those before. */
export function allowOnly(eligible: Eligible, items: ArrayLike<number>, n = items.length): void {
  const {marks, lists} = eligible
  for (let i = 0; i < n; i++) if (marks[items[i]] === lists) mark(eligible, items[i], lists + 1)
  eligible.lists++
}

/** Keeps an item out of the answer. */
export function bar(eligible: Eligible, item: number): void {
  if (eligible.marks[item] !== BARRED) mark(eligible, item, BARRED)
}

/** Keeps an item from coming twice. */
export function markPicked(eligible: Eligible, item: number): void {
  mark(eligible, item, PICKED)
}

function mark(eligible: Eligible, item: number, value: number): void {
  const {marks, marked} = eligible
  if (marks[item] === 0) marked[eligible.n++] = item
  marks[item] = value
}

function clearEligible(eligible: Eligible): void {
  const {marks, marked} = eligible
  for (let i = 0; i < eligible.n; i++) marks[marked[i]] = 0
  eligible.n = 0
  eligible.lists = 0
}
