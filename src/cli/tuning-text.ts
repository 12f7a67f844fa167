import type {Choice} from '../evaluate/choices.ts'
import {figure, signed} from '../evaluate/report-words.ts'
import type {Tuning} from '../evaluate/tune.ts'
import {bold, isolate, number, type Page, printable, wrap} from './display.ts'
import {table} from './table.ts'

const INDENT = '  '

/** What each option of `fit` decides. */
const questions: Record<Choice['option'], string> = {
  measure: 'How also-bought scores',
  recency: 'After which share of newer orders an old one counts half',
  discovery: 'How far from bestsellers to discoveries',
  'next.targets': 'Which purchases teach what a customer buys next',
  learn: 'Whether weights are learned beside what is counted',
  'next.weight': 'How much the likeliest new item counts next to what is bought again',
}

/** What was chosen and why, as a page of text. */
export function tuningText({options, choices, warnings, configurations}: Tuning, name: string, page: Page): string {
  const heading = `Settings for ${isolate(printable(name))}, by ${number(configurations)} configurations tried on orders kept back`
  const lines = wrap(heading, page.width).map((line) => bold(line, page))
  for (const choice of choices) lines.push('', ...choiceText(choice, page))
  const notes = [
    ...warnings,
    'A default is left only for what is better by more than chance. How good the choice is, evaluate tells of later orders.',
  ]
  lines.push('', bold('To be borne in mind', page))
  for (const note of notes) lines.push(...wrap(note, page.width - INDENT.length).map((line) => INDENT + line))
  const given =
    Object.keys(options).length === 0 ? 'nothing: the defaults are the best of these' : JSON.stringify(options)
  lines.push('', bold('Give fit', page), INDENT + given)
  return `${lines.join('\n')}\n`
}

function choiceText({option, task, groups, chosen, candidates}: Choice, page: Page): string[] {
  const asked = task === 'alsoBought' ? 'orders' : 'customers'
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const columns = [
    {head: option, cells: candidates.map(({value}) => text(value))},
    {head: 'NDCG@10', cells: candidates.map(({ndcg}) => figure(ndcg)), align: 'right' as const},
    {
      head: 'differs, in 95 of 100',
      cells: candidates.map(({difference}) =>
        difference ? `${signed(difference.low)}…${signed(difference.high)}` : '',
      ),
      align: 'right' as const,
    },
    {
      head: '',
      cells: candidates.map(({value}, c) =>
        [value === chosen ? 'chosen' : '', c === 0 ? 'default' : ''].filter(Boolean).join(', '),
      ),
    },
  ]
  return [
    bold(questions[option], page),
    `${INDENT}by ${task}, asked of ${number(groups)} ${asked}`,
    ...table(columns, page),
  ]
}
