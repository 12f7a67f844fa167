import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {lineFromRow, matchColumns} from '../src/orders/columns.ts'
import {type CsvSource, type ReadOptions, readOrders} from '../src/orders/csv.ts'
import type {BadRow, OrderLine} from '../src/orders/order-line.ts'
import {RecordCutter} from '../src/orders/records.ts'

async function* inPieces(text: string | Uint8Array, sizes: number[] = [65_536]) {
  for (let p = 0, i = 0; p < text.length; i++) {
    const size = sizes[i % sizes.length] as number
    yield text.slice(p, p + size)
    p += size
  }
}

async function read(source: CsvSource, options?: ReadOptions) {
  const reader = readOrders(source, options)
  const lines: OrderLine[] = []
  const numbers: number[] = []
  for await (const line of reader) {
    lines.push(line)
    numbers.push(reader.line)
  }
  return {reader, lines, numbers, items: lines.map(({item}) => item)}
}

const readText = (text: string | Uint8Array, options?: ReadOptions) => read(inPieces(text), options)

const failure = async (text: string | Uint8Array, options?: ReadOptions): Promise<string> => {
  const error = await readText(text, {name: 'orders.csv', ...options}).then(
    () => undefined,
    (error: Error) => error,
  )
  expect(error).toBeInstanceOf(Error)
  const message = error?.message as string
  expect(message.length).toBeLessThan(300)
  return message
}

/** Reads with `onBadRow` collecting, and gives the items and the bad rows. */
async function readSkipping(text: string) {
  const bad: BadRow[] = []
  const {items, reader, numbers} = await readText(text, {onBadRow: (row) => void bad.push(row)})
  return {items, numbers, tally: reader.tally, bad: bad.map(({line}) => line), reasons: bad.map(({reason}) => reason)}
}

