import type {Indices} from '../matrix/csr.ts'
import type {SumTable} from '../matrix/neighbor-sum.ts'
import {finish} from '../matrix/steps.ts'
import type {Counts, Table} from '../matrix/table.ts'
import type {Scope} from '../orders/baskets.ts'
import type {KnownItem} from '../orders/catalogue-item.ts'
import {blockOf, type IdBlock} from '../orders/id-block.ts'
import {checkOptions, quote} from '../orders/options.ts'
import {catalogueJson} from './catalogue-json.ts'
import {factsOf} from './facts.ts'
import {type Column, type Layout, layOut, type Section} from './format.ts'
import type {HistoryModel, Model, ScopeModel} from './model.ts'

/** What `save` and `toBytes` can be told. */
export interface SaveOptions {
  /**
   * Whether orders and customers are saved. With `false`, no id of either is in the bytes, and no pair of items that may not be
   * told (see `minTogether`). The shop that is loaded then answers `alsoBought`, `boughtTogether` and what is asked for a
   * session from its stored neighbors, and counts no others when rules leave too few. What asks about a customer, `explain`,
   * `alsoBought` with `after` and `popular` with `since` throw. Default true; false for a shop that was loaded without.
   */
  log?: boolean | undefined
}

/** Whether the log is to be saved. */
export function keepsLog(name: string, {hasLog}: Model, options: SaveOptions): boolean {
  checkOptions(name, options, ['log'])
  const {log = hasLog} = options
  if (typeof log !== 'boolean') throw new TypeError(`${name}: log must be true or false, got ${quote(log)}`)
  if (log && !hasLog) {
    throw new RangeError(`${name}: log is true, but this shop was itself saved with log: false; leave the option out`)
  }
  return log
}

/** A model, of whose catalogue no more is read than what it says. */
type Kept = Omit<Model, 'catalogue'> & {catalogue: {known: Iterable<KnownItem>}}

/** The bytes of a model. Without its log, nothing is in them of single orders or customers, see `SaveOptions`. */
export function layoutOf(model: Kept, log: boolean): Layout {
  return layOut(factsOf(model, log), sectionsOf(model, log))
}

/** Every column of a model. What is absent has no section. */
function sectionsOf(model: Kept, withLog: boolean): Section[] {
  const {log, fates, popular, scopes, sales, histories, substitutes, catalogue} = model
  const items = log.items.length
  const sections: Section[] = []
  const add = (name: string, values: Column | undefined) => {
    if (values) sections.push({name, values})
  }
  const addBlock = (name: string, {offsets, bytes}: IdBlock) => {
    add(`${name}.offsets`, offsets)
    add(`${name}.bytes`, bytes)
  }
  const narrowed = new Map<Column, Column>()
  /** One array again for one array, so that it is stored once. */
  const once = <Narrow extends Column>(values: Column, narrow: () => Narrow): Narrow => {
    const made = narrowed.get(values) ?? narrow()
    narrowed.set(values, made)
    return made as Narrow
  }
  const indices = (values: Indices) => once(values, () => itemIndices(values, items))
  const times = (values: Float64Array | undefined) => values && once(values, () => oneNaN(values))

  addBlock('ids/items', finish(blockOf(log.items)))
  if (withLog) {
    addBlock('ids/customers', finish(blockOf(log.customers)))
    if (log.orders instanceof Int32Array) add('ids/orders', log.orders)
    else addBlock('ids/orders', finish(blockOf(log.orders)))
    add('log/customerOrders', log.customerOrders)
    add('log/times', times(log.times))
    add('log/lineOffsets', log.lineOffsets)
    add('log/lineItems', indices(log.lineItems))
    add('log/quantities', log.quantities)
    add('log/lineTimes', times(log.lineTimes))
    add('log/weights', log.weights)
    add('log/prices', times(log.prices))
    add('log/fates', fates)
  }
  add('log/firstSales', times(sales?.first))
  add('popular/items', popular)
  for (const [scope, counted] of scopes) addScope(scope, counted)
  if (histories && withLog) addHistories(histories)
  if (substitutes) {
    addTable('substitutes', substitutes.table)
    add('substitutes/isCommon', substitutes.isCommon)
  }
  add('catalogue/items', catalogueJson(catalogue.known))
  return sections

  function addScope(scope: Scope, {customers, times: made, marginals, companions, alsoBought, together}: ScopeModel) {
    const part = `${scope} baskets`
    if (withLog) {
      const {byBasket, byItem, weights} = together.baskets
      const own = alsoBought.baskets.weights
      add(`${part}/customers`, customers)
      add(`${part}/times`, times(made))
      add(`${part}/byBasket.offsets`, byBasket.offsets)
      add(`${part}/byBasket.indices`, indices(byBasket.indices))
      add(`${part}/byItem.offsets`, byItem.offsets)
      add(`${part}/byItem.indices`, byItem.indices)
      add(`${part}/weights`, weights)
      add(`${part}/ownWeights`, own)
    }
    add(`${part}/support`, marginals.support)
    add(`${part}/mass`, marginals.mass)
    add(`${part}/popular`, marginals.popular)
    add(`${part}/companions.offsets`, companions.offsets)
    add(`${part}/companions.baskets`, companions.baskets)
    add(`${part}/companions.others`, companions.others)
    addTable(`${scope} alsoBought`, alsoBought.table)
    addSums(`${scope} together`, together.table)
  }

  function addHistories({next, firsts, repeatRates, waits}: HistoryModel) {
    addSums('next order', next)
    add('next order/firsts.begins', firsts?.begins)
    add('next order/firsts.counts', firsts?.counts)
    add('next order/firsts.totals', firsts?.totals)
    add('next order/repeatRates', repeatRates)
    add('next order/waits', waits)
  }

  function addTable(part: string, {offsets, items, scores, together}: Table) {
    add(`${part}/offsets`, offsets)
    add(`${part}/items`, indices(items))
    add(`${part}/scores`, scores)
    add(`${part}/together`, counts(together))
  }

  function addSums(part: string, {offsets, items, shares, scales, together}: SumTable) {
    add(`${part}/offsets`, offsets)
    add(`${part}/items`, indices(items))
    add(`${part}/shares`, shares)
    add(`${part}/scales`, scales)
    add(`${part}/together`, counts(together))
  }
}

/** Of 16 bits where all indices fit, however they are held in memory. */
function itemIndices(values: Indices, items: number): Indices {
  if (items > 65536) return values instanceof Int32Array ? values : new Int32Array(values)
  return values instanceof Uint16Array ? values : new Uint16Array(values)
}

/** Of 16 bits where these numbers fit. */
function counts(values: Counts): Counts {
  if (values instanceof Int16Array) return values
  for (let p = 0; p < values.length; p++) if (values[p] > 32767) return values
  return new Int16Array(values)
}

const NOT_A_NUMBER = [0, 0x7ff80000] as const

/** The same numbers, all that are none with the same bits: engines and callers may have others. */
function oneNaN(values: Float64Array): Float64Array {
  const [low, high] = NOT_A_NUMBER
  const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)
  const isOther = (i: number) => Number.isNaN(values[i]) && (bits[2 * i] !== low || bits[2 * i + 1] !== high)
  let i = 0
  while (i < values.length && !isOther(i)) i++
  if (i === values.length) return values
  const copy = values.slice()
  const copied = new Uint32Array(copy.buffer)
  for (; i < values.length; i++) if (isOther(i)) copied.set(NOT_A_NUMBER, 2 * i)
  return copy
}
