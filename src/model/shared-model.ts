import {finish} from '../matrix/steps.ts'
import {openSums} from '../matrix/sum-kernel.ts'
import type {KnownItem} from '../orders/catalogue-item.ts'
import {HEAD, readHead} from './format.ts'
import type {Model} from './model.ts'
import {openModel} from './open.ts'
import {layoutOf} from './sections.ts'
import type {Turns} from './turns.ts'

/** Bytes that are copied between two looks at the time: a millisecond or two. */
const CHUNK = 1 << 22

/** A model as other threads can open it, beside the caller's. What can not be saved is not in it: a measure of one's own. */
export async function shareModel(model: Model, known: Iterable<KnownItem>, turns: Turns): Promise<SharedArrayBuffer> {
  const {pieces, length} = layoutOf({...model, catalogue: {known}}, model.hasLog)
  const shared = new SharedArrayBuffer(length)
  const bytes = new Uint8Array(shared)
  let end = 0
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += CHUNK) {
      bytes.set(piece.subarray(from, from + CHUNK), end + from)
      if (turns.isOver) await turns.next()
    }
    end += piece.length
  }
  return shared
}

/** Opens it. There is no checksum in it: the bytes have not left the process. */
export function openShared(shared: SharedArrayBuffer): Model {
  const bytes = new Uint8Array(shared)
  const head = readHead(bytes.subarray(0, HEAD), bytes.length, 'thread')
  return finish(openModel(bytes, head, {}, 'thread', performance.now(), openSums))
}
