import {basename} from 'node:path'
import {csvRows} from '../orders/csv-rows.ts'
import {quote} from '../orders/options.ts'
import type {Reading} from './arguments.ts'

/** What items are called, by id. */
export type Titles = ReadonlyMap<string, string>

/** Columns of the orders that hold titles, best first. A bare `name` is mostly an order's. */
const titleColumns = `title itemtitle producttitle itemname productname lineitemname articlename description
  itemdescription productdescription`.split(/\s+/)

/** Columns of a file of items. */
const idColumns = `id itemid productid stockcode sku asin itemcode productcode articleid articleno itemno productno
  variantid item product`.split(/\s+/)
const nameColumns = [...titleColumns, 'name', 'label']

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

function findColumn(header: readonly string[], known: readonly string[]): number {
  const names = header.map(plain)
  for (const name of known) if (names.includes(name)) return names.indexOf(name)
  return -1
}

/** Collects the titles that stand beside the items in rows of orders. */
export class TitleCounter {
  readonly #counts = new Map<string, Map<string, number>>()
  #column: string | undefined
  #begun = false

  see(item: string, row: Record<string, string>): void {
    if (!this.#begun) {
      const header = Object.keys(row)
      this.#column = header[findColumn(header, titleColumns)]
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

/** The titles in a file of items. Of an item that stands twice, the first. */
export async function readTitles(
  file: string,
  {delimiter, encoding = 'utf-8'}: Pick<Reading, 'delimiter' | 'encoding'>,
): Promise<Titles> {
  const name = basename(file)
  const titles = new Map<string, string>()
  let columns: {id: number; title: number} | undefined
  const mark = delimiter ?? (/\.tsv(\.gz)?$/i.test(name) ? '\t' : ',')
  for await (const rows of csvRows(file, name, mark, encoding, 'readItems')) {
    for (const {values, line, bad} of rows) {
      if (bad) throw new RangeError(`${name}, line ${line}: ${bad.reason}`)
      if (!columns) {
        columns = {id: findColumn(values, idColumns), title: findColumn(values, nameColumns)}
        if (columns.id < 0 || columns.title < 0) {
          const list = values.slice(0, 12).map(quote).join(', ')
          throw new RangeError(`${name}: expected columns such as id and title, got ${list}; rename two of them`)
        }
        continue
      }
      const [id, title] = [values[columns.id], values[columns.title]?.trim()]
      if (id && title && !titles.has(id)) titles.set(id, title)
    }
  }
  return titles
}
