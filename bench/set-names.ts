import {type SetName, setNames} from './sets.ts'

/** The sets named on a command line. */
export function namedSets(names: string[], fallback: SetName[]): SetName[] {
  const unknown = names.find((name) => !(setNames as string[]).includes(name))
  if (unknown !== undefined) throw new RangeError(`unknown set ${unknown}; valid are ${setNames.join(', ')}`)
  return names.length > 0 ? (names as SetName[]) : fallback
}
