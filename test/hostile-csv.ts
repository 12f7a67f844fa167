/** CSV that is no CSV, or not quite. */
// @ts-nocheck: what types forbid is what this is about.
import {deflateSync, gzipSync} from 'node:zlib'
import {chunks, csv, type HostileRow, SKIP} from './hostile.ts'

const H = 'order,item\n'
const dated = (text) => csv(`order,item,date\n1,a,"${text}"\n2,b,2010-12-31\n`)
const counted = (text) => csv(`order,item,qty\n1,a,${text}\n2,b,1\n`)
const bytes = (...list) => new Uint8Array(list)

export const csvRows: HostileRow[] = [
  ['empty file', () => csv(''), 'Error: orders.csv: the file is empty; its first line must name the columns'],
  [
    'blank lines alone',
    () => csv('\n \n\r\n'),
    'Error: orders.csv: the file is empty; its first line must name the columns',
  ],
  ['header alone', () => csv(H), ', read 0 = 0'],
  ['header without a line end', () => csv('order,item'), ', read 0 = 0'],
  ['a mark of UTF-8', () => csv(`\ufeff${H}1,a\n`), 'a 1, read 1 = 1'],
  ['a mark of UTF-8 twice', () => csv(`\ufeff\ufeff${H}1,a\n`), 'a 1, read 1 = 1'],
  [
    'UTF-16 with its mark',
    () => csv(Buffer.from(`\ufeff${H}1,a\n`, 'utf16le')),
    "Error: orders.csv: the text is UTF-16; set encoding: 'utf-16le'",
  ],
  [
    'UTF-16, big end first',
    () => csv(Buffer.from(`\ufeff${H}1,a\n`, 'utf16le').swap16()),
    "Error: orders.csv: the text is UTF-16; set encoding: 'utf-16be'",
  ],
  [
    'UTF-16 without a mark',
    () => csv(Buffer.from(`${H}1,a\n`, 'utf16le')),
    "RangeError: orders.csv: the header holds NUL, as UTF-16 or what is no text does; set encoding: 'utf-16le'",
  ],
  [
    'UTF-16, big end first, without a mark',
    () => csv(Buffer.from(`${H}1,a\n`, 'utf16le').swap16()),
    "RangeError: orders.csv: the header holds NUL, as UTF-16 or what is no text does; set encoding: 'utf-16be'",
  ],
  [
    'UTF-16 cut within a character',
    () => csv(Buffer.from(`${H}1,a`, 'utf16le').subarray(0, -1), {encoding: 'utf-16le'}),
    'Error: orders.csv, line 2 is not UTF-16LE; set encoding to what it was written in',
  ],
  [
    'Latin-1',
    () => csv(Buffer.from(`${H}1,caf\xe9\n`, 'latin1')),
    "Error: orders.csv, line 2 is not UTF-8; set encoding: 'latin1'",
  ],
  [
    'a wrong byte after a character in three pieces',
    () =>
      csv(() => chunks(Buffer.from(`${H}1,\u{1f600}`).subarray(0, -3), bytes(0x9f), bytes(0x98, 0x80, 10, 0xe2, 44))),
    "Error: orders.csv, line 3 is not UTF-8; set encoding: 'latin1'",
  ],
  [
    'UTF-8 cut within a character',
    () => csv(Buffer.from(`${H}1,ä`).subarray(0, -1)),
    "Error: orders.csv, line 2 is not UTF-8; set encoding: 'latin1'",
  ],
  [
    'zeros',
    () => csv(new Uint8Array(100)),
    "RangeError: orders.csv: the header holds NUL, as UTF-16 or what is no text does; set encoding: 'utf-16be'",
  ],
  [
    'three million zeros',
    () => csv(new Uint8Array(3e6)),
    'RangeError: orders.csv, line 1, the header: longer than 1048576 characters',
  ],
  ['NUL within an id', () => csv(`${H}1,a\0b\n`), 'a\\u0000b 1, read 1 = 1'],
  [
    'a workbook',
    () => csv(bytes(0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0, 0xfe, 0x80)),
    'Error: orders.csv: expected CSV, got a ZIP archive, as a workbook of a spreadsheet is; save its sheet as CSV',
  ],
  [
    'a saved shop',
    () => csv(bytes(0x89, 0x61, 0x6c, 0x73, 0x6f, 13, 10, 26, 1, 0, 0, 0)),
    'Error: orders.csv: expected CSV, got a saved shop; Recommender.load opens it',
  ],
  [
    'a web page',
    () => csv('<!DOCTYPE html><html><body>Not found</body></html>'),
    'RangeError: orders.csv: no column for item among "<!DOCTYPE html><html><body>Not found</b…"; name it with columns: {item: …}',
  ],
  [
    'JSON',
    () => csv('[{"order":1,"item":"a"}]\n'),
    'RangeError: orders.csv, line 1, the header: text after the closing quote of a field: ":"a"}]',
  ],
  ['gzipped', () => csv(gzipSync(`${H}1,a\n`)), 'a 1, read 1 = 1'],
  [
    'gzipped twice',
    () => csv(gzipSync(gzipSync(`${H}1,a\n`))),
    'Error: orders.csv: the gzip data is gzipped once more; unpack it first',
  ],
  [
    'gzipped nothing',
    () => csv(gzipSync('')),
    'Error: orders.csv: the file is empty; its first line must name the columns',
  ],
  [
    'gzip cut off',
    () => csv(gzipSync(`${H}1,a\n`).subarray(0, -9)),
    'Error: orders.csv: the gzip data ends early; the file is truncated',
  ],
  [
    "gzip's first two bytes",
    () => csv(bytes(0x1f, 0x8b)),
    'Error: orders.csv: the gzip data ends early; the file is truncated',
  ],
  [
    'gzip of another method',
    () => csv(bytes(0x1f, 0x8b, 9, 0, 0, 0, 0, 0)),
    'Error: orders.csv: the gzip data is damaged (unknown compression method)',
  ],
  [
    'gzip with a wrong checksum',
    () => csv(gzipSync(`${H}1,a\n`).map((byte, i, {length}) => (i === length - 6 ? byte ^ 1 : byte))),
    'Error: orders.csv: the gzip data is damaged (incorrect data check)',
  ],
  [
    'text after gzip',
    () => csv(Buffer.concat([gzipSync(`${H}1,a\n`), Buffer.from('2,b\n')])),
    'Error: orders.csv: the gzip data is damaged (incorrect header check)',
  ],
  ['zeros after gzip', () => csv(Buffer.concat([gzipSync(`${H}1,a\n`), Buffer.alloc(512)])), 'a 1, read 1 = 1'],
  ['gzip after gzip', () => csv(Buffer.concat([gzipSync(`${H}1,a\n`), gzipSync('2,b\n')])), 'a 1; b 2, read 2 = 2'],
  [
    'gzip after gzip, cut off',
    () => csv(Buffer.concat([gzipSync(`${H}1,a\n`), gzipSync('2,b\n').subarray(0, 12)])),
    'Error: orders.csv: the gzip data ends early; the file is truncated',
  ],
  [
    '50 MB of one letter in 50 kB',
    () => csv(gzipSync(Buffer.alloc(50e6, 97))),
    'RangeError: orders.csv, line 1, the header: longer than 1048576 characters',
  ],
  [
    'zlib in place of gzip',
    () => csv(deflateSync(`${H}1,a\n`)),
    "Error: orders.csv, line 1 is not UTF-8; set encoding: 'latin1', if it is text at all",
  ],
  ['line ends of all kinds', () => csv('order,item\r1,a\r\n2,b\n3,c\n\r4,d\r\r\n'), 'a 1; b 2; c 3; d 4, read 4 = 4'],
  ['line separators of Unicode', () => csv(`${H}1,a\u2028b\n2,c\u0085d\n`), 'a b 1; cd 2, read 2 = 2'],
  [
    'another delimiter',
    () => csv('order;item\n1;a\n'),
    'RangeError: orders.csv: the header is one column, "order;item"; set delimiter: \';\'',
  ],
  [
    'the delimiter that Excel announces',
    () => csv('sep=;\norder;item\n1;a\n'),
    'RangeError: orders.csv: the header is one column, "sep=;"; set delimiter: \';\'',
  ],
  [
    'a comment before the header',
    () => csv(`# export\n${H}1,a\n`),
    'RangeError: orders.csv: no column for item among "# export"; name it with columns: {item: …}',
  ],
  [
    'one name twice',
    () => csv('order,item,item\n1,a,b\n'),
    'RangeError: orders.csv: more than one column for item: "item" stands 2 times among "order", "item", "item"; give each column its own name',
  ],
  [
    'two names that differ by case',
    () => csv('order,Item,item\n1,a,b\n'),
    'RangeError: orders.csv: more than one column for item: "Item", "item" would all do among "order", "Item", "item"; choose with columns: {item: …}',
  ],
  [
    'names that are blank',
    () => csv(',,\n1,a,b\n'),
    'RangeError: orders.csv: no column for item among "", "", ""; name it with columns: {item: …}',
  ],
  [
    'no header',
    () => csv('1,a\n2,b\n'),
    'RangeError: orders.csv: no column for item among "1", "a"; name it with columns: {item: …}',
  ],
  [
    'no column of items',
    () => csv('order,amount\n1,2\n'),
    'RangeError: orders.csv: no column for item among "order", "amount"; name it with columns: {item: …}',
  ],
  [
    'neither order nor customer',
    () => csv('item\na\n'),
    'RangeError: orders.csv: no column for order or customer among "item"; name it with columns: {order: …}',
  ],
  [
    'three thousand columns',
    () => csv(`${Array.from({length: 3000}, (_, i) => `c${i}`).join(',')}\n1\n`),
    'RangeError: orders.csv: no column for item among "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11" and 2988 more; name it with columns: {item: …}',
  ],
  ['a column called __proto__', () => csv('__proto__,item\n1,a\n', {columns: {order: '__proto__'}}), 'a 1, read 1 = 1'],
  [
    'a short row',
    () => csv(`${H}1\n2,b\n`),
    `RangeError: orders.csv, line 2: expected 2 fields as in the header, got 1${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  [
    'a long row',
    () => csv(`${H}1,a,\n2,b\n`),
    `RangeError: orders.csv, line 2: expected 2 fields as in the header, got 3${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  [
    'an item that is empty',
    () => csv(`${H}1,\n2,b\n`),
    `RangeError: orders.csv, line 2, column item: item is missing${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  [
    'an order that is empty',
    () => csv(`${H},a\n2,b\n`),
    `RangeError: orders.csv, line 2: both order and customer are missing${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  ['a blank item', () => csv(`${H}1, \n`), '  1, read 1 = 1'],
  [
    "ids of Object's own",
    () => csv(`${H}__proto__,constructor\ntoString,hasOwnProperty\n`),
    'constructor __proto__; hasOwnProperty toString, read 2 = 2',
  ],
  ['emoji and a line end in an id', () => csv(`${H}1,"😀\n"\n`), '😀\\n 1, read 1 = 1'],
  [
    'a quote that does not close',
    () => csv(`${H}1,"a\n2,b\n`),
    `RangeError: orders.csv, line 2: a quoted field that does not end: "a${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  ['a quote alone', () => csv('"'), 'RangeError: orders.csv, line 1, the header: a quoted field that does not end: "…'],
  [
    'text after a closing quote',
    () => csv(`${H}1,"a"b\n2,b\n`),
    `RangeError: orders.csv, line 2: text after the closing quote of a field: "b${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  ['a quote within a field', () => csv(`${H}1,5" pipe\n`), '5\\" pipe 1, read 1 = 1'],
  ['doubled quotes', () => csv(`${H}1,"5"" pipe"\n2,""""\n`), '5\\" pipe 1; \\" 2, read 2 = 2'],
  [
    'a million quotes',
    () => csv(`${H}1,${'"'.repeat(1e6)}\n2,b\n`),
    '\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\"\\", read 2 = 2',
  ],
  [
    'an id of a megabyte',
    () => csv(`${H}1,${'x'.repeat(2 ** 20)}\n2,b\n`),
    `RangeError: orders.csv, line 2: longer than 1048576 characters${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  [
    'a line of 100 MB',
    () =>
      csv(async function* () {
        yield `${H}1,`
        for (let i = 0; i < 1600; i++) yield 'x'.repeat(65_536)
        yield '\n2,b\n'
      }),
    `RangeError: orders.csv, line 2: longer than 1048576 characters${SKIP} | skipping: b 2, read 2 = 1 + 1 bad row`,
  ],
  ['a formula of a spreadsheet', () => csv(`${H}1,=cmd|' /C calc'!A0\n`), "=cmd|' /C calc'!A0 1, read 1 = 1"],
  [
    'quantity 1e309',
    () => counted('1e309'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "1e309"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity -1e309',
    () => counted('-1e309'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "-1e309"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity 0x10',
    () => counted('0x10'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "0x10"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity 1_000',
    () => counted('1_000'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "1_000"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity 1,5 unquoted',
    () => counted('1,5'),
    `RangeError: orders.csv, line 2: expected 3 fields as in the header, got 4${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity "1,5"',
    () => counted('"1,5"'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "1,5": decimals have a point; readers of files take commas with decimalComma: true${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity "1 000"',
    () => counted('1 000'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "1 000"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity Infinity',
    () => counted('Infinity'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "Infinity"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity NaN',
    () => counted('NaN'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "NaN"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity null',
    () => counted('null'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "null"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity true',
    () => counted('true'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "true"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity ½',
    () => counted('½'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "½"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity of Arabic digits',
    () => counted('٣'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "٣"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  [
    'quantity $3',
    () => counted('$3'),
    `RangeError: orders.csv, line 2, column qty: quantity must be a number, got "$3"${SKIP} | skipping: b 2 1, read 2 = 1 + 1 bad row`,
  ],
  ['quantity -0', () => counted('-0'), 'a 1 0; b 2 1, read 2 = 2'],
  ['quantity +3', () => counted('+3'), 'a 1 3; b 2 1, read 2 = 2'],
  ['quantity 1e-400', () => counted('1e-400'), 'a 1 0; b 2 1, read 2 = 2'],
  ['quantity -80995', () => counted('-80995'), 'a 1 -80995; b 2 1, read 2 = 2'],
  ['quantity in blanks', () => counted(' 2 '), 'a 1 2; b 2 1, read 2 = 2'],
  [
    'a day too many in February',
    () => dated('2010-02-30'),
    `RangeError: orders.csv, line 2, column date: at: expected a day from 1 to 28, got 30 in "2010-02-30"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    '29 February of 1900',
    () => dated('1900-02-29'),
    `RangeError: orders.csv, line 2, column date: at: expected a day from 1 to 28, got 29 in "1900-02-29"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  ['29 February of 2000', () => dated('2000-02-29'), 'a 1 951782400000; b 2 1293753600000, read 2 = 2'],
  ['the year 0', () => dated('0000-01-01'), 'a 1 -62167219200000; b 2 1293753600000, read 2 = 2'],
  [
    'a year of five digits',
    () => dated('12010-01-01'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "12010-01-01"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a year below 0',
    () => dated('-000001-01-01'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "-000001-01-01"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a month 13',
    () => dated('2010-13-01'),
    `RangeError: orders.csv, line 2, column date: at: expected a month from 1 to 12, got 13 in "2010-13-01"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a month 0',
    () => dated('2010-00-10'),
    `RangeError: orders.csv, line 2, column date: at: expected a month from 1 to 12, got 0 in "2010-00-10"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'the day first',
    () => dated('13/2/2010'),
    `RangeError: orders.csv, line 2, column date: at: expected a month from 1 to 12, got 13 in "13/2/2010"; set dateFormat: 'dmy'${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'the month first, between dots',
    () => dated('12.31.2010'),
    `RangeError: orders.csv, line 2, column date: at: expected a month from 1 to 12, got 31 in "12.31.2010"; set dateFormat: 'mdy'${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'days first and months first in one file',
    () => csv('order,item,date\n1,a,2/13/2010\n2,b,13/2/2010\n'),
    `RangeError: orders.csv, line 3, column date: at: expected a month from 1 to 12, got 13 in "13/2/2010"; set dateFormat: 'dmy'${SKIP} | skipping: a 1 1266019200000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a year of one digit',
    () => dated('1/2/3'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "1/2/3"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    "24 o'clock",
    () => dated('2010-12-31T24:00'),
    `RangeError: orders.csv, line 2, column date: at: expected hours from 0 to 23, got 24 in "2010-12-31T24:00"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a leap second',
    () => dated('2010-12-31T23:59:60Z'),
    `RangeError: orders.csv, line 2, column date: at: expected minutes and seconds from 0 to 59, got "2010-12-31T23:59:60Z"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  ['a zone of 14 hours', () => dated('2010-12-31T23:59:59+14:00'), 'a 1 1293789599000; b 2 1293753600000, read 2 = 2'],
  [
    'a zone of 99 hours',
    () => dated('2010-12-31T23:59:59+99:00'),
    `RangeError: orders.csv, line 2, column date: at: expected a zone such as +02:00, got "2010-12-31T23:59:59+99:00"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a zone by name',
    () => dated('2010-12-31 23:59:59 EST'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "2010-12-31 23:59:59 EST"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a week',
    () => dated('2010-W52-5'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "2010-W52-5"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a month by name',
    () => dated('31 Dec 2010'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "31 Dec 2010"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    "a day of Excel's",
    () => dated('44196'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "44196"; for a number since 1970 set dateFormat: 'seconds' or 'milliseconds'${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'microseconds',
    () => dated('1293840000000000'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "1293840000000000"; for a number since 1970 set dateFormat: 'seconds' or 'milliseconds'${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    "13 o'clock in the afternoon",
    () => dated('12/31/2010 13:26 PM'),
    `RangeError: orders.csv, line 2, column date: at: expected hours from 1 to 12, got 13 in "12/31/2010 13:26 PM"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'two separators',
    () => dated('2010-12/31'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "2010-12/31"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
  [
    'a text for a date',
    () => dated('soon'),
    `RangeError: orders.csv, line 2, column date: at: expected a date such as 2010-12-31 or 2010-12-31T08:26:00Z, got "soon"${SKIP} | skipping: b 2 1293753600000, read 2 = 1 + 1 bad row`,
  ],
]
