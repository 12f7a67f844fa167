/**
 * Changes the sources one small thing at a time and runs the tests that concern them. Fails unless each such mutant is
 * killed by a test or named in `equivalents.json`, with the reason why no test could; and when one named there is gone.
 * Arguments choose files by a part of their name.
 */
import {readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {transformSync} from 'esbuild'
import {createVitest, type TestSpecification} from 'vitest/node'
import equivalents from './equivalents.json'
import {findMutants, type Mutant} from './mutants.ts'

/** The files to change, each with its tests, the quickest first. */
const targets: Record<string, [test: string, names?: RegExp][]> = {
  'src/matrix/measures.ts': [['measures'], ['kernel', /^the kernel/]],
  'src/matrix/scorers.ts': [['measures'], ['matrix'], ['kernel', /^the kernel/]],
  'src/matrix/top-k.ts': [['matrix', /^(top-k|buildTables)/]],
}

let mutated = {path: '', text: ''}
const vitest = await createVitest(
  'test',
  {watch: false, cache: false, bail: 1, silent: true, reporters: [{}], setupFiles: ['build/mutate-setup.ts']},
  {plugins: [{name: 'mutate', load: (id) => (id === mutated.path ? mutated.text : undefined)}]},
)

declare module 'vitest' {
  interface ProvidedContext {
    /** The CPU time after which the tests of a file have failed. */
    microseconds: number
  }
}

const passes = async (path: string, text: string, tests: TestSpecification[]) => {
  mutated = {path, text}
  vitest.invalidateFile(path)
  for (const test of tests) {
    const {testModules, unhandledErrors} = await vitest.runTestSpecifications([test])
    if (unhandledErrors.length > 0 || !testModules.every((module) => module.ok())) return false
  }
  return true
}

let failures = 0
const fail = (what: string, {where, before, after}: Omit<Mutant, 'line' | 'text'>) => {
  failures++
  console.log(`  ${what}, in ${where}:\n    ${before}\n    ${after}`)
}

const chosen = process.argv.slice(2)
for (const [file, concerned] of Object.entries(targets)) {
  if (chosen.length > 0 && !chosen.some((part) => file.includes(part))) continue
  console.log(file)
  const path = resolve(file)
  const source = readFileSync(path, 'utf8')
  const tests = concerned.map(([name, testNamePattern = /./]) =>
    vitest.getRootProject().createSpecification(join(vitest.config.root, `test/${name}.test.ts`), {testNamePattern}),
  )
  vitest.provide('microseconds', 1e9)
  const start = performance.now()
  if (!(await passes(path, source, tests))) throw new Error(`${file}: its tests fail before anything is changed`)
  vitest.provide('microseconds', 3000 * (performance.now() - start))

  const listed = new Set(equivalents.filter((entry) => entry.file === file))
  const unseen = new Set(listed)
  const tally = {killed: 0, equivalent: 0, survived: 0}
  for (const mutant of findMutants(source)) {
    // A text that does not parse would be killed for the wrong reason.
    transformSync(mutant.text, {loader: 'ts'})
    const entry = [...listed].find(
      ({where, before, after}) => where === mutant.where && before === mutant.before && after === mutant.after,
    )
    if (entry) unseen.delete(entry)
    const survives = await passes(path, mutant.text, tests)
    tally[!survives ? 'killed' : entry ? 'equivalent' : 'survived']++
    if (survives && !entry) fail(`survived at ${file}:${mutant.line}`, mutant)
    if (!survives && entry) fail('listed as equivalent, but killed', entry)
  }
  for (const entry of unseen) fail('listed as equivalent, but there is no such mutant', entry)
  console.log(`  ${tally.killed} killed, ${tally.equivalent} equivalent, ${tally.survived} survived`)
}
await vitest.close()
process.exitCode = failures > 0 ? 1 : 0
