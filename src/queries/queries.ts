import type {Catalogue, Items} from '../model/catalogue.ts'
import type {ChangedModel} from '../model/changed-rows.ts'
import type {Model} from '../model/model.ts'
import type {Report} from '../model/report.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import type {Id} from '../orders/order-line.ts'
import {type AlsoBoughtOptions, alsoBought, type Neighbor} from './also-bought.ts'
import {
  type AlsoBoughtAllOptions,
  type Answering,
  alsoBoughtAll,
  answersHere,
  type CustomerSuggestions,
  type ItemNeighbors,
  type SuggestAllOptions,
  suggestAll,
} from './batch.ts'
import {boughtTogether, type Suggestion} from './bought-together.ts'
import {type BuyAgainOptions, buyAgain, type Repeat} from './buy-again.ts'
import {type ExplainOptions, type Explanation, explain} from './explain.ts'
import {type ItemSet, itemSet} from './item-set.ts'
import {type NewArrival, type NewArrivalsOptions, newArrivals} from './new-arrivals.ts'
import {type Bestseller, type PopularOptions, popular} from './popular.ts'
import {type Ranked, type RankOptions, rank} from './rank.ts'
import {indexOf, type Rules} from './rules.ts'
import {type Substitutes, type SubstitutesOptions, substitutes} from './substitutes.ts'
import {type SuggestOptions, suggest} from './suggest.ts'
import type {Who} from './who.ts'

/**
 * What a shop can be asked, and what it knows of its items. A `Recommender` is one; so is what `alsobought/query` opens.
 * @typeParam Item what the shop's catalogue knows of an item, where it has one
 */
export class Queries<Item extends CatalogueItem = CatalogueItem> {
  readonly #current: () => Model
  readonly #answering: Answering

  /**
   * @param current what answers, looked up for every question
   * @param answering who makes the answers of a batch
   */
  constructor(current: () => Model, answering: Answering = answersHere) {
    this.#current = current
    this.#answering = answering
  }

