/** What is written: never half a file, and nothing of anybody where the log stays out. */
import {fork} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buildSync} from 'esbuild'
import fc from 'fast-check'
import {afterAll, afterEach, describe, expect, test, vi} from 'vitest'
import {type FitOptions, Recommender} from '../src/index.ts'
import {type Column, readDirectory, readHead} from '../src/model/format.ts'
import {expectSame} from './answers.ts'
import {itemIds, linesArbitrary, optionsArbitrary} from './random-shops.ts'

const runs = Number(process.env.RUNS ?? 200)
/** How often a process is killed while it saves; a long run may ask for more. */
const kills = Number(process.env.KILLS ?? 10)

/** Makes one call to the file system fail. */
const failing = vi.hoisted(() => ({at: undefined as string | undefined}))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const fail = (call: string) => {
    if (failing.at === call)
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), {code: 'ENOSPC'})
  }
  return {
    ...real,
    open: async (path: string, flags?: string) => {
      if (flags === 'wx') fail('open')
      const file = await real.open(path, flags)
      if (flags !== 'wx') return file
      const {write, sync} = file
      let calls = 0
      // A few bytes at a time, as a file system may.
      file.write = (async (bytes: Uint8Array, from: number, length: number, at: number) => {
        if (++calls > 3) fail('write')
        return Reflect.apply(write, file, [bytes, from, Math.min(length, 999), at])
      }) as typeof write
      file.sync = async () => {
        fail('sync')
        return sync.call(file)
      }
      return file
    },
    rename: async (from: string, to: string) => {
      fail('rename')
      return real.rename(from, to)
    },
  }
})
afterEach(() => {
  failing.at = undefined
})

const folder = await mkdtemp(join(tmpdir(), 'alsobought-'))
afterAll(() => rm(folder, {recursive: true}))

const shopOf = (items: string) =>
  Recommender.fit([1, 2, 3].flatMap((order) => [...items].map((item) => ({item, order, customer: `c${order}`}))))

describe('saving', {timeout: 120_000}, async () => {
  const [before, after] = [await shopOf('abcd'), await shopOf('wxyz')]

  test('replaces a file, and leaves nothing else', async () => {
    const path = join(folder, 'replaced.also')
    await before.save(path)
    await after.save(path)
    expectSame(new Uint8Array(readFileSync(path)), after.toBytes())
    expect((await Recommender.load(path)).version).toBe(after.version)
    expect(readdirSync(folder)).toEqual(['replaced.also'])
  })

  test.each(['open', 'write', 'sync', 'rename'])(
    'leaves the old file where %s fails, and nothing beside',
    async (call) => {
      const own = join(folder, call)
      mkdirSync(own)
      const path = join(own, 'shop.also')
      await before.save(path)
      failing.at = call
      const error = await after.save(path).catch((error: Error) => error)
      expect(error).toMatchObject({
        message: `save: shop.also stays as it was: ENOSPC: no space left on device, ${call}`,
        cause: {code: 'ENOSPC'},
      })
      expectSame(new Uint8Array(readFileSync(path)), before.toBytes())
      expect(readdirSync(own)).toEqual(['shop.also'])
      failing.at = undefined
      await after.save(path)
      expect((await Recommender.load(path)).version).toBe(after.version)
    },
  )

  test('names what it cannot write to', async () => {
    const error = await before.save(join(folder, 'nowhere', 'shop.also')).catch((error: Error) => error)
    expect(error).toMatchObject({message: expect.stringContaining('there is no folder'), cause: {code: 'ENOENT'}})
    const taken = join(folder, 'taken')
    mkdirSync(join(taken, 'inner'), {recursive: true})
    await expect(before.save(taken)).rejects.toThrow(/^save: taken stays as it was: /)
    for (const path of ['', undefined, 7]) {
      await expect(before.save(path as string)).rejects.toThrow(/^save: expected the path of a file, got /)
    }
  })

  test('writes to what a link names', async () => {
    const own = join(folder, 'links')
    mkdirSync(own)
    await before.save(join(own, 'v1.also'))
    symlinkSync('v1.also', join(own, 'current.also'))
    await after.save(join(own, 'current.also'))
    expect((await Recommender.load(join(own, 'v1.also'))).version).toBe(after.version)
    expect(readdirSync(own)).toEqual(['current.also', 'v1.also'])
  })

  test('several at once leaves one of them', async () => {
    const path = join(folder, 'race.also')
    await Promise.all([before, after, before, after].map((shop) => shop.save(path)))
    expect([before.version, after.version]).toContain((await Recommender.load(path)).version)
  })

  test('refuses options that cannot be', async () => {
    expect(() => before.toBytes({logs: false} as object)).toThrow('toBytes: unknown option "logs"; valid are log')
    await expect(before.save('x', {log: 1} as object)).rejects.toThrow('save: log must be true or false, got 1')
  })
})

