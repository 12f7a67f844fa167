import type {FitOptions} from '../model/options.ts'
import {Recommender} from '../recommender.ts'
import type {Reading} from './arguments.ts'
import {number} from './display.ts'
import {readItemsFile} from './items-file.ts'
import {addOne, type LeftOut, mostFirst, openOrders} from './open-orders.ts'
import {doing, type ProgressBar} from './progress.ts'
import {TitleCounter, type Titles} from './titles.ts'

/** A shop read from a file, and what its answers are told with. */
export interface Loaded extends LeftOut {
  shop: Recommender
  titles: Titles
  /** Every customer in the file, those with most lines first. */
  customers: string[]
  /** What messages call the file. */
  name: string
}

/** Reads a file of orders and counts it. */
export async function load(file: string, reading: Reading, fitting: FitOptions, bar: ProgressBar): Promise<Loaded> {
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
    ...leftOut(),
    badItems,
  }
}
