#!/usr/bin/env node
import {version} from '../../package.json'
import {tune} from '../evaluate/tune.ts'
import {answerText} from './answer-text.ts'
import {type Answer, askAlsoBought, askSuggest, askTogether} from './answers.ts'
import {parseRequest, type Request} from './arguments.ts'
import type {About} from './command-line.ts'
import {prepareDemo} from './demo.ts'
import {demoText} from './demo-text.ts'
import {type Page, printable} from './display.ts'
import {evaluateFile} from './evaluate-file.ts'
import {evaluationText} from './evaluation-text.ts'
import {exportAnswers, exportNotes} from './export-answers.ts'
import {beginningText, commandText, helpText} from './help.ts'
import {checkCustomer, checkExcluded, checkItem} from './known-ids.ts'
import {type Loaded, load} from './load.ts'
import {notesOn} from './notes.ts'
import {type LeftOut, openOrders, sizeOf} from './open-orders.ts'
import {reasonOf} from './output.ts'
import {type ProgressBar, progressBar} from './progress.ts'
import {savedText, saveShop} from './save-shop.ts'
import {checkTarget} from './target.ts'
import {tuningText} from './tuning-text.ts'
import {inWords} from './wording.ts'

/** What could not be asked ends with 2, what could not be answered with 1. */
async function main(args: string[]): Promise<number> {
  let request: ReturnType<typeof parseRequest>
  try {
    request = parseRequest(args)
  } catch (error) {
    complain(inWords(error))
    return 2
  }
  if (!('about' in request)) return answer(request)
  process.stdout.write(told(request))
  return 0
}

function told({about}: About): string {
  if (about === 'version') return `${version}\n`
  if (about === 'beginning') return beginningText()
  return about === 'all' ? helpText() : commandText(about)
}

const answerers = {
  ...{demo, 'also-bought': ask, together: ask, suggest: ask, export: write, save: keep},
  ...{evaluate: judge, tune: choose},
}

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
  tell(loaded, request)
  if (loaded.shop.report.items === 0) throw new Error(`${loaded.name} has no line that bought something`)
  return request.json ? json(demo) : demoText(demo, loaded, page())
}

async function ask(request: Request, bar: ProgressBar): Promise<string> {
  const {command, file = '', items, customer, repeat = 'exclude', limit = 10, exclude, fitting} = request
  const loaded = await load({...request, file, fitting: fittingFor(command, fitting)}, bar)
  bar.stop()
  tell(loaded, request)
  for (const item of items) checkItem(loaded, item)
  if (customer !== undefined) checkCustomer(loaded, customer)
  checkExcluded(loaded, exclude)
  const rules = {limit, exclude}
  let answer: Answer
  if (command === 'also-bought') answer = askAlsoBought(loaded, items[0], rules)
  else if (command === 'together') answer = askTogether(loaded, items, rules)
  else answer = askSuggest(loaded, {customer, items}, repeat, rules)
  return request.json ? json(answer) : `${answerText(answer, page()).join('\n')}\n`
}

/** What is learned says nothing of who bought this also bought, and takes most of the time. */
function fittingFor(question: string, fitting: Request['fitting']): Request['fitting'] {
  return question === 'also-bought' ? {...fitting, learn: false} : fitting
}

/** Writes the answers itself: they are too many to be held. */
async function write(request: Request, bar: ProgressBar): Promise<string> {
  const {file = '', exporting, reading, fitting, exclude} = request
  if (!exporting) return ''
  const {out, idsFile} = exporting
  if (idsFile !== undefined) sizeOf(idsFile)
  if (out !== undefined) checkTarget('--out', out, [file, idsFile, reading.itemsFile])
  let name = ''
  const prepare = async (): Promise<Loaded> => {
    const loaded = await load({...request, file, fitting: fittingFor(exporting.question, fitting)}, bar)
    name = loaded.name
    bar.stop()
    tell(loaded, request)
    if (loaded.shop.items.ids.length === 0) throw new Error(`${name} has no line that bought something`)
    if (exporting.question === 'suggest' && loaded.customers?.length === 0) {
      throw new RangeError(`${name} names no customers; export also-bought instead`)
    }
    checkExcluded(loaded, exclude)
    return loaded
  }
  // Answers that are read as they come are not to be drawn over.
  const answering = out === undefined && process.stdout.isTTY ? progressBar(false) : bar
  const exported = await exportAnswers({...request, exporting}, prepare, answering)
  bar.stop()
  for (const note of exportNotes(exported, exporting, name)) process.stderr.write(`${printable(note)}\n`)
  return ''
}

async function keep(request: Request, bar: ProgressBar): Promise<string> {
  const saved = await saveShop(request, bar)
  bar.stop()
  tell(saved.fitted, request)
  return savedText(saved, request)
}

async function judge(request: Request, bar: ProgressBar): Promise<string> {
  const judged = await evaluateFile(request, bar)
  bar.stop()
  tell(judged, request)
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
  tell(leftOut(), request)
  return request.json ? json(tuning) : tuningText(tuning, name, page())
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function page(): Page {
  const {isTTY, columns} = process.stdout
  return {width: isTTY ? Math.min(Math.max(columns || 80, 60), 120) : 100, styled: isTTY && !process.env.NO_COLOR}
}

function tell(leftOut: LeftOut, {json}: Pick<Request, 'json'>): void {
  for (const note of notesOn(leftOut, json)) process.stderr.write(`${note}\n`)
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
