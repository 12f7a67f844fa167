/**
 * Makes `src/matrix/embedded.ts`: the kernel, compiled to WebAssembly, and the worker that runs it, bundled to one text.
 * Both travel inside the package's own code, so that a service which is bundled into one file still has them.
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
  const wasm = join(folder, 'kernel.wasm')
  const {error, stderr} = await asc.main([
    join(root, 'src/matrix/assembly/kernel.ts'),
    ...['--outFile', wasm, '-O3', '--noAssert', '--runtime', 'stub'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', 'simd', '--enable', 'threads', '--enable', 'mutable-globals'],
  ])
  if (error) throw new Error(`the kernel does not compile:\n${stderr}`)
  const {outputFiles} = await build({
    entryPoints: [join(root, 'src/matrix/worker.ts')],
    ...{bundle: true, minify: true, write: false, platform: 'node', target: 'node20', format: 'cjs'},
  })
  const embedded = {kernelBytes: readFileSync(wasm).toString('base64'), workerCode: outputFiles[0].text.trim()}
  const lines = Object.entries(embedded).map(([name, text]) => `export const ${name} =\n  ${JSON.stringify(text)}\n`)
  writeFileSync(join(root, 'src/matrix/embedded.ts'), `// Made by build/kernel.mjs.\n${lines.join('')}`)
} finally {
  rmSync(folder, {recursive: true})
}
