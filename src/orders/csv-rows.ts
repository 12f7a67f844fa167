import {createReadStream} from 'node:fs'
import {pipeline, Readable} from 'node:stream'
import {createGunzip} from 'node:zlib'
import {parse} from 'fast-csv'
import {StrictDecoder} from './decode.ts'
import {messageOf, quote} from './options.ts'
import {RecordCutter, type Records, type Row} from './records.ts'

/** Where CSV comes from: a file, opened afresh for every reading, or a stream of Node or the web, to be read once. */
export type CsvSource = string | URL | AsyncIterable<Uint8Array | string>

/** Lets a stream fail before anybody reads it: reading throws the error then, where it would have ended the process. */
export function holdErrors(source: CsvSource): void {
  if (source instanceof Readable) source.on('error', () => {})
}

/** source → gunzip → text → records → rows, a few hundred at a time. Errors of the file name the function `caller`. */
export async function* csvRows(
  source: CsvSource,
  name: string,
  delimiter: string,
  encoding: string,
  caller: string,
): AsyncGenerator<Row[]> {
  const isFile = typeof source === 'string' || source instanceof URL
  let input: AsyncIterable<Uint8Array | string> | undefined
  try {
    input = isFile ? createReadStream(source) : source
    for await (const {rows, quoted, text} of records(inflate(input), delimiter, encoding)) {
      if (quoted.length > 0) {
        const parsed = await parseQuoted(text, delimiter)
        if (parsed.length !== quoted.length) {
          throw new Error(`fast-csv read ${quoted.length} records as ${parsed.length}; please report this file`)
        }
        for (let q = 0; q < quoted.length; q++) (quoted[q] as Row).values = parsed[q] as string[]
      }
      yield rows
    }
  } catch (error) {
    throw explained(error, name, isFile ? String(source) : name, caller)
  } finally {
    // A stream that is waiting for data would not notice that nobody reads on.
    if (input instanceof Readable) input.destroy()
  }
}

async function parseQuoted(text: string, delimiter: string): Promise<string[][]> {
  const parser = parse<string[], string[]>({headers: false, delimiter})
  parser.end(text)
  const rows: string[][] = []
  for await (const row of parser) rows.push(row)
  return rows
}

/** Unpacks what begins with the two bytes of gzip, whatever its name; all else goes through. */
async function* inflate(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
  const source = passing(chunks)
  const head: (Uint8Array | string)[] = []
  let bytes: number[] = []
  while (bytes.length < 2) {
    const {done, value} = await source.next()
    if (done) break
    head.push(value)
    if (!(value instanceof Uint8Array)) break
    bytes = [...bytes, ...value.subarray(0, 2)]
  }
  // In one, so that what tells of an encoding stands together.
  const begin = head.every((chunk) => chunk instanceof Uint8Array) ? [Buffer.concat(head)] : head
  const all = resumed(begin, source)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) yield* all
  else yield* pipeline(Readable.from(all), createGunzip(), () => {})
}

/** The same one by one: the language itself sees to it that an iterator keeps to the rules. */
async function* passing<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
  yield* chunks
}

/** What was taken from an iterator already, then the rest. */
async function* resumed<T>(head: T[], source: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* head
    yield* source
  } finally {
    await source.return(undefined)
  }
}

async function* records(
  chunks: AsyncIterable<Uint8Array | string>,
  delimiter: string,
  encoding: string,
): AsyncGenerator<Records> {
  const decoder = new StrictDecoder(encoding)
  const cutter = new RecordCutter(delimiter)
  const lineAfter = (text: string) => cutter.lineAfter(text)
  let begun = false
  for await (const chunk of chunks) {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      throw new TypeError(`expected chunks of bytes or text, got ${quote(chunk)}`)
    }
    for (const text of typeof chunk === 'string' ? pieces(chunk) : decoder.decode(chunk, lineAfter)) {
      // The decoder takes away a byte order mark by itself.
      const cut = cutter.push(begun || typeof chunk !== 'string' ? text : text.replace(/^\ufeff/, ''))
      begun ||= text !== ''
      if (cut) yield cut
    }
  }
  const rest = cutter.end([...decoder.decode(undefined, lineAfter)].join(''))
  if (rest) yield rest
}

function* pieces(text: string): Generator<string> {
  for (let p = 0; p < text.length; p += 65_536) yield text.slice(p, p + 65_536)
}

/** An error of the system, of zlib or of the source, with the file's name and in words. */
function explained(error: unknown, name: string, path: string, caller: string): Error {
  const message = messageOf(error)
  const {code} = (error ?? {}) as NodeJS.ErrnoException
  const options = {cause: error}
  if (code === 'ENOENT') return new Error(`${caller}: there is no file ${path}`, options)
  if (code === 'EISDIR') return new Error(`${caller}: ${path} is a folder, not a file`, options)
  if (code === 'Z_BUF_ERROR') return new Error(`${name}: the gzip data ends early; the file is truncated`, options)
  if (code?.startsWith('Z_')) return new Error(`${name}: the gzip data is damaged (${message})`, options)
  const joint = /^line \d/.test(message) ? ', ' : ': '
  return new Error(`${name}${joint}${message}`, options)
}