test(`a process that is killed while it saves, ${kills} times, leaves a whole file`, {
  timeout: 30_000 + 3000 * kills,
}, async () => {
  const own = join(folder, 'kills')
  mkdirSync(own)
  const library = join(folder, 'library.cjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, '../src/index.ts')],
    ...{outfile: library, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error'},
    define: {'import.meta.url': '"file:///nowhere"'},
  })
  const lines = Array.from({length: 150_000}, (_, line) => ({
    item: (line * line) % 997,
    order: line >> 3,
    customer: (line >> 3) % 999,
  }))
  const big = await Promise.all([lines, lines.slice(9)].map((lines) => Recommender.fit(lines, {learn: false})))
  const files = big.map((shop, place) => {
    const path = join(folder, `big-${place}.also`)
    writeFileSync(path, shop.toBytes())
    return path
  })
  const path = join(own, 'shop.also')
  const script = join(folder, 'saver.cjs')
  writeFileSync(
    script,
    `const {Recommender} = require(${JSON.stringify(library)})
    Promise.all(${JSON.stringify(files)}.map((file) => Recommender.load(file))).then(async (shops) => {
      await shops[0].save(${JSON.stringify(path)})
      process.send('saves')
      for (let n = 1; ; n++) await shops[n % 2].save(${JSON.stringify(path)})
    })`,
  )
  const versions = new Set<string>()
  let cut = 0
  for (let kill = 0; kill < kills; kill++) {
    const child = fork(script)
    await new Promise((resolve) => child.once('message', resolve))
    await new Promise((resolve) => setTimeout(resolve, 20 + ((kill * 37) % 100)))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    versions.add((await Recommender.load(path)).version)
    const left = readdirSync(own).filter((name) => name !== 'shop.also')
    cut += left.length
    for (const name of left) await rm(join(own, name))
  }
  for (const version of versions) expect(big.map((shop) => shop.version)).toContain(version)
  // Or none was in the middle of it.
  expect(cut).toBeGreaterThan(0)
})

