import {type Answer, askAlsoBought, type Named, named, type TitledShop} from './answers.ts'
import type {Listing} from './listing.ts'
import {byPlainCount} from './plain-count.ts'

/** A question of the demo, its answer, and what there is to say of it. */
export interface Section {
  answer: Answer | Listing
  /** The first that a plain count would have answered. */
  plainCount?: Named[]
  notes: string[]
}

/** Customers who bought an item also bought, and what a plain count would say. */
export function alsoBoughtSection(titled: TitledShop, item: string, limit: number, notes: string[] = []): Section {
  const plainCount = byPlainCount(titled.shop, item)
    .slice(0, limit)
    .map((other) => named(titled, other))
  return {answer: askAlsoBought(titled, item, {limit}), plainCount, notes}
}
