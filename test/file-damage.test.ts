/** What is no saved shop, or no longer one, or made to look like one. */
import {writeFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, describe, expect, test} from 'vitest'
import {Recommender} from '../src/index.ts'
import type {Facts} from '../src/model/facts.ts'
import {crc32} from '../src/model/file.ts'
import {type Column, type Entry, HEAD, layOut, readDirectory, readHead, setChecksum} from '../src/model/format.ts'
import {bytesOf} from '../src/model/open.ts'
import {answersOf} from './answers.ts'
import {smallShopLines} from './small-shop.ts'

const runs = Number(process.env.RUNS ?? 80)

const folder = await mkdtemp(join(tmpdir(), 'alsobought-'))
afterAll(() => rm(folder, {recursive: true}))

const lines = [...smallShopLines, {...smallShopLines[0], quantity: 2}, {...smallShopLines[5], quantity: -1, at: 9e6}]
const shop = await Recommender.fit(lines, {
  scopes: ['order', 'customer'],
  substitutes: true,
  learn: {items: 3},
  items: [{id: 'tea', category: 'drink'}],
})
const bytes = shop.toBytes()
const [ids, people] = [
  ['tea', 'pot', 'cup', 'milk', 'lamp'],
  ['Ann', 'Bob', 'Cid'],
]
const open = (bytes: Uint8Array) => Recommender.fromBytes(bytes)

/** The columns of some bytes, changed, under a right checksum. */
function crafted(change: (facts: Facts, columns: Map<string, Column>) => void, of: Uint8Array = bytes): Uint8Array {
  const copy = new Uint8Array(of)
  const {facts, columns} = readDirectory(copy, readHead(copy, copy.length, ''), '')
  change(facts as Facts, columns)
  const sections = Array.from(columns, ([name, values]) => ({name, values}))
  return bytesOf(layOut(facts as object, sections), crc32)
}

/** The directory of some bytes, as text, changed, under a right checksum. */
function directed(change: (directory: string) => string): Uint8Array {
  const {directory} = readHead(bytes, bytes.length, '')
  const text = change(new TextDecoder().decode(bytes.subarray(HEAD, HEAD + directory)))
  const sections = bytes.subarray(Math.ceil((HEAD + directory) / 8) * 8)
  const json = new TextEncoder().encode(text)
  const head = new Uint8Array(Math.ceil((HEAD + json.length) / 8) * 8)
  head.set(bytes.subarray(0, HEAD))
  head.set(json, HEAD)
  return resealed(Uint8Array.of(...head, ...sections), json.length)
}

function resealed(bytes: Uint8Array, directory: number): Uint8Array {
  const view = new DataView(bytes.buffer)
  view.setBigUint64(16, BigInt(bytes.length), true)
  view.setUint32(24, directory, true)
  setChecksum(bytes, crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12))))
  return bytes
}

function entries(change: (sections: Entry[]) => void): Uint8Array {
  return directed((directory) => {
    const parsed = JSON.parse(directory)
    change(parsed.sections)
    return JSON.stringify(parsed)
  })
}

