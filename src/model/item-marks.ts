/** Which items have changed since a model was made, and by whom. Items beyond those of its log are all new. */
export class ItemMarks {
  /** By item of the log, 1 where any of its pairs may have changed. */
  readonly #marks: Uint8Array
  /** By item of the log, how often it was marked, or lost something. */
  readonly #versions: Int32Array
  #marked = 0
  /** By item, the owners of orders that came and hold it, with how many of these do. */
  readonly #holders = new Map<number, Map<string, number>>()
  /** By item, who may have taken any pair from it, and how many orders the log has of them. */
  readonly #losers = new Map<number, Map<string, number>>()
  readonly #isSold: (item: number) => boolean
  /** The items that may stand in a basket now, and did in none when the model was made. */
  readonly unsold: number[] = []

  constructor(items: number, isSold: (item: number) => boolean) {
    this.#marks = new Uint8Array(items)
    this.#versions = new Int32Array(items)
    this.#isSold = isSold
  }

  /** How many items of the log have changed. */
  get changed(): number {
    return this.#marked
  }

  /** Notes that one more order of an owner holds an item, or one less. */
  hold(item: number, owner: string, by: 1 | -1): void {
    const holders = this.#holdersOf(item)
    const n = (holders.get(owner) ?? 0) + by
    if (n > 0) holders.set(owner, n)
    else holders.delete(owner)
  }

  /** Notes for good that an owner may hold an item: a few too many are asked, and say that they have none. */
  mayHold(item: number, owner: string): void {
    const holders = this.#holdersOf(item)
    if (!holders.has(owner)) holders.set(owner, 1)
  }

  #holdersOf(item: number): Map<string, number> {
    let holders = this.#holders.get(item)
    if (holders) return holders
    holders = new Map()
    this.#holders.set(item, holders)
    if (!this.#isSold(item)) this.unsold.push(item)
    return holders
  }

  /** Who may hold an item by an order that came. */
  holdersOf(item: number): Iterable<string> {
    return this.#holders.get(item)?.keys() ?? []
  }

  /** @param loser who may have taken a pair from it; `orders` is how many the log has of them */
  mark(item: number, loser?: string, orders = 0): void {
    if (item >= this.#marks.length) return
    if (this.#marks[item] === 0) this.#marked++
    this.#marks[item] = 1
    this.#versions[item]++
    if (loser !== undefined) this.lose(item, loser, orders)
  }

  /** Notes who may have taken a pair from an item, be it only one of what was bought first and what then. */
  lose(item: number, loser: string, orders: number): void {
    if (item >= this.#marks.length) return
    this.#versions[item]++
    const losers = this.#losers.get(item) ?? new Map<string, number>()
    this.#losers.set(item, losers.set(loser, orders))
  }

  /** Whether any pair of an item may count otherwise than in the model. */
  hasChanged(item: number): boolean {
    return item >= this.#marks.length || this.#marks[item] > 0
  }

  /** Another number whenever a pair of an item of the log may have changed or gone. */
  versionOf(item: number): number {
    return this.#versions[item]
  }

  /** Whether anything was taken from an item. */
  hasLost(item: number): boolean {
    return this.#losers.has(item)
  }

  /**
   * How many orders a pair of items may have lost: all that the log has of the owners who may have taken any from both; 0
   * where nobody has.
   */
  mayHaveLost(item: number, other: number): number {
    const [a, b] = [this.#losers.get(item), this.#losers.get(other)]
    if (!a || !b) return 0
    const [few, many] = a.size < b.size ? [a, b] : [b, a]
    let orders = 0
    for (const [owner, n] of few) if (many.has(owner)) orders += n
    return orders
  }
}
