import {type Markup, markup} from './markup.ts'
import {
  figure,
  groupsOf,
  isBaseline,
  isFromOneDate,
  nameOf,
  OURS,
  percent,
  signed,
  sizeOf,
  verdictOf,
  wordsOf,
} from './report-words.ts'
import type {Accuracy, MethodResult, TaskResult} from './summary.ts'

/** Every figure of a task, a row for each method. */
export function methodTable(task: TaskResult): Markup {
  const heads = ['NDCG@10', 'recall', 'hit rate', 'coverage', 'top ten', 'differs', 'in 95 of 100']
  return table('all figures', heads, task, (method) => [
    markup`<td>${figure(method.ndcg)}</td>`,
    ...[method.recall, method.hitRate, method.coverage, method.topShare].map(
      (share) => markup`<td>${percent(share)}</td>`,
    ),
    ...difference(method, task.groups),
  ])
}

/** Accuracy by the size of the basket or history, a row for each method. */
export function sizeTable(task: TaskResult): Markup {
  const [{bySize}] = task.methods
  const heads = bySize.flatMap((size) => [
    `${sizeOf(task, size)}, ${groupsOf(task, size.groups)}`,
    'differs',
    'in 95 of 100',
  ])
  return table('NDCG@10 by size', heads, task, (method) =>
    method.bySize.flatMap((size) => [markup`<td>${figure(size.ndcg)}</td>`, ...difference(size, size.groups)]),
  )
}

function table(
  what: string,
  heads: readonly string[],
  task: TaskResult,
  cells: (method: MethodResult) => Markup[],
): Markup {
  const label = `${wordsOf(task).title}${isFromOneDate(task) ? ', asked on one date' : ''}: ${what}`
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr><th scope="col">method</th>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${task.methods.map((method) => markup`<tr class="${kindOf(method)}"><th scope="row">${nameOf(method.method)}</th>${cells(method)}</tr>\n`)}</tbody>
</table></div>`
}

function difference(accuracy: Accuracy, groups: number): Markup[] {
  const verdict = verdictOf(accuracy, groups)
  if (!accuracy.difference || !verdict) return [markup`<td></td>`, markup`<td></td>`]
  const {ndcg, low, high} = accuracy.difference
  return [
    markup`<td class="${verdict}">${signed(ndcg)} ${verdict}</td>`,
    markup`<td class="interval">${signed(low)}…${signed(high)}</td>`,
  ]
}

function kindOf({method}: MethodResult): string {
  return method === OURS ? 'ours' : isBaseline(method) ? 'baseline' : 'measure'
}
