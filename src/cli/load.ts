import type {Queries} from '../queries/queries.ts'
import {Recommender} from '../recommender.ts'
import type {Request} from './arguments.ts'
import {number} from './display.ts'
import {readItemsFile} from './items-file.ts'
import {addOne, isSavedShop, type LeftOut, mostFirst, openOrders} from './open-orders.ts'
import {openShop} from './open-shop.ts'
import {doing, type ProgressBar} from './progress.ts'
import {TitleCounter, type Titles} from './titles.ts'

/** A shop from a file, and what its answers are told with. */
export interface Loaded extends LeftOut {
  shop: Queries
  titles: Titles
  /** Every customer in the file, those with most lines first; absent where it was saved without any. */
  customers: string[] | undefined
  /** What messages call the file. */
  name: string
}

/** A shop that was just made of orders. */
export interface Fitted extends Loaded {
  shop: Recommender
  customers: string[]
}

/** What is to be read, and how. */
type LoadRequest = Pick<Request, 'reading' | 'fitting' | 'given' | 'exporting'> & {file: string}

/** Opens a shop that was saved, or makes one of a file of orders. */
export async function load(request: LoadRequest, bar: ProgressBar): Promise<Loaded> {
  return isSavedShop(request.file) ? openShop(request) : fitOrders(request, bar)
}

/** Reads a file of orders and counts it. */
export async function fitOrders(
  {file, reading, fitting}: Pick<LoadRequest, 'file' | 'reading' | 'fitting'>,
  bar: ProgressBar,
): Promise<Fitted> {
  const {itemsFile} = reading
  const {items, titles, badItems} = itemsFile === undefined ? {} : await readItemsFile(itemsFile, reading)
  const titleCounter = new TitleCounter()
  const customers = new Map<string, number>()
  const {reader, name, shareRead, leftOut} = openOrders(file, reading, ({item, customer}, row) => {
    if (!titles) titleCounter.see(item, row)
    if (customer !== undefined) addOne(customers, customer)
  })
  const shop = await Recommender.fit(reader, {
    ...fitting,
    items,
    onProgress: ({phase, share = 0, lines}) => {
      const isReading = phase === 'read'
      const note = lines === undefined ? '' : `${number(lines)} lines`
      bar.show(doing[phase], (isReading ? shareRead() : undefined) ?? share, note)
    },
  })
  return {
    shop,
    titles: titles ?? titleCounter.titles(),
    customers: mostFirst(customers).map(([id]) => id),
    name,
    ...leftOut(titleCounter.column),
    badItems,
  }
}
