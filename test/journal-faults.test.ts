/** A journal on a disk that fails, and on one of a machine that stops between any two calls to it. */
import {cpSync, readdirSync, readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {afterAll, afterEach, describe, expect, test, vi} from 'vitest'
import {Recommender} from '../src/index.ts'
import {expectSame} from './answers.ts'

/** Told of every call that changes a disk, before it is made; it may throw. */
const disk = vi.hoisted(() => ({
  before: (_call: string, _path: string): void => {},
  calls: [] as string[],
  /** How many bytes it reads at once: no more than 2 GiB, and then it says so. */
  mostRead: 2 ** 31 - 1,
}))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const before = (call: string, path: unknown) => {
    disk.calls.push(call)
    disk.before(call, String(path))
  }
  return {
    ...real,
    open: async (path: string, flags?: string) => {
      if (flags === undefined) {
        const file = await real.open(path)
        const {sync, read, readFile} = file
        file.sync = async () => {
          before('sync', path)
          return sync.call(file)
        }
        const checkLength = (length: number) => {
          if (length > disk.mostRead) throw new RangeError(`expected at most ${disk.mostRead} bytes, got ${length}`)
        }
        file.read = (async (bytes: Uint8Array, from: number, length: number, at: number) => {
          checkLength(length)
          return Reflect.apply(read, file, [bytes, from, length, at])
        }) as typeof read
        file.readFile = (async () => {
          checkLength((await file.stat()).size)
          return readFile.call(file)
        }) as typeof readFile
        return file
      }
      before('open', path)
      const file = await real.open(path, flags)
      const {write, sync, datasync} = file
      // A few bytes of a journal at a time, as a file system may.
      const most = path.includes('.journal') ? 37 : 1 << 20
      file.write = (async (bytes: Uint8Array, from: number, length: number | undefined, at: number | undefined) => {
        before('write', path)
        return Reflect.apply(write, file, [bytes, from, Math.min(length ?? bytes.length - from, most), at])
      }) as typeof write
      file.sync = async () => {
        before('sync', path)
        return sync.call(file)
      }
      file.datasync = async () => {
        before('datasync', path)
        return datasync.call(file)
      }
      return file
    },
    rename: async (from: string, to: string) => {
      before('rename', to)
      return real.rename(from, to)
    },
    truncate: async (path: string, length: number) => {
      before('truncate', path)
      return real.truncate(path, length)
    },
  }
})
afterEach(() => {
  disk.before = () => {}
  disk.mostRead = 2 ** 31 - 1
})

const folder = await mkdtemp(join(tmpdir(), 'alsobought-faults-'))
afterAll(() => rm(folder, {recursive: true}))

const order = (id: string, customer: string, ...items: string[]) =>
  items.map((item) => ({item, order: id, customer, at: 9000}))
const fitted = await Recommender.fit(
  ['Ann', 'Bob', 'Cid'].flatMap((customer, n) => order(`o${n}`, customer, 'tea', 'milk')),
  {learn: false},
)

async function saved() {
  const home = await mkdtemp(join(folder, 'shop-'))
  const files = {home, path: join(home, 'shop.also'), journal: join(home, 'shop.journal')}
  await fitted.save(files.path)
  return {...files, shop: await Recommender.load(files.path, {journal: files.journal})}
}
const load = (home: string) => Recommender.load(join(home, 'shop.also'), {journal: join(home, 'shop.journal')})

async function counted(shop: Recommender): Promise<Uint8Array> {
  await shop.refresh()
  return shop.toBytes()
}

/** Fails the calls of one kind to files whose names end so, from the `n`th on. */
function failAt(call: string, ending: string, n = 1): void {
  let calls = 0
  disk.before = (made, path) => {
    if (made !== call || !path.endsWith(ending) || ++calls < n) return
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), {code: 'ENOSPC'})
  }
}

const changes: Record<string, (shop: Recommender) => Promise<unknown>> = {
  add: (shop) => shop.add(order('o8', 'Dee', 'tea', 'jam')),
  remove: (shop) => shop.remove({customer: 'Ann'}),
}

/** A file as tests name it. */
function nameOf(path: string, home: string): string {
  return path === home ? 'folder' : basename(path).replace(/[0-9a-f-]{36}/, '*')
}

