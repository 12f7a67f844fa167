/**
 * Counting next to Python's implicit and scipy, one thread each, all cases in turn, where Python has these packages:
 *
 *     npm run bench:peers -- [S] [M] [L] [C] [--python PATH] [--rounds N] [--few] [--questions]
 *
 * `--few` leaves out all but the kernel of implicit, for the large sets. Both start from baskets in memory and end with the
 * 50 best neighbors of every item. `--questions` measures the answers instead: ten suggestions for each of 1,024 visitors
 * with 50 items, which we get as ids and implicit's scorer as numbers, and a sum in `Map`s. No part of tests or of the
 * install.
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {Recommender} from 'alsobought'
import {bothScorers, type CountingInput, countFast, countingInput, defaultScorer, defaults} from './core.ts'
import {naiveSuggest} from './naive-sum.ts'
import {below, sfc32} from './random.ts'
import {namedSets} from './set-names.ts'
import {makeSet, type Shop} from './sets.ts'
import {duration, median} from './timings.ts'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    python: {type: 'string', default: 'python3'},
    rounds: {type: 'string', default: '3'},
    few: {type: 'boolean'},
    questions: {type: 'boolean'},
  },
})
const QUESTIONS = 1024
const plain = {evidence: false, fallback: false}
const script = fileURLToPath(new URL('../bench/peers/peer.py', import.meta.url))

for (const name of namedSets(positionals, ['S', 'M'])) {
  const shop = makeSet(name)
  // Uncapped: the peers have no cap.
  const input = countingInput(shop, Number.POSITIVE_INFINITY)
  const folder = mkdtempSync(join(tmpdir(), 'alsobought-peers-'))
  try {
    const ours = values.questions ? await answers(shop, folder) : counting(input)
    const peer = await startPeer(folder, input)
    const theirs = values.few ? peer.cases.slice(0, 1) : peer.cases
    const times: Record<string, number[]> = {}
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [label, run] of Object.entries(ours)) {
        const start = performance.now()
        await run()
        times[label] = [...(times[label] ?? []), performance.now() - start]
      }
      for (const label of theirs) times[label] = [...(times[label] ?? []), 1000 * (await peer.run(label))]
    }
    peer.end()
    const [first] = Object.values(times).map(median)
    const each = values.questions ? QUESTIONS : 1
    console.log(`set ${name}: ${values.rounds} rounds in turn, one thread each`)
    console.table(
      Object.entries(times).map(([label, ms]) => ({
        case: label,
        median: duration(median(ms) / each),
        fastest: duration(Math.min(...ms) / each),
        ratio: Number((median(ms) / first).toFixed(2)),
      })),
    )
  } finally {
    rmSync(folder, {recursive: true})
  }
}

type Cases = Record<string, () => unknown>

function counting(input: CountingInput): Cases {
  return {
    'alsobought, default measure': () => countFast(input, [defaultScorer(input)]),
    'alsobought, both tables': () => countFast(input, bothScorers(input)),
  }
}

/** Puts the questions into the folder, too. */
async function answers({baskets, items}: Shop, folder: string): Promise<Cases> {
  // Rows of 50, which is what the others sum.
  const shop = await Recommender.fit({order: baskets, item: items}, {learn: false})
  const next = sfc32(3)
  const questions = Array.from({length: QUESTIONS}, () => {
    const session = new Set<number>()
    while (session.size < 50) session.add(items[below(items.length, next())])
    return [...session]
  })
  writeFileSync(join(folder, 'questions'), bytesOf(Int32Array.from(questions.flat())))
  const asked = questions.map((session) => session.map(String))
  const neighbors = new Map(
    shop.items.ids.map((id) => [id, shop.boughtTogether([id], {...plain, limit: defaults.neighbors})]),
  )
  const all = (answer: (session: string[]) => unknown) => () => {
    for (const session of asked) answer(session)
  }
  const cases = {
    'alsobought, suggest without evidence': all((items) => shop.suggest({items}, plain)),
    'alsobought, suggest': all((items) => shop.suggest({items})),
    'a sum in Maps': all((items) => naiveSuggest(neighbors, items)),
  }
  // Ours are compiled by the engine while they run.
  for (let round = 0; round < 4; round++) for (const run of Object.values(cases)) run()
  return cases
}

/** A Python process that holds the set and runs a case when told to. */
async function startPeer(folder: string, {byBasket, support}: CountingInput) {
  writeFileSync(join(folder, 'items'), bytesOf(Int32Array.from(byBasket.indices)))
  writeFileSync(join(folder, 'offsets'), bytesOf(byBasket.offsets))
  const sizes = [byBasket.offsets.length - 1, support.length, defaults.neighbors].map(String)
  const child = spawn(values.python, [script, folder, ...sizes], {stdio: ['pipe', 'pipe', 'inherit']})
  const answers = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  const failure = new Promise<never>((_, reject) => child.once('error', reject))
  const next = async () => {
    const {value, done} = await Promise.race([answers.next(), failure])
    if (done) throw new Error(`${values.python} cannot run ${script}; it needs: pip install implicit scipy`)
    return JSON.parse(value)
  }
  return {
    cases: (await next()) as string[],
    run: (label: string): Promise<number> => {
      child.stdin.write(`${label}\n`)
      return next()
    },
    end: () => child.stdin.end(),
  }
}

function bytesOf({buffer, byteOffset, byteLength}: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