describe('readOrders', () => {
  it('reads every field, as strings and numbers', async () => {
    const {lines, reader, numbers} = await readText(
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n' +
        '536365,85123A,"HEART, WHITE",6,2010-12-01 08:26:00,2.55,17850\n\nC1,22,,-1,,,\n',
    )
    expect(lines).toEqual([
      {item: '85123A', order: '536365', customer: '17850', quantity: 6, at: Date.UTC(2010, 11, 1, 8, 26), price: 2.55},
      {item: '22', order: 'C1', quantity: -1},
    ])
    expect(numbers).toEqual([2, 4])
    expect(reader.tally).toEqual({read: 2, skipped: {}})
    expect(reader.columns).toEqual({
      item: 'StockCode',
      order: 'InvoiceNo',
      customer: 'CustomerID',
      quantity: 'Quantity',
      at: 'InvoiceDate',
      price: 'UnitPrice',
    })
  })

  it.each([
    ['1.234,56', 1234.56],
    ['1,5', 1.5],
    ['-2,0', -2],
    ['+3', 3],
    [',25', 0.25],
    ['7,', 7],
    [' 12,5 ', 12.5],
    // As in the countries that write so, however it looks in others.
    ['1,234', 1.234],
    ['1.234', 1234],
    ['-1.234.567,8', -1234567.8],
  ])('with decimalComma %j is %d', async (text, number) => {
    const row = `1,a,"${text}","${text.replace(/^-/, '')}","${text.replace(/^-/, '')}"`
    const {lines} = await readText(`order,item,qty,price,w\n${row}\n2,b,,,\n`, {
      decimalComma: true,
      columns: {weight: 'w'},
    })
    const positive = Math.abs(number)
    expect(lines).toEqual([
      {order: '1', item: 'a', quantity: number, price: positive, weight: positive},
      {order: '2', item: 'b'},
    ])
  })

  it.each(['1.5', '1,234,567', '0.234', '12.34,5', '1.2345', '1,5e3', '1 234,5', ',', '-', '€ 2,50', ' '])(
    'with decimalComma %j is no number, and never a guess',
    async (text) => {
      const told = await failure(`order,item,price\n1,a,"${text}"\n`, {decimalComma: true})
      expect(told).toBe(
        `orders.csv, line 2, column price: price must be a number with a decimal comma, got ${JSON.stringify(text)}; ` +
          "pass onBadRow: 'skip' to leave such rows out",
      )
    },
  )

  it('map is given numbers, and gives numbers, whatever decimalComma says', async () => {
    const {lines} = await readText('order,item,qty\n1,a,"1,5"\n', {
      decimalComma: true,
      map: (line) => ({...line, quantity: 2 * (line.quantity ?? 1), price: '2.5' as unknown as number}),
    })
    expect(lines).toEqual([{order: '1', item: 'a', quantity: 3, price: 2.5}])
    expect(() => readOrders('x.csv', {decimalComma: 'yes' as unknown as boolean})).toThrow(
      'readOrders: decimalComma must be true or false, got "yes"',
    )
  })

  it('reports a short and a long row with its line and both counts', async () => {
    const text = 'order,item,note\n1,a,x\n2,b\n3,c,x\n4,d,x,\n'
    expect(await failure(text)).toBe(
      "orders.csv, line 3: expected 3 fields as in the header, got 2; pass onBadRow: 'skip' to leave such rows out",
    )
    const {items, bad, reasons, tally} = await readSkipping(text)
    expect(items).toEqual(['a', 'c'])
    expect(bad).toEqual([3, 5])
    expect(reasons[1]).toContain('expected 3 fields as in the header, got 4')
    expect(tally).toEqual({read: 4, skipped: {'bad row': 2}})
  })

  it('takes trailing delimiters that the header has too', async () => {
    expect((await readText('order,item,,\n1,a,,\n')).items).toEqual(['a'])
  })

  it('gives the lines before a bad row, then throws', async () => {
    const items: unknown[] = []
    const reading = (async () => {
      for await (const {item} of readOrders(inPieces('order,item\n1,a\n2,b\n3\n4,d\n'))) items.push(item)
    })()
    await expect(reading).rejects.toThrow('line 4')
    expect(items).toEqual(['a', 'b'])
  })

  it('names file, line, column and value', async () => {
    expect(await failure('order,item,Qty\n1,a,2\n1,b,six\n')).toBe(
      'orders.csv, line 3, column Qty: quantity must be a number, got "six"; ' +
        "pass onBadRow: 'skip' to leave such rows out",
    )
    expect(await failure('order,item,InvoiceDate\n1,a,13/1/2010\n')).toMatch(/column InvoiceDate: .*dateFormat: 'dmy'/)
    expect(await failure('order,item\n1,\n')).toContain('line 2, column item: item is missing')
    expect(await failure('order,item,customer\n,a,\n')).toContain('line 2: both order and customer are missing')
    expect(await failure(`order,item,Qty\n1,a,${'9x'.repeat(5000)}\n`)).toContain('…')
  })

  it('loses only the record with text after a closing quote', async () => {
    const text = 'order,item,note\n1,a,x\n2,"b"b,x\n3,c,"x" \n4,d,"x\ny" z\n5,e,x\n'
    expect(await failure(text)).toMatch(/^orders\.csv, line 3: text after the closing quote of a field: "b,x; pass/)
    const {items, numbers, bad} = await readSkipping(text)
    expect(items).toEqual(['a', 'c', 'e'])
    expect(numbers).toEqual([2, 4, 7])
    expect(bad).toEqual([3, 5, 6])
  })

  it('loses only the line with a stray opening quote, though a quoted field comes later', async () => {
    const text = 'order,item,note\n1,a,"5 inch\n2,b,x\n3,c,"x, y"\n4,d,"x\r\ny"\n5,e,"5 inch\n6,f,\n'
    const {items, numbers, bad, reasons} = await readSkipping(text)
    expect(items).toEqual(['b', 'c', 'd', 'f'])
    expect(numbers).toEqual([3, 4, 5, 8])
    expect(bad).toEqual([2, 7])
    expect(reasons[1]).toBe('a quoted field that does not end: "5 inch')
  })

  it('reads quotes that do not open a field as they are', async () => {
    const text = 'order,item\n1,5" pipe\n2,"5"" pipe"\n3,""\n4, "b" \n'
    const {items, bad} = await readSkipping(text)
    expect(items).toEqual(['5" pipe', '5" pipe', 'b'])
    expect(bad).toEqual([4])
  })

  it.each(['\n', '\r\n', '\r'])('counts lines that end in %j, also byte by byte', async (end) => {
    const text = Buffer.from(['order,item', '1,ä', '', '2,"b', 'b"', '3,c'].join(end))
    for (const sizes of [[65_536], [1]]) {
      const {items, numbers} = await read(inPieces(text, sizes))
      expect(items).toEqual(['ä', `b${end}b`, 'c'])
      expect(numbers).toEqual([2, 4, 6])
    }
  })

  it('takes a byte order mark from the beginning and from nowhere else', async () => {
    const text = '\ufefforder,item\n\ufeff1,\ufeffa\n'
    for (const source of [
      inPieces(text),
      inPieces(text, [1]),
      inPieces(Buffer.from(text)),
      inPieces(Buffer.from(text), [1]),
    ]) {
      const {lines, reader} = await read(source)
      expect(lines).toEqual([{order: '\ufeff1', item: '\ufeffa'}])
      expect(reader.columns.order).toBe('order')
    }
    expect(new RecordCutter().push(`\ufeff"a",b\n${'x'.repeat(20_000)}\n`)?.text).toMatch(/^\ufeff\ufeff"a/)
  })

  it('is not harmed by names and ids such as __proto__', async () => {
    const rows: Record<string, string>[] = []
    const text = '__proto__,item,constructor\n__proto__,__proto__,toString\nhasOwnProperty,constructor,1\n'
    const {lines, reader} = await readText(text, {
      columns: {order: '__proto__', customer: 'constructor'},
      map: (line, row) => {
        rows.push(row)
        return line
      },
    })
    expect(lines.map(({order, item, customer}) => [order, item, customer])).toEqual([
      ['__proto__', '__proto__', 'toString'],
      ['hasOwnProperty', 'constructor', '1'],
    ])
    expect(Object.keys(rows[0] as object)).toContain('__proto__')
    expect(Object.getPrototypeOf(rows[0])).toBe(null)
    expect(Object.entries(rows[1] as object)[0]).toEqual(['__proto__', 'hasOwnProperty'])
    expect(reader.columns.order).toBe('__proto__')
    expect(({} as Record<string, unknown>).item).toBe(undefined)
  })

  it('recognises Latin-1 and says on which line', async () => {
    const text = `order,item\n${'1,a\n'.repeat(40_000)}2,\xa35\n3,b\n`
    const bytes = Buffer.from(text, 'latin1')
    for (const sizes of [[1 << 20], [65_536], [777]]) {
      await expect(read(inPieces(bytes, sizes), {name: 'orders.csv', onBadRow: 'skip'})).rejects.toThrow(
        "orders.csv, line 40002 is not UTF-8; set encoding: 'latin1'",
      )
    }
    expect((await readText(bytes, {encoding: 'latin1'})).items[40_000]).toBe('£5')
    expect(await failure(Buffer.from('order,item\n1,ä').subarray(0, -1))).toContain('line 2 is not UTF-8')
  })

  it('recognises UTF-16', async () => {
    const bytes = Buffer.from('\ufefforder,item\n1,ä\n', 'utf16le')
    expect(await failure(bytes)).toBe("orders.csv: the text is UTF-16; set encoding: 'utf-16le'")
    expect(await failure(Buffer.from(bytes).swap16())).toContain("set encoding: 'utf-16be'")
    expect((await readText(bytes, {encoding: 'utf-16le'})).items).toEqual(['ä'])
  })

  it('recognises a wrong delimiter', async () => {
    expect(await failure('order;item\n1;a\n')).toBe(
      'orders.csv: the header is one column, "order;item"; set delimiter: \';\'',
    )
    expect(await failure('order,item\n1,a\n', {delimiter: ';'})).toContain("set delimiter: ','")
    expect(await failure('order\titem\n1\ta\n')).toContain("set delimiter: '\\t'")
    expect((await readText('order;item;x\n1;a,b;" ;"\n', {delimiter: ';'})).items).toEqual(['a,b'])
    expect((await readText('order\titem\tx\n1\t a\t\n', {name: 'x.tsv.gz'})).items).toEqual([' a'])
  })

  it('drops and changes lines by map, and counts what it drops', async () => {
    const {items, reader} = await readText('order,item,Country\n1,a,UK\n2,post,UK\n3,b,FR\n', {
      map: (line, row) => (line.item === 'post' ? null : {...line, item: `${row.Country}:${line.item}`}),
    })
    expect(items).toEqual(['UK:a', 'FR:b'])
    expect(reader.tally).toEqual({read: 3, skipped: {map: 1}})
    const mapped = await readText('order,item\n1,a\n2,b\n', {
      map: (line) => (line.item === 'a' ? {item: 5, order: 6n, at: new Date(7)} : {...line, item: ''}),
      onBadRow: 'skip',
    })
    expect(mapped.lines).toEqual([{item: '5', order: '6', at: 7}])
    expect(mapped.reader.tally).toEqual({read: 2, skipped: {'bad row': 1}})
    await expect(readText('order,item\n1,a\n', {map: () => undefined as never})).rejects.toThrow('got undefined')
  })

  it('destroys the source when it is left early', async () => {
    let pulled = 0
    const counting = (end: () => void) =>
      async function* () {
        try {
          yield 'order,item\n'
          for (;;) {
            pulled++
            yield '1,a\n'.repeat(10_000)
          }
        } finally {
          end()
        }
      }
    for (const zip of [false, true]) {
      let closed = false
      const text = gzipSync(`order,item\n${'1,a\n'.repeat(3_000_000)}`, {level: 1})
      const source = zip ? Readable.from(inPieces(text, [1000])) : Readable.from(counting(() => (closed = true))())
      for await (const {item} of readOrders(source)) {
        expect(item).toBe('a')
        break
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(source.destroyed).toBe(true)
      if (!zip) expect(closed).toBe(true)
    }
    // Back-pressure: what was never read was hardly made.
    expect(pulled).toBeLessThan(60)
  })

  it('destroys a source that waits for data', async () => {
    const source = new Readable({read() {}})
    source.push(`order,item\n${'1,a\n'.repeat(20_000)}`)
    for await (const _ of readOrders(source)) break
    expect(source.destroyed).toBe(true)
  })

  it('passes on an error of the source and of a callback', async () => {
    async function* broken() {
      yield 'order,item\n1,a\n'
      throw new Error('connection lost')
    }
    await expect(read(broken(), {name: 'feed'})).rejects.toThrow('feed: connection lost')
    const thrown = new Error('mine')
    const map = () => {
      throw thrown
    }
    await expect(readText('order,item\n1,a\n', {map})).rejects.toBe(thrown)
  })

  it('refuses what it cannot use', async () => {
    expect(() => readOrders('x.csv', {colums: {}} as ReadOptions)).toThrow(
      'readOrders: unknown option "colums"; valid are columns, delimiter, encoding, dateFormat, decimalComma, map, onBadRow, name',
    )
    expect(() => readOrders('x.csv', {delimiter: ';;'})).toThrow('delimiter must be one character')
    expect(() => readOrders('x.csv', {delimiter: '"'})).toThrow('delimiter')
    expect(() => readOrders('x.csv', {encoding: 'latin-nine'})).toThrow('unknown encoding "latin-nine"')
    expect(() => readOrders('x.csv', {dateFormat: 'ymd' as 'iso'})).toThrow('valid are iso, mdy')
    expect(() => readOrders('x.csv', {onBadRow: 'ignore' as 'skip'})).toThrow('onBadRow')
    expect(() => readOrders('x.csv', {columns: {itme: 'a'} as object})).toThrow('valid are item, order, customer')
    expect(() => readOrders(5 as unknown as string)).toThrow('expected a path')
    const stream = inPieces('order,item\n1,a\n')
    const reader = readOrders(stream)
    for await (const _ of reader);
    await expect(
      (async () => {
        for await (const _ of reader);
      })(),
    ).rejects.toThrow('once')
    expect(await failure('')).toBe('orders.csv: the file is empty; its first line must name the columns')
    expect(await failure('order,"item\n1,a\n')).toContain('orders.csv, line 1, the header: a quoted field')
    expect((await readText('order,item\n')).lines).toEqual([])
    expect((await readText(' \n\norder,item\n1,a\n  ')).numbers).toEqual([4])
    expect(() => readOrders(new URL('https://example.org/a.csv'))).toThrow('a file: URL')
    await expect(read(Readable.from([{}]))).rejects.toThrow('expected chunks of bytes or text')
  })

  describe('files', () => {
    let folder = ''
    const file = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'alsobought-'))
    })
    afterAll(() => rmSync(folder, {recursive: true}))

    it('reads a path again and again, gzipped or not, whatever its name', async () => {
      const path = file('a.csv', gzipSync('order,item\n1,a\n'))
      const reader = readOrders(path)
      for (let i = 0; i < 2; i++) {
        const items: unknown[] = []
        for await (const {item} of reader) items.push(item)
        expect(items).toEqual(['a'])
        expect(reader.tally.read).toBe(1)
      }
      expect((await read(new URL(`file://${file('b.tsv', 'order\titem\n1\tb\n')}`))).items).toEqual(['b'])
    })

    it('says what is wrong with a file', async () => {
      const zipped = gzipSync(`order,item\n${Array.from({length: 5000}, (_, i) => `${i},${i * i}\n`).join('')}`)
      await expect(read(join(folder, 'none.csv'))).rejects.toThrow(`there is no file ${join(folder, 'none.csv')}`)
      await expect(read(folder)).rejects.toThrow('is a folder')
      await expect(read(file('c.csv.gz', zipped.subarray(0, 9000)))).rejects.toThrow(
        'c.csv.gz: the gzip data ends early',
      )
      zipped.fill(7, 5000, 5100)
      await expect(read(file('d.csv.gz', zipped))).rejects.toThrow('d.csv.gz: the gzip data is damaged')
      await expect(read(file('e.csv', 'order,item\n1\n'))).rejects.toThrow('e.csv, line 2')
      await expect(read(file('f.csv', ''))).rejects.toThrow('f.csv: the file is empty')
    })
  })

  it('reads back any table, whatever its chunks', async () => {
    const nasty = fc.constantFrom(
      '"',
      '""',
      ',',
      '\n',
      '\r',
      '\r\n',
      ' ',
      '\t',
      '\ufeff',
      '\u2028',
      'é',
      '😀',
      '__proto__',
      'x',
    )
    const value = fc.oneof(
      {weight: 5, arbitrary: fc.array(nasty, {maxLength: 6}).map((parts) => parts.join(''))},
      {weight: 1, arbitrary: fc.string({unit: 'grapheme'})},
      {weight: 1, arbitrary: fc.integer({min: 1, max: 9000}).map((n) => 'ab"c\n'.repeat(n / 5))},
    )
    const table = fc.array(fc.tuple(value, value, value, fc.boolean()), {maxLength: 20})
    const sizes = fc.array(fc.oneof(fc.integer({min: 1, max: 8}), fc.integer({min: 1, max: 40_000})), {minLength: 1})
    const field = (text: string, always: boolean, delimiter: string) =>
      always || text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    await fc.assert(
      fc.asyncProperty(
        table,
        sizes,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom(',', ';', '\t', ' ', '|', '^', 'é'),
        fc.boolean(),
        fc.boolean(),
        async (rows, sizes, end, delimiter, bytes, last) => {
          let text = ['note', 'item', 'order'].join(delimiter)
          const numbers: number[] = []
          for (const [note, item, order, always] of rows) {
            text += end
            numbers.push((text.match(/\r\n?|\n/g)?.length ?? 0) + 1)
            text += [note, `i${item}`, `o${order}`].map((value) => field(value, always, delimiter)).join(delimiter)
          }
          if (last) text += end
          const notes: unknown[] = []
          const map = (line: OrderLine, row: Record<string, string>) => {
            notes.push(row.note)
            return line
          }
          const found = await read(inPieces(bytes ? Buffer.from(text) : text, sizes), {map, delimiter})
          expect(found.items).toEqual(rows.map(([, item]) => `i${item}`))
          expect(found.lines.map(({order}) => order)).toEqual(rows.map(([, , order]) => `o${order}`))
          expect(notes).toEqual(rows.map(([note]) => note))
          expect(found.numbers).toEqual(numbers)
        },
      ),
      {numRuns: 150},
    )
  })

  it('finds the same rows good and bad for any chunks, in any text', async () => {
    const mark = fc.constantFrom('"', '"', ',', ',', '\n', '\n', '\r', ' ', 'x', '""', '1,a\n')
    await fc.assert(
      fc.asyncProperty(
        fc.array(mark, {maxLength: 60}).map((parts) => `order,item\n${parts.join('')}\n1,end`),
        fc.array(fc.integer({min: 1, max: 5}), {minLength: 1}),
        (text, sizes) => {
          const all = (sizes: number[]) => {
            const cutter = new RecordCutter(',', 12, 1)
            const found: {lines: number[]; bad: number[]} = {lines: [], bad: []}
            for (let p = 0, i = 0; p <= text.length; i++) {
              const size = sizes[i % sizes.length] as number
              const records = p < text.length ? cutter.push(text.slice(p, p + size)) : cutter.end()
              for (const {line, bad} of records?.rows ?? []) (bad ? found.bad : found.lines).push(line)
              p = p < text.length ? Math.min(p + size, text.length) : text.length + 1
            }
            return found
          }
          expect(all(sizes)).toEqual(all([1 << 20]))
          return readSkipping(text).then(({tally, items, bad}) => {
            expect(tally.read).toBe(items.length + bad.length)
            expect(new Set(bad).size).toBe(bad.length)
          })
        },
      ),
      {numRuns: 150},
    )
  })
})

