import type {Model} from './model.ts'

/** The bytes of a model by part: its typed arrays exactly, texts at two bytes a character. */
export function sizesOf({log, fates, scopes, histories, popular}: Model): Record<string, number> {
  const bytes: Record<string, number> = {
    log: bytesIn([
      log.lineItems,
      log.lineOffsets,
      log.customerOrders,
      log.times,
      log.quantities,
      log.lineTimes,
      log.weights,
      log.prices,
      fates,
    ]),
    ids: bytesIn([log.items, log.customers, log.orders]),
    popular: bytesIn([popular]),
  }
  for (const [scope, {privacy, marginals, companions, alsoBought, together}] of scopes) {
    const {byBasket, byItem, weights} = together.baskets
    const own = alsoBought.baskets.weights

    bytes[`${scope} baskets`] = bytesIn([
      byBasket,
      byItem,
      weights,
      own === weights ? undefined : own,
      privacy.owners,
      marginals,
      companions,
    ])
    bytes[`${scope} alsoBought`] = bytesIn([alsoBought.table])
    bytes[`${scope} together`] = bytesIn([together.table])
  }
  if (histories) bytes['next order'] = bytesIn([histories])
  return bytes
}

function bytesIn(parts: unknown[]): number {
  let bytes = 0
  for (const part of parts) {
    if (ArrayBuffer.isView(part)) bytes += part.byteLength
    else if (typeof part === 'string') bytes += 2 * part.length
    else if (typeof part === 'number') bytes += 8
    else if (typeof part === 'object' && part !== null) bytes += bytesIn(Object.values(part))
  }
  return bytes
}
