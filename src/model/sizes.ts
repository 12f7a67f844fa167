import {each, type Steps} from '../matrix/steps.ts'
import type {BlockIds} from '../orders/id-block.ts'
import type {Log} from '../orders/log.ts'
import type {Model} from './model.ts'

/** The bytes of a model by part: its typed arrays exactly, order ids that are texts at two bytes a character. What parts share is the first's. */
export function* sizesOf({
  log,
  fates,
  scopes,
  histories,
  substitutes,
  sales,
  popular,
}: Model): Steps<Record<string, number>> {
  const {items: _items, customers: _customers, orders: _orders, ...lines} = log
  const seen = new Set<unknown>()
  const bytes: Record<string, number> = {
    log: bytesIn([lines, fates, sales], seen),
    ids: yield* bytesOfIds(log),
    popular: bytesIn(popular, seen),
  }
  for (const [scope, {customers, times, privacy, marginals, companions, alsoBought, together}] of scopes) {
    const {byBasket, byItem, weights} = together.baskets
    const own = alsoBought.baskets.weights
    const {owners} = privacy
    const baskets = [byBasket, byItem, weights, own, owners, customers, times, marginals, companions]
    bytes[`${scope} baskets`] = bytesIn(baskets, seen)
    bytes[`${scope} alsoBought`] = bytesIn(alsoBought.table, seen)
    bytes[`${scope} together`] = bytesIn(together.table, seen)
  }
  if (histories) bytes['next order'] = bytesIn(histories, seen)
  if (substitutes) bytes.substitutes = bytesIn(substitutes, seen)
  return bytes
}

/** In steps: there may be millions. */
function* bytesOfIds({items, customers, orders}: Log): Steps<number> {
  let bytes = 0
  for (const ids of [items, customers, orders]) {
    if (ArrayBuffer.isView(ids)) {
      bytes += ids.byteLength
    } else if ('block' in ids) {
      const {offsets, bytes: texts} = (ids as BlockIds).block
      bytes += offsets.byteLength + texts.byteLength
    } else {
      const add = (i: number) => {
        const id = ids.at(i)
        bytes += typeof id === 'string' ? 2 * id.length : 8
      }
      yield* each(ids.length, add)
    }
  }
  return bytes
}

function bytesIn(part: unknown, seen: Set<unknown>): number {
  if (typeof part === 'number') return 8
  if (typeof part !== 'object' || part === null || seen.has(part)) return 0
  seen.add(part)
  if (ArrayBuffer.isView(part)) return part.byteLength
  let bytes = 0
  for (const inner of Object.values(part)) bytes += bytesIn(inner, seen)
  return bytes
}
