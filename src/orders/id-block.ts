import {each, type Steps} from '../matrix/steps.ts'
import type {Ids} from './ids.ts'

/** Ids as one block of UTF-8: id `i` is the bytes from `offsets[i]` up to before `offsets[i + 1]`. */
export interface IdBlock {
  offsets: Int32Array
  bytes: Uint8Array
}

/** Ids that stay in such a block: none is a text before it is asked for. */
export interface BlockIds extends Ids {
  readonly block: IdBlock
  at(index: number): string | undefined
}

/** Texts that are remembered at most. */
const MOST_TEXTS = 1 << 16

/** Longest id that is put together character by character: longer ones a decoder makes in less time, 16 in half of it. */
const SHORT = 12

export function idsOf(block: IdBlock): BlockIds {
  const {offsets, bytes} = block
  const length = offsets.length - 1
  const decoder = new TextDecoder('utf-8', {ignoreBOM: true})
  const decode = (from: number, to: number): string => {
    if (to - from <= SHORT) {
      let text = ''
      let p = from
      while (p < to && bytes[p] < 128) text += String.fromCharCode(bytes[p++])
      if (p === to) return text
    }
    // A copy: shared memory, which the bytes may be in, is not for decoders everywhere.
    return decoder.decode(bytes.slice(from, to))
  }
  /** By place, the last text that was asked for there, and its index plus 1. */
  let texts: string[] = []
  let indices = new Int32Array(0)
  return {
    block,
    length,
    at: (index) => {
      if (!(index >= 0 && index < length)) return undefined
      if (texts.length === 0) {
        const places = Math.min(length, MOST_TEXTS)
        texts = new Array(places).fill('')
        indices = new Int32Array(places)
      }
      const place = index % texts.length
      if (indices[place] !== index + 1) {
        texts[place] = decode(offsets[index], offsets[index + 1])
        indices[place] = index + 1
      }
      return texts[place]
    },
  }
}

/** Ids between two yields: a few milliseconds. */
const CHUNK = 1 << 14

/** The block of any ids. */
export function* blockOf(ids: {
  readonly length: number
  at(index: number): string | number | undefined
}): Steps<IdBlock> {
  if ('block' in ids) return (ids as BlockIds).block
  const encoder = new TextEncoder()
  const offsets = new Int32Array(ids.length + 1)
  let bytes = new Uint8Array(16 * ids.length + 64)
  let end = 0
  const put = (i: number) => {
    const id = String(ids.at(i))
    // A unit is at most three bytes.
    const most = end + 3 * id.length
    if (most > 2 ** 31 - 1) throw new RangeError('ids take more than 2 GB; shorten them')
    if (most > bytes.length) {
      const grown = new Uint8Array(2 * most)
      grown.set(bytes)
      bytes = grown
    }
    // Most ids are short and ASCII: a third of the encoder's time at 12 characters, as much at 36.
    let place = 0
    while (place < id.length && id.charCodeAt(place) < 128) bytes[end + place] = id.charCodeAt(place++)
    end += place === id.length ? place : encoder.encodeInto(id, bytes.subarray(end)).written
    offsets[i + 1] = end
  }
  yield* each(ids.length, put, CHUNK)
  return {offsets, bytes: bytes.slice(0, end)}
}
