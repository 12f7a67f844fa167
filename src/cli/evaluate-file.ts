import {writeFileSync} from 'node:fs'
import {type Evaluation, evaluate} from '../evaluate/evaluate.ts'
import {reportPage} from '../evaluate/report-page.ts'
import type {Request} from './arguments.ts'
import {type LeftOut, openOrders} from './open-orders.ts'
import type {ProgressBar} from './progress.ts'
import {checkTarget} from './target.ts'

export interface Judged extends LeftOut {
  evaluation: Evaluation
  /** What messages call the file. */
  name: string
}

/** Reads a file of orders and judges what would have been recommended; writes a page of it where one is asked for. */
export async function evaluateFile(request: Request, bar: ProgressBar): Promise<Judged> {
  const {file = '', html, reading, fitting, comparison} = request
  if (html !== undefined) checkTarget('--html', html, [file])
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
