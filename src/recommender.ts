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
import {type ExplainOptions, type Explanation, explain} from './queries/explain.ts'
import {indexOf, type Rules} from './queries/rules.ts'
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
   * With `after`, what customers buy later rather than with it.
   *
   * @throws RangeError or TypeError for an option that is unknown or cannot be, or a scope that was not fitted
   */
  alsoBought(id: Id, options?: AlsoBoughtOptions): Neighbor[] {
    return alsoBought(this.#model, id, options)
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
}
