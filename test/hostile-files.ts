/** Files that are none, or not what they should be, and places where none can be written. */
// @ts-nocheck: what types forbid is what this is about.
import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {Recommender} from '../src/recommender.ts'
import {csv, type HostileRow, told} from './hostile.ts'

const folder = mkdtempSync(join(tmpdir(), 'alsobought-'))
const file = (name, content = '') => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const link = (name, to) => {
  symlinkSync(to, join(folder, name))
  return join(folder, name)
}
const pipe = (name) => {
  spawnSync('mkfifo', [join(folder, name)])
  return join(folder, name)
}
const shop = await Recommender.fit(
  [1, 2].flatMap((order) => ['tea', 'pot'].map((item) => ({item, order, customer: order}))),
)
const bytes = shop.toBytes()
const changed = (change) => {
  const copy = new Uint8Array(bytes)
  change(new DataView(copy.buffer))
  return copy
}
const sparse = (name, size, declared) => {
  const path = file(name, changed((view) => view.setBigUint64(16, BigInt(declared), true)).subarray(0, 32))
  truncateSync(path, size)
  return path
}
const gone = (bytes) => {
  structuredClone(bytes.buffer, {transfer: [bytes.buffer]})
  return bytes
}
const load = async (path) => {
  const {version} = await Recommender.load(path).catch((error) => {
    error.message = error.message.replaceAll(folder, '…')
    throw error
  })
  return version === shop.version ? 'the shop' : version
}
const opened = (given, options) =>
  Recommender.fromBytes(given, options).version === shop.version ? 'the shop' : 'another'
const save = async (path) => {
  const error = await shop.save(path).catch((error) => error)
  const left = readdirSync(folder).filter((name) => name.includes('saving'))
  return error ? `${told(error).replaceAll(folder, '…')}${left}` : `saved${left}`
}
const kind = (path) => {
  const stats = lstatSync(path)
  return stats.isSymbolicLink()
    ? `a link to ${readlinkSync(path)}`
    : stats.isFIFO()
      ? 'a pipe'
      : stats.isDirectory()
        ? 'a folder'
        : `a file, ${(stats.mode & 0o777).toString(8)}`
}
const orders = (path) => csv(() => path, {name: undefined}).then((outcome) => outcome.replaceAll(folder, '…'))

