import {defineConfig} from 'tsup'

const node = {target: 'node20', sourcemap: true, clean: false} as const

export default defineConfig([
  {...node, entry: {index: 'src/index.ts'}, format: ['esm', 'cjs'], dts: true, shims: true},
  {...node, entry: {cli: 'src/cli/main.ts'}, format: ['esm']},
])
