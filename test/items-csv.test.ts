import {createReadStream, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {afterAll, describe, expect, expectTypeOf, it} from 'vitest'
import {generateShop, itemsToCsv} from '../fixtures/shop.ts'
import {
  type BadRow,
  type CatalogueItem,
  type CsvItem,
  type CsvSource,
  type KnownItem,
  type ReadItemsOptions,
  Recommender,
  type Rules,
  readItems,
  readOrders,
} from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'alsobought-items-'))
afterAll(() => rmSync(folder, {recursive: true}))
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

async function* pieces(text: string | Uint8Array, size = 65_536) {
  for (let p = 0; p < text.length; p += size) yield text.slice(p, p + size)
}

async function read(source: CsvSource, options?: ReadItemsOptions) {
  const reader = readItems(source, options as Omit<ReadItemsOptions, 'map'>)
  const items: CsvItem[] = []
  const numbers: number[] = []
  for await (const item of reader) {
    items.push(item)
    numbers.push(reader.line)
  }
  const {tally, columns} = reader
  return {items, numbers, tally, columns, ids: items.map(({id}) => id)}
}

async function listed<T>(source: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const value of source) list.push(value)
  return list
}

const readText = (text: string | Uint8Array, options?: ReadItemsOptions) => read(pieces(text), options)

async function failure(text: string | Uint8Array, options?: ReadItemsOptions): Promise<string> {
  const error = await readText(text, {name: 'items.csv', ...options}).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(Error)
  const {message} = error as Error
  expect(message.length).toBeLessThan(300)
  return message
}

