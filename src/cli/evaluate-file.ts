import {statSync, writeFileSync} from 'node:fs'
import {dirname, resolve} from 'node:path'
import {type Evaluation, evaluate} from '../evaluate/evaluate.ts'
import {reportPage} from '../evaluate/report-page.ts'
import type {Request} from './arguments.ts'
import {type LeftOut, openOrders} from './open-orders.ts'
import type {ProgressBar} from './progress.ts'

export interface Judged extends LeftOut {
  evaluation: Evaluation
  /** What messages call the file. */
  name: string
}

/** Reads a file of orders and judges what would have been recommended; writes a page of it where one is asked for. */
export async function evaluateFile(request: Request, bar: ProgressBar): Promise<Judged> {
  const {file = '', html, reading, fitting, comparison} = request
  // Before minutes of work are in vain.
  if (html !== undefined) checkTarget(html, file)
  const {reader, name, leftOut} = openOrders(file, reading)
  const evaluation = await evaluate(reader, {
    ...fitting,
    ...comparison,
    onProgress: ({step, share}) => {
      if (step === 'read') bar.show('reading', share)
      else if (step === 'fit') bar.show('learning', share)
      else bar.show('judging', share, step)
    },
  })
  if (html !== undefined) writeFileSync(html, reportPage(evaluation, {title: `Recommendations for ${name}`}))
  return {evaluation, name, ...leftOut()}
}

function checkTarget(html: string, file: string): void {
  const folder = dirname(html)
  if (!statSync(folder, {throwIfNoEntry: false})?.isDirectory()) {
    throw new Error(`there is no folder ${folder}; make it, or name another for --html`)
  }
  if (statSync(html, {throwIfNoEntry: false})?.isDirectory()) {
    throw new Error(`${html} is a folder; name a file in it for --html`)
  }
  if (resolve(html) === resolve(file)) throw new Error(`--html would overwrite ${file}; name another file`)
}