describe('a change that cannot be written', () => {
  test.each([
    ['add', 'open', '.journal', 1],
    ['add', 'write', '.journal', 1],
    ['add', 'write', '.journal', 3],
    ['add', 'datasync', '.journal', 1],
    ['remove', 'open', '.next', 1],
    ['remove', 'write', '.next', 1],
    ['remove', 'write', '.next', 3],
    ['remove', 'sync', '.next', 1],
    ['remove', 'rename', '.journal', 1],
  ])('is not made: %s, where %s of %s fails, call %i', async (change, call, ending, n) => {
    const {home, shop} = await saved()
    await shop.add(order('o7', 'Ann', 'tea', 'jam'))
    const bytes = readFileSync(join(home, 'shop.journal'))
    const before = [shop.stale, shop.buyAgain('Ann'), shop.buyAgain('Dee')]
    failAt(call, ending, n)
    const error = await changes[change](shop).catch((error: Error) => error)
    expect(error).toMatchObject({
      message: `${change}: nothing has changed, as shop.journal was not written: ENOSPC: no space left on device, ${call}`,
      cause: {code: 'ENOSPC'},
    })
    expect([shop.stale, shop.buyAgain('Ann'), shop.buyAgain('Dee')]).toEqual(before)
    expectSame(readFileSync(join(home, 'shop.journal')), bytes)
    expect(readdirSync(home)).toEqual(['shop.also', 'shop.journal'])
    disk.before = () => {}
    await changes[change](shop)
    expect([shop.stale, shop.buyAgain('Ann'), shop.buyAgain('Dee')]).not.toEqual(before)
    expectSame(await counted(await load(home)), await counted(shop))
  })

  test('leaves nothing in the way of the next, even where it cannot be taken back at once', async () => {
    const {home, shop} = await saved()
    await shop.add(order('o7', 'Ann', 'tea', 'jam'))
    const {length} = readFileSync(join(home, 'shop.journal'))
    let writes = 0
    disk.before = (call) => {
      if (call === 'truncate' || (call === 'write' && ++writes > 2)) throw new Error('EIO')
    }
    await expect(changes.add(shop)).rejects.toThrow('EIO')
    await expect(shop.add(order('o9', 'Eve', 'tea'))).rejects.toThrow('EIO')
    expect(readFileSync(join(home, 'shop.journal')).length).toBe(length + 2 * 37)
    const other = await load(home)
    disk.before = () => {}
    await shop.add(order('o10', 'Fay', 'tea'))
    expectSame(await counted(await load(home)), await counted(shop))
    expect([other.buyAgain('Dee'), shop.buyAgain('Dee'), shop.buyAgain('Fay').length]).toEqual([[], [], 1])
  })

  test('spoils no other: one that is too long for a text fails alone', async () => {
    const {home, shop} = await saved()
    const {stringify} = JSON
    const long = vi.spyOn(JSON, 'stringify').mockImplementation((value) => {
      if (value.add?.[0][0] === 'o8') throw new RangeError('Invalid string length')
      return stringify(value)
    })
    const both = await Promise.allSettled([changes.add(shop), shop.add(order('o9', 'Eve', 'tea'))])
    long.mockRestore()
    const message = 'add: nothing has changed, as shop.journal was not written: Invalid string length'
    expect(both).toMatchObject([{reason: {message}}, {status: 'fulfilled'}])
    expectSame(await counted(await load(home)), await counted(shop))
  })
})

describe('saving with a journal', () => {
  test.each([
    ['open', '.saving'],
    ['sync', '.saving'],
    ['open', '.next'],
    ['write', '.next'],
    ['sync', '.next'],
    ['rename', 'shop.also'],
  ])('leaves shop and journal as they were where %s of %s fails', async (call, ending) => {
    const {home, path, shop} = await saved()
    await shop.add(order('o7', 'Ann', 'tea', 'jam'))
    failAt(call, ending)
    await expect(shop.save(path)).rejects.toThrow(/^save: shop\.also stays as it was: ENOSPC/)
    expect(readdirSync(home)).toEqual(['shop.also', 'shop.journal'])
    expectSame(readFileSync(path), fitted.toBytes())
    disk.before = () => {}
    await shop.add(order('o8', 'Dee', 'jam'))
    expectSame(await counted(await load(home)), await counted(shop))
    await shop.save(path)
    expect((await load(home)).version).toBe(shop.version)
  })

  test('is done where the journal alone does not get its name, and it gets it later', async () => {
    const {home, path, journal, shop} = await saved()
    await shop.add(order('o7', 'Ann', 'tea', 'jam'))
    failAt('rename', 'shop.journal')
    await shop.save(path)
    expect(readdirSync(home)).toEqual(['shop.also', 'shop.journal', 'shop.journal.next'])
    await expect(shop.add(order('o8', 'Dee', 'jam'))).rejects.toThrow(/^add: nothing has changed, .* ENOSPC/)
    await expect(shop.remove({customer: 'Ann'})).rejects.toThrow(/^remove: nothing has changed, .* ENOSPC/)
    expect(readdirSync(home)).toEqual(['shop.also', 'shop.journal', 'shop.journal.next'])
    disk.before = () => {}
    const copy = join(folder, 'unnamed')
    cpSync(home, copy, {recursive: true})
    expect((await load(copy)).version).toBe(shop.version)
    expect(readdirSync(copy)).toEqual(['shop.also', 'shop.journal'])
    await shop.add(order('o8', 'Dee', 'jam'))
    expect(readdirSync(home)).toEqual(['shop.also', 'shop.journal'])
    expectSame(await counted(await Recommender.load(path, {journal})), await counted(shop))
  })
})