describe('readItems', () => {
  it('reads every field, and every other column as a text', async () => {
    const {items, numbers, tally, columns} = await readText(
      'SKU,Product Name,product_type,Vendor,Price,Launch-Date,region,stock\n' +
        'K1,"Kettle, 2 l",kitchen,Acme,12.50,2024-05-01,EU,3\n\nM1,,,,,,,\n',
    )
    expect(items).toEqual([
      {
        ...{id: 'K1', title: 'Kettle, 2 l', category: 'kitchen', brand: 'Acme'},
        ...{price: 12.5, launchedAt: Date.UTC(2024, 4, 1), region: 'EU', stock: '3'},
      },
      {id: 'M1'},
    ])
    expect(Object.keys(items[1])).toEqual(['id'])
    expect(numbers).toEqual([2, 4])
    expect(tally).toEqual({read: 2, skipped: {}})
    expect(columns).toEqual({
      ...{id: 'SKU', title: 'Product Name', category: 'product_type', brand: 'Vendor'},
      ...{price: 'Price', launchedAt: 'Launch-Date'},
    })
  })

  it('takes the columns it is told, and none for null', async () => {
    const text = 'sku,code,name,price\n1,A,Tea,9\n'
    expect((await readText(text, {columns: {id: 'Code', price: null, brand: 'name'}})).items).toEqual([
      {id: 'A', brand: 'Tea', sku: '1'},
    ])
    expect(await failure(text, {columns: {id: 'ean'}})).toBe(
      'items.csv: no column "ean" for id among "sku", "code", "name", "price"; correct columns: {id: …}',
    )
    expect(() => readItems('x.csv', {columns: {item: 'sku'} as object})).toThrow(
      'unknown field "item" in columns; valid are id, title, category, brand, price, launchedAt',
    )
  })

  it.each([
    ['item_id,title,category,brand,price,launched_at', 'item_id,title,category,brand,price,launched_at'],
    ['Handle,Title,Vendor,Product Category,Type,Variant SKU', 'Variant SKU,Title,Product Category,Vendor,,'],
    ['ID,Type,SKU,Name,Description,Regular price,Categories', 'ID,Name,Categories,,Regular price,'],
    ['Product,ProductID,Category_Name,Manufacturer,Group', 'ProductID,Product,Category_Name,Manufacturer,,'],
    ['product,category,weight,created_at,published', 'product,,category,,,'],
    ['StockCode,Description,available from', 'StockCode,Description,,,,available from'],
    ['id,label', 'id,label,,,,'],
  ])('of the columns %s knows its own', async (header, taken) => {
    const {
      id,
      title = '',
      category = '',
      brand = '',
      price = '',
      launchedAt = '',
    } = (await readText(`${header}\n`)).columns
    expect([id, title, category, brand, price, launchedAt].join(',')).toBe(taken)
  })

  it('refuses a header that could mean two things, or nothing', async () => {
    expect(await failure('id,Title,title\n')).toBe(
      'items.csv: more than one column for title: "Title", "title" would all do among "id", "Title", "title"; ' +
        'choose with columns: {title: …}',
    )
    expect(await failure('id,id\n')).toContain('"id" stands 2 times')
    expect(await failure('title,price\n')).toBe(
      'items.csv: no column for id among "title", "price"; name it with columns: {id: …}',
    )
    expect(await failure('id;title\n')).toBe('items.csv: the header is one column, "id;title"; set delimiter: \';\'')
    expect(await failure('')).toBe('items.csv: the file is empty; its first line must name the columns')
    expect(await failure('id,"title\n1,x\n')).toContain('items.csv, line 1, the header: a quoted field')
  })

  it('prices with a decimal comma are read where they are said to have one', async () => {
    const prices = async (text: string) => {
      const reader = readItems(Readable.from([text]), {decimalComma: true})
      const found: unknown[] = []
      for await (const {price} of reader) found.push(price)
      return found
    }
    expect(await prices('id,price\na,"1.234,50"\nb,"0,99"\nc,\nd,7\n')).toEqual([1234.5, 0.99, undefined, 7])
    await expect(prices('id,price\na,12.50\n')).rejects.toThrow(
      'items, line 2, column price: price must be a number with a decimal comma, got "12.50"',
    )
  })

  it.each([
    ['12,50', 'price must be a number, got "12,50": decimals have a point'],
    ['€12.50', 'price must be a number, got "€12.50"'],
    ['12.50 EUR', 'price must be a number'],
    ['1 200', 'price must be a number'],
    ['0x10', 'price must be a number'],
    ['-1', 'price must be from 0 up, got -1'],
  ])('a price of %s is a bad row that says what to do', async (price, message) => {
    expect(await failure(`id,Price\nA,1\nB,"${price}"\n`)).toMatch(
      new RegExp(
        `^items\\.csv, line 3, column Price: ${message}.*; set columns: \\{price: null\\} and make it a number in map; ` +
          "pass onBadRow: 'skip' to leave such rows out$",
      ),
    )
  })

  it('does what that message says', async () => {
    const reader = readItems(pieces('id,price\nA,"12,50 €"\n'), {
      columns: {price: null},
      map: (item, row) => ({...item, price: Number(row.price.replace(/ €$/, '').replace(',', '.'))}),
    })
    for await (const item of reader) expect(item).toEqual({id: 'A', price: 12.5})
    expect(reader.tally.read).toBe(1)
  })

  it('reads dates as orders have them', async () => {
    const text = 'id,launch_date\nA,1/2/2024\n'
    expect((await readText(text)).items[0].launchedAt).toBe(Date.UTC(2024, 0, 2))
    expect((await readText(text, {dateFormat: 'dmy'})).items[0].launchedAt).toBe(Date.UTC(2024, 1, 1))
    expect(await failure('id,launch_date\nA,soon\n')).toMatch(
      /^items\.csv, line 2, column launch_date: launchedAt: expected a date such as .*, got "soon"/,
    )
  })

  it('finds bad rows with line and column, and skips or tells of them', async () => {
    const text = 'id,title,price\nA,a,1\n,b,1\nC,c\nD,"d" d,1\nE,e,1,\nF,"5 inch,1\nG,g,x\nH,h,2\n'
    expect(await failure(text)).toBe(
      "items.csv, line 3, column id: id is missing; pass onBadRow: 'skip' to leave such rows out",
    )
    const bad: BadRow[] = []
    const {ids, tally, numbers} = await readText(text, {onBadRow: (row) => bad.push(row)})
    expect(ids).toEqual(['A', 'H'])
    expect(numbers).toEqual([2, 9])
    expect(bad.map(({line}) => line)).toEqual([3, 4, 5, 6, 7, 8])
    expect(bad[1]).toEqual({line: 4, reason: 'expected 3 fields as in the header, got 2', row: ['C', 'c']})
    expect(tally).toEqual({read: 8, skipped: {'bad row': 6}})
    expect((await readText(text, {onBadRow: 'skip'})).tally).toEqual(tally)
  })

  it('an id that stands twice is a bad row; map may keep the first, or the last', async () => {
    const text = 'sku,title\nA,first\nB,b\nA,second\n'
    expect(await failure(text)).toBe(
      'items.csv, line 4, column sku: id "A" stands on line 2 already; give each item one row, or choose another column ' +
        "with columns: {id: …}; pass onBadRow: 'skip' to leave such rows out",
    )
    const {items, tally} = await readText(text, {onBadRow: 'skip'})
    expect(items.map(({title}) => title)).toEqual(['first', 'b'])
    expect(tally.skipped).toEqual({'bad row': 1})
    const seen = new Set<string>()
    const first = await readText(text, {map: (item) => (seen.size < seen.add(item.id).size ? item : null)})
    expect(first.items.map(({title}) => title)).toEqual(['first', 'b'])
    expect(first.tally.skipped).toEqual({map: 1})
    const last = await readText(text, {map: (item) => (item.title === 'first' ? null : item)})
    expect(last.items.map(({title}) => title)).toEqual(['b', 'second'])
    expect(await failure(text, {map: (item) => ({...item, id: 'X'})})).toContain(
      'line 3: after map, id "X" stands on line 2 already',
    )
    // A row that could not be used does not stand in the way of one that can.
    expect((await readText('id,price\nA,x\nA,1\n', {onBadRow: 'skip'})).items).toEqual([{id: 'A', price: 1}])
  })

  it('checks what map gives', async () => {
    const text = 'id,stock\nA,3\n'
    const mapped = (value: unknown) => failure(text, {map: () => value as CsvItem})
    expect(await mapped(undefined)).toBe('items.csv, line 2: map must return an item or null, got undefined')
    expect(await mapped({})).toContain('items.csv, line 2: after map, id is missing; pass onBadRow')
    expect(await mapped({id: 'A', price: '3'})).toContain('after map, price must be a number from 0 up, got "3"')
    expect(await mapped({id: 'A', launchedAt: 'soon'})).toContain('after map, launchedAt: expected a date')
    expect(await mapped(Promise.resolve({id: 'A'}))).toContain('after map, id is missing')
    const thrown = new Error('mine')
    const map = () => {
      throw thrown
    }
    await expect(readText(text, {map})).rejects.toBe(thrown)
  })

  it('is not harmed by columns called like fields, like what objects have, or like nothing', async () => {
    const rows: Record<string, string>[] = []
    const reader = readItems(pieces('sku,id,__proto__,constructor,price,note,note,\n__proto__,9,{},c,cheap,x,y,\n'), {
      columns: {id: 'sku', price: null},
      map(item, row) {
        rows.push(row)
        return item
      },
    })
    const [item] = await listed(reader)
    expect(Object.entries(item)).toEqual([
      ['id', '__proto__'],
      ['__proto__', '{}'],
      ['constructor', 'c'],
      ['note', 'x'],
    ])
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype)
    expect(Object.entries(rows[0])).toEqual([
      ...[
        ['sku', '__proto__'],
        ['id', '9'],
        ['__proto__', '{}'],
        ['constructor', 'c'],
        ['price', 'cheap'],
      ],
      ...[
        ['note', 'x'],
        ['', ''],
      ],
    ])
    expect(({} as Record<string, unknown>).note).toBe(undefined)
    const shop = await Recommender.fit([{order: 1, item: 'A'}], {items: [item]})
    expect(shop.items.get('__proto__')).toEqual(item)
    expect(Object.getPrototypeOf(shop.items.get('__proto__'))).toBe(Object.prototype)
  })

  it('refuses options that do not exist or cannot be', () => {
    expect(() => readItems('x.csv', {colums: {}} as object)).toThrow(
      'readItems: unknown option "colums"; valid are columns, delimiter, encoding, dateFormat, decimalComma, map, onBadRow, name',
    )
    expect(() => readItems('x.csv', null as unknown as object)).toThrow('readItems: options must be an object')
    expect(() => readItems('x.csv', {delimiter: ';;'})).toThrow('readItems: delimiter must be one character')
    expect(() => readItems('x.csv', {encoding: 'latin-nine'})).toThrow('readItems: unknown encoding "latin-nine"')
    expect(() => readItems('x.csv', {dateFormat: 'ymd' as 'iso'})).toThrow('readItems: unknown dateFormat "ymd"')
    expect(() => readItems('x.csv', {onBadRow: 'no' as 'skip'})).toThrow("readItems: onBadRow must be 'throw'")
    expect(() => readItems('x.csv', {map: 3 as unknown as () => null})).toThrow('readItems: map must be a function')
    expect(() => readItems(5 as unknown as string)).toThrow('readItems: expected a path, a file: URL or a readable')
  })
})

