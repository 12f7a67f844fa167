import {span} from '../matrix/steps.ts'
import {mergeLogs} from '../orders/merge-log.ts'
import {checkOptions} from '../orders/options.ts'
import {orderFinder} from '../orders/order-finder.ts'
import {logOfOrders} from '../orders/whole-order.ts'
import type {Change, Changed} from './change.ts'
import {hasNow} from './changed-rows.ts'
import {Changes} from './changes.ts'
import {saveModel} from './file.ts'
import {fitLog} from './fit.ts'
import type {Journal} from './journal.ts'
import {Kept, replay} from './kept.ts'
import type {Model} from './model.ts'
import {checkReading} from './options.ts'
import {Pace, type Progress} from './pace.ts'
import {
  type Added,
  type AddOptions,
  checkAddOptions,
  type Removal,
  type Removed,
  readAddition,
  readRemoval,
} from './read-change.ts'
import type {Source} from './read-lines.ts'
import {layoutOf} from './sections.ts'
import {orAborted} from './until-aborted.ts'

/** What `refresh` can be told. */
export interface RefreshOptions {
  /** Aborts it, and everything stays as it is; one at work that somebody else asked for goes on. Default: nothing does. */
  signal?: AbortSignal | undefined
  /** Told every 15 ms or so how far it has come; not of one that somebody else asked for. Default: nobody is told. */
  onProgress?: ((progress: Progress) => void) | undefined
}

/** How far answers may lag behind the orders. */
export interface Stale {
  /** Orders that were added, removed or changed since everything was counted. */
  orders: number
  /** Items whose pairs may count otherwise since. */
  items: number
  /** Such orders as a share of all that were counted, from 0 up. */
  share: number
}

const nothing: Changed = {orders: 0, added: 0, ignored: 0, removed: 0, conflicts: 0}

/** A model that can change: each change is noted beside it, until `refresh` makes another of what is left. */
export class LiveModel {
  #model: Model
  /** Of the model as it is, whether or not anything has changed yet. */
  #changes: Changes | undefined
  #opening: Promise<Changes> | undefined
  #refreshing: Promise<void> | undefined
  /** What has changed since a refresh began. */
  #meanwhile: Change[] = []
  /** With a journal, if there is one. */
  #kept: Kept | undefined

  constructor(model: Model) {
    this.#model = model
  }

  /** To be asked. Another after changes, and after a refresh. */
  get model(): Model {
    return this.#model
  }

  get stale(): Stale {
    const {changes, log} = this.#model
    const orders = changes?.orders.changed ?? 0
    return {
      orders,
      items: changes?.changedItems ?? 0,
      share: orders === 0 ? 0 : orders / Math.max(1, log.orders.length),
    }
  }

  async add(source: Source, options: AddOptions = {}): Promise<Added> {
    checkAddOptions(options)
    this.#needLog('add')
    options.signal?.throwIfAborted()
    const {change, read, skipped, twoCustomers} = await readAddition(source, options, await this.#open())
    const {conflicts, ...done} = change.orders.length > 0 ? await this.#make(change) : nothing
    const lost = twoCustomers + conflicts
    return {...done, read, skipped: lost > 0 ? {...skipped, 'two customers': lost} : skipped}
  }

  async remove(what: Removal): Promise<Removed> {
    const change = readRemoval(what)
    this.#needLog('remove')
    const {orders, removed} = await this.#make(change)
    return {orders, lines: removed}
  }

  #needLog(name: string): void {
    if (this.#model.hasLog) return
    throw new Error(
      `${name}: this shop was saved with log: false and has no orders to change; load one saved with its log`,
    )
  }

  /** Makes a change, or none at all: where there is a journal, once it is written down. */
  async #make(change: Change): Promise<Changed> {
    // A turn at least: nothing changes while a query is at work, not even from within one of its rules.
    await undefined
    const make = () => this.#makeNow(change)
    return this.#kept ? this.#kept.write(change, make) : make()
  }

