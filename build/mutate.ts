/**
 * Changes the sources one small thing at a time and runs the tests that concern them. Fails unless each such mutant is
 * killed by a test or named in `equivalents.json`, with the reason why no test could; and when one named there is gone.
 * Arguments choose files by a part of their name.
 */
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {transformSync} from 'esbuild'
import {createVitest, type TestSpecification} from 'vitest/node'
import equivalents from './equivalents.json'
import {findMutants, type Mutant} from './mutants.ts'
import type {} from './mutate-setup.ts'

/** The files to change, each with the tests that concern it, the quickest first. */
const targets: Record<string, [test: string, names?: RegExp][]> = {
  'src/matrix/measures.ts': [['measures'], ['kernel', /^the kernel/]],
  'src/matrix/scorers.ts': [['measures'], ['matrix'], ['kernel', /^the kernel/]],
  'src/evaluate/metrics.ts': [['metrics']],
  'src/matrix/top-k.ts': [['matrix', /^(top-k|buildTables)/]],
}

let mutated = {path: '', text: ''}
// One for all mutants: it would take two seconds to start, and to read all the other files, for each.
const vitest = await createVitest(
  'test',
  {
    ...{watch: false, cache: false, bail: 1, silent: true, reporters: [{}], setupFiles: ['build/mutate-setup.ts']},
    // Of CPU time, see there: others may use the machine too.
    testTimeout: 0,
  },
  {plugins: [{name: 'mutate', load: (id) => (id === mutated.path ? mutated.text : undefined)}]},
)

/** Whether the tests pass with this text for the file; and the most CPU time that those of one file took. */
async function run(path: string, text: string, tests: TestSpecification[]) {
  // What was changed before becomes again as it is.
  vitest.invalidateFile(mutated.path)
  mutated = {path, text}
  vitest.invalidateFile(path)
  let spent = 0
  for (const test of tests) {
    const {testModules, unhandledErrors} = await vitest.runTestSpecifications([test])
    // Those of earlier runs are among them.
    const module = testModules.find(({moduleId}) => moduleId === test.moduleId)
    if (unhandledErrors.length > 0 || module?.state() !== 'passed') return {passes: false, spent}
    spent = Math.max(spent, module.meta().spent ?? 0)
  }
  return {passes: true, spent}
}

/** Says what is wrong with the mutants of a file, and how many there are; returns how many are wrong. */
async function judge(file: string): Promise<number> {
  const path = resolve(file)
  const source = readFileSync(path, 'utf8')
  const tests = targets[file].map(([name, testNamePattern = /./]) =>
    vitest.getRootProject().createSpecification(resolve(`test/${name}.test.ts`), {testNamePattern}),
  )
  vitest.provide('limit', 1e9)
  const unchanged = await run(path, source, tests)
  if (!unchanged.passes) throw new Error(`${file}: its tests fail before anything is changed`)
  vitest.provide('limit', 3 * unchanged.spent)

  let wrong = 0
  const complain = (what: string, {where, before, after}: Pick<Mutant, 'where' | 'before' | 'after'>) => {
    wrong++
    console.log(`  ${what}, in ${where}:\n    ${before}\n    ${after}`)
  }
  const tally = {killed: 0, equivalent: 0, survived: 0}
  const listed = equivalents.filter((entry) => entry.file === file)
  const unseen = new Set(listed)
  for (const mutant of findMutants(source)) {
    // A text that does not parse would be killed for the wrong reason.
    transformSync(mutant.text, {loader: 'ts'})
    const {where, before, after} = mutant
    const entry = listed.find((entry) => entry.where === where && entry.before === before && entry.after === after)
    if (entry) unseen.delete(entry)
    const {passes} = await run(path, mutant.text, tests)
    tally[!passes ? 'killed' : entry ? 'equivalent' : 'survived']++
    if (passes && !entry) complain(`survived at ${file}:${mutant.line}`, mutant)
    if (!passes && entry) complain('listed as equivalent, but killed', mutant)
  }
  for (const entry of unseen) complain('listed as equivalent, but there is no such mutant', entry)
  console.log(`${file}: ${tally.killed} killed, ${tally.equivalent} equivalent, ${tally.survived} survived`)
  return wrong
}

const chosen = process.argv.slice(2)
const files = Object.keys(targets).filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
if (files.length === 0) throw new Error(`mutate: expected a part of ${Object.keys(targets).join(', ')}, got ${chosen}`)
let wrong = 0
for (const file of files) wrong += await judge(file)
await vitest.close()
process.exitCode = wrong > 0 ? 1 : 0
