import {plain} from '../orders/header.ts'

/** What items are called, by id. */
export type Titles = ReadonlyMap<string, string>

/** Columns of the orders that hold titles, best first. A bare `name` is mostly an order's. */
const titleColumns = `title itemtitle producttitle itemname productname lineitemname articlename description
  itemdescription productdescription`.split(/\s+/)

function findTitles(header: readonly string[]): number {
  const names = header.map(plain)
  for (const name of titleColumns) if (names.includes(name)) return names.indexOf(name)
  return -1
}

/** Collects the titles that stand beside the items in rows of orders. */
export class TitleCounter {
  readonly #counts = new Map<string, Map<string, number>>()
  #column: string | undefined
  #begun = false

  /** The column of the titles, once a row was seen that has one. */
  get column(): string | undefined {
    return this.#column
  }

  see(item: string, row: Record<string, string>): void {
    if (!this.#begun) {
      const header = Object.keys(row)
      this.#column = header[findTitles(header)]
      this.#begun = true
    }
    if (this.#column === undefined) return
    const title = row[this.#column]
    let counts = this.#counts.get(item)
    if (!counts) {
      counts = new Map()
      this.#counts.set(item, counts)
    }
    counts.set(title, (counts.get(title) ?? 0) + 1)
  }

  /** For each item its most frequent title, of equals the first by code units: the order of the rows does not matter. */
  titles(): Titles {
    const titles = new Map<string, string>()
    for (const [item, counts] of this.#counts) {
      const [best] = [...counts]
        .filter(([title]) => title.trim() !== '')
        .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      if (best) titles.set(item, best[0].trim())
    }
    return titles
  }
}