  get #model(): Model {
    return this.#current()
  }

  /**
   * Names what was opened: the checksum (CRC-32) and the number of its bytes, in hexadecimal, as `version` of the shop that
   * was saved. What is changed in the catalogue afterwards does not show in it.
   */
  get version(): string {
    return this.#model.version as string
  }

  /** What was read and what came of it. */
  get report(): Report {
    return structuredClone(this.#model.report)
  }

  /** The newest time seen in any line, those just added too, or `undefined` without dates. */
  get watermark(): Date | undefined {
    const {changes, watermark} = this.#model
    const newest = Math.max(
      changes?.newest ?? Number.NEGATIVE_INFINITY,
      Number.isNaN(watermark) ? -Infinity : watermark,
    )
    return newest === Number.NEGATIVE_INFINITY ? undefined : new Date(newest)
  }

  /** What may be recommended and what the shop knows of it, to be read and changed: see `Items`. */
  get items(): Items<Item> {
    return this.#model.catalogue as Catalogue<Item>
  }

  /** Looks a list of ids up once, for an `only` or `exclude` that is the same at every request: items in stock, say. */
  set(ids: Iterable<Id>): ItemSet {
    return itemSet(ids)
  }

  /** Whether an item stands in a basket, so that there is more to say of it than what sells well. */
  has(id: Id): boolean {
    const {changes, scopes} = this.#model
    if (changes) return changes.now.hasNow(this.#model as ChangedModel, indexOf('has', changes.itemOf, id))
    const item = indexOf('has', this.#model.itemOf, id)
    return [...scopes.values()].some(({marginals}) => marginals.support[item] > 0)
  }

  /**
   * *Customers who bought this also bought*: the items most strongly bought together with one, best first.
   *
   * Exactly `limit` items come back unless fewer qualify. Rules act before the cut; where they leave too little of the
   * stored neighbors, the item's whole row is counted on the spot. An unknown id gives what sells well.
   *
   * With `after`, what customers buy later rather than with it.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a scope that was not fitted
   */
  alsoBought(id: Id, options?: AlsoBoughtOptions<Item>): Neighbor[] {
    return alsoBought(this.#model, id, options)
  }

  /**
   * `alsoBought` for every item that stands in a basket, the most bought first, or for those named: for a nightly export.
   *
   *     for await (const {item, answers} of shop.alsoBoughtAll({limit: 5})) await write(item, answers)
   *
   * Answers are made as they are asked for, so that memory stays as it is, however many there are: one at a time, and in a
   * long batch of a `Recommender` some hundred ahead by worker threads, see `threads`. The event loop has its turn every 15 ms
   * or so (a single answer with `after` may take longer, and so may the start of threads), and other questions may be asked
   * meanwhile. A change, of the catalogue or of orders, counts from the next answer on. It can be looped over once.
   *
   * @throws RangeError or TypeError, at the call, for an option that is unknown or cannot be. The loop rejects with the
   * `signal`'s reason, and for what is no id.
   */
  alsoBoughtAll(options?: AlsoBoughtAllOptions<Item>): AsyncGenerator<ItemNeighbors, void, undefined> {
    return alsoBoughtAll(this.#current, this.#answering, options)
  }

  /**
   * *Why is this shown?* How often the other item is bought with one, how often it would be by chance, how sure that is, and
   * what each measure makes of it: numbers, to be said in any language.
   *
   *     const why = shop.explain('camera', 'memory card')
   *     if (!why.tooFew) say(`${why.together} of ${why.bought[0]}, by chance ${why.expected}`)
   *
   * The first item is the one asked about: `share` and `expected` are of its baskets. A pair that `alsoBought` may not tell
   * for too few baskets or customers is `tooFew`, and so is one with an unknown id (`has` tells), or that never met.
   *
   * @throws RangeError or TypeError for the same item twice, an unknown option, or a scope that was not fitted
   */
  explain(item: Id, other: Id, options?: ExplainOptions): Explanation {
    return explain(this.#model, item, other, options)
  }

  /**
   * What completes these items, as one joint answer, best first: for a cart, or a set. The order of the items does not
   * matter, and naming one twice changes nothing. Unknown ids are passed over.
   */
  boughtTogether(ids: Iterable<Id>, options?: Rules<Item>): Suggestion[] {
    return boughtTogether(this.#model, ids, options)
  }

  /**
   * What to suggest to a customer, to a visitor by the items of their session (`{items}`, the latest last), or to a
   * customer with a session. By default new things only, see `repeat`. Somebody unknown gets what sells well.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  suggest(who: Who, options?: SuggestOptions<Item>): Suggestion[] {
    return suggest(this.#model, who, options)
  }

  /**
   * Puts any list in order for a customer or a session: search results, a category page. All of it comes back, each id once:
   * first what they buy again and what goes with what they have, best first; then the rest, in the order it came. Ids that
   * neither orders nor catalogue know stay in it, and `maxPer` does not count them.
   *
   *     shop.rank(searchResults, {customer: '17850', items: cart})
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  rank(candidates: Iterable<Id>, who: Who, options?: RankOptions<Item>): Ranked[] {
    return rank(this.#model, candidates, who, options)
  }

  /**
   * What is new and fits a customer or a session, best first: by what orders say of it so far, and, from its first day on, by
   * the category, brand and price band of what they buy. New is what was first sold in the last 60 days, by the catalogue's
   * `launchedAt` or else by the orders, unless `since` says otherwise; what is still to be launched is there too. Other new
   * things fill the places left, those of their categories first (tier `'category'`), then what sells (`'popular'`).
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  newArrivals(who: Who, options?: NewArrivalsOptions<Item>): NewArrival[] {
    return newArrivals(this.#model, who, options)
  }

  /**
   * `suggest` for every customer in the log, in the order of their ids' UTF-8 bytes, or for those named: for e-mails. It goes
   * on as `alsoBoughtAll` does; a million customers take no more memory than a thousand.
   *
   *     for await (const {customer, answers} of shop.suggestAll({limit: 3, only: inStock})) await send(customer, answers)
   *
   * @throws as `alsoBoughtAll`
   */
  suggestAll(options?: SuggestAllOptions<Item>): AsyncGenerator<CustomerSuggestions, void, undefined> {
    return suggestAll(this.#current, this.#answering, options)
  }

  /**
   * What sells, best first; with `since` only by the orders from then on. What was never sold comes last, the newest of it
   * first.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or for `since` where orders have no dates
   */
  popular(options?: PopularOptions<Item>): Bestseller[] {
    return popular(this.#model, options)
  }

  /**
   * What a customer has bought and is to buy again, the likeliest in their next order first, with when it is due and how
   * often they buy it; with `at` only what is due by then. Nothing for somebody unknown.
   *
   *     shop.buyAgain('17850', {at: new Date()})
   *
   * The chance counts their own repeats, newer ones more, and leans on how readily all customers buy the item again. Ranking
   * by how long a thing is overdue was less accurate: what was just bought is what is bought.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be
   */
  buyAgain(customer: Id, options?: BuyAgainOptions<Item>): Repeat[] {
    return buyAgain(this.#model, customer, options)
  }

  /**
   * What would do instead of an item that is out of stock or late, the likest first: what is bought with the same things and
   * hardly ever with the item itself. Short, or empty with the reason why; nothing fills it up.
   *
   *     const shop = await Recommender.fit(readOrders('orders.csv'), {substitutes: true})
   *     shop.substitutes('COL-01')  // {items: [{item: 'COL-02', score: 0.94, expected: 21.9, together: 2}]}
   *
   * Only pairs of the 2,000 most bought items count, of which at least 5 common baskets are to be expected by chance and less
   * than half of these are there, and whose profiles are alike, which are the rows of what else is in their baskets beyond
   * chance: by a cosine of 0.43 or more if the catalogue says that both are of one category, and of 0.8 if it does not say.
   * Those of two categories never do. An item has at most ten. What is bought side by side, such as the colors of a cup, is
   * never found.
   *
   * @throws Error where `fit` was not told `substitutes: true`; RangeError or TypeError for an option that is unknown or
   * cannot be
   */
  substitutes(id: Id, options?: SubstitutesOptions<Item>): Substitutes {
    return substitutes(this.#model, id, options)
  }
}