describe('doors', () => {
  const text = 'id,title\nA,Käse\n'
  const items = [{id: 'A', title: 'Käse'}]

  it('reads files again and again, by path or URL, gzipped or not, with tabs in a .tsv', async () => {
    const zipped = file('zipped.csv', gzipSync(text))
    const reader = readItems(zipped)
    for (let i = 0; i < 2; i++) expect(await listed(reader)).toEqual(items)
    const tabbed = file('a.tsv', text.replaceAll(',', '\t'))
    expect((await read(new URL(`file://${tabbed}`))).items).toEqual(items)
  })

  it('reads a stream, in any pieces, once', async () => {
    for (const size of [1, 3, 100])
      expect((await read(pieces(Buffer.from(`\ufeff${text}`), size))).items).toEqual(items)
    const reader = readItems(Readable.from([text]))
    expect(await listed(reader)).toEqual(items)
    await expect(listed(reader)).rejects.toThrow('items: a stream can be read once; give its path')
    const twice = readItems(file('twice.csv', text))
    const reading = twice[Symbol.asyncIterator]()
    await reading.next()
    await expect(listed(twice)).rejects.toThrow('make a readItems for each reading')
    await reading.return?.(undefined)
  })

  it('says what is wrong with a file', async () => {
    const none = join(folder, 'none.csv')
    await expect(read(none)).rejects.toThrow(`readItems: there is no file ${none}`)
    await expect(read(folder)).rejects.toThrow(`readItems: ${folder} is a folder, not a file`)
    const zipped = gzipSync(`id,title\n${Array.from({length: 5000}, (_, i) => `${i},${i * i}`).join('\n')}`)
    await expect(read(file('cut.csv.gz', zipped.subarray(0, 9000)))).rejects.toThrow('cut.csv.gz: the gzip data ends')
    const latin = Buffer.from(text, 'latin1')
    await expect(read(file('latin.csv', latin))).rejects.toThrow(
      "latin.csv, line 2 is not UTF-8; set encoding: 'latin1'",
    )
    expect((await readText(latin, {encoding: 'latin1'})).items).toEqual(items)
    await expect(readText(Buffer.from(`\ufeff${text}`, 'utf16le'))).rejects.toThrow("set encoding: 'utf-16le'")
  })

  it('closes what it is not to read to the end', async () => {
    const source = Readable.from(pieces(`id\n${Array.from({length: 50_000}, (_, i) => i).join('\n')}`, 1000))
    for await (const _ of readItems(source)) break
    expect(source.destroyed).toBe(true)
  })

  it('keeps the error of a stream that fails while something else is read', async () => {
    for (const reader of [readItems, readOrders]) {
      const items = reader(createReadStream(join(folder, 'none.csv')))
      await new Promise((resolve) => setTimeout(resolve, 50))
      await expect(listed<unknown>(items)).rejects.toThrow('there is no file')
    }
  })

  it('a stray quote in many rows costs no more than its row', async () => {
    const rows = Array.from({length: 100_000}, (_, i) => `${i},text\n`)
    const text = ['id,title\n', 'x,"stray\n', ...rows].join('')
    const from = performance.now()
    expect((await readText(text, {onBadRow: 'skip'})).tally).toEqual({read: 100_001, skipped: {'bad row': 1}})
    expect(performance.now() - from).toBeLessThan(10_000)
  })
})

