/** All suites, each in a process of its own: `npm run bench -- [S] [M] [L] [C]`, S and M if none is named. */
import {spawnSync} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {namedSets} from './set-names.ts'

const sets = namedSets(process.argv.slice(2), ['S', 'M'])
const folder = fileURLToPath(new URL('.', import.meta.url))
for (const script of readdirSync(folder).filter((name) => name.endsWith('.bench.js'))) {
  const {status} = spawnSync(process.execPath, [folder + script, ...sets], {stdio: 'inherit'})
  if (status !== 0) throw new Error(`${script} failed`)
}
