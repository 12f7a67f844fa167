import {counted, printable} from './display.ts'
import type {BadRows, LeftOut, ReadColumns} from './open-orders.ts'
import {inWords} from './wording.ts'

/** How many of the fees that were left out are named, and of the columns that nothing was read from. */
const FEES_NAMED = 6
const COLUMNS_NAMED = 12

/** What there is to say of a file beside the answer, as lines. Which columns were read is not for programs. */
export function notesOn({columns, fees, badRows, badItems}: LeftOut, isForProgram: boolean): string[] {
  const notes: string[] = []
  if (columns && !isForProgram) notes.push(columnsNote(columns))
  if (badItems) notes.push(...badRowsNote(badItems, ` of ${printable(badItems.name)}`))
  notes.push(...badRowsNote(badRows))
  if (fees.size > 0) notes.push(feesNote(fees))
  return notes
}

function columnsNote({read, others}: ReadColumns): string {
  const fields = Object.entries(read).map(([field, column]) => `${field}=${printable(column)}`)
  const more = others.length > COLUMNS_NAMED ? ` and ${others.length - COLUMNS_NAMED} more` : ''
  const rest = others.length > 0 ? `; not read: ${others.slice(0, COLUMNS_NAMED).map(printable).join(', ')}${more}` : ''
  return `columns: ${fields.join(', ')}${rest}`
}

function badRowsNote({count, first}: BadRows, where = ''): string[] {
  if (!first) return []
  return [`skipped ${counted(count, 'bad row')}${where}; first line ${first.line}: ${inWords(first.reason)}`]
}

function feesNote(fees: LeftOut['fees']): string {
  const lines = [...fees.values()].reduce((sum, n) => sum + n, 0)
  const names = [...fees.keys()].slice(0, FEES_NAMED).map(printable).join(', ')
  const more = fees.size > FEES_NAMED ? ', …' : ''
  const what = `${counted(lines, 'line')} of ${counted(fees.size, 'item')} that look like fees`
  return `left out ${what}: ${names}${more}; --keep-fees keeps them`
}
