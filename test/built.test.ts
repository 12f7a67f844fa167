import {execFileSync} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {buildSync} from 'esbuild'
import {afterAll, expect, test} from 'vitest'

const root = join(import.meta.dirname, '..')
/** Within the project, so that the package is found by its own name. */
const folder = join(root, '.built/threads')
mkdirSync(folder, {recursive: true})
afterAll(() => rmSync(folder, {recursive: true}))

const program = `
  let [started, live] = [0, 0]
  process.on('worker', (worker) => {
    started++
    live++
    worker.once('exit', () => live--)
  })
  const lines = [1, 2].flatMap((order) => ['tea', 'milk'].map((item) => ({order, item, customer: order})))
  Recommender.fit(lines, {threads: 2}).then(async (shop) => {
    console.log(JSON.stringify(shop.alsoBought('tea', {fallback: false})))
    console.log(started + ' started, ' + live + ' left')
    const customers = Array.from({length: 300}, (_, place) => 1 + (place % 3))
    let same = 0
    for await (const {customer, answers} of shop.suggestAll({customers, repeat: 'only', threads: 2})) {
      same += JSON.stringify(answers) === JSON.stringify(shop.suggest({customer}, {repeat: 'only'}))
    }
    console.log(same + ' the same, ' + started + ' started, ' + live + ' left')
    // A loop that nobody goes on with does not keep the process.
    await shop.suggestAll({customers, threads: 2}).next()
  })`

const forms = {
  'an ES module': {file: 'service.mjs', code: `import {Recommender} from 'alsobought'\n${program}`},
  CommonJS: {file: 'service.cjs', code: `const {Recommender} = require('alsobought')\n${program}`},
}

function runOf(file: string): string[] {
  return execFileSync(process.execPath, [file], {encoding: 'utf8', timeout: 20_000}).trim().split('\n')
}

test.each(Object.entries(forms))(
  'threads start from %s, alone and bundled, and are gone afterwards',
  (_, {file, code}) => {
    const path = join(folder, file)
    writeFileSync(path, code)
    const bundled = join(folder, `bundled-${file}.cjs`)
    buildSync({entryPoints: [path], outfile: bundled, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error'})
    for (const started of [path, bundled]) {
      const [neighbors, threads, answers] = runOf(started)
      expect(JSON.parse(neighbors)).toMatchObject([{item: 'milk', tier: 'copurchase', together: 2}])
      // Two to count, two to learn.
      expect(threads).toBe('4 started, 0 left')
      expect(answers).toBe('300 the same, 6 started, 0 left')
    }
  },
)
