import {existsSync} from 'node:fs'
import {parseArgs} from 'node:util'
import {quote} from '../orders/options.ts'
import {type CliOption, type Command, commands, type OptionName, options, optionsOf} from './option-list.ts'
import {advice} from './slips.ts'

/** The values of the options that were given, those of a switch empty. */
export type Values = {[name in OptionName]?: string[]}

/** What stands on a command line, its names checked. */
export interface CommandLine {
  command: Command
  positionals: string[]
  values: Values
}

/** What to tell of the program itself: all of its options, those of a command, or just how to begin. */
export interface About {
  about: 'version' | 'all' | 'beginning' | Command
}

type Token = {name: string; rawName: string; value: string | undefined; inlineValue: boolean | undefined}

/** Takes the arguments after the program's name apart. */
export function readCommandLine(args: string[]): CommandLine | About {
  const {tokens} = parseArgs({args, options: parserOptions(), strict: false, allowPositionals: true, tokens: true})
  const given = tokens.filter((token) => token.kind === 'option')
  const [command, ...positionals] = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []))
  if (command === undefined && given.length === 0) return {about: 'beginning'}
  const asked = given.find(({name}) => name === 'help' || name === 'version')
  if (asked?.name === 'version') return {about: 'version'}
  if (asked || command === 'help') {
    const [of] = command === 'help' ? positionals : [command]
    return {about: of === undefined ? 'all' : checkCommand(of)}
  }
  if (command === undefined || !isCommand(command)) checkNames(given)
  if (command === undefined) {
    throw new RangeError(`name a command: ${commands.join(', ')}; alsobought --help tells more`)
  }
  const known = checkCommand(command)
  const values: Values = {}
  for (const token of given) {
    const name = checkOption(known, token)
    values[name] = [...(values[name] ?? []), token.value ?? '']
  }
  return {command: known, positionals, values}
}

function parserOptions(): Record<string, {type: 'string' | 'boolean'; short?: string}> {
  const entries = Object.entries(options) as [string, CliOption][]
  const own = entries.map(([name, {value}]) => [name, {type: value ? 'string' : 'boolean'}] as const)
  return {...Object.fromEntries(own), help: {type: 'boolean', short: 'h'}, version: {type: 'boolean'}}
}

function isCommand(text: string): text is Command {
  return (commands as readonly string[]).includes(text)
}

function checkCommand(text: string): Command {
  if (isCommand(text)) return text
  const isFile = text !== '' && existsSync(text)
  const told = isFile ? `a command comes first, as in: alsobought demo ${text}` : advice(text, commands)
  throw new RangeError(`unknown command ${quote(text)}; ${told}`)
}

/** Without a command: what follows an unknown option would be taken for one. */
function checkNames(given: readonly Token[]): void {
  for (const {name, rawName} of given) {
    if (rawName !== `--${name}` || !Object.hasOwn(options, name)) throw unknownOption(rawName, Object.keys(options))
  }
}

function checkOption(command: Command, {name, rawName, value, inlineValue}: Token): OptionName {
  const valid = optionsOf(command)
  if (!(valid as string[]).includes(name) || rawName !== `--${name}`) {
    throw unknownOption(rawName, valid, Object.hasOwn(options, name) ? command : undefined)
  }
  const {value: placeholder} = options[name as OptionName] as CliOption
  const isForgotten = value === undefined || (inlineValue === false && value.startsWith('--'))
  if (placeholder && isForgotten) throw new RangeError(`--${name} needs a value: --${name} ${placeholder}`)
  if (!placeholder && value !== undefined) throw new RangeError(`--${name} takes no value, got ${quote(value)}`)
  return name as OptionName
}

/** @param command named where it is another command's option */
function unknownOption(rawName: string, valid: readonly string[], command?: Command): RangeError {
  const names = valid.map((option) => `--${option}`)
  if (command) return new RangeError(`${command} takes no option ${rawName}; valid are ${names.join(', ')}`)
  return new RangeError(`unknown option ${rawName}; ${advice(rawName, names)}`)
}
