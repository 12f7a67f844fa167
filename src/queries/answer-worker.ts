/** What each thread of a batch runs: bundled into one text, which travels with the package. */
import {parentPort, workerData} from 'node:worker_threads'
import {openShared} from '../model/shared-model.ts'
import {writeAnswers} from './answer-numbers.ts'
import type {AnswerOrder} from './answer-threads.ts'
import {answersTo} from './batch.ts'
import {listsOf} from './item-set.ts'

const {shared, query, question} = workerData as AnswerOrder
const model = openShared(shared)
const batch = {query, question: {...question, ...listsOf(query, question)}}

parentPort?.on('message', (ids: readonly string[]) => {
  const numbers: number[] = []
  for (const id of ids) writeAnswers(answersTo(batch, model, id), model.catalogue.find, numbers)
  // Copied: once a thread has given a buffer away, the engine looks before each access to any whether it is still there.
  parentPort?.postMessage(Float64Array.from(numbers))
})
