#!/usr/bin/env node
import {version} from '../../package.json'
import {tune} from '../evaluate/tune.ts'
import {answerText} from './answer-text.ts'
import {type Answer, askAlsoBought, askSuggest, askTogether} from './answers.ts'
import {parseRequest, type Request} from './arguments.ts'
import {prepareDemo} from './demo.ts'
import {demoText} from './demo-text.ts'
import {counted, type Page, printable} from './display.ts'
import {evaluateFile} from './evaluate-file.ts'
import {evaluationText} from './evaluation-text.ts'
import {exportAnswers, exportNotes} from './export-answers.ts'
import {helpText} from './help.ts'
import {checkCustomer, checkItem} from './known-ids.ts'
import {type Loaded, load} from './load.ts'
import {type BadRows, type LeftOut, openOrders, sizeOf} from './open-orders.ts'
import {reasonOf} from './output.ts'
import {type ProgressBar, progressBar} from './progress.ts'
import {checkTarget} from './target.ts'
import {tuningText} from './tuning-text.ts'
import {inWords} from './wording.ts'

/** How many of the fees that were left out are named. */
const FEES_NAMED = 6

/** What could not be asked ends with 2, what could not be answered with 1. */
async function main(args: string[]): Promise<number> {
  let request: ReturnType<typeof parseRequest>
  try {
    request = parseRequest(args)
  } catch (error) {
    complain(inWords(error))
    return 2
  }
  if (request === 'version') process.stdout.write(`${version}\n`)
  else if (request === 'help') process.stdout.write(helpText())
  else return answer(request)
  return 0
}

const answerers = {demo, 'also-bought': ask, together: ask, suggest: ask, export: write, evaluate: judge, tune: choose}

async function answer(request: Request): Promise<number> {
  const bar = progressBar(!request.json)
  try {
    process.stdout.write(await answerers[request.command](request, bar))
    return 0
  } catch (error) {
    bar.stop()
    complain(inWords(error))
    return 1
  }
}

async function demo(request: Request, bar: ProgressBar): Promise<string> {
  const {demo, loaded} = await prepareDemo(request, bar)
  bar.stop()
  tellWhatWasLeftOut(loaded)
  if (loaded.shop.report.items === 0) throw new Error(`${loaded.name} has no line that bought something`)
  return request.json ? json(demo) : demoText(demo, loaded, page())
}

async function ask(request: Request, bar: ProgressBar): Promise<string> {
  const {command, file, items, customer, repeat = 'exclude', limit = 10, reading, fitting} = request
  const loaded = await load(file as string, reading, fittingFor(command, fitting), bar)
  bar.stop()
  tellWhatWasLeftOut(loaded)
  for (const item of items) checkItem(loaded, item)
  if (customer !== undefined) checkCustomer(loaded, customer)
  let answer: Answer
  if (command === 'also-bought') answer = askAlsoBought(loaded, items[0], limit)
  else if (command === 'together') answer = askTogether(loaded, items, limit)
  else answer = askSuggest(loaded, {customer, items}, repeat, limit)
  return request.json ? json(answer) : `${answerText(answer, page()).join('\n')}\n`
}

/** What is learned says nothing of who bought this also bought, and takes most of the time. */
function fittingFor(question: string, fitting: Request['fitting']): Request['fitting'] {
  return question === 'also-bought' ? {...fitting, learn: false} : fitting
}

/** Writes the answers itself: they are too many to be held. */
async function write(request: Request, bar: ProgressBar): Promise<string> {
  const {file = '', exporting, reading, fitting} = request
  if (!exporting) return ''
  const {out, idsFile} = exporting
  if (idsFile !== undefined) sizeOf(idsFile)
  if (out !== undefined) checkTarget('--out', out, [file, idsFile, reading.itemsFile])
  let name = ''
  const prepare = async (): Promise<Loaded> => {
    const loaded = await load(file, reading, fittingFor(exporting.question, fitting), bar)
    name = loaded.name
    bar.stop()
    tellWhatWasLeftOut(loaded)
    if (loaded.shop.items.ids.length === 0) throw new Error(`${name} has no line that bought something`)
    if (exporting.question === 'suggest' && loaded.customers.length === 0) {
      throw new RangeError(`${name} names no customers; export also-bought instead`)
    }
    return loaded
  }
  // Answers that are read as they come are not to be drawn over.
  const answering = out === undefined && process.stdout.isTTY ? progressBar(false) : bar
  const exported = await exportAnswers({...request, exporting}, prepare, answering)
  bar.stop()
  for (const note of exportNotes(exported, exporting, name)) process.stderr.write(`${printable(note)}\n`)
  return ''
}

async function judge(request: Request, bar: ProgressBar): Promise<string> {
  const judged = await evaluateFile(request, bar)
  bar.stop()
  tellWhatWasLeftOut(judged)
  if (request.html !== undefined) process.stderr.write(`wrote ${printable(request.html)}\n`)
  return request.json ? json(judged.evaluation) : evaluationText(judged.evaluation, judged.name, page())
}

async function choose(request: Request, bar: ProgressBar): Promise<string> {
  const {file = '', reading, fitting, comparison, configurations} = request
  const {measure: _, discovery: __, ...given} = fitting
  const {reader, name, leftOut} = openOrders(file, reading)
  const tuning = await tune(reader, {
    ...given,
    ...{seed: comparison.seed, configurations},
    onProgress: ({step, share}) => bar.show(step, share),
  })
  bar.stop()
  tellWhatWasLeftOut(leftOut())
  return request.json ? json(tuning) : tuningText(tuning, name, page())
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function page(): Page {
  const {isTTY, columns} = process.stdout
  return {width: isTTY ? Math.min(Math.max(columns || 80, 60), 120) : 100, styled: isTTY && !process.env.NO_COLOR}
}

function tellWhatWasLeftOut({fees, badRows, badItems}: LeftOut): void {
  if (badItems) tellBadRows(badItems, ` of ${printable(badItems.name)}`)
  tellBadRows(badRows)
  if (fees.size === 0) return
  const lines = [...fees.values()].reduce((sum, n) => sum + n, 0)
  const names = [...fees.keys()].slice(0, FEES_NAMED).map(printable).join(', ')
  const more = fees.size > FEES_NAMED ? ', …' : ''
  const what = `${counted(lines, 'line')} of ${counted(fees.size, 'item')} that look like fees`
  process.stderr.write(`left out ${what}: ${names}${more}; --keep-fees keeps them\n`)
}

function tellBadRows({count, first}: BadRows, where = ''): void {
  if (!first) return
  const what = `${counted(count, 'bad row')}${where}`
  process.stderr.write(`skipped ${what}; first line ${first.line}: ${inWords(first.reason)}\n`)
}

function complain(message: string): void {
  process.stderr.write(`alsobought: ${message}\n`)
}

// A reader that has seen enough (| head) closes the pipe: nothing to complain of.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    if (stream === process.stdout) complain(`standard output could not be written: ${reasonOf(error)}`)
    process.exit(1)
  })
}
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => process.exit(code))

process.exitCode = await main(process.argv.slice(2))
