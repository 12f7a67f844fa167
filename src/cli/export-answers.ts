import {basename} from 'node:path'
import {csvRows} from '../orders/csv-rows.ts'
import {quote} from '../orders/options.ts'
import type {BatchProgress} from '../queries/batch.ts'
import {alsoBoughtAnswer, suggestAnswer} from './answers.ts'
import type {Reading, Request} from './arguments.ts'
import {counted, number} from './display.ts'
import type {Exporting} from './export-request.ts'
import {csvLine, headers, neighborRows, suggestionRows} from './export-rows.ts'
import type {Loaded} from './load.ts'
import {openOutput} from './output.ts'
import type {ProgressBar} from './progress.ts'

/** What was written. */
export interface Exported {
  /** Of how many items, or customers, and their answers in all. */
  subjects: number
  answers: number
  /** Those of the file of ids that the orders do not name. */
  unknown: {count: number; first: string | undefined}
}

/** Asks a question about all, and writes the answers. `prepare` reads the orders, once it is known where these go. */
export async function exportAnswers(
  {exporting, ...request}: Request & {exporting: Exporting},
  prepare: () => Promise<Loaded>,
  bar: ProgressBar,
): Promise<Exported> {
  const output = await openOutput(exporting.out)
  try {
    const loaded = await prepare()
    const exported: Exported = {subjects: 0, answers: 0, unknown: {count: 0, first: undefined}}
    const ids = exporting.idsFile === undefined ? undefined : idsIn(exporting.idsFile, request.reading)
    const subjects = ids && notingUnknown(ids, knownTo(loaded, exporting), exported)
    await output.write(linesOf(loaded, exporting, request, subjects, exported, bar))
    return exported
  } finally {
    await output.close()
  }
}

/** The lines of the file, those of one item or customer in one piece. */
async function* linesOf(
  loaded: Loaded,
  {question, format}: Exporting,
  {
    limit = 10,
    repeat = 'exclude',
    exclude,
    fitting: {threads},
  }: Pick<Request, 'limit' | 'repeat' | 'exclude' | 'fitting'>,
  ids: AsyncIterable<string> | undefined,
  exported: Exported,
  bar: ProgressBar,
): AsyncGenerator<string> {
  const isCsv = format === 'csv'
  const what = question === 'suggest' ? 'customers' : 'items'
  const onProgress = ({answered, share = 0}: BatchProgress) => {
    bar.show('answering', share, `${number(answered)} ${what}`)
  }
  const note = (answers: readonly unknown[]) => {
    exported.subjects++
    exported.answers += answers.length
  }
  if (isCsv) yield csvLine(headers[question])
  if (question === 'also-bought') {
    for await (const asked of loaded.shop.alsoBoughtAll({limit, exclude, items: ids, threads, onProgress})) {
      note(asked.answers)
      yield isCsv ? neighborRows(loaded, asked) : jsonLine(alsoBoughtAnswer(loaded, asked.item, asked.answers))
    }
    return
  }
  for await (const asked of loaded.shop.suggestAll({limit, repeat, exclude, customers: ids, threads, onProgress})) {
    const {customer, answers} = asked
    note(answers)
    yield isCsv
      ? suggestionRows(loaded, asked)
      : jsonLine(suggestAnswer(loaded, {customer, items: []}, repeat, answers))
  }
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** The first column of a CSV file without a header. */
async function* idsIn(file: string, {delimiter = ',', encoding = 'utf-8'}: Reading): AsyncGenerator<string> {
  const name = basename(file)
  for await (const rows of csvRows(file, name, delimiter, encoding, 'export')) {
    for (const {values, line, bad} of rows) {
      if (bad) throw new RangeError(`${name}, line ${line}: ${bad.reason}`)
      if (values[0] !== '') yield values[0]
    }
  }
}

function knownTo({shop, customers}: Loaded, {question}: Exporting): (id: string) => boolean {
  if (question === 'also-bought') return (id) => shop.has(id)
  const known = new Set(customers ?? [])
  return (id) => known.has(id)
}

async function* notingUnknown(
  ids: AsyncIterable<string>,
  isKnown: (id: string) => boolean,
  {unknown}: Exported,
): AsyncGenerator<string> {
  for await (const id of ids) {
    if (!isKnown(id)) {
      unknown.first ??= id
      unknown.count++
    }
    yield id
  }
}

/** What there is to say of an export, as lines. */
export function exportNotes(
  {subjects, answers, unknown: {count, first}}: Exported,
  {question, out, idsFile = ''}: Exporting,
  name: string,
): string[] {
  const thing = question === 'suggest' ? 'customer' : 'item'
  const notes: string[] = []
  if (count > 0) {
    const whose = count === 1 ? quote(first) : `${quote(first)} the first of them`
    notes.push(
      `${name} does not name ${number(count)} of the ${counted(subjects, thing)} in ${basename(idsFile)}, ${whose}: what sells well stands in`,
    )
  }
  if (out !== undefined) notes.push(`wrote ${out}: ${counted(answers, 'answer')} for ${counted(subjects, thing)}`)
  return notes
}
