import {createReadStream} from 'node:fs'
import {pipeline, Readable} from 'node:stream'
import {createGunzip} from 'node:zlib'
import {parse} from 'fast-csv'
import {StrictDecoder} from './decode.ts'
import {quote} from './options.ts'
import {type BadRecord, RecordCutter, type Records} from './records.ts'

/** Where CSV comes from: a file, opened afresh for every reading, or a stream of Node or the web, to be read once. */
export type CsvSource = string | URL | AsyncIterable<Uint8Array | string>

/** A row as it stands in the file. One of an empty line, and one that is `bad`, has no values. */
export interface Row {
  line: number
  values: string[]
  bad: BadRecord | undefined
}

/** source → gunzip → text → sound records → fast-csv → rows, a few hundred at a time. */
export async function* csvRows(
  source: CsvSource,
  name: string,
  delimiter: string,
  encoding: string,
): AsyncGenerator<Row[]> {
  const isFile = typeof source === 'string' || source instanceof URL
  const input = isFile ? createReadStream(source) : source
  const parser = parse<string[], string[]>({headers: false, delimiter})
  // What is in the parser. Bounded, as the parser takes no more text until its rows are read.
  const inside: Records[] = []
  let record = 0
  let bads = 0
  pipeline(
    input as AsyncIterable<Uint8Array | string>,
    inflate,
    (chunks: AsyncIterable<Uint8Array | string>) => soundText(chunks, delimiter, encoding, inside),
    parser,
    // Errors come out of the parser, which the pipeline destroys with them.
    () => {},
  )
  try {
    for await (const first of parser as AsyncIterable<string[]>) {
      const rows: Row[] = []
      for (let values: string[] | null = first; values !== null; values = parser.read()) {
        const {lines, bad} = inside[0] as Records
        const line = lines[record++] as number
        rows.push({line, values, bad: bad[bads]?.line === line ? bad[bads++] : undefined})
        if (record === lines.length) {
          inside.shift()
          record = bads = 0
        }
      }
      yield rows
    }
    if (inside.length > 0) throw new Error('fast-csv gave fewer rows than it was given; please report this file')
  } catch (error) {
    throw explained(error, name, isFile ? String(source) : name)
  } finally {
    // A stream that is waiting for data would not notice that nobody reads on.
    if (input instanceof Readable) input.destroy()
  }
}

/** Unpacks what begins with the two bytes of gzip, whatever its name; all else goes through. */
async function* inflate(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
  const source = chunks[Symbol.asyncIterator]()
  const head: (Uint8Array | string)[] = []
  let bytes: number[] = []
  while (bytes.length < 2) {
    const {done, value} = await source.next()
    if (done) break
    head.push(value)
    if (!(value instanceof Uint8Array)) break
    bytes = [...bytes, ...value.subarray(0, 2)]
  }
  const all = resumed(head, source)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) yield* all
  else yield* pipeline(Readable.from(all), createGunzip(), () => {})
}

/** What was taken from an iterator already, then the rest. */
async function* resumed<T>(head: T[], source: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield* head
    yield* {[Symbol.asyncIterator]: () => source}
  } finally {
    await source.return?.()
  }
}

/** Decodes and cuts; notes in `inside` what each text it gives holds. */
async function* soundText(
  chunks: AsyncIterable<Uint8Array | string>,
  delimiter: string,
  encoding: string,
  inside: Records[],
): AsyncGenerator<string> {
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
      const records = cutter.push(begun || typeof chunk !== 'string' ? text : text.replace(/^\ufeff/, ''))
      begun ||= text !== ''
      if (records === null) continue
      inside.push(records)
      yield records.text
    }
  }
  const records = cutter.end([...decoder.decode(undefined, lineAfter)].join(''))
  if (records === null) return
  inside.push(records)
  yield records.text
}

function* pieces(text: string): Generator<string> {
  for (let p = 0; p < text.length; p += 65_536) yield text.slice(p, p + 65_536)
}

/** An error of the system, of zlib or of the source, with the file's name and in words. */
function explained(error: unknown, name: string, path: string): Error {
  const {code, message} = error as NodeJS.ErrnoException
  const options = {cause: error}
  if (code === 'ENOENT') return new Error(`readOrders: there is no file ${path}`, options)
  if (code === 'EISDIR') return new Error(`readOrders: ${path} is a folder, not a file`, options)
  if (code === 'Z_BUF_ERROR') return new Error(`${name}: the gzip data ends early; the file is truncated`, options)
  if (code?.startsWith('Z_')) return new Error(`${name}: the gzip data is damaged (${message})`, options)
  const joint = /^line \d/.test(message) ? ', ' : ': '
  return new Error(`${name}${joint}${message ?? error}`, options)
}
