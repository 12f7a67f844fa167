import {type BuiltTables, buildTables} from './build.ts'
import type {BasketRows} from './count-row.ts'
import {kernelBytes} from './embedded.ts'
import {formulaOf} from './formula.ts'
import {openKernel, readLists} from './kernel.ts'
import {type KernelJob, type PlannedTable, planKernel} from './kernel-plan.ts'
import {runPhases} from './phases.ts'
import type {Privacy} from './privacy.ts'
import {rankItems} from './ranks.ts'
import type {Scorer} from './scorers.ts'
import {type Driver, type Steps, span} from './steps.ts'
import {availableThreads, runThreads} from './threads.ts'
import {sharingModule} from './web-assembly.ts'

export interface CountingOptions {
  neighbors: number
  /**
   * How many worker threads count; 1 for none but the caller's own. Left out: as many as the machine has cores, where there
   * is enough work to make up for starting them.
   */
  threads?: number | undefined
}

/**
 * Work, see `workOf`, from which the kernel and threads make up for starting them. Counted cold, in fresh processes: the kernel
 * saves a tenth to a quarter at 0.3 million and two fifths at 1.3; two threads lose a tenth at 13 million, are even at 26
 * and save a fifth at 52.
 */
const [KERNEL_WORK, THREADS_WORK] = [200_000, 25_000_000]

/**
 * Counts every pair and keeps, for each scorer, every item's best `neighbors`: by the kernel where there is one that can, in
 * TypeScript otherwise. The bytes of the result are the same, for any number of threads.
 */
export async function countTables(
  baskets: BasketRows,
  privacy: Privacy,
  scorers: Scorer[],
  {neighbors, threads}: CountingOptions,
  driver: Driver,
): Promise<BuiltTables> {
  const work = workOf(baskets)
  const instances = threads ?? (work < THREADS_WORK ? 1 : availableThreads())
  const isWorthIt = work >= KERNEL_WORK || (threads !== undefined && threads > 1)
  const planned =
    isWorthIt && (await driver.run(planCounting(baskets, privacy, scorers, neighbors, instances), 0, 0.08))
  if (!planned) return driver.run(buildTables(baskets, privacy, scorers, neighbors), 0, 1)
  const {job, rankOf} = planned
  const pairs =
    instances > 1
      ? await driver.wait((tell, signal) => runThreads(job, instances, tell, signal), 0.08, 0.98)
      : await driver.run(runPhases(job.phases, openKernel(job, 0)), 0.08, 0.98)
  return {tables: await driver.run(readTables(job, rankOf), 0.98, 1), pairs}
}

/** Lays the kernel's work out; `undefined` where it cannot do it. */
export function* planCounting(
  baskets: BasketRows,
  privacy: Privacy,
  scorers: Scorer[],
  neighbors: number,
  threads: number,
  mostHeadItems?: number,
): Steps<{job: KernelJob; rankOf: Int32Array} | undefined> {
  const module = sharingModule(kernelBytes)
  const tables = scorers.map((scorer) => ({formula: formulaOf(scorer), popular: scorer.popular}))
  if (!module || tables.some(({formula}) => !formula)) return undefined
  const ranks = yield* span(rankItems(baskets.support), 0, 0.4)
  const planned = tables as PlannedTable[]
  const plan = planKernel(baskets, privacy, ranks, planned, neighbors, threads, module, mostHeadItems)
  const job = yield* span(plan, 0.4, 1)
  return job && {job, rankOf: ranks.rankOf}
}

export function* readTables(job: KernelJob, rankOf: Int32Array): Steps<BuiltTables['tables']> {
  const tables: BuiltTables['tables'] = []
  for (const [t, lists] of job.lists.entries()) {
    const share = (done: number) => (t + done) / job.lists.length
    tables.push(yield* span(readLists(job.memory, lists, rankOf), share(0), share(1)))
  }
  return tables
}

/** Increments and lines, about. */
function workOf({byBasket: {offsets}}: BasketRows): number {
  let work = 0
  for (let basket = 0; basket + 1 < offsets.length; basket++) {
    const size = offsets[basket + 1] - offsets[basket]
    work += (size * (size + 9)) / 2
  }
  return work
}
