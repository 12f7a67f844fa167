import {type FileHandle, open, realpath, rename, rm} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import * as zlib from 'node:zlib'
import type {Steps} from '../matrix/steps.ts'
import {openSums} from '../matrix/sum-kernel.ts'
import {quote} from '../orders/options.ts'
import {type Crc32, plainCrc32} from './crc32.ts'
import {checksumOf, compareChecksum, HEAD, type Layout, readHead, setChecksum} from './format.ts'
import type {Model} from './model.ts'
import {checkLoadOptions, openModel} from './open.ts'
import type {LoadOptions} from './restore.ts'

/** The platform's own, which is twice as fast; Node has one since 20.15 and 22.2. */
export const crc32: Crc32 = (zlib as {crc32?: Crc32}).crc32 ?? plainCrc32

/** Bytes that are read while those before are checked. */
const CHUNK = 1 << 22

/** Longest time in ms that opening keeps the event loop waiting, but for a single column. */
const TURN = 15

/** Opens the model in a file. */
export async function loadModel(path: string, options: LoadOptions): Promise<Model> {
  const start = performance.now()
  checkLoadOptions('load', options)
  checkPath('load', path)
  const name = `load: ${basename(path)}`
  const file = await openToRead(path)
  try {
    const stat = await file.stat()
    if (stat.isDirectory()) throw new Error(`load: ${path} is a folder, not a file`)
    const {size} = stat
    const bytes = new Uint8Array(size)
    await readAll(file, bytes.subarray(0, HEAD), 0, name)
    const head = readHead(bytes.subarray(0, HEAD), size, name)
    let read = Math.min(size, HEAD + CHUNK)
    await readAll(file, bytes.subarray(HEAD, read), HEAD, name)
    let checksum = checksumOf(bytes.subarray(0, read), crc32)
    let next = readAll(file, bytes.subarray(read, read + CHUNK), read, name)
    while (read < size) {
      await next
      const piece = bytes.subarray(read, read + CHUNK)
      read += piece.length
      next = readAll(file, bytes.subarray(read, read + CHUNK), read, name)
      checksum = crc32(piece, checksum)
    }
    compareChecksum(head, checksum, name)
    return await inTurns(openModel(bytes, head, options, name, start, openSums))
  } finally {
    await file.close()
  }
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? `there is no file ${path}` : message
    throw new Error(`load: ${what}`, {cause: error})
  }
}

async function readAll(file: FileHandle, into: Uint8Array, from: number, name: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const {bytesRead} = await file.read(into, done, into.length - done, from + done)
    if (bytesRead === 0) throw new Error(`${name}: expected more than ${from + done} bytes, got no more; it is cut off`)
    done += bytesRead
  }
}

async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  for (let end = performance.now() + TURN; ; ) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < end) continue
    await new Promise((resolve) => setImmediate(resolve))
    end = performance.now() + TURN
  }
}

/**
 * Writes the bytes of a model to a file beside, and gives it the name when all is on disk: under the name there is always a
 * whole model, the old one or this. What a name links to is replaced, not the link.
 */
export async function saveModel(path: string, layout: Layout): Promise<void> {
  checkPath('save', path)
  const target = await realpath(path).catch(() => path)
  const beside = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.saving`)
  try {
    const file = await open(beside, 'wx')
    try {
      await writeAll(file, layout)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, target)
  } catch (error) {
    await rm(beside, {force: true}).catch(() => {})
    throw new Error(`save: ${basename(path)} stays as it was: ${(error as Error).message}`, {cause: error})
  }
  await syncFolder(dirname(target))
}

/** The head last, which names the checksum of all: it is taken while bytes are written. */
async function writeAll(file: FileHandle, {pieces: [head, ...bodies]}: Layout): Promise<void> {
  let checksum = checksumOf(head, crc32)
  let end = head.length
  for (const body of bodies) {
    for (let from = 0; from < body.length; from += CHUNK) {
      const piece = body.subarray(from, from + CHUNK)
      const written = writePiece(file, piece, end)
      checksum = crc32(piece, checksum)
      await written
      end += piece.length
    }
  }
  setChecksum(head, checksum)
  await writePiece(file, head, 0)
}

async function writePiece(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const {bytesWritten} = await file.write(piece, done, piece.length - done, at + done)
    done += bytesWritten
  }
}

/** So that the new name outlives a power cut. Some platforms cannot: there the file system sees to it in its own time. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path)
    await folder.sync().finally(() => folder.close())
  } catch {}
}

function checkPath(name: string, path: unknown): void {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`${name}: expected the path of a file, got ${quote(path)}`)
  }
}
