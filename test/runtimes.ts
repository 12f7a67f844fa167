/** JavaScript runtimes to try the package in: those that `npm run runtimes` has installed, or else what the path has. */
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'

const installed = join(import.meta.dirname, '../runtimes/node_modules')

const starts = (command: string) => spawnSync(command, ['--version'], {timeout: 20_000}).status === 0

/** The command that starts a runtime, where there is one. */
export function runtime(name: string): string | undefined {
  return [join(installed, '.bin', name), name].find(starts)
}

const ours = Number(process.versions.node.split('.')[0])

/** The versions of Node that the package is for, and the one that runs this; the command where there is one. */
export const nodes = [...new Set([20, 22, 24, ours])].map((version) => {
  const command = version === ours ? process.execPath : join(installed, `node${version}/bin/node`)
  return {version, command: starts(command) ? command : undefined}
})
