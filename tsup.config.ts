import {defineConfig} from 'tsup'

const node = {target: 'node20', sourcemap: true, clean: false} as const

export default defineConfig([
  {
    ...node,
    entry: {index: 'src/index.ts'},
    format: ['esm', 'cjs'],
    // Both doors' types at once, so that a shop opened by one is, to the compiler, what the other takes.
    dts: {entry: {index: 'src/index.ts', query: 'src/query.ts'}},
    shims: true,
  },
  {
    ...node,
    entry: {cli: 'src/cli/main.ts'},
    format: ['esm'],
    // Nobody builds on its code, and the map would be a fifth of all that is installed.
    sourcemap: false,
    // cli-progress is CommonJS: bundled into an ES module, it asks for Node's own modules by a `require` that is not there.
    banner: {js: "import {createRequire} from 'node:module'\nconst require = createRequire(import.meta.url)"},
  },
])
