import {fitTuned} from './evaluate/tune.ts'
import {fitModel} from './model/fit.ts'
import type {Model} from './model/model.ts'
import type {FitOptions} from './model/options.ts'
import type {Lines, Source} from './model/read-lines.ts'
import type {Report} from './model/report.ts'
import type {Id, RowColumns} from './orders/order-line.ts'
import {type AlsoBoughtOptions, alsoBought, type Neighbor} from './queries/also-bought.ts'
import {boughtTogether, type Suggestion} from './queries/bought-together.ts'
import {type BuyAgainOptions, buyAgain, type Repeat} from './queries/buy-again.ts'
import {indexOf, type Rules} from './queries/rules.ts'
import {type Substitutes, type SubstitutesOptions, substitutes} from './queries/substitutes.ts'
import {type SuggestOptions, suggest} from './queries/suggest.ts'
import type {Who} from './queries/who.ts'

/** A shop's order history, counted and ready to be asked. Made by `Recommender.fit`. */
export class Recommender {
  readonly #model: Model

  private constructor(model: Model) {
    this.#model = model
  }

  /**
   * Reads an order history and counts what is bought with what.
   *
   *     const shop = await Recommender.fit(readOrders('orders.csv'))
   *
   * @param source `readOrders(…)`; or any iterable or async iterable of `OrderLine`s, or of raw rows with the option
   * `columns`; or an object of whole columns. It is read once, one batch in memory.
   * @throws RangeError or TypeError for an option that is unknown or cannot be, and for the first bad row unless `onBadRow`
   * says otherwise; the `signal`'s reason when it aborts
   */
  static fit(source: Lines, options?: FitOptions): Promise<Recommender>
  static fit<Row extends object>(
    rows: Iterable<Row> | AsyncIterable<Row>,
    options: FitOptions & {columns: RowColumns<Row>},
  ): Promise<Recommender>
  static async fit(source: Source, options: FitOptions = {}): Promise<Recommender> {
    return new Recommender(await (options.tune ? fitTuned : fitModel)(source, options))
  }

  /** What was read and what came of it. */
  get report(): Report {
    return structuredClone(this.#model.report)
  }

  /** The newest time seen in any line, or `undefined` without dates. */
  get watermark(): Date | undefined {
    const {times, lineTimes} = this.#model.log
    let newest = Number.NEGATIVE_INFINITY
    for (const time of lineTimes ?? times ?? []) if (time > newest) newest = time
    return newest === Number.NEGATIVE_INFINITY ? undefined : new Date(newest)
  }

  /** The ids of all items that stand in a basket, most bought first. */
  get items(): string[] {
    const {log, popular} = this.#model
    return Array.from(popular, (item) => log.items[item])
  }

  /** Whether an item stands in a basket, so that there is more to say of it than what sells well. */
  has(id: Id): boolean {
    const item = indexOf('has', this.#model.itemOf, id)
    return [...this.#model.scopes.values()].some(({marginals}) => marginals.support[item] > 0)
  }

  /**
   * *Customers who bought this also bought*: the items most strongly bought together with one, best first.
   *
   * Exactly `limit` items come back unless fewer qualify. Rules act before the cut; where they leave too little of the
   * stored neighbors, the item's whole row is counted on the spot. An unknown id gives what sells well.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a scope that was not fitted
   */
  alsoBought(id: Id, options?: AlsoBoughtOptions): Neighbor[] {
    return alsoBought(this.#model, id, options)
  }

  /**
   * What completes these items, as one joint answer, best first: for a cart, or a set. The order of the items does not
   * matter, and naming one twice changes nothing. Unknown ids are passed over.
   */
  boughtTogether(ids: Iterable<Id>, options?: Rules): Suggestion[] {
    return boughtTogether(this.#model, ids, options)
  }

  /**
   * What to suggest to a customer, to a visitor by the items of their session (`{items}`, the latest last), or to a
   * customer with a session. By default new things only, see `repeat`. Somebody unknown gets what sells well.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a weight below 0
   */
  suggest(who: Who, options?: SuggestOptions): Suggestion[] {
    return suggest(this.#model, who, options)
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
  buyAgain(customer: Id, options?: BuyAgainOptions): Repeat[] {
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
   * than half of these are there, and whose profiles are alike: a cosine of 0.43 or more between the rows of what else is in
   * their baskets beyond chance. An item has at most ten.
   *
   * Look at some answers before you show them. Where people choose one of two brands, this finds the other. Where orders are
   * large and mixed it finds chance: in Online Retail II, a wholesaler of gifts, seven in ten of the items that were compared
   * have some, and most of these would not do. What is bought side by side, such as the colors of a cup, it never finds.
   *
   * @throws Error where `fit` was not told `substitutes: true`; RangeError or TypeError for an option that is unknown or
   * cannot be
   */
  substitutes(id: Id, options?: SubstitutesOptions): Substitutes {
    return substitutes(this.#model, id, options)
  }
}