test('a journal that is longer than what the platform reads at once is read all the same', async () => {
  const {home, shop} = await saved()
  await shop.add(['a', 'b', 'c', 'd', 'e'].flatMap((letter) => order(letter, 'Dee', letter.repeat(2 ** 20))))
  disk.mostRead = 2 ** 22
  expect(readFileSync(join(home, 'shop.journal')).length).toBeGreaterThan(disk.mostRead)
  expectSame(await counted(await load(home)), await counted(shop))
})

test('changes that come together are written together', async () => {
  const {home, shop} = await saved()
  disk.calls = []
  await Promise.all(Array.from({length: 50}, (_, n) => shop.add(order(`n${n}`, `c${n}`, 'tea'))))
  expect(disk.calls.filter((call) => call === 'datasync').length).toBeLessThan(10)
  expectSame(await counted(await load(home)), await counted(shop))
})

test('nothing gets a name before it is on disk, nor the journal before the shop', async () => {
  const {home, path, shop} = await saved()
  const told = async (change: () => Promise<unknown>) => {
    const calls: string[] = []
    disk.before = (call, path) => {
      const name = nameOf(path, home)
      if (call !== 'write' && (call !== 'open' || name.endsWith('.next'))) calls.push(`${call} ${name}`)
    }
    await change()
    return calls
  }
  const next = ['open shop.journal.next', 'sync shop.journal.next', 'sync folder']
  const journal = ['rename shop.journal', 'sync folder']
  expect(await told(() => changes.add(shop))).toEqual(['datasync shop.journal'])
  expect(await told(() => changes.remove(shop))).toEqual([...next, ...journal])
  const whole = ['sync .shop.also.*.saving', ...next, 'rename shop.also', 'sync folder', ...journal]
  expect(await told(() => shop.save(path))).toEqual(whole)
  disk.before = () => {}
  expect((await load(home)).version).toBe(shop.version)
})

test('a machine that stops between any two calls has all that was acknowledged, and at most what was under way', async () => {
  const {home, path, shop} = await saved()
  const twin = Recommender.fromBytes(fitted.toBytes())
  const states = [twin.toBytes()]
  let [acknowledged, sent] = [0, 0]
  const stops: {home: string; call: string; least: number; most: number}[] = []
  disk.before = (call, path) => {
    // The shop is written beside, and a journal alone is looked at piece by piece.
    if (call === 'write' && !path.includes('.journal')) return
    const copy = join(folder, `stop-${stops.length}`)
    cpSync(home, copy, {recursive: true})
    stops.push({
      home: copy,
      call: `${call} ${nameOf(path, home)}`,
      least: acknowledged,
      most: sent,
    })
  }
  const make = async (change: (shop: Recommender) => Promise<unknown>) => {
    await change(twin)
    states.push(await counted(twin))
    sent++
    await change(shop)
    acknowledged++
  }
  await make((shop) => shop.add(order('n1', 'Dee', 'tea', 'jam')))
  await make((shop) => shop.add(order('n2', 'Bob', 'tea', 'jam')))
  await make((shop) => shop.remove({customer: 'Ann'}))
  await make((shop) => shop.remove({order: 'n2'}))
  const saving = shop.save(path)
  await make((shop) => shop.add(order('n3', 'Eve', 'scone')))
  await make((shop) => shop.remove({customer: 'Bob'}))
  await make((shop) => shop.add(order('n4', 'Cid', 'scone')))
  await saving
  await make((shop) => shop.add(order('n5', 'Cid', 'jam')))
  await shop.save(path)
  await make((shop) => shop.remove({customer: 'Cid'}))
  disk.before = () => {}
  stops.push({home, call: 'end', least: acknowledged, most: acknowledged})

  const found = new Set<string>()
  for (const {home, call, least, most} of stops) {
    const shop = await load(home)
    const bytes = Buffer.from(await counted(shop))
    const state = states.findIndex((state) => bytes.equals(state))
    expect(state, `${home} before ${call}`).toBeGreaterThanOrEqual(least)
    expect(state, `${home} before ${call}`).toBeLessThanOrEqual(most)
    // And it goes on from there.
    await shop.add(order('n9', 'Gus', 'jam'))
    expectSame(await counted(await load(home)), await counted(shop))
    found.add(call)
  }
  expect([...found].sort()).toEqual([
    ...['datasync shop.journal', 'end', 'open .shop.also.*.saving', 'open shop.journal', 'open shop.journal.next'],
    ...['rename shop.also', 'rename shop.journal', 'sync .shop.also.*.saving', 'sync folder'],
    ...['sync shop.journal.next', 'write shop.journal', 'write shop.journal.next'],
  ])
})