describe('what stray quotes cost', () => {
  const n = 200_000
  const clean = Array.from({length: n}, (_, i) => `${i},item ${i % 100},some text\n`)
  const header = 'order,item,note\n'
  /** In ms of CPU time: others use the machine too. */
  const timed = async (text: string, options?: ReadOptions) => {
    const from = process.cpuUsage()
    const message = await readText(text, options).then(
      ({reader}) => JSON.stringify(reader.tally),
      (error: Error) => error.message,
    )
    const {user, system} = process.cpuUsage(from)
    return {message, time: (user + system) / 1000}
  }
  const broken = (lines: string[]) => header + lines.join('')
  let base = 0

  beforeAll(async () => {
    base = (await timed(broken(clean))).time
  })

  it('one in the first line of many', async () => {
    const text = broken(['0,"stray,x\n', ...clean.slice(1)])
    const strict = await timed(text, {name: 'orders.csv'})
    expect(strict.message).toMatch(/^orders\.csv, line 2: a quoted field that does not end: "stray,x; pass/)
    expect(strict.message.length).toBeLessThan(300)
    expect(strict.time).toBeLessThan(2 * base + 200)
    const lenient = await timed(text, {onBadRow: 'skip'})
    expect(lenient.message).toBe(`{"read":${n},"skipped":{"bad row":1}}`)
    expect(lenient.time).toBeLessThan(20 * base + 1000)
  })

  it.each([
    ['one that the next closes', 'a,"b,c\n'],
    ['one that the next closes and opens again', 'a",b,"c\n'],
    ['a quote alone', '"\n'],
    ['doubled quotes', '"a,""\n'],
  ])('%s, on every line', async (_, line) => {
    const {message, time} = await timed(header + line.repeat(n), {onBadRow: 'skip'})
    expect(JSON.parse(message).read).toBeGreaterThan(n / 3)
    // fast-csv, which reads what holds doubled quotes, takes ten times as long as we do; quadratic would be minutes.
    expect(time).toBeLessThan(20 * base + 1000)
  })

  it('a file that is one line', async () => {
    for (const text of ['x'.repeat(20_000_000), `"${'x'.repeat(20_000_000)}`, `"${'\n'.repeat(4_000_000)}`]) {
      const {message, time} = await timed(`${header}${text}\n1,a,b`, {onBadRow: 'skip'})
      expect(message).toBe('{"read":2,"skipped":{"bad row":1}}')
      expect(time).toBeLessThan(20 * base + 500)
    }
  })
})

describe('matchColumns', () => {
  it('takes well-known names, ids before names', () => {
    expect(matchColumns(['Item', 'Item_ID', 'Customer ID', 'Order', 'order id', 'Weight', 'QTY'])).toEqual({
      item: 1,
      order: 4,
      customer: 2,
      quantity: 6,
    })
  })

  it('takes what is asked for, exactly or else but for case and blanks', () => {
    expect(matchColumns(['sku', 'SKU', 'o '], {item: 'SKU', order: 'O'})).toEqual({item: 1, order: 2})
    expect(matchColumns(['sku', 'code', 'order'], {order: 'sku', item: 'code'})).toEqual({item: 1, order: 0})
    expect(matchColumns(['item', 'order', 'price', 'w'], {price: null, weight: 'w'})).toEqual({
      item: 0,
      order: 1,
      weight: 3,
    })
  })

  it('says what is missing, doubled or unknown', () => {
    expect(() => matchColumns(['a', 'b'])).toThrow('no column for item among "a", "b"; name it with columns: {item: …}')
    expect(() => matchColumns(['a', 'item'])).toThrow('no column for order or customer among "a", "item"')
    expect(() => matchColumns(['a', 'item'], {order: 'b'})).toThrow('no column "b" for order among "a", "item"')
    expect(() => matchColumns(['item', 'order', 'order'])).toThrow('"order" stands 2 times')
    expect(() => matchColumns(['item', 'Order', 'order'])).toThrow('"Order", "order" would all do')
    expect(() => matchColumns(['item', 'order'], {basket: 'order'} as object)).toThrow('valid are item, order')
    expect(() => matchColumns(Array.from({length: 5000}, (_, i) => `column ${i}`))).toThrow('and 4988 more')
  })
})

describe('lineFromRow', () => {
  const columns = {item: 'sku', order: 'o', quantity: 'n', at: 'at', price: 'p', customer: 'c'}

  it('reads what a database gives', () => {
    const at = new Date(5)
    expect(lineFromRow({sku: 12n, o: 7, n: '3', at, p: '2.50', c: null}, columns)).toEqual({
      item: '12',
      order: '7',
      quantity: 3,
      at: 5,
      price: 2.5,
    })
    expect(lineFromRow({sku: 'a ', o: '', c: 'x', n: '', at: 5, p: ' -1e3 '}, columns)).toEqual({
      item: 'a ',
      customer: 'x',
      at: 5,
      price: -1000,
    })
  })

  it.each([
    [{n: '0x10'}, 'quantity must be a number, got "0x10"'],
    [{n: 'Infinity'}, 'quantity must be a number'],
    [{n: '1e999'}, 'quantity must be a number'],
    [{n: '1,200'}, 'quantity must be a number'],
    [{n: ' '}, 'quantity must be a number'],
    [{n: true}, 'quantity must be a number, got true'],
    [{p: Number.NaN}, 'price must be a number, got NaN'],
    [{at: 'soon'}, 'at: expected a date'],
    [{sku: undefined}, 'item is missing'],
    [{sku: {}}, 'item must be a text or a number, got an object'],
    [{sku: '\ud800'}, 'item must be well-formed text'],
    [{o: null}, 'both order and customer are missing'],
  ])('refuses %j', (row, message) => {
    expect(() => lineFromRow({sku: 'a', o: 'b', ...row}, columns)).toThrow(message)
  })
})

const data = '../shared/data/online-retail'
describe.skipIf(!existsSync(data))('Online Retail, from ../shared/data', () => {
  it('reads the fragment with two-digit years', async () => {
    const {lines, reader} = await read(`${data}/fragments/short-year.csv`)
    expect(reader.tally.read).toBe(lines.length)
    expect(lines.length).toBeGreaterThan(900)
    expect(lines[0]).toMatchObject({item: '85123A', order: '536365', at: Date.UTC(2010, 11, 1, 8, 26), quantity: 6})
  })

  it('refuses the fragment that has InvoiceNo four times', async () => {
    await expect(read(`${data}/fragments/duplicate-header.csv`)).rejects.toThrow(
      /^duplicate-header\.csv: more than one column for order: "InvoiceNo" stands 4 times among "InvoiceNo"/,
    )
  })

  it('reads the Latin-1 file, and says so when it is not told', async () => {
    const path = `${data}/OnlineRetail.latin1.csv.gz`
    await expect(read(path)).rejects.toThrow(
      /^OnlineRetail\.latin1\.csv\.gz, line \d+ is not UTF-8; set encoding: 'latin1'$/,
    )
    const pounds: string[] = []
    const reader = readOrders(path, {
      encoding: 'latin1',
      map: (line, row) => {
        if (row.Description?.includes('£')) pounds.push(row.Description)
        return line
      },
    })
    for await (const line of reader) {
      expect(line.at).toBeGreaterThanOrEqual(Date.UTC(2010, 11, 1, 8, 26))
      if (pounds.length > 0) break
    }
    expect(pounds.length).toBeGreaterThan(0)
  }, 60_000)
})
