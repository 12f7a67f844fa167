import type {Accuracy, MethodResult} from '../../src/evaluate/summary.ts'
import type {Goal} from './contests.ts'
import type {Judged} from './judge.ts'
import type {Task} from './stage.ts'
import {describe, type Peer, valueText} from './tune.ts'

/** Prints how every method did, what the library's NDCG@10 is a multiple of, and where it is worse. */
export function printJudged({task, groups, methods, goal, tuned}: Judged): void {
  const [ours, ...peers] = methods
  console.log(`\n${titleOf(task, goal)}: ${groups} ${task.startsWith('suggest') ? 'customers' : 'orders'}`)
  console.table(
    methods.map((method) => ({
      method: method.method,
      'NDCG@10': method.ndcg.toFixed(4),
      'ours is': method === ours ? '' : times(ours.ndcg / method.ndcg),
      '95 %': intervalOf(method),
      'Recall@10': method.recall.toFixed(4),
      'HR@10': method.hitRate.toFixed(4),
      'coverage@10': share(method.coverage),
      'top ten items': share(method.topShare),
      settings: tuned[method.method] ? describe(tuned[method.method].config) : '',
    })),
  )
  const rival = peers.find(({method}) => goal.rival === undefined || method === goal.rival)
  if (rival) printGoal(ours, rival, goal)
  for (const peer of peers) printLosses(peer)
}

function titleOf(task: Task, {learn}: Goal): string {
  if (learn === undefined) return task
  return learn ? `${task}, learned on ${learn.items} items` : `${task}, nothing learned`
}

function printGoal(ours: MethodResult, rival: MethodResult, {must, aim, inEveryClass}: Goal): void {
  const reached = ours.ndcg / rival.ndcg
  const everywhere = !inEveryClass || rival.bySize.every(isBeaten)
  const verdict = (wanted: number, more: boolean) =>
    `${times(wanted)} ${reached >= wanted && isBeaten(rival) && more ? 'reached' : 'missed'}`
  const aimed = `aim${inEveryClass ? ', significant in every class:' : ''} ${verdict(aim, everywhere)}`
  console.log(`${times(reached)} ${rival.method}; must be ${verdict(must, true)}; ${aimed}`)
  console.table(
    rival.bySize.map((peer, c) => ({
      items: sizesOf(peer),
      groups: peer.groups,
      ours: ours.bySize[c].ndcg.toFixed(4),
      [rival.method]: peer.ndcg.toFixed(4),
      'ours is': times(ours.bySize[c].ndcg / peer.ndcg),
      '95 %': intervalOf(peer),
    })),
  )
}

/** Where the library is worse than a peer by more than chance would make it. */
function printLosses({method, bySize, ...all}: MethodResult): void {
  for (const {sizes, difference} of [{sizes: 'any', ...all}, ...bySize.map((of) => ({sizes: sizesOf(of), ...of}))]) {
    if (!difference || difference.low <= 0) continue
    const [less, low, high] = [difference.ndcg, difference.low, difference.high].map((ndcg) => ndcg.toFixed(4))
    console.log(`WORSE than ${method} at ${sizes} items: by ${less} (${low} to ${high})`)
  }
}

function sizesOf({from, to}: {from: number; to?: number}): string {
  return to === undefined ? `${from} and more` : `${from} to ${to}`
}

function isBeaten({difference}: Accuracy): boolean {
  return difference !== undefined && difference.high < 0
}

/** Where the multiple lies in 95 of 100 samples, the peer's own figure taken as it is. */
function intervalOf({ndcg, difference}: Accuracy): string {
  return difference ? `${times(1 - difference.high / ndcg)} to ${times(1 - difference.low / ndcg)}` : ''
}

function times(multiple: number): string {
  return `${multiple.toFixed(3)}x`
}

function share(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}

export function printGrids(peers: readonly Peer[]): void {
  console.log('Settings that peers choose from, on an inner split of what is learned from:')
  for (const line of new Set(peers.map(gridOf))) console.log(`  ${line}`)
}

function gridOf({name, grid}: Peer): string {
  const settings = Object.entries(grid).map(([setting, values]) => `${setting} ${values.map(valueText).join(' ')}`)
  return `${name}: ${settings.join('; ') || 'none'}`
}
