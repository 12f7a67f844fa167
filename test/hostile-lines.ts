/** Sources, options, lines and columns that cannot be. */
// @ts-nocheck: what types forbid is what this is about.
import {Readable} from 'node:stream'
import {readOrders} from '../src/orders/csv.ts'
import {readItems} from '../src/orders/items-csv.ts'
import {Recommender} from '../src/recommender.ts'
import {chunks, csv, fitted, type HostileRow, outcomeOf, SKIP} from './hostile.ts'

const H = 'order,item\n'
const line = {item: 'a', order: 1}
const read = (source, options) => csv(() => source, options)
const from = (iterator) => ({[Symbol.asyncIterator]: () => iterator})
const throwing = (thrown) =>
  csv(async function* () {
    yield `${H}1,a\n`
    throw thrown
  })
const throwingGetter = (thrown) => ({
  get item() {
    throw thrown
  },
  order: 1,
})
const detached = () => {
  const ids = Int32Array.of(1, 2)
  structuredClone(ids.buffer, {transfer: [ids.buffer]})
  return ids
}
const one = {order: Int32Array.of(1)}
const two = {order: Int32Array.of(1, 1)}
const dictionary = (indices, ids = ['a']) => fitted({item: {ids, indices}, ...one})
const holed = (first, last) => Object.assign([], {0: first, 2: last})
const stalled = from({next: () => new Promise(() => {}), return: async () => ({done: true, value: undefined})})
const option = (options) => fitted([line, {...line, item: 'b'}], options)
const scored = (score) =>
  fitted(
    [1, 2].flatMap((order) => [
      {item: 'a', order},
      {item: 'b', order},
    ]),
    {measure: {score}},
  )

