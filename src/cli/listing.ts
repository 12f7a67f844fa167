import {nameOf} from './answer-text.ts'
import {type Named, named, type TitledShop} from './answers.ts'
import {bold, type Page} from './display.ts'
import {type Column, table} from './table.ts'

/** An answer as `--json` prints it, with a heading and with words beside each item under heads of their own. */
export interface Listing {
  query: string
  heading: string
  heads: string[]
  answers: (Named & {words: string[]})[]
}

/** Gives the items of an answer their titles and words. */
export function listing<Answer extends {item: string}>(
  titled: TitledShop,
  {query, heading, heads}: Pick<Listing, 'query' | 'heading' | 'heads'>,
  answers: readonly Answer[],
  words: (answer: Answer) => string[],
): Listing {
  const entries = answers.map((answer) => ({...named(titled, answer.item), ...answer, words: words(answer)}))
  return {query, heading, heads, answers: entries}
}

/** A listing as a heading and a table. */
export function listingText({heading, heads, answers}: Listing, page: Page): string[] {
  if (answers.length === 0) return [bold(heading, page), '  nothing']
  const columns: Column[] = [
    {head: '#', cells: answers.map((_, rank) => String(rank + 1)), align: 'right'},
    {head: 'item', cells: answers.map(({item}) => item), least: 8},
    {head: 'title', cells: answers.map(nameOf), least: 16},
    ...heads.map((head, h): Column => ({head, cells: answers.map(({words}) => words[h]), least: 12})),
  ]
  return [bold(heading, page), ...table(columns, page)]
}