describe('round trips', () => {
  it('reads back the catalogue of the made-up shop', async () => {
    const {items} = generateShop()
    const read = await readText(itemsToCsv(items))
    const wanted = items.map(({launchedAt, ...item}) =>
      launchedAt ? {...item, launchedAt: Date.parse(launchedAt)} : item,
    )
    expect(wanted.some((item) => 'launchedAt' in item)).toBe(true)
    expect(read.items).toEqual(wanted)
  })

  it('reads back any catalogue, whatever its columns are called', async () => {
    const nasty = fc.constantFrom('"', ',', '\n', '\r\n', 'é', '😀', '__proto__', 'x', 'title', '0')
    const text = fc.array(nasty, {maxLength: 4}).map((parts) => parts.join(''))
    const name = fc.oneof(text, fc.constantFrom('__proto__', 'toString', 'constructor', 'id ', 'Id', 'length'))
    const cell = (value: string) => `"${value.replaceAll('"', '""')}"`
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, {maxLength: 4}),
        fc.array(fc.array(text, {minLength: 4, maxLength: 4}), {maxLength: 6}),
        async (others, rows) => {
          const header = ['key', ...others]
          const table = [header, ...rows.map((row, i) => [`i${i}`, ...row.slice(0, others.length)])]
          const csv = table.map((row) => `${row.map(cell).join(',')}\n`).join('')
          const none = {title: null, category: null, brand: null, price: null, launchedAt: null}
          const {items} = await readText(csv, {columns: {...none, id: 'key'}})
          const isField = (name: string) => name === '' || name === 'title'
          const wanted = rows.map((row, i) =>
            Object.fromEntries([
              ['id', `i${i}`],
              ...others.flatMap((name, k) => (isField(name) || row[k] === '' ? [] : [[name, row[k]]])),
            ]),
          )
          expect(items.map((item) => Object.entries(item))).toEqual(wanted.map((item) => Object.entries(item)))
        },
      ),
      {numRuns: 200},
    )
  })
})

