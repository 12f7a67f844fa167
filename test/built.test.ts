import {execFileSync} from 'node:child_process'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {buildSync} from 'esbuild'
import {afterAll, expect, test} from 'vitest'

const root = join(import.meta.dirname, '..')
/** Within the project, so that the package is found by its own name. */
const folder = join(root, '.built')
mkdirSync(folder, {recursive: true})
afterAll(() => rmSync(folder, {recursive: true}))

const program = `
  let [started, live] = [0, 0]
  process.on('worker', (worker) => {
    started++
    live++
    worker.once('exit', () => live--)
  })
  const lines = [1, 2].flatMap((order) => ['tea', 'milk'].map((item) => ({order, item})))
  Recommender.fit(lines, {threads: 2}).then((shop) => {
    console.log(JSON.stringify(shop.alsoBought('tea', {fallback: false})))
    console.log(started + ' started, ' + live + ' left')
  })`

const forms = {
  'an ES module': {file: 'service.mjs', code: `import {Recommender} from 'alsobought'\n${program}`},
  CommonJS: {file: 'service.cjs', code: `const {Recommender} = require('alsobought')\n${program}`},
}

function runOf(file: string): [string, string] {
  const [neighbors, threads] = execFileSync(process.execPath, [file], {encoding: 'utf8'}).trim().split('\n')
  return [neighbors, threads]
}

test.each(Object.entries(forms))(
  'threads start from %s, alone and bundled, and are gone afterwards',
  (_, {file, code}) => {
    const path = join(folder, file)
    writeFileSync(path, code)
    const bundled = join(folder, `bundled-${file}.cjs`)
    buildSync({entryPoints: [path], outfile: bundled, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error'})
    for (const started of [path, bundled]) {
      const [neighbors, threads] = runOf(started)
      expect(JSON.parse(neighbors)).toMatchObject([{item: 'milk', tier: 'copurchase', together: 2}])
      // Two to count, two to learn.
      expect(threads).toBe('4 started, 0 left')
    }
  },
)
