/** What a journal gives back, what it refuses, and that it forgets. */
import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {copyFile, mkdtemp, rename, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, describe, expect, test} from 'vitest'
import {type OrderLine, Recommender} from '../src/index.ts'
import {bodiesIn, bodyOf, journalHead, recordsOf, shopOfJournal} from '../src/model/journal-format.ts'
import {answersOf, expectSame} from './answers.ts'
import {NaiveOrders, stepArbitrary, take} from './random-changes.ts'
import {linesArbitrary, optionsArbitrary} from './random-shops.ts'

const runs = Number(process.env.RUNS ?? 15)

const folder = await mkdtemp(join(tmpdir(), 'alsobought-journal-'))
afterAll(() => rm(folder, {recursive: true}))

/** Ann, Bob and Cid buy tea and milk, Ann bread too. */
const lines: OrderLine[] = [
  ...['Ann', 'Bob', 'Cid'].flatMap((customer, n) =>
    ['tea', 'milk'].map((item) => ({item, order: `o${n}`, customer, at: 1000 * n})),
  ),
  {item: 'bread', customer: 'Ann', at: 5000},
]
const order = (id: string, customer: string | undefined, ...items: string[]): OrderLine[] =>
  items.map((item) => ({item, order: id, customer, at: 9000}))

interface Files {
  home: string
  path: string
  journal: string
}

/** A shop in a folder of its own, saved. */
async function saved(given: readonly OrderLine[] = lines, options: object = {learn: false}): Promise<Files> {
  const home = await mkdtemp(join(folder, 'shop-'))
  const path = join(home, 'shop.also')
  await (await Recommender.fit(given, options)).save(path)
  return {home, path, journal: join(home, 'shop.journal')}
}

const load = ({path, journal}: Files) => Recommender.load(path, {journal})

async function counted(shop: Recommender): Promise<Uint8Array> {
  await shop.refresh()
  return shop.toBytes()
}

/** That whoever loads the shop now has what this one has. */
async function expectKept(files: Files, shop: Recommender): Promise<void> {
  const again = await load(files)
  expect(again.stale.orders > 0).toBe(shop.stale.orders > 0 || again.version !== shop.version)
  expectSame(await counted(again), await counted(shop))
}

