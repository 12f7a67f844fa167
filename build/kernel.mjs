/**
 * Makes `src/matrix/embedded.ts`: the kernel, the sums, the sweep and what follows customers, compiled to WebAssembly, and what
 * threads that count run, bundled to one text; and of it `src/queries/embedded.ts`: what threads that answer run. All travel
 * inside the package's own code, so that a service which is bundled into one file still has them.
 */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import asc from 'assemblyscript/asc'
import {build} from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'alsobought-kernel-'))
try {
  const shared = ['--sharedMemory', '--enable', 'threads']
  const kernel = await compile('kernel', ...shared)
  const sums = await compile('sums')
  const sweep = await compile('sweep', ...shared)
  const follow = await compile('follow', ...shared)
  const workerCode = await bundle('src/matrix/worker.ts')
  const modules = {kernelBytes: kernel, sumBytes: sums, sweepBytes: sweep, followBytes: follow}
  embed('src/matrix/embedded.ts', {...modules, workerCode})
  embed('src/queries/embedded.ts', {answererCode: await bundle('src/queries/answer-worker.ts')})
} finally {
  rmSync(folder, {recursive: true})
}

/** An entry of `src/matrix/assembly` as WebAssembly, in base64. */
async function compile(entry, ...options) {
  const wasm = join(folder, `${entry}.wasm`)
  const {error, stderr} = await asc.main([
    join(root, `src/matrix/assembly/${entry}.ts`),
    ...['--outFile', wasm, '-O3', '--converge', '--noAssert', '--runtime', 'stub'],
    ...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', 'simd', '--enable', 'mutable-globals', ...options],
  ])
  if (error) throw new Error(`${entry} does not compile:\n${stderr}`)
  return readFileSync(wasm).toString('base64')
}

/** What a thread runs, as one text. */
async function bundle(entry) {
  const {outputFiles} = await build({
    entryPoints: [join(root, entry)],
    ...{bundle: true, minify: true, write: false, platform: 'node', target: 'node20', format: 'cjs'},
  })
  return outputFiles[0].text.trim()
}

function embed(file, texts) {
  const lines = Object.entries(texts).map(([name, text]) => `export const ${name} =\n  ${JSON.stringify(text)}\n`)
  writeFileSync(join(root, file), `// Made by build/kernel.mjs.\n${lines.join('')}`)
}
