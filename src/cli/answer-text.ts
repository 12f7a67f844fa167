import type {AlsoBoughtAnswer, Answer, JointAnswer, Named} from './answers.ts'
import {bold, counted, cut, isolate, number, type Page, printable} from './display.ts'
import {type Column, table} from './table.ts'

/** Most columns of an id. */
const ID_WIDTH = 8

/** An answer as a heading and a table. */
export function answerText(answer: Answer, page: Page): string[] {
  const lines = [bold(heading(answer, page), page)]
  if (answer.answers.length === 0) return [...lines, '  nothing: too little was bought together']
  const columns = answer.query === 'also-bought' ? neighborColumns(answer) : suggestionColumns(answer)
  return [...lines, ...table(columns, page)]
}

/** A title, or where there is none an id. */
export function nameOf({item, title}: Named): string {
  return printable(title ?? item)
}

/** For a line of running text: a title with its id. */
export function fullName(named: Named, width: number): string {
  const id = isolate(cut(printable(named.item), 24))
  return named.title === null ? id : `${isolate(cut(nameOf(named), width))} (${id})`
}

function heading(answer: Answer, {width}: Page): string {
  const room = width - 40
  if (answer.query === 'also-bought') return `Customers who bought ${fullName(answer.item, room)} also bought`
  const items = answer.items.map((item) => fullName(item, room / Math.min(answer.items.length, 2))).join(' + ')
  if (answer.query === 'together') return `Goes with ${items}`
  const what = {exclude: 'New', include: 'New or again', only: 'Again'}[answer.repeat ?? 'exclude']
  if (answer.customer === undefined) return `For a visitor who looks at ${items}`
  const whom = `${what} for customer ${isolate(cut(printable(answer.customer), 24))}`
  return answer.items.length === 0 ? whom : `${whom}, who looks at ${items}`
}

function neighborColumns({answers}: AlsoBoughtAnswer): Column[] {
  const columns: Column[] = [
    ...leadingColumns(answers),
    {
      head: 'together',
      cells: answers.map(({together}) => (together === undefined ? '–' : number(together))),
      align: 'right',
    },
    {
      head: 'expected',
      cells: answers.map(({expected}) => (expected === undefined ? '–' : number(expected, 1))),
      align: 'right',
    },
  ]
  if (answers.every(({tier}) => tier === 'copurchase')) return columns
  const words = answers.map(({tier}) =>
    tier === 'copurchase' ? '' : tier === 'popular' ? 'sells well' : tier === 'category' ? 'same category' : tier,
  )
  return [...columns, {head: '', cells: words}]
}

function suggestionColumns({customer, items, query, answers}: JointAnswer): Column[] {
  const ofBoth = items.length > 0 ? 'because of' : 'because you bought'
  const head = query === 'together' || customer === undefined ? 'because it goes with' : ofBoth
  const cells = answers.map(({tier, because}) => {
    if (tier === 'popular') return '(sells well)'
    if (tier === 'category') return '(same category)'
    if (tier === 'repeat') return `this, ${counted(because[0].together ?? 0, 'time')}`
    return because.map(nameOf)
  })
  return [...leadingColumns(answers), {head, cells, least: 20}]
}

function leadingColumns(answers: readonly (Named & {score: number})[]): Column[] {
  const decimals = decimalsFor(answers.reduce((largest, {score}) => Math.max(largest, score), 0))
  const titles: Column[] = [{head: 'title', cells: answers.map(({title}) => title ?? ''), least: 16}]
  return [
    {head: '#', cells: answers.map((_, rank) => String(rank + 1)), align: 'right'},
    {head: 'item', cells: answers.map(({item}) => item), least: ID_WIDTH},
    ...(answers.some(({title}) => title !== null) ? titles : []),
    {
      head: 'score',
      cells: answers.map(({score}) => (score === 0 ? '–' : number(score, decimals))),
      align: 'right',
    },
  ]
}

/** As many as show three digits of the largest score. */
function decimalsFor(largest: number): number {
  return largest > 0 ? Math.min(Math.max(2 - Math.floor(Math.log10(largest)), 0), 9) : 0
}
