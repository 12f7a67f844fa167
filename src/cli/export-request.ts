import {quote} from '../orders/options.ts'

/** The questions that can be asked for all items, or all customers. */
export const questions = ['also-bought', 'suggest'] as const
export const formats = ['csv', 'jsonl'] as const

/** What an export is to hold, and where it goes. */
export interface Exporting {
  question: (typeof questions)[number]
  format: (typeof formats)[number]
  /** A path; absent for standard output. */
  out: string | undefined
  /** A file of the items, or customers, to answer for; absent for all. */
  idsFile: string | undefined
}

/** Reads what follows the file of orders. */
export function readExporting(
  [question, ...rest]: readonly string[],
  {format, out, ids, repeat}: Record<'format' | 'out' | 'ids' | 'repeat', string | undefined>,
  call: string,
): Exporting {
  if (question === undefined) throw new RangeError(`export needs a question, ${questions.join(' or ')}: ${call}`)
  if (!isOneOf(questions, question)) {
    throw new RangeError(`export: unknown question ${quote(question)}; valid are ${questions.join(', ')}`)
  }
  if (rest.length > 0) throw new RangeError(`export takes one question, got also ${quote(rest[0])}: ${call}`)
  if (repeat !== undefined && question !== 'suggest') throw new RangeError(`export ${question} takes no --repeat`)
  if (out === '') throw new RangeError('--out needs a value: --out FILE')
  const usual = /\.(jsonl|ndjson)(\.gz)?$/i.test(out ?? '') ? 'jsonl' : 'csv'
  const chosen = format ?? usual
  if (!isOneOf(formats, chosen)) {
    throw new RangeError(`unknown --format ${quote(chosen)}; valid are ${formats.join(', ')}`)
  }
  return {question, format: chosen, out: out === '-' ? undefined : out, idsFile: ids}
}

function isOneOf<Value extends string>(values: readonly Value[], text: string): text is Value {
  return (values as readonly string[]).includes(text)
}
