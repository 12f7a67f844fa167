/** Any change to a saved shop, under right checksums: it is refused, or it answers whatever it is asked. */
import {expect, test} from 'vitest'
import {crc32} from '../src/model/file.ts'
import {type Column, HEAD, layOut, readDirectory, readHead, setChecksum} from '../src/model/format.ts'
import {bytesOf} from '../src/model/open.ts'
import type {Queries} from '../src/queries/queries.ts'
import {open} from '../src/query.ts'
import {Recommender} from '../src/recommender.ts'
import {everyAnswer} from './every-question.ts'
import {type Chance, limit, mutated, play} from './fuzz.ts'
import {isStray} from './hostile.ts'
import {smallShopLines as lines} from './small-shop.ts'

const asked = {items: ['tea', 'pot', 'cup', 'milk', 'lamp'], customers: ['Ann', 'Bob', 'Cid']}
const catalogue = [
  {id: 'tea', category: 'drink', launchedAt: new Date(5)},
  {id: 'new', category: 'drink', price: 3},
]
const shops = await Promise.all([
  Recommender.fit(lines, {scopes: ['order', 'customer'], substitutes: true, learn: {items: 3}, items: catalogue}),
  Recommender.fit(
    lines.map(({customer, at, ...line}) => line),
    {learn: false},
  ),
  Recommender.fit(
    lines.map((line) => ({...line, quantity: 2, price: 1.5, weight: 0.5})),
    {measure: 'llr'},
  ),
])
const models = shops.flatMap((shop) => [shop.toBytes(), shop.toBytes({log: false})])

/** With the length and the checksum that it should have. */
function sealed(bytes: Uint8Array, directory?: number): Uint8Array {
  if (bytes.length < HEAD) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setBigUint64(16, BigInt(bytes.length), true)
  if (directory !== undefined) view.setUint32(24, directory, true)
  setChecksum(bytes, crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12))))
  return bytes
}

const numbers = [0, 1, -1, 2, 5, 6, 255, 32_767, -32_768, 65_535, 2 ** 31 - 1, -(2 ** 31), 0.5, 1e300, -1e300]
const odd = [...numbers, Number.NaN, Number.POSITIVE_INFINITY]

/** Other numbers in some columns, columns that are gone, or the one in the place of another. */
function otherColumns(bytes: Uint8Array, {below, oneOf}: Chance): Uint8Array {
  const copy = new Uint8Array(bytes)
  const {facts, columns} = readDirectory(copy, readHead(copy, copy.length, ''), '')
  for (let n = below(3); n >= 0; n--) {
    const name = oneOf([...columns.keys()])
    const column = columns.get(name) as Column
    const kind = below(8)
    if (kind === 0) columns.delete(name)
    else if (kind === 1) columns.set(name, oneOf([...columns.values()]))
    else if (kind === 2) columns.set(name, column.slice(0, below(column.length + 1)))
    else if (column.length > 0) {
      const own = column.slice()
      own[below(own.length)] = kind < 5 ? own[below(own.length)] + oneOf([-1, 1, 2]) : oneOf(odd)
      columns.set(name, own)
    }
    if (columns.size === 0) break
  }
  const sections = Array.from(columns, ([name, values]) => ({name, values}))
  return bytesOf(layOut(facts as object, sections), crc32)
}

/** Another directory, which may even be JSON. */
function otherDirectory(bytes: Uint8Array, chance: Chance): Uint8Array {
  const {directory} = readHead(bytes, bytes.length, '')
  const text = Buffer.from(bytes.subarray(HEAD, HEAD + directory)).toString()
  const words = text.match(/"[^"]*"|[\d.]+|[[\]{},:]|true|false|null/g) ?? []
  for (let n = chance.below(3); n >= 0; n--) {
    words[chance.below(words.length)] = chance.oneOf([
      ...words.slice(0, 200),
      '-1',
      '1e300',
      'null',
      '[]',
      '"__proto__"',
    ])
  }
  const json = Buffer.from(words.join(''))
  const start = Math.ceil((HEAD + json.length) / 8) * 8
  const sections = bytes.subarray(Math.ceil((HEAD + directory) / 8) * 8)
  const made = new Uint8Array(start + sections.length)
  made.set(bytes.subarray(0, HEAD))
  made.set(json, HEAD)
  made.set(sections, start)
  return sealed(made, json.length)
}

function otherBytes(bytes: Uint8Array, chance: Chance): Uint8Array {
  const rest = mutated(bytes.subarray(HEAD), chance, models)
  return sealed(new Uint8Array([...bytes.subarray(0, HEAD), ...rest]))
}

function flippedBytes(bytes: Uint8Array, {below}: Chance): Uint8Array {
  const copy = new Uint8Array(bytes)
  for (let n = below(4); n >= 0; n--) copy[HEAD + below(copy.length - HEAD)] ^= 1 << below(8)
  return sealed(copy)
}

/** What a shop without orders is asked. */
function answersToSessions(shop: Queries): string {
  const {items} = asked
  const who = {items: items.slice(0, 2)}
  return JSON.stringify([
    items.map((item) => [shop.has(item), shop.alsoBought(item), shop.alsoBought(item, {where: ({id}) => id > 'm'})]),
    shop.boughtTogether(items.slice(0, 3)),
    shop.suggest(who),
    shop.rank(items, who),
    shop.newArrivals(who, {since: 0}),
    shop.popular(),
    [shop.items.ids, shop.report],
  ])
}

/** Less the seconds that opening took, and the version, which counts a changed catalogue in one of the doors. */
function withoutTimes(answer: string): string {
  return answer.replace(/"seconds":\{[^}]*\}/g, '').replace(/"[0-9a-f]{8}-[0-9a-f]+"/g, '')
}

let opened = 0
async function round(chance: Chance): Promise<void> {
  const bytes = chance.oneOf(models)
  const change = chance.oneOf([otherColumns, otherColumns, otherColumns, otherDirectory, otherBytes, flippedBytes])
  const made = change(bytes, chance)
  const answers: string[] = []
  for (const [name, opening] of [
    ['fromBytes', () => Recommender.fromBytes(made)],
    ['open', () => open(made)],
  ] as const) {
    let shop: Queries
    try {
      shop = opening()
    } catch (error) {
      const {message} = error as Error
      if (!message.startsWith(`${name}: `) || isStray(message)) throw error
      answers.push(message.slice(name.length))
      continue
    }
    opened++
    answers.push(
      await everyAnswer(shop, asked).catch((error: Error) => {
        if (!error.message.includes('saved with log: false')) throw error
        return answersToSessions(shop)
      }),
    )
  }
  // Answers hold the messages of what was refused.
  for (const answer of answers) expect(isStray(answer), answer.slice(0, 2000)).toBe(false)
  expect(withoutTimes(answers[1])).toBe(withoutTimes(answers[0]))
}

test('a shop that was changed is refused, or answers', {timeout: limit}, async () => {
  const rounds = await play(round)
  expect(opened).toBeGreaterThan(rounds > 99 ? rounds / 20 : -1)
})
