import {wrap} from './display.ts'
import {type CliOption, type Command, commands, options} from './option-list.ts'

/** How each command is called, and what it answers. */
export const usages: Record<Command, {call: string; answers: string}> = {
  demo: {call: 'demo [file]', answers: 'all of it, on a made-up shop or yours'},
  'also-bought': {call: 'also-bought <file> <item>', answers: 'what its buyers also bought'},
  together: {call: 'together <file> <item>...', answers: 'what completes these items'},
  suggest: {call: 'suggest <file> [customer]', answers: 'for a customer or, by --items, a visitor'},
  export: {call: 'export <file> <question>', answers: 'all also-bought or suggest answers'},
  evaluate: {call: 'evaluate <file>', answers: 'how good all these answers are'},
  tune: {call: 'tune <file>', answers: 'which settings make them best'},
}

/** Columns of the help text. */
const WIDTH = 80
const INDENT = 22

/** What `--help` prints. */
export function helpText(): string {
  const lines = ['Customers who bought this also bought: answers from a shop’s order history.', '']
  for (const {call, answers} of Object.values(usages)) lines.push(`  alsobought ${call.padEnd(27)}${answers}`)
  lines.push(
    '',
    ...wrap(
      'A file is CSV with a header, gzipped or not, a line for each item of an order; - reads standard input.',
      WIDTH,
    ),
  )
  let group = ''
  for (const [name, option] of Object.entries(options) as [string, CliOption][]) {
    if (option.group !== group) lines.push('', option.group)
    group = option.group
    lines.push(...entry(`--${name}${option.value ? ` ${option.value}` : ''}`, option))
  }
  lines.push('', ...entry('--help', {help: 'Print this.'}), ...entry('--version', {help: 'Print the version.'}))
  return `${lines.join('\n')}\n`
}

function entry(name: string, {help, of}: Pick<CliOption, 'help' | 'of'>): string[] {
  const others = commands.filter((command) => !of?.includes(command))
  const fewer = of && others.length < of.length ? `Not for ${others.join(', ')}.` : `Only for ${of?.join(', ')}.`
  const text = of ? `${help} ${fewer}` : help
  const lines = wrap(text, WIDTH - INDENT).map((line) => ' '.repeat(INDENT) + line)
  const head = `  ${name}`
  return head.length > INDENT - 2 ? [head, ...lines] : [head.padEnd(INDENT) + lines[0].trimStart(), ...lines.slice(1)]
}