export const filesRows: HostileRow[] = [
  ['orders from no file', () => orders(join(folder, 'none.csv')), 'Error: readOrders: there is no file …/none.csv'],
  ['orders from a folder', () => orders(folder), 'Error: readOrders: … is a folder, not a file'],
  [
    'orders from below a file',
    () => orders(join(file('plain'), 'orders.csv')),
    "Error: orders.csv: ENOTDIR: not a directory, open '…/plain/orders.csv'",
  ],
  [
    'orders from a link to itself',
    () => orders(link('orders', 'orders')),
    "Error: orders: ELOOP: too many symbolic links encountered, open '…/orders'",
  ],
  [
    'orders from a link to nothing',
    () => orders(link('gone.csv', 'nothing.csv')),
    'Error: readOrders: there is no file …/gone.csv',
  ],
  [
    'orders from nothing',
    () => orders('/dev/null'),
    'Error: null: the file is empty; its first line must name the columns',
  ],
  [
    'orders from endless zeros',
    () => orders('/dev/zero'),
    'RangeError: zero, line 1, the header: longer than 1048576 characters',
  ],
  [
    'orders from a saved shop',
    () => orders(file('orders.also', bytes)),
    'Error: orders.also: expected CSV, got a saved shop; Recommender.load opens it',
  ],
  ['a shop from no file', () => load(join(folder, 'none.also')), 'Error: load: there is no file …/none.also'],
  ['a shop from a folder', () => load(folder), 'Error: load: … is a folder, not a file'],
  [
    'a shop from a path with NUL',
    () => load('a\0b'),
    "Error: load: The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received 'a\\x00b'",
  ],
  ['a shop from a number', () => load(5), 'TypeError: load: expected the path of a file, got 5'],
  [
    'a shop from a URL',
    () => load(new URL('file:///shop.also')),
    'TypeError: load: expected the path of a file, got a URL',
  ],
  [
    'a shop from a link to itself',
    () => load(link('itself', 'itself')),
    "Error: load: ELOOP: too many symbolic links encountered, stat '…/itself'",
  ],
  ['a shop from a link to it', () => load(link('current.also', file('kept.also', bytes))), 'the shop'],
  ['a shop from a pipe', () => load(pipe('pipe')), 'Error: load: …/pipe is a device or a pipe, not a file'],
  ['a shop from a device', () => load('/dev/zero'), 'Error: load: /dev/zero is a device or a pipe, not a file'],
  [
    'a shop from an empty file',
    () => load(file('empty.also')),
    'Error: load: empty.also: expected a saved shop, got 0 bytes; save it again',
  ],
  [
    'a shop from orders',
    () => load(file('orders.csv', 'order,item\n1,tea\n')),
    'Error: load: orders.csv: expected what save or toBytes of a shop wrote, got something else (it begins with 6f 72 64 65 72 2c 69 74); fit reads orders',
  ],
  [
    'a shop from its gzip',
    () => load(file('shop.gz', gzipSync(bytes))),
    'Error: load: shop.gz: expected what save or toBytes of a shop wrote, got something else (it begins with 1f 8b 08 00 00 00 00 00); fit reads orders',
  ],
  [
    'a shop from random bytes',
    () =>
      load(
        file(
          'random',
          Uint8Array.from({length: 999}, (_, i) => (i * i * 31) >> 3),
        ),
      ),
    'Error: load: random: expected what save or toBytes of a shop wrote, got something else (it begins with 00 03 0f 22 3e 60 8b bd); fit reads orders',
  ],
  [
    'a shop from a head alone',
    () => load(file('head.also', bytes.subarray(0, 32))),
    `Error: load: head.also: expected ${bytes.length} bytes, got 32; it is cut off: copy or save it again`,
  ],
  [
    'a shop from less than a head',
    () => load(file('less.also', bytes.subarray(0, 8))),
    'Error: load: less.also: expected at least 32 bytes, got 8; it is cut off',
  ],
  [
    'a shop that is cut off',
    () => load(file('cut.also', bytes.subarray(0, -8))),
    `Error: load: cut.also: expected ${bytes.length} bytes, got ${bytes.length - 8}; it is cut off: copy or save it again`,
  ],
  [
    'a shop with something after it',
    () => load(file('longer.also', new Uint8Array([...bytes, 0]))),
    `Error: load: longer.also: expected ${bytes.length} bytes, got ${bytes.length + 1}; something was added to it: copy or save it again`,
  ],
  [
    'a shop of a version to come',
    () =>
      load(
        file(
          'newer.also',
          changed((view) => view.setUint32(8, 2, true)),
        ),
      ),
    'Error: load: newer.also: written by a newer alsobought: expected format 1, got 2; update alsobought, or fit again',
  ],
  [
    'a shop of a version that never was',
    () =>
      load(
        file(
          'older.also',
          changed((view) => view.setUint32(8, 0, true)),
        ),
      ),
    'Error: load: older.also: expected format 1, got 0; it is damaged',
  ],
  [
    'a shop with a byte that flipped',
    () =>
      load(
        file(
          'flipped.also',
          changed((view) => view.setUint8(100, 7)),
        ),
      ).catch((error) => `Error: ${error.message.replace(/[0-9a-f]{8}/g, '…')}`),
    'Error: load: flipped.also: expected the checksum …, got …; some of its bytes have changed: copy or save it again',
  ],
  [
    'a shop of a terabyte that is none',
    () => load(sparse('terabyte', 2 ** 40, bytes.length)),
    `Error: load: terabyte: expected ${bytes.length} bytes, got 1099511627776; something was added to it: copy or save it again`,
  ],
  [
    'a shop of a terabyte that says so',
    () => load(sparse('terabytes.also', 2 ** 40, 2 ** 40)),
    'Error: load: terabytes.also: its 1099511627776 bytes do not fit in memory',
  ],
  [
    'a shop that says it is of exabytes',
    () => opened(changed((view) => view.setBigUint64(16, 2n ** 62n, true))),
    `Error: fromBytes: expected 4611686018427388000 bytes, got ${bytes.length}; it is cut off: copy or save it again`,
  ],
  [
    'a shop with a directory of 4 GB',
    () => opened(changed((view) => view.setUint32(24, 2 ** 32 - 1, true))),
    /^Error: fromBytes: expected the checksum [0-9a-f]{8}, got [0-9a-f]{8}; some of its bytes have changed/,
  ],
  [
    'a shop from null',
    () => opened(null),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got null',
  ],
  [
    'a shop from a text',
    () => opened('shop.also'),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got "shop.also"',
  ],
  [
    'a shop from a list of bytes',
    () => opened([...bytes]),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got an array',
  ],
  [
    'a shop from 16-bit numbers',
    () => opened(new Uint16Array(bytes.buffer.slice(0, 32))),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got a Uint16Array',
  ],
  [
    'a shop from a promise of it',
    () => opened(Promise.resolve(bytes)),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got a Promise',
  ],
  [
    'a shop from no bytes',
    () => opened(new ArrayBuffer(0)),
    'Error: fromBytes: expected a saved shop, got 0 bytes; save it again',
  ],
  [
    'a shop from a buffer that went to another thread',
    () => opened(gone(new Uint8Array(bytes)).buffer),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got a detached one',
  ],
  [
    'a shop from bytes of such a buffer',
    () => opened(gone(new Uint8Array(bytes))),
    'TypeError: fromBytes: expected a Uint8Array, ArrayBuffer or SharedArrayBuffer, got a detached one',
  ],
  ['a shop from bytes that begin anywhere', () => opened(new Uint8Array([1, 2, 3, ...bytes]).subarray(3)), 'the shop'],
  [
    'a shop from memory that threads share',
    () =>
      opened(
        (() => {
          const shared = new SharedArrayBuffer(bytes.length)
          new Uint8Array(shared).set(bytes)
          return shared
        })(),
      ),
    'the shop',
  ],
  [
    'a shop opened by options of null',
    () => opened(bytes, null),
    'TypeError: fromBytes: options must be an object, got null',
  ],
  [
    'a shop opened by an option of save',
    () => opened(bytes, {log: false}),
    'RangeError: fromBytes: unknown option "log"; valid are measure',
  ],
  [
    'a shop opened by a measure that it has not',
    () => opened(bytes, {measure: 'cosine'}),
    'RangeError: fromBytes: measure is for shops that were fitted with one of their own; this one has "weighted": leave it out',
  ],
  ['saving to an empty path', () => save(''), 'TypeError: save: expected the path of a file, got ""'],
  ['saving to null', () => save(null), 'TypeError: save: expected the path of a file, got null'],
  [
    'saving to a path with NUL',
    () => save(join(folder, 'a\0b')),
    "Error: save: a\u0000b stays as it was: The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received '…/a\\x00b'",
  ],
  [
    'saving into no folder',
    () => save(join(folder, 'nowhere', 'shop.also')),
    'Error: save: shop.also stays as it was: there is no folder …/nowhere; make it first, or give another path',
  ],
  [
    'saving through a link into no folder',
    () => save(link('far.also', join('none', 'shop.also'))),
    'Error: save: far.also stays as it was: there is no folder …/none; make it first, or give another path',
  ],
  [
    'saving over a folder',
    () => save(join(folder, '.')),
    /^Error: save: alsobought-\w+ stays as it was: expected the path of a file, got a folder$/,
  ],
  [
    'saving over a pipe',
    () => save(pipe('target')),
    'Error: save: target stays as it was: expected the path of a file, got a device or a pipe',
  ],
  ['and it is a pipe still', () => kind(join(folder, 'target')), 'a pipe'],
  [
    'saving over a link to itself',
    () => save(join(folder, 'itself')),
    "Error: save: itself stays as it was: ELOOP: too many symbolic links encountered, realpath '…/itself'",
  ],
  ['and it is a link still', () => kind(join(folder, 'itself')), 'a link to itself'],
  ['saving through a link to nothing yet', () => save(link('next.also', 'v2.also')), 'saved'],
  [
    'and the link is there, and what it names',
    () => [kind(join(folder, 'next.also')), kind(join(folder, 'v2.also'))],
    '["a link to v2.also","a file, 644"]',
  ],
  [
    'saving over what only its owner may read',
    () => chmodSync(file('own.also'), 0o600) ?? save(join(folder, 'own.also')),
    'saved',
  ],
  ['and nobody else may read it now', () => kind(join(folder, 'own.also')), 'a file, 600'],
  [
    'saving under a name too long',
    () =>
      save(join(folder, 'x'.repeat(250))).then((text) => text.replace(/x+/g, 'x…').replace(/\.[-0-9a-f]{36}\./, '.….')),
    "Error: save: x… stays as it was: ENAMETOOLONG: name too long, open '…/.x….….saving'",
  ],
]
