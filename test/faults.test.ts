/** A full disk, a read-only one, and what one may not touch: a real one of each, where the machine lets us make it. */
import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buildSync} from 'esbuild'
import {afterAll, describe, expect, test} from 'vitest'
import {Recommender} from '../src/recommender.ts'
import {expectSame} from './answers.ts'

const folder = mkdtempSync(join(tmpdir(), 'alsobought-'))
const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

const disk = join(folder, 'disk')
mkdirSync(disk)
const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0
const isMounted = isRoot && has('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk)
const isLesser = isRoot && has('setpriv', `--reuid=${NOBODY}`, '--clear-groups', process.execPath, '--version')
afterAll(() => {
  if (isMounted) spawnSync('umount', [disk])
  rmSync(folder, {recursive: true})
})

const shopOf = (items: number) =>
  Recommender.fit(
    Array.from({length: 3 * items}, (_, i) => ({item: `item ${i % items}`, order: i >> 2, customer: i >> 3})),
  )
const [small, large] = [await shopOf(5), await shopOf(2000)]

describe.skipIf(!isMounted)('a disk of its own (takes root on Linux)', () => {
  const path = join(disk, 'shop.also')

  test('that is full: the old file stays, and nothing beside it', async () => {
    await small.save(path)
    expect(large.toBytes().length).toBeGreaterThan(65_536)
    const error = await large.save(path).catch((error: Error) => error)
    expect(error).toMatchObject({
      message: 'save: shop.also stays as it was: ENOSPC: no space left on device, write',
      cause: {code: 'ENOSPC'},
    })
    expect(readdirSync(disk)).toEqual(['shop.also'])
    expectSame(new Uint8Array(readFileSync(path)), small.toBytes())
    await (await shopOf(6)).save(path)
  })

  test('that is read-only: the old file stays, and answers', async () => {
    await small.save(path)
    expect(has('mount', '-o', 'remount,ro', disk)).toBe(true)
    const error = await large.save(path).catch((error: Error) => error)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^save: shop\.also stays as it was: EROFS: read-only file system, open '.*\.saving'$/,
      ),
      cause: {code: 'EROFS'},
    })
    expect(readdirSync(disk)).toEqual(['shop.also'])
    expect((await Recommender.load(path)).version).toBe(small.version)
    expect(has('mount', '-o', 'remount,rw', disk)).toBe(true)
  })
})

describe.skipIf(isRoot && !isLesser)('somebody who may not (takes setpriv where tests run as root)', () => {
  /** What becomes of the code in a process that may not do all, by the library as `Recommender` and `readOrders`. */
  function lesser(code: string): string {
    const script = join(folder, 'lesser.cjs')
    buildSync({
      stdin: {
        contents: `import {Recommender, readOrders} from './src/index.ts'
          const read = async (path) => { for await (const _ of readOrders(path)); }
          const told = (attempt) => attempt.then(() => 'done', (error) => error.message)
          ;(async () => process.stdout.write(JSON.stringify([${code}])))()`,
        resolveDir: join(import.meta.dirname, '..'),
        loader: 'ts',
      },
      ...{outfile: script, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error'},
      define: {'import.meta.url': '"file:///nowhere"'},
    })
    const run = isRoot
      ? spawnSync('setpriv', [`--reuid=${NOBODY}`, '--clear-groups', process.execPath, script], {encoding: 'utf8'})
      : spawnSync(process.execPath, [script], {encoding: 'utf8'})
    expect(run.stderr).toBe('')
    return run.stdout.replaceAll(folder, '…')
  }

  test('write to a folder, nor read a file: each is named, and all stays', {timeout: 60_000}, async () => {
    const own = join(folder, 'own')
    mkdirSync(own)
    await small.save(join(own, 'shop.also'))
    writeFileSync(join(own, 'closed.also'), small.toBytes())
    writeFileSync(join(own, 'closed.csv'), 'order,item\n1,tea\n')
    for (const name of ['closed.also', 'closed.csv']) chmodSync(join(own, name), 0)
    chmodSync(folder, 0o755)
    chmodSync(own, 0o555)
    const path = (name: string) => JSON.stringify(join(own, name))
    const outcomes: string[] = JSON.parse(
      lesser(`
        await told(Recommender.load(${path('shop.also')}).then((shop) => shop.save(${path('shop.also')}))),
        await told(Recommender.load(${path('closed.also')})),
        await told(read(${path('closed.csv')})),
      `),
    )
    expect(outcomes[0].replace(/\.[-0-9a-f]{36}\./, '.id.')).toBe(
      "save: shop.also stays as it was: EACCES: permission denied, open '…/own/.shop.also.id.saving'",
    )
    expect(outcomes.slice(1)).toEqual([
      "load: EACCES: permission denied, open '…/own/closed.also'",
      "closed.csv: EACCES: permission denied, open '…/own/closed.csv'",
    ])
    chmodSync(own, 0o755)
    expect(readdirSync(own).sort()).toEqual(['closed.also', 'closed.csv', 'shop.also'])
    expect((await Recommender.load(join(own, 'shop.also'))).version).toBe(small.version)
  })
})