describe('a journal', () => {
  test('gives back what was added and removed, before a refresh and after', async () => {
    const files = await saved()
    const shop = await load(files)
    expect(await shop.add(order('o3', 'Dee', 'tea', 'scone'))).toMatchObject({orders: 1, added: 2})
    expect(await shop.add(order('o1', undefined, 'scone'))).toMatchObject({orders: 1, added: 1})
    expect(await shop.remove({order: 'o2'})).toEqual({orders: 1, lines: 2})
    await shop.add([{item: 'jam', customer: 'Ann', at: 5000}], {replace: true})
    const again = await load(files)
    expect(again.stale).toEqual(shop.stale)
    expect(again.watermark).toEqual(new Date(9000))
    const asked = [shop.items.ids, ['Ann', 'Bob', 'Cid', 'Dee']] as const
    expect(answersOf(again, ...asked)).toBe(answersOf(shop, ...asked))
    expectSame(await counted(again), await counted(shop))
    expect(again.buyAgain('Ann').map(({item}) => item)).toEqual(['jam', 'milk', 'tea'])
    expect(readdirSync(files.home)).toEqual(['shop.also', 'shop.journal'])
  })

  test('keeps every value as it was given', async () => {
    const files = await saved()
    const shop = await load(files)
    const ids = ['__proto__', '"\\\n', 'é😀\uffee', ' ', '7', '007', 'x'.repeat(10_000)]
    for (const id of ids) {
      await shop.add([
        {item: id, order: id, customer: id, at: 1e12 + 0.5, price: -0, weight: 0.1, quantity: 80_995.3},
        {item: id, order: id, price: 0},
        {item: id, order: `${id}-`, quantity: -2, weight: 0, at: -1},
        {item: id, customer: id, price: 1e-300},
      ])
    }
    await shop.add([{item: 7, order: 8n, customer: 2 ** 40}])
    await expectKept(files, shop)
  })

  test('gives back an order that nobody has an id for, and refuses again what was refused', async () => {
    const files = await saved()
    const shop = await load(files)
    // Each is read before the other is there.
    const both = await Promise.allSettled([
      shop.add(order('x', 'Ann', 'tea')),
      shop.add([...order('x', 'Bob', 'milk'), ...order('z', 'Bob', 'jam')]),
    ])
    expect(both.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
    expect(both[1]).toMatchObject({reason: {message: /^add: order "x" is of customer "Ann" already/}})
    const skips = [order('y', 'Bob', 'tea'), order('y', 'Ann', 'milk', 'jam')]
    const added = await Promise.all(skips.map((lines) => shop.add(lines, {onBadRow: 'skip'})))
    expect(added[1].skipped).toEqual({'two customers': 2})
    await shop.add([{item: 'jam', customer: 'Eve', at: 1}])
    await shop.add([{item: 'tea', customer: 'Eve', at: 1}])
    await expectKept(files, shop)
  })

  test('stays when everything is counted anew, and goes on from there', async () => {
    const files = await saved()
    const shop = await load(files)
    await shop.add(order('o3', 'Dee', 'tea', 'scone'))
    const before = readFileSync(files.journal)
    await shop.refresh()
    expectSame(readFileSync(files.journal), before)
    await expectKept(files, shop)
    await shop.add(order('o3', undefined, 'jam'))
    await shop.remove({order: 'o0'})
    await expectKept(files, shop)
  })

  test('is emptied when the shop is saved under its name, and not when under another', async () => {
    const files = await saved()
    const shop = await load(files)
    const empty = readFileSync(files.journal).length
    await shop.add(order('o3', 'Dee', 'tea', 'scone'))
    const full = readFileSync(files.journal).length
    expect(full).toBeGreaterThan(empty)
    await shop.save(join(files.home, 'other.also'))
    await shop.save(join(files.home, 'public.also'), {log: false})
    expect(readFileSync(files.journal).length).toBe(full)
    await expectKept(files, shop)
    await shop.save(files.path)
    expect(readFileSync(files.journal).length).toBe(empty)
    expect((await load(files)).version).toBe(shop.version)
    await shop.add(order('o4', 'Dee', 'tea'))
    await expectKept(files, shop)
    await expect(shop.save(files.path, {log: false})).rejects.toThrow(
      /^save: with log: false its journal could not go on/,
    )
  })

  test('keeps what comes while the shop is saved, twice at once', async () => {
    const files = await saved()
    const shop = await load(files)
    const adds: Promise<unknown>[] = []
    for (let n = 0; n < 40; n++) {
      adds.push(shop.add(order(`n${n}`, `c${n % 7}`, 'tea', `item ${n % 5}`)))
      if (n % 20 === 5) adds.push(shop.save(files.path))
      if (n % 20 === 7) adds.push(shop.save(files.path))
      if (n % 20 === 9) adds.push(shop.remove({customer: 'c3'}), shop.refresh())
      if (n % 4 === 0) await Promise.race([adds.at(-1), new Promise((resolve) => setTimeout(resolve, 3))])
    }
    await Promise.all(adds)
    await expectKept(files, shop)
    await shop.save(files.path)
    expect((await load(files)).version).toBe(shop.version)
  })
})

describe('what changes nothing', () => {
  test('is not in it', async () => {
    const files = await saved()
    const shop = await load(files)
    const empty = readFileSync(files.journal).length
    const again = order('o3', 'Dee', 'tea', 'scone')
    for (const known of [lines, [...lines, ...again]]) {
      await shop.add(known)
      const before = readFileSync(files.journal)
      for (const options of [{}, {replace: true}]) {
        expect(await shop.add(known, options)).toMatchObject({orders: 0, ignored: known.length})
      }
      expect(await shop.remove({order: 'unknown'})).toEqual({orders: 0, lines: 0})
      expect(await shop.remove({customer: 'unknown'})).toEqual({orders: 0, lines: 0})
      expectSame(readFileSync(files.journal), before)
    }
    expect(readFileSync(files.journal).length).toBeGreaterThan(empty)
    await shop.remove({order: 'o3'})
    const before = readFileSync(files.journal)
    expect(await shop.remove({order: 'o3'})).toEqual({orders: 0, lines: 0})
    expectSame(readFileSync(files.journal), before)
    await shop.refresh()
    expect(await shop.add(lines)).toMatchObject({orders: 0, ignored: 7})
    expectSame(readFileSync(files.journal), before)
    await shop.add(again)
    await expectKept(files, shop)
  })

  test('is not in it where it was refused either', async () => {
    const files = await saved()
    const shop = await load(files)
    let before = Buffer.of()
    const source = async function* () {
      yield* order('w', 'Aaron', 'milk')
      yield* order('x', 'Bob', 'milk')
      await shop.add(order('x', 'Ann', 'tea'))
      before = readFileSync(files.journal)
    }
    await expect(shop.add(source())).rejects.toThrow(/^add: order "x" is of customer "Ann" already/)
    expectSame(readFileSync(files.journal), before)
    await expectKept(files, shop)
  })

  test('is told from what does by all that waits before it', async () => {
    const files = await saved()
    const shop = await load(files)
    const [tea, jam] = [order('o3', 'Dee', 'tea'), order('o3', 'Dee', 'jam')]
    await shop.add(tea)
    const replace = {replace: true}
    const done = await Promise.all([
      shop.add(tea),
      shop.add(jam, replace),
      // That is what there is when they are asked for.
      shop.add(tea, replace),
      shop.add(tea),
    ])
    expect(done.map(({orders}) => orders)).toEqual([0, 1, 1, 0])
    await expectKept(files, shop)
    expect(shop.buyAgain('Dee').map(({item}) => item)).toEqual(['tea'])
  })

  test('is acknowledged only where the journal is what it was left as', async () => {
    const files = await saved()
    const [one, two] = [await load(files), await load(files)]
    await one.remove({order: 'o0'})
    for (const change of [
      () => two.add(lines),
      () => two.remove({order: 'unknown'}),
      () => two.remove({customer: 'unknown'}),
    ]) {
      await expect(change()).rejects.toThrow('something else has written to it')
    }
    await expectKept(files, one)
  })
})

const changes = fc.array(
  fc.oneof(
    {weight: 6, arbitrary: stepArbitrary},
    {weight: 1, arbitrary: fc.constantFrom({kind: 'load' as const}, {kind: 'save' as const})},
  ),
  {minLength: 1, maxLength: 12},
)

test('with a journal and without, after any changes and however often it is loaded, a shop is the same', async () => {
  await fc.assert(
    fc.asyncProperty(linesArbitrary, changes, optionsArbitrary, async (given, steps, options) => {
      const naive = new NaiveOrders()
      naive.add(given, false)
      const files = await saved(naive.lines, options)
      const plain = await Recommender.load(files.path)
      let shop = await load(files)
      for (const step of [...steps, {kind: 'load' as const}]) {
        if (step.kind === 'load') shop = await load(files)
        else if (step.kind === 'save') await shop.save(files.path)
        else {
          const twin = Object.assign(new NaiveOrders(), {orders: structuredClone(naive.orders)})
          await take(step, shop, naive)
          await take(step, plain, twin)
        }
      }
      expectSame(await counted(shop), await counted(plain))
      await rm(files.home, {recursive: true})
    }),
    {numRuns: runs},
  )
})

test('an order of which no line is left when others have it is no change', async () => {
  const files = await saved()
  const shop = await load(files)
  const empty = readFileSync(files.journal)
  const done = await shop.add(order('o1', 'Eve', 'tea'), {onBadRow: 'skip'})
  expect(done).toMatchObject({orders: 0, added: 0, skipped: {'two customers': 1}})
  expect(readFileSync(files.journal)).toEqual(empty)
  await shop.add(order('o7', 'Eve', 'tea'))
  await expectKept(files, shop)
})

describe('a save has all that was acknowledged before it', () => {
  const copied = async ({home}: Files, shop: Recommender) => {
    const copy = join(home, 'copy.also')
    await shop.save(copy)
    return Recommender.load(copy)
  }

  test('though a refresh was under way', async () => {
    const files = await saved()
    const shop = await Recommender.load(files.path)
    await shop.remove({order: 'o0'})
    const refreshing = shop.refresh()
    await shop.add(order('o7', 'Eve', 'scone'))
    expect((await copied(files, shop)).has('scone')).toBe(true)
    await refreshing
  })

  test('though one aborts', async () => {
    const files = await saved()
    const shop = await load(files)
    await shop.remove({order: 'o0'})
    const abort = new AbortController()
    const refreshing = shop.refresh({signal: abort.signal})
    abort.abort()
    const [{status}, copy] = await Promise.all([
      refreshing.then(
        () => ({status: 'done'}),
        () => ({status: 'aborted'}),
      ),
      copied(files, shop),
    ])
    expect([status, copy.report.orders]).toEqual(['aborted', 3])
  })
})

test('its names are for nothing else', async () => {
  const files = await saved()
  const shop = await load(files)
  for (const path of [files.journal, `${files.journal}.next`]) {
    await expect(shop.save(path)).rejects.toThrow(
      /^save: shop\.journal(\.next)? is the name of the journal; give another path$/,
    )
  }
})

test.skipIf(process.platform === 'win32')(
  'nobody else may read it than may read the shop, or than could read it',
  async () => {
    const files = await saved()
    chmodSync(files.path, 0o600)
    const shop = await load(files)
    const mode = () => statSync(files.journal).mode & 0o777
    expect(mode()).toBe(0o600)
    chmodSync(files.path, 0o644)
    await shop.remove({customer: 'Cid'})
    expect(mode()).toBe(0o600)
    await shop.save(files.path)
    expect(mode()).toBe(0o600)
  },
)

test.skipIf(process.platform === 'win32')(
  'through a link to nothing yet it is made there, and the link stays',
  async () => {
    const files = await saved()
    const disk = join(files.home, 'disk')
    mkdirSync(disk)
    symlinkSync(join('disk', 'real.journal'), files.journal)
    const shop = await load(files)
    const expectLinked = () => {
      expect(readlinkSync(files.journal)).toBe(join('disk', 'real.journal'))
      expect(readdirSync(disk)).toEqual(['real.journal'])
    }
    expectLinked()
    await shop.add(order('o3', 'Dee', 'tea'))
    await shop.remove({customer: 'Ann'})
    await shop.save(files.path)
    await shop.add(order('o4', 'Dee', 'tea'))
    expectLinked()
    await expectKept(files, shop)
  },
)

test.skipIf(process.platform === 'win32')('a pipe in its place is told, and not waited for', async () => {
  const files = await saved()
  execFileSync('mkfifo', [files.journal])
  await expect(load(files)).rejects.toThrow(/^load: the journal .* is a device or a pipe, not a file$/)
})

describe('a customer who is forgotten', () => {
  const texts = ['utf8', 'utf16le'] as const
  const found = (path: string, id: string) => texts.some((text) => readFileSync(path).includes(Buffer.from(id, text)))

  test('is in no byte of the journal, wherever their orders were', async () => {
    const files = await saved()
    const shop = await load(files)
    const known = () => readdirSync(files.home).filter((name) => found(join(files.home, name), 'Bob'))
    expect(known()).toEqual(['shop.also'])
    await shop.add(order('o1', undefined, 'scone'))
    await shop.add(order('o9', 'Bob', 'tea', 'jam'))
    await shop.add(order('o10', 'Bob', 'jam'))
    await shop.add(order('o10', 'Dee', 'jam'), {replace: true})
    expect(known()).toEqual(['shop.also', 'shop.journal'])
    expect(await shop.remove({customer: 'Bob'})).toEqual({orders: 2, lines: 5})
    expect(known()).toEqual(['shop.also'])
    await expectKept(files, shop)
    // Counted anew, they are of other places in the log than in the file.
    await shop.add(order('o11', 'Cid', 'tea'))
    expect(await shop.remove({customer: 'Ann'})).toEqual({orders: 2, lines: 3})
    expect(found(files.journal, 'Ann')).toBe(false)
    expect(found(files.journal, 'Cid')).toBe(true)
    await expectKept(files, shop)
    await shop.save(files.path)
    expect(readdirSync(files.home).filter((name) => found(join(files.home, name), 'Bob'))).toEqual([])
    // The file is another now, and so are the places of orders in it.
    await shop.add(order('o12', 'Bob', 'tea'))
    await shop.remove({customer: 'Cid'})
    expect(found(files.journal, 'Cid')).toBe(false)
    await expectKept(files, shop)
  })

  test('leaves the others in it, however many', async () => {
    const files = await saved()
    const shop = await load(files)
    const orders = Array.from({length: 2500}, (_, n) => order(`n${n}`, n % 2 ? 'Gus' : `c${n}`, 'tea')[0])
    await shop.add(orders)
    expect(await shop.remove({customer: 'Gus'})).toEqual({orders: 1250, lines: 1250})
    expect(found(files.journal, 'Gus')).toBe(false)
    await expectKept(files, shop)
  })

  test('is in no byte of it either when nothing of them is left to take away', async () => {
    const files = await saved()
    const shop = await load(files)
    await shop.add(order('o9', 'Gus', 'tea', 'jam'))
    await shop.remove({order: 'o9'})
    expect(found(files.journal, 'Gus')).toBe(true)
    expect(await shop.remove({customer: 'Gus'})).toEqual({orders: 0, lines: 0})
    expect(found(files.journal, 'Gus')).toBe(false)
    await expectKept(files, shop)
  })

  test.each<[string, (shop: Recommender) => Promise<unknown>]>([
    ['refused', (shop) => shop.add(order('x', 'Gus', 'tea'))],
    ['left out', (shop) => shop.add(order('x', 'Gus', 'tea'), {onBadRow: 'skip'})],
    ['replaced at once', (shop) => shop.add(order('x', 'Gus', 'tea'), {replace: true})],
  ])('is in no byte of it either when what named them was %s', async (_, name) => {
    const files = await saved()
    const shop = await load(files)
    // Each is read before the others are there.
    await Promise.allSettled([
      shop.add(order('x', 'Ann', 'tea')),
      name(shop),
      shop.add(order('x', 'Ann', 'jam'), {replace: true}),
    ])
    expect(found(files.journal, 'Gus')).toBe(true)
    const copies = {...files, path: join(files.home, 'copy.also'), journal: join(files.home, 'copy.journal')}
    await copyFile(files.path, copies.path)
    await copyFile(files.journal, copies.journal)
    for (const [at, known] of [[files, shop] as const, [copies, await load(copies)] as const]) {
      expect(await known.remove({customer: 'Gus'})).toEqual({orders: 0, lines: 0})
      expect(found(at.journal, 'Gus')).toBe(false)
      await expectKept(at, known)
    }
  })

  test('is in no byte of it either when a write that named them was cut short', async () => {
    const files = await saved()
    await (await load(files)).add(order('o9', 'Gus', 'tea', 'jam'))
    truncateSync(files.journal, statSync(files.journal).size - 1)
    const shop = await load(files)
    expect(shop.stale.orders).toBe(0)
    expect(found(files.journal, 'Gus')).toBe(true)
    await shop.remove({customer: 'Gus'})
    expect(found(files.journal, 'Gus')).toBe(false)
    await expectKept(files, shop)
  })

  test('is looked for in what it is now, and it is not written anew where nobody of that name is', async () => {
    const files = await saved()
    const shop = await load(files)
    await shop.add([...order('o9', 'Gus', 'tea'), ...order('o10', 'Hal', 'tea')])
    await shop.remove({customer: 'Ann'})
    await shop.remove({order: 'o9'})
    const expectLeft = async () => {
      const {ino} = statSync(files.journal)
      for (const customer of ['Gus', 'Ann', 'unknown']) await shop.remove({customer})
      expect(statSync(files.journal).ino).toBe(ino)
    }
    await shop.save(files.path)
    await expectLeft()
    await shop.add(order('o11', 'Gus', 'tea'))
    await shop.remove({order: 'o11'})
    await shop.save(join(files.home, 'copy.also'))
    await shop.remove({customer: 'Gus'})
    expect(found(files.journal, 'Gus')).toBe(false)
    await expectLeft()
    await expectKept(files, shop)
  })
})

describe('what is wrong with a journal', () => {
  /** One with three changes; and what a shop is after none, one, two and all of them. */
  async function threeChanges(): Promise<{files: Files; bytes: Buffer; ends: number[]; states: Uint8Array[]}> {
    const files = await saved()
    const shop = await load(files)
    const ends = [readFileSync(files.journal).length]
    const states = [shop.toBytes()]
    for (const change of [
      () => shop.add(order('o3', 'Dee', 'tea')),
      () => shop.remove({order: 'o0'}),
      () => shop.add([{item: 'tea', order: 'o4'}]),
    ]) {
      await change()
      ends.push(readFileSync(files.journal).length)
      states.push(await counted(shop))
    }
    return {files, bytes: readFileSync(files.journal), ends, states}
  }

  test('a cut takes what was written last, whole, and what comes then is kept', async () => {
    const {files, bytes, ends, states} = await threeChanges()
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length)
      if (length < ends[0]) expect(() => shopOfJournal(cut, '')).toThrow('expected')
      else expect(bodiesIn(cut, '').bodies.length).toBe(ends.findLastIndex((end) => end <= length))
    }
    writeFileSync(files.journal, bytes.subarray(0, ends[0] - 1))
    await expect(load(files)).rejects.toThrow('load: shop.journal: expected at least 40 bytes, got 39; it is cut off')
    for (const [left, length] of ends.flatMap((end, n) => [end, end + 1, end + 13].map((length) => [n, length]))) {
      if (length > bytes.length) continue
      writeFileSync(files.journal, bytes.subarray(0, length))
      const shop = await load(files)
      expectSame(await counted(shop), states[left])
      await shop.add(order('o5', 'Eve', 'tea'))
      await expectKept(files, shop)
    }
  })

  test('zeros at its end are a write that was cut short, and what comes then is kept', async () => {
    const files = await saved()
    const shop = await load(files)
    await shop.add(order('o7', 'Eve', 'tea'))
    writeFileSync(files.journal, Buffer.concat([readFileSync(files.journal), Buffer.alloc(100)]))
    const again = await load(files)
    expect(again.stale.orders).toBe(1)
    await again.add(order('o8', 'Eve', 'milk'))
    await expectKept(files, again)
  })

  test('a byte that is another is an error, wherever it stands', async () => {
    const {files, bytes, ends} = await threeChanges()
    const shop = shopOfJournal(bytes, '')
    const told = (damaged: Uint8Array) => {
      try {
        return shopOfJournal(damaged, 'j') === shop ? bodiesIn(damaged, 'j') : 'another shop'
      } catch (error) {
        return (error as Error).message
      }
    }
    for (let place = 0; place < bytes.length; place++) {
      const record = ends.findLast((end) => end <= place)
      const expected = record === undefined ? 'j: expected' : `j: expected a record from byte ${record} on, got one`
      const damaged = Buffer.from(bytes)
      let silent = 0
      for (let other = 1; other < 256; other++) {
        damaged[place] = bytes[place] ^ other
        if (!String(told(damaged)).startsWith(expected)) silent++
      }
      expect(silent).toBe(0)
    }
    bytes[ends[1] + 3] ^= 1
    writeFileSync(files.journal, bytes)
    await expect(load(files)).rejects.toThrow(
      `load: shop.journal: expected a record from byte ${ends[1]} on, got one whose checksum is another; put a copy`,
    )
    await expect(load(files)).rejects.toThrow(
      `or cut it to ${ends[1]} bytes to do without what was changed from there on`,
    )
  })

  test('bytes that are sound but no change are refused', async () => {
    const {files} = await threeChanges()
    const {version} = await Recommender.load(files.path)
    const write = (body: unknown) => {
      const records = recordsOf([new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))])
      writeFileSync(files.journal, Buffer.concat([journalHead(version), records]))
    }
    const lines = [['tea', 1, 1, 1, 'NaN']]
    write({add: [['o', null, lines]]})
    await load(files)
    for (const body of [
      ...['', 'null', '{', '{}', '{"add": 1}', {add: [1]}, {add: [['', null, lines]]}, {add: [['o', 7, lines]]}],
      ...[
        {add: [[{}, 'A', lines]]},
        {add: [['o', 'A', [['tea', 1, 'x', 1, 1]]]]},
        {add: [['o', 'A', [['', 1, 1, 1, 1]]]]},
      ],
      ...[{add: [['o', 'A', []]]}, {gone: [4]}, {gone: [-1]}, {gone: [0.5]}, {gone: ['0']}],
    ]) {
      write(body)
      await expect(load(files), JSON.stringify(body)).rejects.toThrow(
        /^load: shop\.journal: expected a change from byte 40 on: /,
      )
    }
    expect(() => bodyOf({kind: 'remove', customer: 'Ann'})).toThrow('names no customer')
  })

  test('one that fits in no memory is told', async () => {
    const {files} = await threeChanges()
    truncateSync(files.journal, 2 ** 40)
    await expect(load(files)).rejects.toThrow('load: shop.journal: its 1099511627776 bytes do not fit in memory')
    const others = await saved(lines.slice(1))
    await expect(Recommender.load(others.path, {journal: files.journal})).rejects.toThrow('expected a journal of shop.')
    expect(statSync(files.journal).size).toBe(2 ** 40)
  })

  test('the journal of another shop is refused, and so is what is none', async () => {
    const [files, others] = [await saved(), await saved(lines.slice(1))]
    const shop = await load(files)
    await shop.add(order('o3', 'Dee', 'tea'))
    await expect(Recommender.load(others.path, {journal: files.journal})).rejects.toThrow(
      /^load: shop\.journal: expected a journal of shop\.also, [0-9a-f-]+, got one of [0-9a-f-]+; put that file back/,
    )
    await expect(Recommender.load(files.path, {journal: files.path})).rejects.toThrow(
      'load: shop.also: expected a journal that load made, got something else; give it a file of its own',
    )
    await expect(Recommender.load(files.path, {journal: files.home})).rejects.toThrow(/is a folder, not a file$/)
    const nowhere = join(files.home, 'no')
    await expect(Recommender.load(files.path, {journal: join(nowhere, 'j')})).rejects.toThrow(
      `load: the journal ${join(nowhere, 'j')} could not be made: there is no folder ${nowhere}; make it first`,
    )
    await expect(Recommender.load(files.path, {journal: 7} as object)).rejects.toThrow(
      'load: journal: expected the path of a file, got 7',
    )
    await expect(Recommender.load(files.path, {log: 1} as object)).rejects.toThrow('valid are measure, journal')
    expect(() => Recommender.fromBytes(shop.toBytes.call(others as never), {journal: 'x'} as object)).toThrow()
  })

  test('a shop without its log has no use for one', async () => {
    const files = await saved()
    await (await Recommender.load(files.path)).save(files.path, {log: false})
    await expect(load(files)).rejects.toThrow('load: journal is for shops saved with their log')
    expect(readdirSync(files.home)).toEqual(['shop.also'])
  })

  test('newer formats are told', async () => {
    const {files, bytes} = await threeChanges()
    bytes[8] = 2
    writeFileSync(files.journal, bytes)
    await expect(load(files)).rejects.toThrow('expected journal format 1 at byte 8, got 2; it is by a newer alsobought')
  })

  test('a file that is deleted is not begun anew unasked', async () => {
    const {files} = await threeChanges()
    const shop = await load(files)
    await rm(files.journal)
    await expect(shop.add(order('o5', 'Eve', 'tea'))).rejects.toThrow(
      /^add: nothing has changed, as shop\.journal was not written: ENOENT/,
    )
    expect(shop.buyAgain('Eve')).toEqual([])
    expect(readdirSync(files.home)).toEqual(['shop.also'])
  })
})

