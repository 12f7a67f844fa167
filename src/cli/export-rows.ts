import {REASONS} from '../model/scratch.ts'
import type {CustomerSuggestions, ItemNeighbors} from '../queries/batch.ts'
import {named, type TitledShop} from './answers.ts'

/** The columns of each question's CSV. */
export const headers = {
  'also-bought': ['item', 'rank', 'other', 'title', 'score', 'tier', 'together', 'expected'],
  suggest: [
    ...['customer', 'rank', 'item', 'title', 'score', 'tier'],
    ...Array.from({length: REASONS}, (_, r) => `because_${r + 1}`),
  ],
}

type Cell = string | number | null | undefined

/** One row for each answer, the best of rank 1; none where nothing is known. */
export function neighborRows(titled: TitledShop, {item, answers}: ItemNeighbors): string {
  return answers
    .map((neighbor, place) => {
      const {score, tier, together, expected} = neighbor
      const {item: other, title} = named(titled, neighbor.item)
      return csvLine([item, place + 1, other, title, score, tier, together, expected])
    })
    .join('')
}

export function suggestionRows(titled: TitledShop, {customer, answers}: CustomerSuggestions): string {
  return answers
    .map(({item, score, tier, because = []}, place) => {
      const reasons = Array.from({length: REASONS}, (_, r) => because[r]?.item)
      return csvLine([customer, place + 1, item, named(titled, item).title, score, tier, ...reasons])
    })
    .join('')
}

/**
 * A record as RFC 4180 has it, but that lines end in a line feed alone, as whatever reads lines likes them. A text is written
 * as it is, even if a spreadsheet would take it for a formula: ids must come back the same.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => (typeof cell === 'string' ? csvText(cell) : (cell ?? ''))).join(',')}\n`
}

/** Also in quotes where blanks stand at an end: some readers trim what is not. */
function csvText(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
