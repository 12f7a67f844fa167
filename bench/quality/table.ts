import type {MethodResult} from '../../src/evaluate/summary.ts'
import {contests} from './contests.ts'
import type {Judged} from './judge.ts'
import type {Task} from './stage.ts'
import {describe, valueText} from './tune.ts'

/** Prints how every method did, and what the library's NDCG@10 is a multiple of. */
export function printJudged({task, groups, methods, goal, tuned}: Judged): void {
  const [ours] = methods
  console.log(`\n${titleOf(task, goal)}: ${groups} ${task.startsWith('suggest') ? 'customers' : 'orders'}`)
  console.table(
    methods.map((method) => ({
      method: method.method,
      'NDCG@10': method.ndcg.toFixed(4),
      ...(method === ours ? {} : {'ours is': times(ours.ndcg / method.ndcg), '95 %': interval(method)}),
      'Recall@10': method.recall.toFixed(4),
      'HR@10': method.hitRate.toFixed(4),
      'coverage@10': share(method.coverage),
      'top ten items': share(method.topShare),
      settings: tuned[method.method] ? describe(tuned[method.method].config) : '',
    })),
  )
  printGoal({task, methods, goal})
  printLosses(methods)
}

export function titleOf(task: string, {learn}: Judged['goal']): string {
  if (learn === undefined) return task
  return learn ? `${task}, learned on ${learn.items} items` : `${task}, nothing learned`
}

function printGoal({
  methods: [ours, ...peers],
  goal: {rival, must, aim},
}: Pick<Judged, 'task' | 'methods' | 'goal'>): void {
  const peer = peers.find(({method}) => rival === undefined || method === rival)
  if (!peer) return
  const reached = ours.ndcg / peer.ndcg
  const verdict = (wanted: number) => `${times(wanted)} ${reached >= wanted && isBetter(peer) ? 'reached' : 'MISSED'}`
  console.log(`${times(reached)} ${peer.method}; must be ${verdict(must)}, aim ${verdict(aim)}`)
}

/** Where the library is worse than a peer by more than chance would make it. */
function printLosses(methods: readonly MethodResult[]): void {
  for (const {method, difference, bySize} of methods) {
    const classes = bySize.map(({from, to, ...rest}) => ({
      size: to === Infinity ? `${from} and more items` : `${from} to ${to} items`,
      ...rest,
    }))
    for (const {size, difference: diff} of [{size: 'all', difference}, ...classes]) {
      if (diff && diff.low > 0)
        console.log(
          `  worse than ${method}, ${size}: by ${diff.ndcg.toFixed(4)} (${diff.low.toFixed(4)} to ${diff.high.toFixed(4)})`,
        )
    }
  }
}

function isBetter({difference}: MethodResult): boolean {
  return difference !== undefined && difference.high < 0
}

/** Where the multiple lies in 95 of 100 samples, the peer's own figure taken as it is. */
function interval(peer: MethodResult): string {
  const {low, high} = peer.difference ?? {low: 0, high: 0}
  return `${times(1 - high / peer.ndcg)} to ${times(1 - low / peer.ndcg)}`
}

function times(multiple: number): string {
  return `${multiple.toFixed(3)}x`
}

function share(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}

/** Prints what the peers of some tasks chose from. */
export function printGrids(tasks: readonly Task[]): void {
  console.log('\nPeers choose among these settings, on an inner split of what is learned from:')
  const grids = new Map(
    tasks.flatMap((task) =>
      contests[task].peers.map(({name, grid}) => [`${name} ${JSON.stringify(Object.keys(grid))}`, {name, grid}]),
    ),
  )
  for (const {name, grid} of grids.values()) {
    const settings = Object.entries(grid).map(([setting, values]) => `${setting} ${values.map(valueText).join(' ')}`)
    console.log(`  ${name}: ${settings.join('; ')}`)
  }
}