describe('two who write', () => {
  test('the second is refused, whoever that is, and nothing is lost', async () => {
    const files = await saved()
    const [one, two] = [await load(files), await load(files)]
    await one.add(order('o3', 'Dee', 'tea'))
    for (const change of [
      () => two.add(order('o4', 'Eve', 'tea')),
      () => two.remove({customer: 'Ann'}),
      () => two.save(files.path),
    ]) {
      await expect(change()).rejects.toThrow(
        /: expected 40 bytes in shop\.journal, got \d+: something else has written to it/,
      )
    }
    expect([two.buyAgain('Eve'), two.buyAgain('Ann').length]).toEqual([[], 3])
    expect(readdirSync(files.home)).toEqual(['shop.also', 'shop.journal'])
    await expectKept(files, one)
    const three = await load(files)
    await three.remove({customer: 'Ann'})
    const four = await load(files)
    await copyFile(files.journal, `${files.journal}.copy`)
    await rename(`${files.journal}.copy`, files.journal)
    await expect(four.add(order('o5', 'Eve', 'tea'))).rejects.toThrow(
      / bytes in shop\.journal, got another file: something/,
    )
    const five = await load(files)
    await expect(one.add(order('o5', 'Eve', 'tea'))).rejects.toThrow('something else has written to it')
    await five.add(order('o6', 'Fay', 'tea'))
    await expectKept(files, five)
  })

  test('a record that the first is writing is not cut off by the second', async () => {
    const files = await saved()
    const one = await load(files)
    await one.add(order('o3', 'Dee', 'tea'))
    const whole = readFileSync(files.journal)
    writeFileSync(files.journal, whole.subarray(0, -5))
    const two = await load(files)
    writeFileSync(files.journal, whole)
    await expect(two.add(order('o4', 'Eve', 'tea'))).rejects.toThrow('something else has written to it')
    await expectKept(files, one)
  })
})

test('what a process has left that was killed goes away', async () => {
  const files = await saved()
  const shop = await load(files)
  await shop.add(order('o3', 'Dee', 'tea'))
  await copyFile(files.journal, `${files.journal}.next`)
  const again = await load(files)
  await again.add(order('o4', 'Eve', 'tea'))
  expect(readdirSync(files.home)).toEqual(['shop.also', 'shop.journal'])
  await copyFile(files.journal, `${files.journal}.next`)
  await (await load(files)).remove({customer: 'Dee'})
  expect(readdirSync(files.home)).toEqual(['shop.also', 'shop.journal'])
})

test('a shop that was copied takes its journal along', async () => {
  const files = await saved()
  const shop = await load(files)
  await shop.add(order('o3', 'Dee', 'tea'))
  const home = join(files.home, 'copy')
  mkdirSync(home)
  const copies = {home, path: join(home, 'a.also'), journal: join(home, 'a.journal')}
  await copyFile(files.path, copies.path)
  await copyFile(files.journal, copies.journal)
  const copy = await load(copies)
  await copy.add(order('o4', 'Eve', 'tea'))
  await expectKept(copies, copy)
  await expectKept(files, shop)
})