export const linesRows: HostileRow[] = [
  [
    'a source of null',
    () => read(null),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got null',
  ],
  [
    'a source of undefined',
    () => read(undefined),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got undefined',
  ],
  [
    'a source that is a list',
    () => read([H]),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got an array',
  ],
  [
    'a source that is bytes',
    () => read(new Uint8Array(4)),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got a Uint8Array',
  ],
  [
    'a source that is a function',
    () => read(() => H),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got a function',
  ],
  [
    'a path that is empty',
    () => read(''),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got ""',
  ],
  [
    'a URL of the web',
    () => read(new URL('https://example.org/a.csv')),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got a URL',
  ],
  ['a URL that is no path', () => read(new URL('file:///none/%ff.csv')), 'Error: orders.csv: URI malformed'],
  [
    'a path with NUL',
    () => read('a\0b.csv', {name: undefined}),
    "Error: a\u0000b.csv: The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received 'a\\x00b.csv'",
  ],
  [
    'an iterator that is none',
    () => read({[Symbol.asyncIterator]: 5}),
    'TypeError: readOrders: expected a path, a file: URL or a readable stream, got an object',
  ],
  [
    'an iterator of null',
    () => read(from(null)),
    'Error: orders.csv: Result of the Symbol.asyncIterator method is not an object',
  ],
  [
    'an iterator whose result is undefined',
    () => read(from({next: async () => undefined})),
    'Error: orders.csv: Iterator result undefined is not an object',
  ],
  ['chunks of null', () => read(chunks(null)), 'Error: orders.csv: expected chunks of bytes or text, got null'],
  ['chunks of numbers', () => read(chunks(1)), 'Error: orders.csv: expected chunks of bytes or text, got 1'],
  [
    'chunks of 16 bits',
    () => read(chunks(new Uint16Array(3))),
    'Error: orders.csv: expected chunks of bytes or text, got a Uint16Array',
  ],
  [
    'chunks of objects',
    () => read(Readable.from([{item: 'a'}])),
    'Error: orders.csv: expected chunks of bytes or text, got an object',
  ],
  ['chunks that are empty', () => csv(() => chunks('', new Uint8Array(0), H, '', '1,a')), 'a 1, read 1 = 1'],
  ['a character cut by chunks', () => csv(() => chunks(`${H}1,\ud83d`, '\ude00\n')), '😀 1, read 1 = 1'],
  ['text and bytes in turn', () => csv(() => chunks(H, Buffer.from('1,ä\n'), '2,b\n')), 'ä 1; b 2, read 2 = 2'],
  [
    'memory that threads share',
    () =>
      csv(() => {
        const shared = new Uint8Array(new SharedArrayBuffer(15))
        shared.set(Buffer.from(`${H}1,a\n`))
        return chunks(shared)
      }),
    'a 1, read 1 = 1',
  ],
  ['a stream that was destroyed', () => read(Readable.from([H]).destroy()), 'Error: orders.csv: Premature close'],
  ['a source that fails', () => throwing(new Error('connection lost')), 'Error: orders.csv: connection lost'],
  ['a source that throws a text', () => throwing('bang'), 'Error: orders.csv: expected no failure, got "bang" thrown'],
  [
    'a source that throws undefined',
    () => throwing(undefined),
    'Error: orders.csv: expected no failure, got undefined thrown',
  ],
  [
    'a source that throws a symbol',
    () => throwing(Symbol('s')),
    'Error: orders.csv: expected no failure, got Symbol(s) thrown',
  ],
  [
    'a source that throws an object',
    () => throwing({a: 1}),
    'Error: orders.csv: expected no failure, got an object thrown',
  ],
  [
    'options of null',
    () => outcomeOf(() => readOrders('x', null)),
    'TypeError: readOrders: options must be an object, got null',
  ],
  [
    'options that are a list',
    () => outcomeOf(() => readOrders('x', [])),
    'TypeError: readOrders: options must be an object, got an array',
  ],
  [
    'options that are a Map',
    () => outcomeOf(() => readOrders('x', new Map([['delimiter', ';']]))),
    'TypeError: readOrders: options must be an object, got a Map',
  ],
  [
    'an option misspelt',
    () => csv(H, {delimeter: ';'}),
    'RangeError: readOrders: unknown option "delimeter"; valid are columns, delimiter, encoding, dateFormat, decimalComma, map, onBadRow, name',
  ],
  [
    'an option called __proto__',
    () => outcomeOf(() => readOrders('x', JSON.parse('{"__proto__":1}'))),
    'RangeError: readOrders: unknown option "__proto__"; valid are columns, delimiter, encoding, dateFormat, decimalComma, map, onBadRow, name',
  ],
  [
    'an option called toString',
    () => csv(H, {toString: 1}),
    'RangeError: readOrders: unknown option "toString"; valid are columns, delimiter, encoding, dateFormat, decimalComma, map, onBadRow, name',
  ],
  ['a name that is a number', () => csv(H, {name: 5}), 'TypeError: readOrders: name must be a text, got 5'],
  [
    'no delimiter',
    () => csv(H, {delimiter: ''}),
    'RangeError: readOrders: delimiter must be one character such as \';\', got ""',
  ],
  [
    'a delimiter of null',
    () => csv(H, {delimiter: null}),
    "RangeError: readOrders: delimiter must be one character such as ';', got null",
  ],
  [
    'a line end as delimiter',
    () => csv(H, {delimiter: '\n'}),
    'RangeError: readOrders: delimiter must be one character such as \';\', got "\\n"',
  ],
  [
    'half an emoji as delimiter',
    () => csv(H, {delimiter: '\ud83d'}),
    'RangeError: readOrders: delimiter must be one character such as \';\', got "\\ud83d"',
  ],
  ['NUL as delimiter', () => csv(`order\0item\0n\n1\0a\0x\n`, {delimiter: '\0'}), 'a 1, read 1 = 1'],
  [
    'an encoding that is none',
    () => csv(H, {encoding: 'latin-nine'}),
    "RangeError: readOrders: unknown encoding \"latin-nine\"; use a label such as 'utf-8' or 'latin1'",
  ],
  [
    'an encoding of null',
    () => csv(H, {encoding: null}),
    "RangeError: readOrders: unknown encoding null; use a label such as 'utf-8' or 'latin1'",
  ],
  [
    "a date format of Object's own",
    () => csv(H, {dateFormat: 'toString'}),
    'RangeError: readOrders: unknown dateFormat "toString"; valid are iso, mdy, dmy, seconds, milliseconds',
  ],
  [
    'onBadRow of null',
    () => outcomeOf(() => readOrders('x', {onBadRow: null})),
    "RangeError: readOrders: onBadRow must be 'throw', 'skip' or a function, got null",
  ],
  ['a map that is no function', () => csv(H, {map: 'x'}), 'TypeError: readOrders: map must be a function, got "x"'],
  [
    'columns that are a Map',
    () => csv(H, {columns: new Map([['item', 'x']])}),
    'TypeError: columns must be an object such as {item: "sku"}, got a Map',
  ],
  [
    'columns that are a list',
    () => csv(H, {columns: []}),
    'TypeError: columns must be an object such as {item: "sku"}, got an array',
  ],
  [
    'columns of no such field',
    () => csv(H, {columns: {sku: 'item'}}),
    'RangeError: unknown field "sku" in columns; valid are item, order, customer, quantity, at, price, weight',
  ],
  [
    'columns of no such name',
    () => csv(H, {columns: {at: 'when'}}),
    'RangeError: orders.csv: no column "when" for at among "order", "item"; correct columns: {at: …}',
  ],
  [
    'columns that are a number',
    () => csv(H, {columns: {item: 5}}),
    'TypeError: columns: item must be the name of a column, got 5',
  ],
  [
    'a map that gives a number',
    () => csv(`${H}1,a\n`, {map: () => 5}),
    'TypeError: orders.csv, line 2: map must return a line or null, got 5',
  ],
  [
    'a map that gives undefined',
    () => csv(`${H}1,a\n`, {map: () => undefined}),
    'TypeError: orders.csv, line 2: map must return a line or null, got undefined',
  ],
  [
    'a map that gives a promise',
    () => csv(`${H}1,a\n`, {map: async (line) => line}),
    `RangeError: orders.csv, line 2: after map, item is missing${SKIP} | skipping: , read 1 = 0 + 1 bad row`,
  ],
  [
    'a map that gives a list',
    () => csv(`${H}1,a\n`, {map: (line) => [line]}),
    `RangeError: orders.csv, line 2: after map, item is missing${SKIP} | skipping: , read 1 = 0 + 1 bad row`,
  ],
  [
    'a map whose line throws null',
    () => csv(`${H}1,a\n`, {map: () => throwingGetter(null)}),
    `RangeError: orders.csv, line 2: after map, expected no failure, got null thrown${SKIP} | skipping: , read 1 = 0 + 1 bad row`,
  ],
  [
    'a map that throws',
    () =>
      csv(`${H}1,a\n`, {
        map: () => {
          throw new Error('mine')
        },
      }),
    'Error: mine',
  ],
  [
    'onBadRow that throws',
    () =>
      outcomeOf(() =>
        Recommender.fit([{}], {
          onBadRow: () => {
            throw new Error('mine')
          },
        }),
      ),
    'Error: mine',
  ],
  [
    'no source',
    () => fitted(undefined),
    'TypeError: fit: expected readOrders(…), lines, rows or columns, got undefined',
  ],
  [
    'a path for a source',
    () => fitted('orders.csv'),
    'TypeError: fit: expected readOrders(…), lines, rows or columns, got "orders.csv"',
  ],
  [
    'a promise for a source',
    () => fitted(Promise.resolve([line])),
    'TypeError: fit: expected readOrders(…), lines, rows or columns, got an object that is none of these',
  ],
  [
    'a Map for a source',
    () => fitted(new Map([['a', 1]])),
    `RangeError: fit, line 1: item is missing: there is no "item" among "0", "1"; name it with columns: {item: …}${SKIP}`,
  ],
  [
    'a reader of items for a source',
    () => fitted(readItems('items.csv')),
    'TypeError: fit: expected readOrders(…), got readItems(…); give that as the option items',
  ],
  [
    'a stream of bytes for a source',
    () => fitted(Readable.from([Buffer.from(`${H}1,a\n`)])),
    `RangeError: fit, line 1: a line must be an object, got a Uint8Array; CSV is for readOrders${SKIP}`,
  ],
  [
    'a stream of text for a source',
    () => fitted(Readable.from([`${H}1,a\n`])),
    `RangeError: fit, line 1: a line must be an object, got "order,item\\n1,a\\n"; CSV is for readOrders${SKIP}`,
  ],
  [
    'a row of five thousand columns',
    () => fitted([Object.fromEntries(Array.from({length: 5000}, (_, i) => [`column ${i}`, 1]))]),
    `RangeError: fit, line 1: item is missing: there is no "item" among "column 0", "column 1", "column 2", "column 3", "column 4", "column 5", "column 6", "column 7", "column 8", "column 9", "column 10", "column 11" and 4988 more; name it with columns: {item: …}${SKIP}`,
  ],
  [
    'lines in lines',
    () => fitted([[line]]),
    `RangeError: fit, line 1: item is missing: there is no "item" among "0"; name it with columns: {item: …}${SKIP}`,
  ],
  [
    'a hole in a list',
    () => fitted(holed(line, line)),
    `RangeError: fit, line 2: a line must be an object, got undefined${SKIP}`,
  ],
  ['a line of null', () => fitted([null, line], {onBadRow: 'skip'}), '["a"], read 2 = 1 + 1 bad row'],
  [
    'a line whose getter throws',
    () => fitted([throwingGetter(new Error('trap'))]),
    `RangeError: fit, line 1: trap${SKIP}`,
  ],
  [
    'a line whose getter throws a text',
    () => fitted([throwingGetter('trap')]),
    `RangeError: fit, line 1: expected no failure, got "trap" thrown${SKIP}`,
  ],
  [
    'a line whose getter throws undefined, skipped',
    () => fitted([throwingGetter(undefined), line], {onBadRow: 'skip'}),
    '["a"], read 2 = 1 + 1 bad row',
  ],
  ['a proxy for a line', () => fitted([new Proxy(line, {})]), '["a"], read 1 = 1'],
  [
    'numbers and their texts as ids',
    () => fitted([1, '1', 1n, 1.0, '1.0', '01', -0, 0, '-0', 1e21, 2 ** 53].map((item) => ({item, order: 1}))),
    '["-0","0","01","1","1.0","1e+21","900719925474"], read 11 = 11',
  ],
  [
    'looks the same, is not',
    () => fitted(['é', 'e\u0301', 'a ', 'a', '\u00a0', '\u200b', 'a\nb'].map((item) => ({item, order: 1}))),
    '["a","a\\nb","a ","é"," ","é","​"], read 7 = 7',
  ],
  [
    'half an emoji as an id',
    () => fitted([{item: '\ud83d', order: 1}]),
    `RangeError: fit, line 1: item must be well-formed text, got "\\ud83d"${SKIP}`,
  ],
  [
    'an id that is an object',
    () => fitted([{item: {toString: () => 'a'}, order: 1}]),
    `RangeError: fit, line 1: item must be a text or a number, got an object${SKIP}`,
  ],
  [
    'an id that is a date',
    () => fitted([{item: new Date(0), order: 1}]),
    `RangeError: fit, line 1: item must be a text or a number, got 1970-01-01T00:00:00.000Z${SKIP}`,
  ],
  [
    'an id that is NaN',
    () => fitted([{item: Number.NaN, order: 1}]),
    `RangeError: fit, line 1: item must be a text or a number, got NaN${SKIP}`,
  ],
  [
    'ids of a megabyte',
    () => fitted([{item: 'x'.repeat(2 ** 20), order: 'y'.repeat(2 ** 20), customer: 'z'.repeat(2 ** 20)}]),
    '["xxxxxxxxxxxx"], read 1 = 1',
  ],
  [
    "Object's own in every role",
    () => fitted(['__proto__', 'constructor', 'toString'].map((id) => ({item: id, order: id, customer: id}))),
    '["__proto__","constructor","toString"], read 3 = 3',
  ],
  [
    'a quantity no number holds',
    () => fitted([{...line, quantity: 10n ** 400n}]),
    `RangeError: fit, line 1: quantity must be a number, got 100000000000000000000000000000000000000…${SKIP}`,
  ],
  [
    'returns of more than there is',
    () =>
      fitted(
        [1e308, 1e308, -1e308, -1e308, -1e308].map((quantity, order) => ({item: 'a', order, customer: 'A', quantity})),
      ),
    '[], read 5 = 5',
  ],
  ['a return of nothing', () => fitted([{item: 'a', order: 1, customer: 'A', quantity: -80_995}]), '[], read 1 = 1'],
  ['a quantity of -0', () => fitted([{...line, quantity: -0}]), '[], read 1 = 0 + 1 zero quantity'],
  [
    'a time in nanoseconds',
    () => fitted([{...line, at: 1.3e18}]),
    `RangeError: fit, line 1: at: expected a time within 8.64e15 ms of 1970, got 1300000000000000000${SKIP}`,
  ],
  [
    'the first and the last time there is',
    () =>
      fitted([
        {...line, at: -8.64e15},
        {...line, item: 'b', at: 8.64e15},
      ]),
    '["a","b"], read 2 = 2',
  ],
  [
    'a time that is a function',
    () => fitted([{...line, at: () => 5}]),
    `RangeError: fit, line 1: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got a function${SKIP}`,
  ],
  [
    'a weight below 0',
    () => fitted([{...line, weight: -1}]),
    `RangeError: fit, line 1: weight must be from 0 to 1,000,000,000, got -1${SKIP}`,
  ],
  [
    'a weight too large',
    () => fitted([{...line, weight: 1e10}]),
    `RangeError: fit, line 1: weight must be from 0 to 1,000,000,000, got 10000000000${SKIP}`,
  ],
  [
    'a price that is NaN',
    () => fitted([{...line, price: Number.NaN}]),
    `RangeError: fit, line 1: price must be a number, got NaN${SKIP}`,
  ],
  [
    'one order, two customers',
    () =>
      fitted([
        {...line, customer: 'A'},
        {...line, customer: 'B'},
      ]),
    `RangeError: fit, line 2: order "1" has two customers, "A" and "B"${SKIP}`,
  ],
  [
    'a sync source that fails',
    () =>
      fitted(
        (function* () {
          yield line
          throw new Error('cursor lost')
        })(),
      ),
    'Error: cursor lost',
  ],
  [
    'an async source that rejects with undefined',
    () => fitted(from({next: () => Promise.reject(undefined)})),
    'thrown: undefined',
  ],
  [
    'columns of different lengths',
    () => fitted({item: Int32Array.of(1, 2), ...one}),
    'RangeError: fit: columns must be of one length, got item 2, order 1',
  ],
  [
    'columns without orders',
    () => fitted({item: Int32Array.of(1)}),
    'RangeError: fit: columns need an order or a customer column',
  ],
  [
    'a column nobody knows',
    () => fitted({item: Int32Array.of(1), ...one, color: ['red']}),
    'RangeError: fit: unknown column "color"; valid are item, order, customer, quantity, at, price, weight',
  ],
  [
    'a column that is a text',
    () => fitted({item: 'ab', ...two}),
    'TypeError: fit: column item must be an array, got "ab"; ids may be an array, one of Int32Array, Uint32Array, Uint16Array, Uint8Array, BigInt64Array, or {ids, indices}',
  ],
  [
    'ids of 64-bit floats',
    () => fitted({item: Float64Array.of(1), ...one}),
    'TypeError: fit: column item must be an array, got a Float64Array; ids may be an array, one of Int32Array, Uint32Array, Uint16Array, Uint8Array, BigInt64Array, or {ids, indices}',
  ],
  [
    'ids of signed 16 bits',
    () => fitted({item: Int16Array.of(1), ...one}),
    'TypeError: fit: column item must be an array, got an Int16Array; ids may be an array, one of Int32Array, Uint32Array, Uint16Array, Uint8Array, BigInt64Array, or {ids, indices}',
  ],
  [
    'NaN among quantities',
    () => fitted({item: Int32Array.of(1), ...one, quantity: Float64Array.of(Number.NaN)}),
    `RangeError: fit, line 1: quantity must be a number, got NaN${SKIP}`,
  ],
  [
    'NaN among times and prices',
    () => fitted({item: Int32Array.of(1), ...one, at: Float64Array.of(Number.NaN), price: Float64Array.of(Number.NaN)}),
    '["1"], read 1 = 1',
  ],
  [
    'Infinity among times',
    () => fitted({item: Int32Array.of(1), ...one, at: Float64Array.of(Number.POSITIVE_INFINITY)}),
    `RangeError: fit, line 1: at: expected a time within 8.64e15 ms of 1970, got Infinity${SKIP}`,
  ],
  [
    'NaN among weights',
    () => fitted({item: Int32Array.of(1), ...one, weight: Float64Array.of(Number.NaN)}),
    `RangeError: fit, line 1: weight must be a number, got NaN${SKIP}`,
  ],
  [
    'a hole in a column',
    () => fitted({item: holed('a', 'b'), order: [1, 1, 1]}),
    `RangeError: fit, line 2: item is missing${SKIP}`,
  ],
  [
    'a column of a billion holes',
    () => fitted({item: new Array(1e9), order: new Array(1e9)}),
    `RangeError: fit, line 1: item is missing${SKIP}`,
  ],
  [
    'an item below 0',
    () => fitted({item: Int32Array.of(-1), ...one}),
    `RangeError: fit, line 1: item is missing${SKIP}`,
  ],
  [
    'memory that was given away',
    () => fitted({item: detached(), ...two}),
    'RangeError: fit: columns must be of one length, got item 0, order 2',
  ],
  [
    'memory of threads as a column',
    () => fitted({item: new Int32Array(new SharedArrayBuffer(8)), ...two}),
    '["0"], read 2 = 2',
  ],
  [
    "a dictionary's index too high",
    () => dictionary(Int32Array.of(1)),
    `RangeError: fit, line 1: item must be an index below 1, got 1${SKIP}`,
  ],
  [
    "a dictionary's index of NaN",
    () => dictionary([Number.NaN]),
    `RangeError: fit, line 1: item must be an index below 1, got NaN${SKIP}`,
  ],
  [
    "a dictionary's index that is a text",
    () => dictionary(['0']),
    `RangeError: fit, line 1: item must be an index below 1, got "0"${SKIP}`,
  ],
  [
    "a dictionary's index below 0",
    () => dictionary(Int32Array.of(-1)),
    `RangeError: fit, line 1: item is missing${SKIP}`,
  ],
  [
    'a dictionary of null',
    () => dictionary(Int32Array.of(0), [null]),
    `RangeError: fit, line 1: item is missing${SKIP}`,
  ],
  [
    'a dictionary of objects',
    () => dictionary(Int32Array.of(0), [{}]),
    `RangeError: fit, line 1: item must be a text or a number, got an object${SKIP}`,
  ],
  [
    'a dictionary that is a text',
    () => dictionary(Int32Array.of(0), 'ab'),
    'TypeError: fit: column item must be an array, got an object; ids may be an array, one of Int32Array, Uint32Array, Uint16Array, Uint8Array, BigInt64Array, or {ids, indices}',
  ],
  [
    "a dictionary's length below 0",
    () => dictionary({length: -1}),
    'RangeError: fit: column item must have from 0 to 2147483647 values, got a length of -1',
  ],
  [
    "a dictionary's length of NaN",
    () => dictionary({length: Number.NaN}),
    'RangeError: fit: column item must have from 0 to 2147483647 values, got a length of NaN',
  ],
  [
    "a dictionary's length of ten billion",
    () => fitted({item: {ids: ['a'], indices: {length: 1e10}}, order: {ids: ['a'], indices: {length: 1e10}}}),
    'RangeError: fit: column item must have from 0 to 2147483647 values, got a length of 10000000000',
  ],
  [
    'the same id twice in a dictionary',
    () => fitted({item: {ids: ['a', 'a'], indices: Int32Array.of(0, 1)}, ...two}),
    '["a"], read 2 = 2',
  ],
  [
    'the largest id of 32 bits',
    () => fitted({item: Uint32Array.of(2 ** 32 - 1, 0), ...two}),
    '["0","4294967295"], read 2 = 2',
  ],
  ["fit's options of null", () => option(null), 'TypeError: fit: options must be an object, got null'],
  [
    "fit's options that are a Map",
    () => option(new Map([['neighbors', 5]])),
    'TypeError: fit: options must be an object, got a Map',
  ],
  [
    "fit's option misspelt",
    () => option({NEIGHBORS: 5}),
    'RangeError: fit: unknown option "NEIGHBORS"; valid are items, scopes, neighbors, minTogether, measure, discovery, recency, maxBasket, learn, next, tune, substitutes, returns, threads, columns, dateFormat, onBadRow, onProgress, signal',
  ],
  [
    'neighbors of a text',
    () => option({neighbors: '10'}),
    'RangeError: fit: neighbors must be a whole number from 1 up, got "10"',
  ],
  ['neighbors of a trillion', () => option({neighbors: 2 ** 40}), '["a","b"], read 2 = 2'],
  [
    'minTogether of 0',
    () => option({minTogether: 0}),
    'RangeError: fit: minTogether must be a whole number from 1 up, got 0',
  ],
  [
    'maxBasket of NaN',
    () => option({maxBasket: Number.NaN}),
    'RangeError: fit: maxBasket must be a whole number from 2 up, got NaN',
  ],
  [
    'threads of a thousand',
    () => option({threads: 1000}),
    'RangeError: fit: threads must be a whole number from 1 to 256, got 1000',
  ],
  [
    'learn of an empty object',
    () => option({learn: {}}),
    'RangeError: fit: learn must be true, false or {items: a whole number from 1 up}, got an object',
  ],
  ['next of a list', () => option({next: []}), 'TypeError: fit: next: options must be an object, got an array'],
  ['discovery of -1', () => option({discovery: -1}), 'RangeError: fit: discovery must be from 0 to 1, got -1'],
  [
    'recency of NaN',
    () => option({recency: Number.NaN}),
    'RangeError: fit: recency must be a number above 0 or false, got NaN',
  ],
  [
    'scopes of a Set',
    () => option({scopes: new Set(['order'])}),
    "RangeError: fit: scopes must be ['order'], ['customer'] or both",
  ],
  [
    "a measure of Object's own",
    () => option({measure: 'constructor'}),
    'RangeError: fit: unknown measure "constructor"; valid are weighted, count, confidence, deshpandeKarypis, cosine, jaccard, lift, npmi, llr, bm25, rp3beta, chance',
  ],
  [
    'a measure that makes null',
    () => option({measure: () => null}),
    'TypeError: fit: measure must be a name or have a score function, got null',
  ],
  [
    'a score that is a promise',
    () => scored(async () => 1),
    'TypeError: measure: score must return a number, got object',
  ],
  ['a score that is a bigint', () => scored(() => 1n), 'TypeError: measure: score must return a number, got bigint'],
  [
    'a score that throws',
    () =>
      scored(() => {
        throw new Error('mine')
      }),
    'Error: mine',
  ],
  ['a score that is NaN', () => scored(() => Number.NaN), '["a","b"], read 4 = 4'],
  [
    'a weight of baskets below 0',
    () => fitted([line, {...line, item: 'b'}], {measure: {score: () => 1, weight: () => -1}}),
    "RangeError: measure: a basket's weight must be from 0 to 32767, got -1 for 2 items",
  ],
  ['a signal that aborted', () => option({signal: AbortSignal.abort(new Error('enough'))}), 'Error: enough'],
  [
    'a signal that is its controller',
    () => option({signal: new AbortController()}),
    'TypeError: fit: signal must be an AbortSignal, got an AbortController',
  ],
  [
    'a source that keeps waiting',
    () => fitted(stalled, {signal: AbortSignal.timeout(20)}),
    'TimeoutError: The operation was aborted due to timeout',
  ],
  [
    'a catalogue that keeps waiting',
    () => option({items: stalled, signal: AbortSignal.timeout(200)}),
    'TimeoutError: The operation was aborted due to timeout',
  ],
  [
    'a catalogue that is a text',
    () => option({items: 'abc'}),
    'TypeError: fit: items must be a list of items, or an async one, got "abc"',
  ],
  [
    'a catalogue of bytes',
    () => option({items: Buffer.from('abc')}),
    'TypeError: items: item 1: expected an object with an id, got 97',
  ],
  ['a catalogue without an id', () => option({items: [{id: 'a'}, {}]}), 'RangeError: items: item 2: id is missing'],
  [
    'a catalogue that fails',
    () =>
      option({
        items: (function* () {
          yield {id: 'tea'}
          throw new Error('no shop')
        })(),
      }),
    'Error: no shop',
  ],
]
