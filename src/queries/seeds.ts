import {raiseTo} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import type {Weighted} from './fallback.ts'

/** Lets the question start from an item; one named twice counts as the larger. `weight` is from 0 up, 0 for not at all. */
export function addSeed({log, scratch}: Model, item: number, weight: number): void {
  if (!(weight > 0)) return
  if (item < log.items.length) raiseTo(scratch.session, item, weight)
  // Rows say nothing of what only the catalogue has, but its category does.
  else scratch.unseen.set(item, Math.max(weight, scratch.unseen.get(item) ?? 0))
}

/** All that the question starts from. */
export function* seedsIn({scratch}: Model): Generator<Weighted> {
  const {session, history, unseen} = scratch
  for (const {n, items, values} of [session, history])
    for (const item of items.subarray(0, n)) yield [item, values[item]]
  yield* unseen
}
