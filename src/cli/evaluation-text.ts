import type {Evaluation} from '../evaluate/evaluate.ts'
import {
  CAVEAT,
  FROM_ONE_DATE_NOTE,
  figure,
  glossary,
  methodNotes,
  nameOf,
  outcomeOf,
  partsOf,
  percent,
  signed,
  verdictOf,
  wordsOf,
} from '../evaluate/report-words.ts'
import type {MethodResult, TaskResult} from '../evaluate/summary.ts'
import {bold, dim, isolate, type Page, printable, wrap} from './display.ts'
import {type Column, table} from './table.ts'

/** Most columns of the page; with fewer, the intervals do not fit. */
const WIDTH = 100
const INDENT = 2
const TERM = 17

/** An evaluation as a page of text: a table for each question. */
export function evaluationText(evaluation: Evaluation, name: string, {width, styled}: Page): string {
  const page = {width: Math.min(width, WIDTH), styled}
  const {full, fromOneDate} = partsOf(evaluation)
  const lines = [bold(`How good recommendations for ${isolate(printable(name))} would have been`, page)]
  for (const task of full) lines.push('', ...taskText(task, page), ...table(columnsOf(task, page), page))
  if (fromOneDate.length > 0) {
    const heading = 'The same questions about customers, all asked where the newest fifth of the orders begins'
    lines.push('', ...wrap(heading, page.width).map((line) => bold(line, page)))
    for (const task of fromOneDate) lines.push(...indented(`${wordsOf(task).asked} ${outcomeOf(task)}`, page))
    lines.push(...indented(FROM_ONE_DATE_NOTE, page).map((line) => dim(line, page)))
  }
  lines.push('', bold('How to read this', page))
  for (const [term, meaning] of glossary) {
    const [first, ...rest] = wrap(meaning, page.width - INDENT - TERM)
    lines.push(`${' '.repeat(INDENT)}${term.padEnd(TERM)}${first}`)
    lines.push(...rest.map((line) => ' '.repeat(INDENT + TERM) + line))
  }
  lines.push('', bold('How it was measured', page))
  for (const note of [...methodNotes(evaluation), CAVEAT]) lines.push(...indented(note, page))
  return `${lines.join('\n')}\n`
}

function taskText(task: TaskResult, page: Page): string[] {
  const {title, asked} = wordsOf(task)
  return [bold(title, page), ...indented(asked, page), ...indented(outcomeOf(task), page)]
}

function indented(text: string, {width}: Page): string[] {
  return wrap(text, width - INDENT).map((line) => ' '.repeat(INDENT) + line)
}

function columnsOf({methods, groups}: TaskResult, {width}: Page): Column[] {
  const column = (head: string, cell: (method: MethodResult) => string): Column => ({
    head,
    cells: methods.map(cell),
    align: 'right',
  })
  const interval = column('in 95 of 100', ({difference}) =>
    difference ? `${signed(difference.low)}…${signed(difference.high)}` : '',
  )
  return [
    {head: 'method', cells: methods.map(({method}) => nameOf(method)), least: 8},
    column('NDCG@10', ({ndcg}) => figure(ndcg)),
    column('recall', ({recall}) => percent(recall)),
    column('hit rate', ({hitRate}) => percent(hitRate)),
    column('coverage', ({coverage}) => percent(coverage)),
    column('top ten', ({topShare}) => percent(topShare)),
    column('differs', ({difference}) => (difference ? signed(difference.ndcg) : '')),
    ...(width < WIDTH ? [] : [interval]),
    {head: '', cells: methods.map((method) => verdictOf(method, groups) ?? '')},
  ]
}
