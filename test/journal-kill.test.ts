/** Processes that are killed while they change a shop with a journal. */
import {execFileSync, fork} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {buildSync} from 'esbuild'
import {afterAll, expect, test} from 'vitest'
import {Recommender} from '../src/index.ts'
import {crc32} from '../src/model/file.ts'
import {modelFromBytes} from '../src/model/open.ts'

/** How often a process is killed; a long run may ask for more. */
const kills = Number(process.env.KILLS ?? 10)

const folder = mkdtempSync(join(tmpdir(), 'alsobought-killed-'))
afterAll(() => rmSync(folder, {recursive: true}))
const library = join(folder, 'library.cjs')
buildSync({
  entryPoints: [join(import.meta.dirname, '../src/index.ts')],
  ...{outfile: library, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error'},
  define: {'import.meta.url': '"file:///nowhere"'},
})
const path = join(folder, 'shop.also')
const journal = join(folder, 'shop.journal')

/** Three add at a time, one order each, and say so before and after; now and then one is saved, counted anew or forgotten. */
const script = join(folder, 'writer.cjs')
writeFileSync(
  script,
  `const {Recommender} = require(${JSON.stringify(library)})
  const {writeSync} = require('node:fs')
  const say = (...words) => writeSync(1, words.join(' ') + '\\n')
  const [from, saves] = process.argv.slice(2).map(Number)
  Recommender.load(${JSON.stringify(path)}, {journal: ${JSON.stringify(journal)}}).then((shop) => {
    const add = async (lane) => {
      for (let n = from; ; n++) {
        const order = lane + '-' + n
        say('adds', order)
        await shop.add(['tea', 'item ' + (n % 90)].map((item) => ({item, order, customer: 'c' + (n % 500), at: n})))
        say('added', order)
        if (n % 7 !== 0) continue
        say('removes', order)
        await shop.remove({order})
        say('removed', order)
      }
    }
    const save = async () => { for (;;) await shop.save(${JSON.stringify(path)}) }
    const forget = async () => {
      for (let n = 0; ; n++) {
        await shop.add([{item: 'tea', order: 'passing-' + n, customer: 'passing'}])
        await shop.remove({customer: 'passing'})
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    return Promise.all([add('a'), add('b'), add('c'), forget(), ...(saves ? [save()] : [])])
  })`,
)

test(`what was acknowledged outlives ${kills} kills, and nothing else comes of it`, {
  timeout: 30_000 + 3000 * kills,
}, async () => {
  const history = Array.from({length: 4000}, (_, line) => ({
    item: `item ${(line * line) % 97}`,
    order: line >> 2,
    customer: `c${(line >> 2) % 999}`,
  }))
  const fitted = await Recommender.fit(history, {learn: false})
  /** By order that was given, whether it must be there; `undefined` where nobody was told what became of it. */
  const known = new Map<string, boolean | undefined>()
  let told = 0
  for (let kill = 0; kill < kills; kill++) {
    if (kill % 20 === 0) {
      // Or it would grow all the time.
      rmSync(journal, {force: true})
      await fitted.save(path)
      known.clear()
    }
    for (const [word, order] of await killedAfter(6 + ((kill * 7) % 20), kill)) {
      known.set(order, word === 'added' ? true : word === 'removed' ? false : undefined)
      if (word === 'added') told++
    }
    const shop = await Recommender.load(path, {journal})
    const orders = await ordersIn(shop)
    for (const [order, isThere] of known) {
      if (isThere === undefined) known.set(order, orders.has(order))
      else expect(orders.has(order), `${order} after kill ${kill}`).toBe(isThere)
    }
    const added = [...orders].filter((order) => /^[abc]-/.test(order))
    expect(added.filter((order) => !known.get(order))).toEqual([])
    expect([...orders].filter((order) => /^[0-9]+$/.test(order)).length).toBe(1000)
  }
  expect(told).toBeGreaterThan(5 * kills)
})

/** What a process said until it was killed, a moment after so many acknowledgements. */
async function killedAfter(acknowledged: number, kill: number): Promise<string[][]> {
  const child = fork(script, [`${kill * 100_000}`, `${kill % 2}`], {silent: true})
  let said = ''
  const enough = new Promise<void>((resolve) => {
    child.once('close', resolve)
    child.stdout?.on('data', (text) => {
      said += text
      if (said.split('added').length > acknowledged) resolve()
    })
  })
  let failed = ''
  child.stderr?.on('data', (text) => {
    failed += text
  })
  await enough
  await new Promise((resolve) => setTimeout(resolve, (kill * 13) % 30))
  child.kill('SIGKILL')
  if (child.signalCode === null && child.exitCode === null) await new Promise((resolve) => child.once('close', resolve))
  expect(failed).toBe('')
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '))
}

/** The ids of all orders of a shop. */
async function ordersIn(shop: Recommender): Promise<Set<string>> {
  await shop.refresh()
  const {orders} = modelFromBytes('test', shop.toBytes(), {}, crc32).log
  return new Set(Array.from({length: orders.length}, (_, order) => String(orders.at(order))))
}

test('a process ends by itself, though it has a journal', async () => {
  await (await Recommender.fit([{item: 'tea', order: 1}])).save(path)
  rmSync(journal, {force: true})
  const code = `require(${JSON.stringify(library)}).Recommender.load(${JSON.stringify(path)}, {journal: ${JSON.stringify(journal)}})
    .then((shop) => shop.add([{item: 'tea', order: 2}])).then(({orders}) => console.log(orders))`
  expect(execFileSync(process.execPath, ['-e', code], {encoding: 'utf8', timeout: 20_000})).toBe('1\n')
  expect((await Recommender.load(path, {journal})).stale.orders).toBe(1)
})
