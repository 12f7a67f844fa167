import {statSync} from 'node:fs'
import {dirname, resolve} from 'node:path'

/** Refuses a file to write that cannot be one, or that would overwrite one to be read, before minutes of work are in vain. */
export function checkTarget(option: string, path: string, sources: readonly (string | undefined)[]): void {
  const folder = dirname(path)
  if (!statSync(folder, {throwIfNoEntry: false})?.isDirectory()) {
    throw new Error(`there is no folder ${folder}; make it, or name another for ${option}`)
  }
  if (statSync(path, {throwIfNoEntry: false})?.isDirectory()) {
    throw new Error(`${path} is a folder; name a file in it for ${option}`)
  }
  const source = sources.find((file) => file !== undefined && resolve(path) === resolve(file))
  if (source !== undefined) throw new Error(`${option} would overwrite ${source}; name another file`)
}
