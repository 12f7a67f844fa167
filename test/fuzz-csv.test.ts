/** Any bytes as CSV: an error of ours or lines, every row accounted for, whatever the chunks. */
import {Readable} from 'node:stream'
import {gzipSync} from 'node:zlib'
import {expect, test} from 'vitest'
import {type ReadOptions, readOrders} from '../src/orders/csv.ts'
import {type Chance, limit, mutated, pieces, play} from './fuzz.ts'
import {isStray} from './hostile.ts'

const header = 'order,item,note\n'
const corpus = [
  `${header}1,a,x\n2,b,\n`,
  `${header}1,"a, b","x\ny"\r\n2,"5"" pipe",""\r\n`,
  `${header}1,a,"5 inch\n2,b,x\n3,c,"x, y"\n`,
  `${header}\n \n1,ä😀,é\r2,b,"é"\r`,
  `\ufefforder;item;quantity;date\n1;a;-2;2010-12-31 8:26\n2;b;1e3;12/31/2010\n`,
  'InvoiceNo\tStockCode\tQuantity\tInvoiceDate\tCustomerID\n536365\t85123A\t6\t12/1/2010 8:26\t17850\n',
  'order,item,customer,price,weight\n__proto__,constructor,toString,1.5,0\n,a,b,-1,1\n',
].map((text) => new TextEncoder().encode(text))
const all = [...corpus, gzipSync(corpus[1]), Buffer.from(`\ufeff${header}1,a,x\n`, 'utf16le')]

interface Outcome {
  error?: string
  lines?: (string | undefined)[][]
  bad?: number[]
  read?: number
}

async function read(chunks: Iterable<string | Uint8Array>, options: ReadOptions): Promise<Outcome> {
  const bad: number[] = []
  const reader = readOrders(Readable.from(chunks), {...options, onBadRow: ({line}) => void bad.push(line)})
  const lines: Outcome['lines'] = []
  try {
    for await (const {order, item, customer} of reader) lines.push([order, item, customer])
  } catch (error) {
    const {name, message} = error as Error
    if (isStray(message) || message.length > 700) throw new Error(`expected a clear error, got ${name}: ${message}`)
    return {error: message}
  }
  const {read, skipped} = reader.tally
  const sum = Object.values(skipped).reduce((sum, n) => sum + n, lines.length)
  if (read !== sum || (skipped['bad row'] ?? 0) !== bad.length) {
    throw new Error(`expected every row to be accounted for, got ${read} read, ${sum} kept or skipped`)
  }
  return {lines, bad, read}
}

/** The rows of CSV, a character at a time; `undefined` where quotes stand otherwise than RFC 4180 has them. */
function naiveRows(text: string): string[][] | undefined {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let isQuoted = false
  const endRow = () => {
    row.push(field)
    if (row.length > 1 || isQuoted || field.trim() !== '') rows.push(row)
    row = []
  }
  for (let p = 0; p < text.length; p++) {
    if (text[p] === '"') {
      if (field !== '' || isQuoted) return undefined
      isQuoted = true
      for (p++; text[p] !== '"' || text[p + 1] === '"'; p++) {
        if (p >= text.length) return undefined
        if (text[p] === '"') p++
        field += text[p]
      }
      if (p + 1 < text.length && !/[,\r\n]/.test(text[p + 1])) return undefined
    } else if (/[\r\n]/.test(text[p])) {
      if (text[p] === '\r' && text[p + 1] === '\n') p++
      endRow()
      field = ''
      isQuoted = false
    } else if (text[p] === ',') {
      row.push(field)
      field = ''
      // From now on the line is not blank.
      isQuoted = false
    } else field += text[p]
  }
  if (row.length > 0 || field !== '' || isQuoted) endRow()
  return rows
}

/** What a reader of few words makes of a text under the header. */
function naive(text: string): Outcome | undefined {
  const rows = naiveRows(text)
  if (!rows) return undefined
  const kept = rows.filter((row) => row.length === 3 && row[0] !== '' && row[1] !== '')
  return {read: rows.length, lines: kept.map(([order, item]) => [order, item, undefined])}
}

const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes)

async function anyBytes(chance: Chance): Promise<void> {
  const made = mutated(chance.oneOf(all), chance, all)
  const data = chance.below(4) === 0 ? decode(made) : made
  const options: ReadOptions = {
    name: 'orders.csv',
    ...chance.oneOf([{}, {}, {delimiter: ';'}, {delimiter: '\t'}, {encoding: 'latin1'}, {encoding: 'utf-16le'}]),
  }
  const whole = await read([data], options)
  const cut = await read(pieces<string | Uint8Array>(data, chance), options)
  // Which of two faults is seen first, one of gzip and one of what it holds, is up to the pieces.
  if (whole.error && cut.error && made[0] === 0x1f) return
  expect(cut).toEqual(whole)
}

let wellFormed = 0
async function underTheHeader(chance: Chance): Promise<void> {
  const rest = mutated(chance.oneOf(corpus).subarray(header.length), chance, corpus)
  const text = header + decode(rest)
  const whole = await read([text], {})
  expect(await read(pieces(text, chance), {})).toEqual(whole)
  const expected = naive(text.slice(header.length))
  if (!expected || !text.isWellFormed()) return
  wellFormed++
  expect(whole).toMatchObject(expected)
}

test('any bytes: an error of ours or lines, the same for any chunks', {timeout: limit}, async () => {
  expect(await play(anyBytes)).toBeGreaterThan(0)
})

test('rows under a header: what the naive twin reads, where quotes are as they should be', {
  timeout: limit,
}, async () => {
  const rounds = await play(underTheHeader)
  expect(wellFormed).toBeGreaterThan(rounds > 99 ? rounds / 10 : -1)
})
