import {readdirSync, realpathSync, rmSync, statSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import type {Request} from './arguments.ts'
import {counted, number, printable} from './display.ts'
import {type Fitted, fitOrders} from './load.ts'
import {isSavedShop} from './open-orders.ts'
import {reasonOf} from './output.ts'
import type {ProgressBar} from './progress.ts'
import {checkTarget} from './target.ts'

/** A shop that was written to a file. */
export interface SavedShop {
  fitted: Fitted
  /** In seconds. */
  fitting: number
  saving: number
  bytes: number
}

/** Makes a shop of a file of orders and writes it to another, which is asked in its place. */
export async function saveShop(
  {file = '', shopFile = '', reading, fitting}: Request,
  bar: ProgressBar,
): Promise<SavedShop> {
  checkTarget('the shop', shopFile, [file, reading.itemsFile])
  const before = statSync(shopFile, {throwIfNoEntry: false})
  if (before?.isFile() && before.size > 0 && !isSavedShop(shopFile)) {
    throw new Error(`${shopFile} is there and is no saved shop; name another file, or remove it`)
  }
  const start = performance.now()
  const fitted = await fitOrders({file, reading, fitting}, bar)
  const {shop, titles, name} = fitted
  if (shop.report.items === 0) throw new Error(`${name} has no line that bought something`)
  // Those of the orders' own column are in no catalogue yet.
  shop.items.patch([...titles].filter(([id]) => shop.has(id)).map(([id, title]) => ({id, title})))
  const middle = performance.now()
  bar.show('saving', 1)
  const others = partsOf(shopFile)
  // Who interrupts it waits for no promise, and what is left would hold orders.
  const remove = () => {
    for (const part of partsOf(shopFile)) if (!others.includes(part)) rmSync(part, {force: true})
  }
  process.once('exit', remove)
  try {
    await shop.save(shopFile)
    process.off('exit', remove)
  } catch (error) {
    const {cause, message} = error as Error
    throw new Error(`${shopFile} could not be written: ${cause instanceof Error ? reasonOf(cause) : message}`, {cause})
  }
  const [fittingTime, saving] = [middle - start, performance.now() - middle].map((ms) => ms / 1000)
  return {fitted, fitting: fittingTime, saving, bytes: statSync(shopFile).size}
}

/** What is being written beside a file, to take its name. */
function partsOf(file: string): string[] {
  const target = statSync(file, {throwIfNoEntry: false}) ? realpathSync(file) : file
  const folder = dirname(target)
  try {
    const isPart = (name: string) => name.startsWith(`.${basename(target)}.`) && name.endsWith('.saving')
    return readdirSync(folder)
      .filter(isPart)
      .map((name) => join(folder, name))
  } catch {
    // It says so itself when it is written there.
    return []
  }
}

/** What was saved, how long it took, and what can be done with it. */
export function savedText({fitted: {shop}, fitting, saving, bytes}: SavedShop, {shopFile = ''}: Request): string {
  const {orders, items, customers} = shop.report
  const path = printable(shopFile)
  return [
    `saved ${path}: ${size(bytes)}, ${counted(orders, 'order')}, ${counted(items, 'item')}, ${counted(customers, 'customer')}`,
    `reading and counting took ${number(fitting, 1)} s, writing ${number(saving, 1)} s`,
    `now ask: alsobought also-bought ${path} ${printable(shop.items.ids[0])}`,
    ...(customers > 0 ? [`${basename(path)} holds every order with its customer: it is personal data`] : []),
    '',
  ].join('\n')
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${number(Math.max(1, bytes / 1e3))} kB` : `${number(bytes / 1e6, 1)} MB`
}