describe('damage', {timeout: 120_000}, () => {
  test('of any one byte is seen', () => {
    expect(bytes.length).toBeLessThan(20_000)
    for (let place = 0; place < bytes.length; place++) {
      for (const flip of [1 << (place % 8), 0xff]) {
        const damaged = new Uint8Array(bytes)
        damaged[place] ^= flip
        expect(() => open(damaged), `byte ${place}`).toThrow(/^fromBytes: /)
      }
    }
  })

  test('by cutting off, at any length, is seen, and so is what was added', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => open(bytes.slice(0, length)), `${length} bytes`).toThrow(/^fromBytes: expected /)
    }
    expect(() => open(Uint8Array.of(...bytes, 0))).toThrow(
      `expected ${bytes.length} bytes, got ${bytes.length + 1}; something was added to it: copy or save it again`,
    )
  })

  test('names the file, and says what was expected, what came and what to do', async () => {
    const messageOf = async (name: string, content: Uint8Array | string) => {
      writeFileSync(join(folder, name), content)
      return Recommender.load(join(folder, name)).then(
        () => 'none',
        (error: Error) => error.message,
      )
    }
    expect(await messageOf('empty.also', '')).toBe(
      'load: empty.also: expected a saved shop, got 0 bytes; save it again',
    )
    expect(await messageOf('orders.csv', 'order,item\n1,tea\n')).toBe(
      'load: orders.csv: expected what save or toBytes of a shop wrote, got something else ' +
        '(it begins with 6f 72 64 65 72 2c 69 74); fit reads orders',
    )
    expect(await messageOf('short.also', bytes.subarray(0, 20))).toBe(
      'load: short.also: expected at least 32 bytes, got 20; it is cut off',
    )
    expect(await messageOf('cut.also', bytes.subarray(0, 4000))).toBe(
      `load: cut.also: expected ${bytes.length} bytes, got 4000; it is cut off: copy or save it again`,
    )
    const newer = new Uint8Array(bytes)
    newer[8] = 2
    expect(await messageOf('newer.also', newer)).toBe(
      'load: newer.also: written by a newer alsobought: expected format 1, got 2; update alsobought, or fit again',
    )
    newer[8] = 0
    expect(await messageOf('zero.also', newer)).toBe('load: zero.also: expected format 1, got 0; it is damaged')
    const flipped = new Uint8Array(bytes)
    flipped[bytes.length - 9] ^= 4
    expect(await messageOf('flipped.also', flipped)).toMatch(
      /^load: flipped\.also: expected the checksum [0-9a-f]{8}, got [0-9a-f]{8}; some of its bytes have changed: copy or save it again$/,
    )
    await expect(Recommender.load(join(folder, 'missing.also'))).rejects.toThrow(
      /^load: there is no file .*missing\.also$/,
    )
    await expect(Recommender.load(folder)).rejects.toThrow(/^load: .* is a folder, not a file$/)
    await expect(Recommender.load('')).rejects.toThrow('load: expected the path of a file, got ""')
    await expect(Recommender.load(7 as never)).rejects.toThrow('load: expected the path of a file, got 7')
    await expect(Recommender.load('x', {mesure: 1} as never)).rejects.toThrow('load: unknown option "mesure"')
  })
})

