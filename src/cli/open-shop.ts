import {basename} from 'node:path'
import {loadModel} from '../model/file.ts'
import type {Model} from '../model/model.ts'
import {answersInThreads} from '../queries/batch-threads.ts'
import {Queries} from '../queries/queries.ts'
import type {Request} from './arguments.ts'
import type {Loaded} from './load.ts'
import {mostFirst} from './open-orders.ts'
import {type CliOption, options} from './option-list.ts'

/** Opens a shop that was saved. Unlike a `Recommender`, it tells who its customers are, and cannot change. */
export async function openShop({
  file,
  given,
  exporting,
}: Pick<Request, 'given' | 'exporting'> & {file: string}): Promise<Loaded> {
  const name = basename(file)
  // A file of ids is read like one of orders.
  const ofIds = exporting?.idsFile === undefined ? [] : ['delimiter', 'encoding']
  const vain = given.filter((option) => isOfOrders(options[option]) && !ofIds.includes(option))
  if (vain.length > 0) {
    const names = vain.map((option) => `--${option}`).join(', ')
    throw new RangeError(
      `${name} is a saved shop, read and counted already: leave out ${names}, or save it anew with them`,
    )
  }
  const model = await loadModel(file, {})
  const titles = new Map<string, string>()
  for (const {id, title} of model.catalogue.known) if (title?.trim()) titles.set(id, title.trim())
  return {
    shop: new Queries(() => model, answersInThreads),
    titles,
    customers: model.hasLog ? customersOf(model) : undefined,
    name,
    fees: new Map(),
    badRows: {count: 0, first: undefined},
  }
}

function isOfOrders({group}: CliOption): boolean {
  return group === 'Reading' || group === 'Counting'
}

function customersOf({log: {customers, customerOrders, lineOffsets}}: Model): string[] {
  const lines = new Map<string, number>()
  for (let c = 0; c < customers.length; c++) {
    const bought = lineOffsets[customerOrders[c + 1]] - lineOffsets[customerOrders[c]]
    lines.set(customers.at(c) as string, bought)
  }
  return mostFirst(lines).map(([id]) => id)
}
