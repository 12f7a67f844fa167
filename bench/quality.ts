/**
 * How accurate the library is next to known methods, each tuned on an inner split of what is learned from:
 *
 *     npm run bench:quality -- [--data orders.csv] [--only TASK]… [--quick] [--json FILE]
 *
 * By default on Online Retail II from `../shared/data`: orders that start with C (cancelled) or A (bad debt) are left out,
 * as are items that are fees and postage, and lines without a quantity or a price. Another history is read as it is. A task
 * is `alsoBought`, `boughtTogether`, `suggest include`, `suggest exclude` or `suggest only`; default all. `--quick` tunes
 * and judges by a part of the orders and customers. `--json` writes all figures to a file.
 */
import {writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {readLog} from '../src/model/fit.ts'
import {Pace} from '../src/model/pace.ts'
import type {PlainLine} from '../src/orders/columns.ts'
import {readOrders} from '../src/orders/csv.ts'
import {contests} from './quality/contests.ts'
import {type Judged, judgeTask} from './quality/judge.ts'
import {customerStage, orderStage, type Stage, type Task} from './quality/stage.ts'
import {printGrids, printJudged} from './quality/table.ts'

const {values} = parseArgs({
  options: {
    data: {type: 'string'},
    only: {type: 'string', multiple: true},
    quick: {type: 'boolean', default: false},
    json: {type: 'string'},
  },
})
const SEED = 1
const allTasks = Object.keys(contests) as Task[]
const wanted = (values.only ?? allTasks) as Task[]
const unknown = wanted.find((task) => !allTasks.includes(task))
if (unknown !== undefined) throw new RangeError(`quality: unknown task ${unknown}; valid are ${allTasks.join(', ')}`)

const start = performance.now()
const tell = (step: string) =>
  console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${step}`)
const {log} = await readLog(source(), {}, new Pace(undefined, undefined))
tell(`${log.lineOffsets.length - 1} orders, ${log.customers.length} customers, ${log.items.length} items`)

const sample = values.quick ? {tuneOn: 300, judgeBy: 1000} : {tuneOn: 2000, judgeBy: Number.POSITIVE_INFINITY}
const options = {seed: SEED, ...sample, tell}
const judged = [
  ...(await judgeAll(['alsoBought', 'boughtTogether'], (all) => orderStage(all, SEED))),
  ...(await judgeAll(['suggest include', 'suggest exclude', 'suggest only'], customerStage)),
]
printGrids(judged.map(({task}) => task))
for (const result of judged) printJudged(result)
const seconds = (performance.now() - start) / 1000
console.log(`\n${(seconds / 60).toFixed(1)} minutes`)
if (values.json) writeFileSync(values.json, toJson({seed: SEED, ...sample, seconds, judged}))

/** The inner split is made of what is learned from alone. */
async function judgeAll<Asked extends Task>(
  tasks: Asked[],
  split: (all: typeof log) => Stage<Asked>,
): Promise<Judged[]> {
  const asked = tasks.filter((task) => wanted.includes(task))
  if (asked.length === 0) return []
  const outer = split(log)
  const inner = split(outer.shop.train)
  tell(`${asked.join(', ')}: ${(100 * outer.unseen).toFixed(1)} % of what is bought was never seen before`)
  const results: Judged[] = []
  for (const task of asked) results.push(...(await judgeTask(task, contests[task], outer, inner, options)))
  return results
}

function source() {
  if (values.data !== undefined) return readOrders(values.data)
  const path = fileURLToPath(new URL('../../shared/data/online-retail-ii/orders.csv', import.meta.url))
  return readOrders(path, {map: (line) => (isSale(line) ? line : null)})
}

function isSale({order, item, quantity, price}: PlainLine): boolean {
  return !/^[CA]/.test(String(order)) && /^\d{5}/.test(String(item)) && Number(quantity) > 0 && Number(price) > 0
}

/** JSON has no infinity. */
function toJson(results: object): string {
  return JSON.stringify(results, (_, value) => (value === Number.POSITIVE_INFINITY ? 'none' : value), 2)
}
