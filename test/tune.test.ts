import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {beforeAll, describe, expect, test} from 'vitest'
import {generateShop, toCsv} from '../fixtures/shop.ts'
import {type OrderLine, Recommender, type Tuning, tune} from '../src/index.ts'

const {lines} = generateShop()
const ofThree = await tune(lines, {configurations: 3, learn: false})

describe('tune', () => {
  let tuning: Tuning
  beforeAll(async () => {
    tuning = await tune(lines)
  }, 60_000)

  test('keeps a default unless something is better by more than chance', () => {
    expect(tuning.choices.map(({option}) => option)).toEqual([
      ...['measure', 'recency', 'discovery', 'next.targets', 'learn', 'next.weight'],
    ])
    for (const {option, chosen, candidates, groups} of tuning.choices) {
      const [usual, ...others] = candidates
      expect(groups, option).toBeGreaterThan(200)
      expect(usual.difference, option).toBeUndefined()
      for (const {ndcg, difference} of others) expect(difference?.difference).toBeCloseTo(ndcg - usual.ndcg, 12)
      const better = others.filter(({difference}) => (difference?.low ?? 0) > 0)
      const best = better.sort((a, b) => b.ndcg - a.ndcg)[0] ?? usual
      expect(chosen, option).toBe(best.value)
    }
  })

  test('finds that new things count for more in this shop, and says what is unclear', () => {
    expect(tuning.options).toEqual({next: {weight: 0.4}})
    expect(tuning.warnings).toContainEqual(expect.stringMatching(/^discovery: 0, 1 and the default are within noise/))
    expect(tuning.configurations).toBe(18)
  })

  test('gives options that fit takes, and fit tunes by itself', async () => {
    const tuned = await Recommender.fit(lines, {tune: true})
    expect(tuned.report.tuned).toEqual(tuning.options)
    const fitted = await Recommender.fit(lines, tuning.options)
    const answers = (shop: Recommender) =>
      ['C1010', 'C1088', 'C1200'].map((customer) => shop.suggest({customer}, {repeat: 'include'}))
    expect(answers(tuned)).toEqual(answers(fitted))
    expect(answers(fitted)).not.toEqual(answers(await Recommender.fit(lines)))
  })

  test('is the same for the lines in any order', async () => {
    expect(await tune(lines.toReversed())).toEqual(tuning)
  })
})

test('tries no more configurations than it may, the default first', async () => {
  const ofOne = await tune(lines, {configurations: 1, learn: false})
  for (const [configurations, tuning] of [
    [1, ofOne],
    [3, ofThree],
  ] as const) {
    const {choices, configurations: tried, options} = tuning
    expect(tried).toBe(configurations)
    expect(choices[0].candidates.map(({value}) => value)).toEqual(
      ['weighted', 'rp3beta', 'llr'].slice(0, configurations),
    )
    for (const {candidates} of choices.slice(1)) expect(candidates.length).toBe(1)
    expect(options).toEqual({})
  }
})

test('leaves the default measure where another is better', async () => {
  // What sells most goes with everything; pairs of their own are only told apart by a measure that sees through that.
  const shop: OrderLine[] = []
  for (let order = 0; order < 600; order++) {
    const pair = order % 60
    const items = order % 2 === 0 ? [`a${pair}`, `b${pair}`] : [`a${pair}`, `b${pair}`, 'bag', 'tea', 'milk', 'bread']
    for (const item of items) shop.push({item, order, at: order})
  }
  const {choices} = await tune(shop, {learn: false, neighbors: 5})
  const [measure] = choices
  const ndcg = (value: string) => measure.candidates.find((candidate) => candidate.value === value)?.ndcg ?? 0
  const best = measure.candidates.toSorted((a, b) => b.ndcg - a.ndcg)[0]
  expect(ndcg(String(measure.chosen))).toBeCloseTo(best.ndcg, 2)
})

test.each([
  [{configurations: 0}, 'tune: configurations must be a whole number from 1 up, got 0'],
  [{configurations: 1.5}, 'tune: configurations must be a whole number from 1 up, got 1.5'],
  [{configuration: 3}, 'tune: unknown option "configuration"; valid are configurations, seed, items, scopes, '],
  [{seed: 1.5}, 'tune: seed must be a whole number, got 1.5'],
  [{measure: 'cosine', tune: true}, 'fit: tune chooses measure, recency, discovery and next; leave these out, or tune'],
])('refuses %j', async (options, message) => {
  const tried = 'tune' in options ? Recommender.fit(lines, options as object) : tune(lines, options as object)
  await expect(tried).rejects.toThrow(message)
})

test('stops at once, and says where there is nothing to go by', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const stopped = tune(lines, {signal: controller.signal, onProgress: () => controller.abort(reason)})
  await expect(stopped).rejects.toBe(reason)
  await expect(tune([{item: 'tea', order: 1}])).rejects.toThrow(/^tune: too few orders to judge by/)
})

describe('alsobought tune', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../dist/cli.js'), 'tune', ...args], {
      encoding: 'utf8',
      input: toCsv(lines),
    })
  const few = ['-', '--configurations', '3', '--learn', 'none']

  test('tells what was tried and what to give to fit', async () => {
    const {stdout, stderr, status} = run(...few)
    expect(status).toBe(0)
    expect(stderr).toMatch(/^columns: item=item_id, order=order_id, .*\n$/)
    expect(stdout).toMatch(/^Settings for .*standard input.*, by 3 configurations tried on orders kept back\n/)
    expect(stdout).toMatch(/^ {2}weighted +0\.\d{4} +chosen, default$/m)
    expect(stdout).toMatch(/^ {2}rp3beta +0\.\d{4} +−0\.\d{4}…−0\.\d{4}$/m)
    expect(stdout).toMatch(/^ {2}nothing: the defaults are the best of these$/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    expect(JSON.parse(run(...few, '--json').stdout)).toEqual(JSON.parse(JSON.stringify(ofThree)))
  })

  test.each([
    [['-', '--measure', 'cosine'], /^alsobought: tune takes no option --measure; valid are --json, /, 2],
    [['-', 'more'], /^alsobought: tune takes one file, got also "more": alsobought tune <file>\n$/, 2],
    [['-', '--configurations', '0'], /^alsobought: .*configurations must be a whole number from 1 up, got 0\n$/, 2],
    [['none.csv'], /^alsobought: there is no file none\.csv; check the path\n$/, 1],
  ])('ends for %j and says why in one line', (args, message, code) => {
    const {stdout, stderr, status} = run(...args)
    expect([stdout, status]).toEqual(['', code])
    expect(stderr).toMatch(message)
  })
})
