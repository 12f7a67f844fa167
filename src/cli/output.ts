import {once} from 'node:events'
import {realpathSync, rmSync, type Stats, statSync} from 'node:fs'
import {type FileHandle, open, rename} from 'node:fs/promises'
import {pipeline, type Writable} from 'node:stream'
import {createGzip} from 'node:zlib'

/** Where a long text goes, piece by piece. */
export interface Output {
  /** Writes all of it; what makes the pieces waits for what takes them. A file then has its name. */
  write: (pieces: AsyncIterable<string>) => Promise<void>
  /** To be called in any case at the end: takes away what is not whole. */
  close: () => Promise<void>
}

/** Pieces are gathered to so many characters, as each write costs a call of the system. */
const CHUNK = 1 << 16

/** Opens a file to write, or standard output. What cannot be written to is refused here, before there is anything to write. */
export async function openOutput(path: string | undefined): Promise<Output> {
  if (path === undefined) return {write: (pieces) => writeTo(process.stdout, pieces), close: async () => {}}
  const before = statSync(path, {throwIfNoEntry: false})
  // A device or a named pipe is written to; to be replaced it was not made.
  return before && !before.isFile() ? openPlain(path) : openBeside(path, before)
}

/** Writes to a stream, never ahead of it. */
export async function writeTo(stream: Writable, pieces: AsyncIterable<string>): Promise<void> {
  for await (const chunk of chunksOf(pieces)) if (!stream.write(chunk)) await once(stream, 'drain')
}

async function openPlain(path: string): Promise<Output> {
  const handle = await orExplain(path, () => open(path, 'w'))
  return {write: (pieces) => fill(handle, path, pieces), close: () => handle.close()}
}

/** The file has another name until it is whole, so that a run that breaks off leaves the old one as it was. */
async function openBeside(path: string, before: Stats | undefined): Promise<Output> {
  // What a link points at is replaced, and not the link.
  const target = before ? realpathSync(path) : path
  const part = `${target}.${process.pid}.part`
  const handle = await orExplain(path, () => open(part, 'wx', before ? before.mode & 0o777 : 0o666))
  let isWhole = false
  // However the program ends.
  const remove = () => {
    if (!isWhole) rmSync(part, {force: true})
  }
  process.once('exit', remove)
  return {
    write: async (pieces) => {
      await fill(handle, path, pieces)
      await orExplain(path, async () => {
        await handle.sync()
        await rename(part, target)
      })
      isWhole = true
    },
    close: async () => {
      await handle.close()
      remove()
      process.off('exit', remove)
    },
  }
}

async function fill(handle: FileHandle, path: string, pieces: AsyncIterable<string>): Promise<void> {
  const chunks = chunksOf(pieces)
  for await (const chunk of /\.gz$/i.test(path) ? zipped(chunks) : chunks) {
    await orExplain(path, () => handle.writeFile(chunk))
  }
}

/** What fails before its end fails here as well. */
function zipped(chunks: AsyncIterable<string>): AsyncIterable<Buffer> {
  return pipeline(chunks, createGzip(), () => {})
}

async function* chunksOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = ''
  for await (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

async function orExplain<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw new Error(`${path} could not be written: ${reasonOf(error as NodeJS.ErrnoException)}`, {cause: error})
  }
}

/** Why something could not be written, and what would do. */
export function reasonOf({code, message}: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'no space is left; make some, or write to another disk'
  if (code === 'EACCES' || code === 'EPERM') return 'you may not write there; name another folder'
  if (code === 'EROFS') return 'that disk can only be read; name another folder'
  return message
}
