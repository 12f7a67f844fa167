import {parseArgs} from 'node:util'
import {checkComparison, type EvaluateOptions} from '../evaluate/evaluate.ts'
import {type FitOptions, settingsOf} from '../model/options.ts'
import {type ReadOptions, readOrders} from '../orders/csv.ts'
import {type ItemColumns, itemFields} from '../orders/items-csv.ts'
import {quote} from '../orders/options.ts'
import type {Columns} from '../orders/order-line.ts'
import {type Exporting, readExporting} from './export-request.ts'
import {usages} from './help.ts'
import {type CliOption, type Command, commands, type OptionName, options, optionsOf} from './option-list.ts'

/** How the file is read, beside what the library's reader takes. */
export interface Reading extends Pick<ReadOptions, 'columns' | 'delimiter' | 'encoding' | 'dateFormat'> {
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
}

type Values = {[name in OptionName]?: string[]}

/** Reads the arguments after the program's name. Everything wrong with them throws, in words that say what would do. */
export function parseRequest(args: string[]): Request | 'help' | 'version' {
  const {tokens} = parseArgs({args, options: parserOptions(), strict: false, allowPositionals: true, tokens: true})
  const given = tokens.filter((token) => token.kind === 'option')
  const asked = given.find(({name}) => name === 'help' || name === 'version')
  if (asked) return asked.name as 'help' | 'version'
  const [command, ...positionals] = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []))
  if (command === undefined && given.length === 0) return 'help'
  if (command === undefined) {
    for (const {name, rawName} of given) {
      if (rawName !== `--${name}` || !Object.hasOwn(options, name)) throw unknownOption(rawName, Object.keys(options))
    }
    throw new RangeError(`name a command: ${commands.join(', ')}; alsobought --help tells more`)
  }
  if (!isCommand(command)) {
    throw new RangeError(`unknown command ${quote(command)}; valid are ${commands.join(', ')}`)
  }
  const values: Values = {}
  for (const {name, rawName, value} of given) {
    const known = checkOption(command, name, rawName, value)
    values[known] = [...(values[known] ?? []), value ?? '']
  }
  return requestOf(command, positionals, values)
}

function parserOptions(): Record<string, {type: 'string' | 'boolean'; short?: string}> {
  const entries = Object.entries(options) as [string, CliOption][]
  const own = entries.map(([name, {value}]) => [name, {type: value ? 'string' : 'boolean'}] as const)
  return {...Object.fromEntries(own), help: {type: 'boolean', short: 'h'}, version: {type: 'boolean'}}
}

function isCommand(text: string): text is Command {
  return (commands as readonly string[]).includes(text)
}

function checkOption(command: Command, name: string, rawName: string, value: string | undefined): OptionName {
  const valid = optionsOf(command)
  if (!(valid as string[]).includes(name) || rawName !== `--${name}`) {
    throw unknownOption(rawName, valid, Object.hasOwn(options, name) ? command : undefined)
  }
  const {value: placeholder} = options[name as OptionName] as CliOption
  if (placeholder && value === undefined) throw new RangeError(`--${name} needs a value: --${name} ${placeholder}`)
  if (!placeholder && value !== undefined) throw new RangeError(`--${name} takes no value, got ${quote(value)}`)
  return name as OptionName
}

function unknownOption(rawName: string, valid: readonly string[], command?: Command): RangeError {
  const what = command ? `${command} takes no option ${rawName}` : `unknown option ${rawName}`
  return new RangeError(`${what}; valid are ${valid.map((option) => `--${option}`).join(', ')}`)
}

function requestOf(command: Command, [file, ...rest]: string[], values: Values): Request {
  const one = (name: OptionName) => values[name]?.at(-1)
  const itemsFile = one('items-file')
  const reading: Reading = {
    ...columnsOfFiles(readColumns(values.columns ?? []), itemsFile !== undefined),
    delimiter: /^(tab|\\t)$/i.test(one('delimiter') ?? '') ? '\t' : one('delimiter'),
    encoding: one('encoding'),
    dateFormat: one('date-format') as Reading['dateFormat'],
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
  const measures = values.measures?.flatMap((list) => list.split(',')).filter((name) => name !== '')
  const comparison = {measures: measures as EvaluateOptions['measures'], seed: readNumber('seed', one('seed'))}
  checkOptions(reading, fitting, limit)
  checkComparison(comparison)
  const positional = command === 'suggest' ? rest[0] : undefined
  const repeat = readRepeat(one('repeat'))
  const named = command === 'export' ? [] : rest
  const items = command === 'suggest' ? (values.items ?? []).flatMap((list) => list.split(',')) : named
  const request: Request = {
    command,
    file,
    items: items.filter((id) => id !== ''),
    customer: positional ?? one('customer'),
    repeat,
    limit,
    json: values.json !== undefined,
    reading,
    fitting,
    comparison,
    configurations: fromOne('configurations', readNumber('configurations', one('configurations'))),
    html: one('html'),
    exporting: undefined,
  }
  checkCall(request, rest, positional !== undefined && values.customer !== undefined)
  if (command !== 'export') return request
  const asked = {format: one('format'), out: one('out'), ids: one('ids'), repeat: one('repeat')}
  return {...request, exporting: readExporting(rest, asked, callOf(command))}
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
