import {plainCrc32} from './model/crc32.ts'
import {modelFromBytes} from './model/open.ts'
import type {LoadOptions} from './model/restore.ts'
import type {CatalogueItem} from './orders/catalogue-item.ts'
import {Queries} from './queries/queries.ts'

export type {Estimate} from './matrix/wilson.ts'
export type {Items} from './model/catalogue.ts'
export type {Report, ScopeReport} from './model/report.ts'
export type {Scope} from './orders/baskets.ts'
export type {CatalogueItem, KnownItem} from './orders/catalogue-item.ts'
export type {Id} from './orders/order-line.ts'
export type {AlsoBoughtOptions, Neighbor} from './queries/also-bought.ts'
export type {
  AlsoBoughtAllOptions,
  BatchProgress,
  CustomerSuggestions,
  ItemNeighbors,
  SuggestAllOptions,
} from './queries/batch.ts'
export type {Suggestion} from './queries/bought-together.ts'
export type {BuyAgainOptions, Repeat} from './queries/buy-again.ts'
export type {Apart, ExplainOptions, Explanation, Together} from './queries/explain.ts'
export type {ItemSet} from './queries/item-set.ts'
export type {NewArrival, NewArrivalsOptions} from './queries/new-arrivals.ts'
export type {Bestseller, PopularOptions} from './queries/popular.ts'
export type {Ranked, RankOptions} from './queries/rank.ts'
export type {Because} from './queries/reasons.ts'
export type {MaxPer, OfItem, Rules} from './queries/rules.ts'
export type {Tier} from './queries/select.ts'
export type {NoSubstitute, Substitute, Substitutes, SubstitutesOptions} from './queries/substitutes.ts'
export type {SuggestOptions} from './queries/suggest.ts'
export type {SessionItem, Who} from './queries/who.ts'
export type {LoadOptions, Queries}

/**
 * Opens a shop that was saved, to be asked where there is no Node and nothing to install: in a browser, at the edge, in any
 * JavaScript runtime. It answers all that the shop would, to the same digits in the same engine.
 *
 *     import {open} from 'alsobought/query'
 *
 *     const shop = open(await (await fetch('/shop.also')).arrayBuffer())
 *     shop.alsoBought('85123A', {limit: 5})
 *
 * **What goes to a browser anybody can read.** Save such a shop with `log: false`: a file with its log holds every order.
 *
 * The bytes are not copied, unless a `Uint8Array` begins at no multiple of 8 in its memory: leave them as they are from then
 * on. Sums are made in JavaScript, as platforms and content security policies often forbid to compile WebAssembly: the same
 * answers, where a customer has bought much in up to twice the time.
 *
 * @throws Error that says what is wrong with the bytes: no saved shop, cut off, damaged, or by a newer version; RangeError
 * where `measure` is missing or not called for, see `LoadOptions`; TypeError for what is no bytes
 */
export function open<Item extends CatalogueItem = CatalogueItem>(
  bytes: Uint8Array | ArrayBuffer | SharedArrayBuffer,
  options: LoadOptions = {},
): Queries<Item> {
  const model = modelFromBytes('open', bytes, options, plainCrc32)
  return new Queries<Item>(() => model)
}