describe('saved with log: false', {timeout: 120_000}, () => {
  const columnsOf = (bytes: Uint8Array): Map<string, Column> =>
    readDirectory(bytes, readHead(bytes, bytes.length, ''), '').columns

  test('has no id of a customer or an order, and no pair that may not be told', async () => {
    const own = (id: string | number | bigint | null | undefined, kind: string) => id && `${kind}=${id};`
    await fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, fc.boolean(), async (given, options, learn) => {
        const lines = given.map((line) => ({
          ...line,
          order: own(line.order, 'order'),
          customer: own(line.customer, 'person'),
        }))
        const shop = await Recommender.fit(lines, {...options, learn, substitutes: true} as FitOptions)
        const bytes = shop.toBytes({log: false})
        const text = Buffer.from(bytes).toString('latin1')
        expect(text).not.toMatch(/order=|person=/)
        const whole = Buffer.from(shop.toBytes()).toString('latin1')
        if (lines.some(({order}) => order)) expect(whole).toMatch(/order=/)
        const columns = columnsOf(bytes)
        const personal = /^(ids\/(customers|orders)|log\/(?!firstSales)|next order)|\/(customers|times|by|.*[wW]eights)/
        expect([...columns.keys()].filter((name) => personal.test(name))).toEqual([])
        expect([...columnsOf(shop.toBytes()).keys()].filter((name) => personal.test(name)).length).toBeGreaterThan(8)
        const {minTogether = 2} = options
        for (const [name, counts] of columns) {
          if (!name.endsWith('/together')) continue
          for (const count of counts) expect(count <= 0 || count >= minTogether).toBe(true)
        }
        expect(bytes.length).toBeLessThan(shop.toBytes().length)
      }),
      {numRuns: runs},
    )
  })

  test('tells of no pair that one alone made, whatever is asked', async () => {
    const lines = ['Ann', 'Bob', 'Cid'].flatMap((customer, c) => [
      ...['tea', 'pot'].map((item) => ({item, customer, order: `o${c}`})),
      ...[1, 2, 3].flatMap((n) => ['tea', `own-${customer}`].map((item) => ({item, customer, order: `o${c}${n}`}))),
    ])
    const shop = Recommender.fromBytes((await Recommender.fit(lines)).toBytes({log: false}))
    const pairs = shop.items.ids.flatMap((id) =>
      shop
        .alsoBought(id, {limit: 99})
        .filter(({tier}) => tier === 'copurchase')
        .map(({item}) => `${id} ${item}`),
    )
    expect(pairs.sort()).toEqual(['pot tea', 'tea pot'])
  })

  test('answers from the stored neighbors as before, and counts no others', async () => {
    await fc.assert(
      fc.asyncProperty(linesArbitrary, optionsArbitrary, fc.boolean(), async (lines, options, learn) => {
        const shop = await Recommender.fit(lines, {...options, neighbors: 50, learn, substitutes: true} as FitOptions)
        const again = Recommender.fromBytes(shop.toBytes({log: false}))
        expect(again.items.ids).toEqual(shop.items.ids)
        const {seconds: _, bytes: __, ...report} = shop.report
        expect(again.report).toMatchObject(report)
        expect(again.watermark).toEqual(shop.watermark)
        for (const id of itemIds) {
          expect(again.has(id)).toBe(shop.has(id))
          expect(again.alsoBought(id)).toEqual(shop.alsoBought(id))
          expect(again.substitutes(id)).toEqual(shop.substitutes(id))
          const session = {items: [id, 'a']}
          // What rows of learned weights leave out is only counted on the spot.
          const stored = again.boughtTogether([id, 'a'], {fallback: false})
          expect(shop.boughtTogether([id, 'a'], {fallback: false}).slice(0, stored.length)).toEqual(stored)
          const foreseen = again.suggest(session, {fallback: false})
          expect(shop.suggest(session, {fallback: false}).slice(0, foreseen.length)).toEqual(foreseen)
          expect(again.rank(itemIds, session).length).toBe(itemIds.length)
        }
        expect(again.popular()).toEqual(shop.popular())
        const bytes = shop.toBytes({log: false})
        expectSame(again.toBytes(), bytes)
        expectSame(again.toBytes({log: false}), bytes)
      }),
      {numRuns: runs},
    )
  })

  test('refuses what only orders can answer, and names the option', async () => {
    const lines = [1, 2].flatMap((n) => ['tea', 'pot'].map((item) => ({item, order: n, customer: n, at: n * 1000})))
    const fitted = await Recommender.fit(lines)
    const path = join(folder, 'without.also')
    await fitted.save(path, {log: false})
    const shop = await Recommender.load(path)
    const noCustomers = 'this shop was saved with log: false and knows no customers; ask by items, or load one'
    const asks: [() => unknown, string][] = [
      [() => shop.suggest({customer: 1}), noCustomers],
      [() => shop.suggest({customer: 'nobody', items: ['tea']}), noCustomers],
      [() => shop.rank(['tea'], {customer: 1}), noCustomers],
      [() => shop.newArrivals({customer: 1}), noCustomers],
      [() => shop.buyAgain(1), noCustomers],
      [() => shop.explain('tea', 'pot'), 'explain: this shop was saved with log: false'],
      [() => shop.alsoBought('tea', {after: true}), 'alsoBought with after: this shop was saved with log: false'],
      [() => shop.popular({since: 0}), 'popular with since: this shop was saved with log: false'],
      [() => shop.toBytes({log: true}), 'toBytes: log is true, but this shop was itself saved with log: false'],
    ]
    for (const [ask, message] of asks) expect(ask).toThrow(message)
    expect(shop.newArrivals({items: ['tea']}, {since: 0})).toEqual(fitted.newArrivals({items: ['tea']}, {since: 0}))
    expect(shop.version).not.toBe(fitted.version)
    expect(shop.version).toBe((await Recommender.load(path)).version)
  })
})
