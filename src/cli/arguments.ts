import {checkComparison, type EvaluateOptions} from '../evaluate/evaluate.ts'
import {type FitOptions, settingsOf} from '../model/options.ts'
import {type ReadOptions, readOrders} from '../orders/csv.ts'
import {type ItemColumns, itemFields} from '../orders/items-csv.ts'
import {quote} from '../orders/options.ts'
import type {Columns} from '../orders/order-line.ts'
import {type About, type CommandLine, readCommandLine} from './command-line.ts'
import {counted} from './display.ts'
import {type Exporting, readExporting} from './export-request.ts'
import {usages} from './help.ts'
import type {Command, OptionName} from './option-list.ts'

/** How the file is read, beside what the library's reader takes. */
export interface Reading
  extends Pick<ReadOptions, 'columns' | 'delimiter' | 'encoding' | 'dateFormat' | 'decimalComma'> {
  skipBadRows: boolean
  keepFees: boolean
  itemsFile: string | undefined
  itemColumns: ItemColumns
}

/** What the command line asked for. */
export interface Request {
  command: Command
  /** A path, or `'-'` for standard input; absent in the demo of the made-up shop. */
  file: string | undefined
  items: string[]
  customer: string | undefined
  /** Items that no answer is to hold. */
  exclude: string[]
  repeat: 'exclude' | 'include' | 'only' | undefined
  limit: number | undefined
  json: boolean
  reading: Reading
  fitting: FitOptions
  comparison: Pick<EvaluateOptions, 'measures' | 'seed'>
  /** How many configurations `tune` may try. */
  configurations: number | undefined
  /** Where a page of an evaluation is to be written. */
  html: string | undefined
  /** What `export` is to write, and where. */
  exporting: Exporting | undefined
  /** Where `save` is to put the shop. */
  shopFile: string | undefined
  /** The options that were given. */
  given: OptionName[]
}

/** Reads the arguments after the program's name. Everything wrong with them throws, in words that say what would do. */
export function parseRequest(args: string[]): Request | About {
  const line = readCommandLine(args)
  return 'about' in line ? line : requestOf(line)
}

function requestOf({command, positionals: [file, ...rest], values}: CommandLine): Request {
  const one = (name: OptionName) => values[name]?.at(-1)
  const itemsFile = one('items-file')
  const reading: Reading = {
    ...columnsOfFiles(readColumns(values.columns ?? []), itemsFile !== undefined),
    delimiter: /^(tab|\\t)$/i.test(one('delimiter') ?? '') ? '\t' : one('delimiter'),
    encoding: one('encoding'),
    dateFormat: one('date-format') as Reading['dateFormat'],
    decimalComma: values['decimal-comma'] !== undefined,
    skipBadRows: values['skip-bad-rows'] !== undefined,
    keepFees: values['keep-fees'] !== undefined,
    itemsFile,
  }
  const maxBasket = one('max-basket')
  const fitting: FitOptions = {
    measure: one('measure') as FitOptions['measure'],
    scopes: one('scope') === undefined ? undefined : [one('scope') as 'order'],
    neighbors: readNumber('neighbors', one('neighbors')),
    minTogether: readNumber('min-together', one('min-together')),
    maxBasket: maxBasket === 'none' ? Number.POSITIVE_INFINITY : readNumber('max-basket', maxBasket),
    discovery: readNumber('discovery', one('discovery')),
    learn: one('learn') === 'none' ? false : itemsToLearn(readNumber('learn', one('learn'))),
    threads: readNumber('threads', one('threads')),
  }
  const limit = readNumber('limit', one('limit'))
  const measures = values.measures && (listIn(values.measures) as EvaluateOptions['measures'])
  const comparison = {measures, seed: readNumber('seed', one('seed'))}
  checkOptions(reading, fitting, limit)
  checkComparison(comparison)
  const positional = command === 'suggest' ? rest[0] : undefined
  const repeat = readRepeat(one('repeat'))
  const isAskedByName = command === 'also-bought' || command === 'together'
  const request: Request = {
    command,
    file,
    items: isAskedByName ? rest.filter((id) => id !== '') : listIn(values.items),
    customer: positional ?? one('customer'),
    exclude: listIn(values.exclude),
    repeat,
    limit,
    json: values.json !== undefined,
    reading,
    fitting,
    comparison,
    configurations: fromOne('configurations', readNumber('configurations', one('configurations'))),
    html: one('html'),
    exporting: undefined,
    shopFile: command === 'save' ? rest[0] : undefined,
    given: Object.keys(values) as OptionName[],
  }
  checkCall(request, rest, positional !== undefined && values.customer !== undefined)
  if (command !== 'export') return request
  const asked = {format: one('format'), out: one('out'), ids: one('ids'), repeat: one('repeat')}
  return {...request, exporting: readExporting(rest, asked, callOf(command))}
}

