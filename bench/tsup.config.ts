import {defineConfig} from 'tsup'

/**
 * Benches run built, by plain node, since a runner changes ratios two- to threefold. Each script is one file of its own:
 * a build can go on beside a bench that runs. What the package exports is measured as it is shipped, hence external.
 */
export default defineConfig({
  entry: [
    ...['run', 'guard', 'scale', 'shape', 'peers', 'growth', 'quality', 'soak'].map((name) => `bench/${name}.ts`),
    'bench/*.bench.ts',
  ],
  outDir: '.bench',
  format: ['esm'],
  target: 'node20',
  splitting: false,
  clean: false,
  external: ['alsobought', 'benny'],
})
