/**
 * How accurate the library is next to known methods, each tuned on an inner split of what is learned from:
 *
 *     npm run bench:quality -- [--data orders.csv] [--only TASK]… [--quick] [--json FILE]
 *
 * By default on Online Retail II from `../shared/data`: orders that start with C (cancelled) or A (bad debt) are left out,
 * as are items that are fees and postage, and lines without a quantity or a price. Another history is read as it is. A task
 * is `alsoBought`, `boughtTogether`, `suggest include`, `suggest exclude` or `suggest only`; default all. `--quick` tries
 * every second value of a grid, tunes and judges by a part of the orders and customers. `--json` writes all figures to a file.
 */
import {writeFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {readLog} from '../src/model/fit.ts'
import {Pace} from '../src/model/pace.ts'
import type {PlainLine} from '../src/orders/columns.ts'
import {readOrders} from '../src/orders/csv.ts'
import type {Log} from '../src/orders/log.ts'
import {inFreshProcess, tellParent} from './fresh-process.ts'
import {type Contest, contests} from './quality/contests.ts'
import {type Judged, judgeTask} from './quality/judge.ts'
import {customerStage, orderStage, type Stage, type Task} from './quality/stage.ts'
import {printGrids, printJudged} from './quality/table.ts'
import {thinned} from './quality/tune.ts'

const {values} = parseArgs({
  options: {
    data: {type: 'string'},
    only: {type: 'string', multiple: true},
    quick: {type: 'boolean', default: false},
    json: {type: 'string'},
    child: {type: 'string'},
  },
})
const SEED = 1
const allTasks = Object.keys(contests) as Task[]
const wanted = (values.only ?? allTasks) as Task[]
const unknown = wanted.find((task) => !allTasks.includes(task))
if (unknown !== undefined) throw new RangeError(`quality: unknown task ${unknown}; valid are ${allTasks.join(', ')}`)
const start = performance.now()
if (values.child) tellParent(await judge(values.child as Task))
else await printAll()

/** Each task in a process of its own, as many at a time as there are cores; those that take longest come last in the list. */
async function printAll(): Promise<void> {
  printGrids(wanted.flatMap((task) => contestOf(task).peers))
  const results = new Map<Task, Judged[]>()
  const waiting = allTasks.filter((task) => wanted.includes(task))
  const work = async () => {
    for (let task = waiting.pop(); task !== undefined; task = waiting.pop()) {
      const args = [...process.argv.slice(2), '--child', task]
      results.set(task, await inFreshProcess<Judged[]>(import.meta.url, args))
    }
  }
  await Promise.all(Array.from({length: availableParallelism()}, work))
  const judged = allTasks.flatMap((task) => results.get(task) ?? [])
  for (const result of judged) printJudged(result)
  const seconds = (performance.now() - start) / 1000
  console.log(`\n${(seconds / 60).toFixed(1)} minutes`)
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({seed: SEED, quick: values.quick, seconds, judged}, null, 2)}\n`)
}

async function judge(task: Task): Promise<Judged[]> {
  const {log} = await readLog(source(), {}, new Pace(undefined, undefined))
  const split = (all: Log): Stage => (task.startsWith('suggest') ? customerStage(all) : orderStage(all, SEED))
  const outer = split(log)
  // Of what is learned from alone.
  const inner = split(outer.shop.train)
  tell(`${task}: ${log.lineOffsets.length - 1} orders, ${log.customers.length} customers, ${log.items.length} items`)
  tell(`${task}: ${(100 * outer.unseen).toFixed(1)} % of what is to be foretold was never seen before`)
  const judgeBy = values.quick ? 1000 : Number.POSITIVE_INFINITY
  return judgeTask(task, contestOf(task), outer, inner, {seed: SEED, judgeBy, tell})
}

function contestOf(task: Task): Contest {
  const {peers, tuneOn, goals} = contests[task]
  return values.quick ? {peers: peers.map(thinned), tuneOn: tuneOn / 5, goals} : {peers, tuneOn, goals}
}

function tell(step: string): void {
  console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${step}`)
}

function source() {
  if (values.data !== undefined) return readOrders(values.data)
  const path = fileURLToPath(new URL('../../shared/data/online-retail-ii/orders.csv', import.meta.url))
  return readOrders(path, {map: (line) => (isSale(line) ? line : null)})
}

function isSale({order, item, quantity, price}: PlainLine): boolean {
  return !/^[CA]/.test(String(order)) && /^\d{5}/.test(String(item)) && Number(quantity) > 0 && Number(price) > 0
}