  async #makeNow(change: Change): Promise<Changed> {
    while (!this.#changes) await this.#open()
    // From here on without a pause, or a refresh might come in between.
    const changes = this.#changes
    const done = changes.make(change)
    this.#kept?.follow(change, changes)
    if (done.orders > 0) {
      if (this.#refreshing) this.#meanwhile.push(change)
      this.#model = changedModel(this.#model, changes)
    }
    return done
  }

  /** Makes the changes that a journal has, and goes on with it. */
  async resume(journal: Journal, made: Iterable<Change>): Promise<void> {
    const changes = await this.#open()
    this.#kept = new Kept(journal, changes, await replay(made, changes))
    if (changes.version > 0) this.#model = changedModel(this.#model, changes)
  }

  /** Saves what was counted last. A journal of that very file goes on from there, with what has come since. */
  async save(path: string, withLog: boolean): Promise<void> {
    const kept = (await this.#kept?.isOf(path)) ? this.#kept : undefined
    if (!kept) return saveModel(path, layoutOf(this.#model, withLog))
    if (!withLog) throw new RangeError('save: with log: false its journal could not go on; give another path')
    while (!this.#changes) await this.#open()
    await kept.save(path, layoutOf(this.#model, true), this.#changes)
  }

  async #open(): Promise<Changes> {
    while (!this.#changes) {
      this.#opening ??= openChanges(this.#model)
      const opening = this.#opening
      const changes = await opening
      // Unless a refresh has come in between, or another who waited for the same.
      if (this.#opening !== opening) continue
      this.#changes = changes
      this.#opening = undefined
    }
    return this.#changes
  }

  /** Counts all that had changed when it was asked for. */
  async refresh(options: RefreshOptions = {}): Promise<void> {
    checkOptions('refresh', options, ['signal', 'onProgress'])
    checkReading('refresh', options)
    const {signal} = options
    signal?.throwIfAborted()
    while (this.#refreshing) {
      const other = this.#refreshing
      // One at work has begun without what came since, and may be aborted by whoever asked for it.
      const hasAll = this.#meanwhile.length === 0
      const ended = other.then(
        () => true,
        () => false,
      )
      const isDone = await orAborted(() => ended, signal)
      if (isDone && hasAll) return
    }
    const refreshing = this.#refresh(options).finally(() => this.#endRefresh(refreshing))
    this.#refreshing = refreshing
    await refreshing
  }

  #endRefresh(refreshing: Promise<void> | undefined): void {
    if (this.#refreshing !== refreshing) return
    this.#refreshing = undefined
    this.#meanwhile = []
  }

  async #refresh({signal, onProgress}: RefreshOptions): Promise<void> {
    const before = this.#model
    if (!before.changes) return
    const pace = new Pace(signal, onProgress)
    const fresh = await refreshed(before, before.changes, pace)
    const changes = this.#meanwhile.length > 0 ? await openChanges(fresh) : undefined
    // From here on without a pause, so that no change is lost.
    for (const change of this.#meanwhile) changes?.make(change)
    // Whoever holds on to the catalogue, and every prepared set, goes on with the items of the new model.
    before.catalogue.moveTo(fresh.catalogue)
    const model = {...fresh, catalogue: before.catalogue}
    this.#changes = changes
    this.#opening = undefined
    this.#model = changes ? changedModel(model, changes) : model
    this.#endRefresh(this.#refreshing)
  }
}

async function openChanges(model: Model): Promise<Changes> {
  return new Changes(model, await new Pace(undefined, undefined).run('sort', orderFinder(model.log)))
}

function changedModel(model: Model, changes: Changes): Model {
  const changed = {...model, customerOf: changes.customerOf, changes}
  const brought = changes.marks.unsold.filter((item) => hasNow(changed, item))
  model.catalogue.bring(brought.map((item) => changes.idOf(item)))
  return changed
}

/** A model of what is left: the same as a fit of all these lines would make with the same settings. */
async function refreshed(model: Model, changes: Changes, pace: Pace): Promise<Model> {
  const {gone, orders} = changes.orders.snapshot()
  const added = await pace.run('sort', span(logOfOrders(orders), 0, 0.3), 0.3)
  const isGone = gone.size === 0 ? () => false : (order: number) => gone.has(order)
  const log = await pace.run('sort', span(mergeLogs(model.log, isGone, added), 0.3, 1))
  const reading = {read: log.lineItems.length, skipped: {}, columns: {}}
  const fresh = await fitLog({log, twoCustomers: 0, reading}, model.settings, pace)
  const {tuned} = model.report
  return tuned ? {...fresh, report: {...fresh.report, tuned}} : fresh
}
