import {defineConfig} from 'vitest/config'

// A shared machine may be ten times as slow as a quiet one. What hangs is found all the same.
export default defineConfig({test: {testTimeout: 60_000, hookTimeout: 120_000}})