describe('Recommender.fit with readItems', () => {
  const orders = 'order,item\n1,KET\n1,MUG\n2,KET\n2,MUG\n3,TEA\n'
  const catalogue =
    'id,title,category,region,stock\nKET,Kettle,kitchen,EU,3\nMUG,Mug,kitchen,US,0\nPAN,Pan,kitchen,EU,5\nTEA,Tea,food,EU,1\n'

  it('knows categories, and its rules read every column', async () => {
    const items = readItems(pieces(catalogue))
    const shop = await Recommender.fit(readOrders(pieces(orders)), {items, measure: 'count'})
    const told = (rules?: Rules<CsvItem>) => shop.alsoBought('KET', rules).map(({item, tier}) => `${item} ${tier}`)
    expect(told()).toEqual(['MUG copurchase', 'PAN category', 'TEA popular'])
    expect(told({where: ({region}) => region === 'EU'})).toEqual(['PAN category', 'TEA popular'])
    expect(told({where: ({stock}) => Number(stock) > 1})).toEqual(['PAN category'])
    expect(told({maxPer: {by: 'region', limit: 1}})).toEqual(['MUG copurchase', 'PAN category'])
  })

  it('tells orders from items', async () => {
    const items = readItems(pieces(catalogue))
    await expect(Recommender.fit(items as unknown as [])).rejects.toThrow(
      'fit: expected readOrders(…), got readItems(…); give that as the option items',
    )
  })

  it('rejects with what is wrong with the catalogue', async () => {
    const items = readItems(pieces('id,price\nA,cheap\n'), {name: 'items.csv'})
    await expect(Recommender.fit(readOrders(pieces(orders)), {items})).rejects.toThrow(
      'items.csv, line 2, column price',
    )
  })
})

describe('types', () => {
  interface Product extends CatalogueItem {
    id: string
    stock: number
    region?: string
  }
  const map = ({id}: CsvItem, row: Record<string, string>): Product => ({id, stock: Number(row.stock)})

  it('items of a file have their fields and texts, mapped ones are what map makes', () => {
    expectTypeOf(readItems('x')).toExtend<AsyncIterable<CsvItem>>()
    expectTypeOf(readItems<Product>('x', {map})).toExtend<AsyncIterable<Product>>()
    const made = readItems('x', {map: (item, row) => ({...item, stock: Number(row.stock)})})
    expectTypeOf(made).toExtend<AsyncIterable<{id: string; stock: number}>>()
    // @ts-expect-error nothing makes them products
    expect(() => readItems<Product>('x')).not.toThrow()
    // @ts-expect-error stock is a text until map makes it a number
    expect(() => readItems<Product>('x', {map: (item) => item})).not.toThrow()
    expectTypeOf<KnownItem<CsvItem>['title']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<KnownItem<CsvItem>['price']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<KnownItem<CsvItem>['id']>().toEqualTypeOf<string>()
  })

  it('rules know the fields of a mapped type', async () => {
    const items = readItems<Product>(pieces('id,stock\nA,0\nB,2\nC,1\n'), {map})
    const shop = await Recommender.fit([{order: 1, item: 'A'}], {items})
    expectTypeOf(shop).toEqualTypeOf<Recommender<Product>>()
    const inStock = shop.alsoBought('A', {where: ({stock = 0}) => stock > 0, boost: (item) => (item.stock ?? 0) / 10})
    expect(inStock.map(({item}) => item)).toEqual(['B', 'C'])
    expect(shop.items.get('B')?.stock).toBe(2)
    // @ts-expect-error no such field
    shop.alsoBought('A', {where: ({stok}) => stok > 0})
    shop.items.patch([{id: 'B', stock: 0}])
    expect(shop.alsoBought('A', {where: ({stock = 0}) => stock > 0}).map(({item}) => item)).toEqual(['C'])
  })
})
