import type {Stats} from 'node:fs'
import {type FileHandle, open, readlink, realpath, rename, rm, stat} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import * as zlib from 'node:zlib'
import type {Steps} from '../matrix/steps.ts'
import {openSums} from '../matrix/sum-kernel.ts'
import {checkOptions, quote} from '../orders/options.ts'
import {type Crc32, plainCrc32} from './crc32.ts'
import {checksumOf, compareChecksum, HEAD, type Layout, readHead, setChecksum} from './format.ts'
import type {Model} from './model.ts'
import {nameOf, openModel} from './open.ts'
import type {LoadOptions} from './restore.ts'

/** The platform's own, which is twice as fast; Node has one since 20.15 and 22.2. */
export const crc32: Crc32 = (zlib as {crc32?: Crc32}).crc32 ?? plainCrc32

/** Bytes that are read at once, and how many such pieces are, while those before are checked. */
const CHUNK = 1 << 21
const AHEAD = 2

/** Longest time in ms that opening keeps the event loop waiting, but for a single column. */
const TURN = 15

/** Opens the model in a file. */
export async function loadModel(path: string, options: LoadOptions): Promise<Model> {
  const start = performance.now()
  checkOptions('load', options, ['measure', 'journal'])
  checkPath('load', path)
  const name = `load: ${basename(path)}`
  const file = await openToRead(path)
  try {
    const {size} = await file.stat()
    const first = new Uint8Array(Math.min(size, HEAD))
    await readAll(file, first, 0, name)
    // Before there is room made for what may be anything.
    const head = readHead(first, size, name)
    const bytes = roomFor(size, name)
    bytes.set(first)
    let checksum = checksumOf(first, crc32)
    for await (const piece of readPieces(file, bytes, name)) checksum = crc32(piece, checksum)
    compareChecksum(head, checksum, name)
    return await inTurns(openModel(bytes, head, options, name, start, openSums))
  } finally {
    await file.close()
  }
}

export function roomFor(size: number, name: string): Uint8Array {
  try {
    return new Uint8Array(size)
  } catch (error) {
    throw new Error(`${name}: its ${size} bytes do not fit in memory`, {cause: error})
  }
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    // Looked at first: to open a pipe is to wait for somebody who writes to it.
    const other = kindOf(await stat(path))
    if (other) throw new Error(`${path} is ${other}, not a file`)
    return await open(path)
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? `there is no file ${path}` : message
    throw new Error(`load: ${what}`, {cause: error})
  }
}

/** Reads what follows the head, and gives it piece by piece in its order. */
async function* readPieces(file: FileHandle, bytes: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
  const reads: Promise<Uint8Array>[] = []
  let asked = HEAD
  try {
    while (asked < bytes.length || reads.length > 0) {
      for (; asked < bytes.length && reads.length <= AHEAD; asked += CHUNK) {
        const piece = bytes.subarray(asked, asked + CHUNK)
        const read = readAll(file, piece, asked, name).then(() => piece)
        // Whoever comes to wait for it is told.
        read.catch(() => {})
        reads.push(read)
      }
      yield (await reads.shift()) as Uint8Array
    }
  } finally {
    // Or the file would be closed meanwhile.
    await Promise.allSettled(reads)
  }
}

/** Reads as many bytes as there is room for, in pieces: the platform reads no more than 2 GiB at once. */
export async function readAll(file: FileHandle, into: Uint8Array, from: number, name: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const {bytesRead} = await file.read(into, done, Math.min(CHUNK, into.length - done), from + done)
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
 * @param finish calls `rename`, which gives it the name; told what will be its `version`
 */
export async function saveModel(
  path: string,
  layout: Layout,
  finish = (_version: string, rename: () => Promise<void>): Promise<void> => rename(),
): Promise<void> {
  checkPath('save', path)
  let target = path
  let beside: string | undefined
  try {
    let version = ''
    target = await targetOf(path)
    const mode = await modeOf(target)
    const saving = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.saving`)
    beside = saving
    const file = await openNew(saving, mode)
    try {
      version = nameOf(await writeAll(file, layout), layout.length)
      await file.sync()
    } finally {
      await file.close()
    }
    await finish(version, async () => {
      await rename(saving, target)
      await syncFolder(dirname(target))
    })
  } catch (error) {
    if (beside) await rm(beside, {force: true}).catch(() => {})
    throw new Error(`save: ${basename(path)} stays as it was: ${(error as Error).message}`, {cause: error})
  }
}

/** Makes a file where none is. */
export async function openNew(path: string, mode: number | undefined): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode)
  } catch (error) {
    const failure = error as NodeJS.ErrnoException
    if (failure.code === 'ENOENT') {
      failure.message = `there is no folder ${dirname(path)}; make it first, or give another path`
    }
    throw failure
  }
}

/** The file that a path means, be it through links: also through one to what is not there yet. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const link = await readlink(path).catch(() => undefined)
    return link === undefined ? path : targetOf(resolve(dirname(path), link))
  }
}

/** Where a path leads, or would. */
export async function realPath(path: string): Promise<string> {
  return resolve(await targetOf(path).catch(() => path))
}

/** Who may read and write the file that is replaced, as it holds what others may not see; for a new one, the usual. */
export async function modeOf(path: string): Promise<number | undefined> {
  const there = await stat(path).catch(() => undefined)
  const other = there && kindOf(there)
  if (other) throw new Error(`expected the path of a file, got ${other}`)
  return there && there.mode & 0o777
}

/** What is no file, in words. */
export function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined
  return stats.isDirectory() ? 'a folder' : 'a device or a pipe'
}

/** The head last, which names the checksum of all: it is taken while bytes are written, and returned. */
async function writeAll(file: FileHandle, {pieces: [head, ...bodies]}: Layout): Promise<number> {
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
  return checksum
}

export async function writePiece(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < piece.length; ) {
    const {bytesWritten} = await file.write(piece, done, piece.length - done, at + done)
    done += bytesWritten
  }
}

/** So that the new name outlives a power cut. Some platforms cannot: there the file system sees to it in its own time. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path)
    await folder.sync().finally(() => folder.close())
  } catch {}
}

export function checkPath(name: string, path: unknown): void {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`${name}: expected the path of a file, got ${quote(path)}`)
  }
}
