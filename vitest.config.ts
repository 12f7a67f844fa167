import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    // A shared machine may be ten times as slow as a quiet one. What hangs is found all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // By default one core is left alone, which is half of a small machine.
    maxWorkers: '100%',
  },
})