/** What an option lists that may be given several times, with commas between. */
function listIn(lists: string[] = []): string[] {
  return lists.flatMap((list) => list.split(',')).filter((entry) => entry !== '')
}

/** `item=StockCode,order=Invoice`; a comma in a column's name is no matter, as only a field's name ends the last one. */
function readColumns(lists: string[]): Record<string, string | null> {
  const columns: Record<string, string | null> = Object.create(null)
  for (const part of lists.flatMap((list) => list.split(/,(?=\w+=)/))) {
    const [, field, name] = /^(\w+)=(.*)$/s.exec(part) ?? []
    if (field === undefined) throw new RangeError(`--columns must be like item=StockCode, got ${quote(part)}`)
    columns[field] = name || null
  }
  return columns
}

/** The columns of the orders, and those of the items where these have a file. A price is that of the orders. */
function columnsOfFiles(
  all: Record<string, string | null>,
  hasItems: boolean,
): Pick<Reading, 'columns' | 'itemColumns'> {
  const isOfItems = (field: string) =>
    hasItems && field !== 'price' && (itemFields as readonly string[]).includes(field)
  const pick = (ofItems: boolean) =>
    Object.fromEntries(Object.entries(all).filter(([field]) => isOfItems(field) === ofItems))
  return {columns: pick(false) as Columns, itemColumns: pick(true)}
}

function readNumber(name: OptionName, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) throw new RangeError(`--${name} must be a number, got ${quote(text)}`)
  return number
}

function itemsToLearn(items: number | undefined): FitOptions['learn'] {
  return items === undefined ? undefined : {items: fromOne('learn', items) as number}
}

function readRepeat(text: string | undefined): Request['repeat'] {
  const valid = ['exclude', 'include', 'only']
  if (text !== undefined && !valid.includes(text)) {
    throw new RangeError(`unknown --repeat ${quote(text)}; valid are ${valid.join(', ')}`)
  }
  return text as Request['repeat']
}

/** The library's own checks, before a long file is read in vain. */
function checkOptions({columns, delimiter, encoding, dateFormat}: Reading, fitting: FitOptions, limit?: number): void {
  settingsOf(fitting)
  readOrders('orders.csv', {columns, delimiter, encoding, dateFormat})
  fromOne('limit', limit)
}

function fromOne(name: OptionName, given: number | undefined): number | undefined {
  if (given === undefined || (Number.isSafeInteger(given) && given >= 1)) return given
  throw new RangeError(`--${name} must be a whole number from 1 up, got ${quote(given)}`)
}

function callOf(command: Command): string {
  return `alsobought ${usages[command].call}`
}

function checkCall({command, file, items, customer}: Request, rest: string[], isNamedTwice: boolean): void {
  const call = callOf(command)
  if (command === 'demo') {
    if (rest.length > 0) throw new RangeError(`demo takes one file at most, got also ${quote(rest[0])}: ${call}`)
    return
  }
  if (file === undefined) throw new RangeError(`${command} needs a file of orders: ${call}`)
  if (command === 'save' && rest.length !== 1) {
    throw new RangeError(
      `save takes a file of orders and one to write, got ${counted(rest.length + 1, 'file')}: ${call}`,
    )
  }
  if ((rest[0] === '-' || rest[0] === '') && command === 'save')
    throw new RangeError(`save writes to a file of its own: ${call}`)
  if ((command === 'evaluate' || command === 'tune') && rest.length > 0) {
    throw new RangeError(`${command} takes one file, got also ${quote(rest[0])}: ${call}`)
  }
  if (command === 'also-bought' && items.length !== 1) {
    throw new RangeError(`also-bought takes one item, got ${items.length}: ${call}`)
  }
  if (command === 'together' && items.length === 0) throw new RangeError(`together needs an item or more: ${call}`)
  if (command !== 'suggest') return
  if (isNamedTwice || rest.length > 1) throw new RangeError(`suggest takes one customer: ${call}`)
  if (customer === undefined && items.length === 0) {
    throw new RangeError(`suggest needs a customer or --items A,B: ${call}`)
  }
}