describe('bytes made by something else, under a right checksum', {timeout: 120_000}, () => {
  const FOREIGN = /; it was made or changed by something else: save the shop again$/
  const refused = (bytes: Uint8Array, message: string | RegExp) => {
    expect(() => open(bytes)).toThrow(message)
    expect(() => open(bytes)).toThrow(FOREIGN)
  }

  test('are opened where nothing is wrong', () => {
    const answers = answersOf(shop, ids, people)
    expect(answersOf(open(crafted(() => {})), ids, people)).toBe(answers)
    expect(answersOf(open(directed((json) => json)), ids, people)).toBe(answers)
    expect(crafted(() => {})).toEqual(bytes)
  })

  test('must have a directory', () => {
    refused(resealed(new Uint8Array(bytes), bytes.length), /expected a directory within \d+ bytes, got one of \d+/)
    refused(resealed(new Uint8Array(bytes), 2 ** 32 - 1), /got one of 4294967295/)
    refused(
      directed((json) => json.slice(1)),
      /expected a directory in JSON, got something else: /,
    )
    refused(
      directed(() => '\udc00'),
      /expected/,
    )
    for (const other of ['null', '[]', '1', '{}', '{"sections":{}}', '{"sections":null}']) {
      refused(
        directed(() => other),
        'expected a directory with a list of sections',
      )
    }
    refused(
      directed(() => `${'['.repeat(1e5)}`),
      /expected a directory in JSON/,
    )
  })

  test('must have sections that follow each other and fill the bytes', () => {
    const wrong: [string, unknown][] = [
      ...['offset', 'length'].flatMap((field): [string, unknown][] =>
        [-1, 0.5, 2 ** 53, 1e300, null, 'x', undefined, Number.MAX_SAFE_INTEGER, 8, 1].map((value) => [field, value]),
      ),
      ...[null, 'i64', '__proto__', 'f64', 'u8', 7].map((value): [string, unknown] => ['type', value]),
      ...[null, 7, 'constructor'].map((value): [string, unknown] => ['name', value]),
    ]
    const {length} = readDirectory(bytes, readHead(bytes, bytes.length, ''), '').columns.size ? [...Array(70)] : []
    for (const [field, value] of wrong) {
      for (let s = 0; s < Math.min(length, 60); s += 3) {
        const made = entries((sections) => {
          const section = sections[s % sections.length] as unknown as Record<string, unknown>
          // Another value.
          section[field] = section[field] === value ? 3 : value
        })
        refused(made, /^fromBytes: .*expected/)
      }
    }
    refused(
      entries((sections) => sections.push({...sections[0]})),
      'expected one section "ids/items.offsets", got two',
    )
    refused(
      entries((sections) => sections.push({...sections[0], name: 'extra'})),
      'expected no section "extra", got one',
    )
    refused(
      entries((sections) => sections.pop()),
      /expected sections up to byte \d+, got them up to \d+/,
    )
    refused(
      entries((sections) => sections.splice(0, sections.length, null as never)),
      'expected a section\'s name, type, offset and length, got "null"',
    )
  })

  test('must have every section that the facts call for', () => {
    const {columns} = readDirectory(bytes, readHead(bytes, bytes.length, ''), '')
    const optional = /^log\/(times|quantities|lineTimes|prices|fates)$|\/times$|waits$/
    for (const name of columns.keys()) {
      const without = crafted((_, columns) => columns.delete(name))
      if (optional.test(name)) answersOf(open(without), ids, people)
      else refused(without, /expected/)
    }
  })

  test('must have facts of the right kind', () => {
    const values = [null, -1, 1.5, 'x', [], {}, true, {order: {}}, [null], Number.MAX_SAFE_INTEGER]
    const paths = ['log', 'settings', 'report', 'watermark', 'orderTimes', 'totals', 'chance']
    for (const key of ['settings', 'report', 'totals'] as const) {
      const {facts} = readDirectory(bytes, readHead(bytes, bytes.length, ''), '')
      for (const inner of Object.keys((facts as Facts)[key])) paths.push(`${key}.${inner}`)
    }
    for (const path of paths) {
      for (const value of [...values, undefined]) {
        const made = crafted((facts) => {
          const [key, inner] = path.split('.')
          const at = (inner === undefined ? facts : facts[key as 'report']) as unknown as Record<string, unknown>
          at[inner ?? key] = value
        })
        let opened: Recommender | undefined
        try {
          opened = open(made)
        } catch (error) {
          expect((error as Error).message, `${path} ${JSON.stringify(value)}`).toMatch(/^fromBytes: /)
        }
        if (opened) answersOf(opened, ids, people)
      }
    }
    refused(
      crafted((facts) => Object.assign(facts, {more: 1})),
      /see "more"/,
    )
    refused(
      crafted((facts) => Object.assign(facts.settings, {neighbors: 0})),
      'its settings cannot be: neighbors must be a whole number from 1 up, got 0',
    )
    refused(
      crafted((facts) => Object.assign(facts.settings, {measure: 'magic'})),
      'its settings cannot be: unknown measure "magic"',
    )
    refused(
      crafted((facts) => Object.assign(facts.totals.order ?? {}, {baskets: 99})),
      'expected 5 baskets and ',
    )
  })

  test.each([
    ['log/lineOffsets', 1, 99],
    ['log/lineOffsets', 0, 1],
    ['log/customerOrders', 1, -1],
    ['log/customerOrders', 3, 6],
    ['log/lineItems', 0, 5],
    ['ids/items.offsets', 1, 999],
    ['ids/customers.offsets', 2, 2 ** 31 - 1],
    ['ids/orders.offsets', 1, -5],
    ['popular/items', 1, 5],
    ['popular/items', 1, -1],
    ['order baskets/customers', 1, 77],
    ['order baskets/byBasket.indices', 0, 5],
    ['order baskets/byBasket.indices', 1, 0],
    ['order baskets/byItem.indices', 0, -1],
    ['order baskets/byItem.indices', 1, 5],
    ['order baskets/byItem.offsets', 1, 99],
    ['order baskets/support', 0, 3],
    ['order baskets/mass', 0, Number.NaN],
    ['order baskets/popular', 0, 1e9],
    ['order baskets/companions.offsets', 2, 1e9],
    ['order alsoBought/offsets', 1, 4],
    ['order alsoBought/items', 0, 5],
    ['order together/items', 0, 65535],
    ['order together/offsets', 1, -1],
    ['order together/scales', 0, Number.POSITIVE_INFINITY],
    ['next order/items', 0, 5],
    ['next order/offsets', 1, 1000],
    ['substitutes/offsets', 1, -1],
  ])('must have sound numbers: %s[%i] may not be %d', (name, place, value) => {
    const made = crafted((_, columns) => {
      // Of its own: what shares the section stays as it was.
      const column = columns.get(name)?.slice() as Column
      expect(column[place]).not.toBe(value)
      column[place] = value
      columns.set(name, column)
    })
    refused(made, new RegExp(`^fromBytes: section "${name}": expected `))
  })

  test('must have rows no longer than there are items', () => {
    const made = crafted((_, columns) => {
      const part = 'order together'
      const [n, items] = [6, columns.get(`${part}/items`) as Uint16Array]
      const extra = new Uint16Array(items.length + n)
      extra.set(items)
      columns.set(`${part}/items`, extra)
      columns.set(`${part}/shares`, new Int16Array(extra.length).fill(1))
      columns.set(`${part}/together`, new Int16Array(extra.length).fill(2))
      const offsets = columns.get(`${part}/offsets`)?.slice() as Int32Array
      offsets[offsets.length - 1] += n
      columns.set(`${part}/offsets`, offsets)
    })
    refused(made, /"order together\/offsets": expected offsets that rise from 0 to \d+, by at most 5 at a time/)
  })

  test('must have a catalogue', () => {
    const with_ = (json: string) =>
      crafted((_, columns) => columns.set('catalogue/items', new TextEncoder().encode(json)))
    for (const json of [
      '',
      '{',
      '7',
      '{}',
      '[7]',
      '[{}]',
      '[{"id":"a","price":-1}]',
      '[{"id":"a","launchedAt":"x"}]',
    ]) {
      refused(with_(json), 'its catalogue cannot be: ')
    }
    expect(open(with_('[{"id":"a","__proto__":{"price":3},"constructor":1}]')).items.get('a')?.price).toBeUndefined()
    expect(({} as {price?: number}).price).toBeUndefined()
  })

  test('are refused or answer, whatever numbers are changed: none leaves its bounds or takes for ever', () => {
    const {columns} = readDirectory(bytes, readHead(bytes, bytes.length, ''), '')
    const names = [...columns.keys()]
    const values = [0, 1, -1, 2, 5, 6, 255, 32767, -32768, 65535, 2 ** 31 - 1, -(2 ** 31), 0.5, 1e300, -1e300]
    const change = fc.record({
      name: fc.constantFrom(...names),
      place: fc.nat({max: 1000}),
      value: fc.constantFrom(...values, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    })
    let opened = 0
    fc.assert(
      fc.property(fc.array(change, {minLength: 1, maxLength: 3}), (changes) => {
        const made = crafted((_, columns) => {
          for (const {name, place, value} of changes) {
            const column = columns.get(name) as Column
            if (column.length > 0) column[place % column.length] = value
          }
        })
        let shop: Recommender
        try {
          shop = open(made)
        } catch (error) {
          expect((error as Error).message).toMatch(/^fromBytes: /)
          return
        }
        opened++
        answersOf(shop, ids, people)
      }),
      {numRuns: 5 * runs},
    )
    expect(opened).toBeGreaterThan(runs / 2)
  })
})
