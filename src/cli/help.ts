import {wrap} from './display.ts'
import {type CliOption, type Command, commands, isAsking, options} from './option-list.ts'

/** How each command is called, and what it answers. */
export const usages: Record<Command, {call: string; answers: string}> = {
  demo: {call: 'demo [file]', answers: 'all of it, on a made-up shop or yours'},
  'also-bought': {call: 'also-bought <file> <item>', answers: 'what its buyers also bought'},
  together: {call: 'together <file> <item>...', answers: 'what completes these items'},
  suggest: {call: 'suggest <file> [customer]', answers: 'for a customer or, by --items, a visitor'},
  export: {call: 'export <file> <question>', answers: 'all also-bought or suggest answers'},
  save: {call: 'save <file> <shop>', answers: 'the shop as one file, quick to ask'},
  evaluate: {call: 'evaluate <file>', answers: 'how good all these answers are'},
  tune: {call: 'tune <file>', answers: 'which settings make them best'},
}

/** Columns of the help text. */
const WIDTH = 80
const INDENT = 22

const ofOrders =
  'A file is CSV with a header, gzipped or not, a line for each item of an order; - reads standard input.'
const orSaved =
  'Or it is a shop that save wrote, here or in a service: it opens at once, and takes none of the options of Reading and Counting.'

/** What stands where nothing was asked for. */
export function beginningText(): string {
  return text([
    ...overview(),
    '',
    'To begin with',
    '  alsobought demo',
    '  alsobought demo orders.csv',
    '  alsobought also-bought orders.csv SKU-1',
    '',
    ...wrap('alsobought COMMAND --help tells the options of a command, alsobought --help all there are.', WIDTH),
  ])
}

/** What `--help` prints. */
export function helpText(): string {
  const [help, version] = [{help: 'Print this; of a command, what it takes.'}, {help: 'Print the version.'}]
  return text([...overview(), ...optionLines(), '', ...entry('--help', help), ...entry('--version', version)])
}

/** What a command's `--help` prints. */
export function commandText(command: Command): string {
  const {call, answers} = usages[command]
  const files = isAsking(command) ? `${ofOrders} ${orSaved}` : ofOrders
  return text([`alsobought ${call}: ${answers}`, '', ...wrap(files, WIDTH), ...optionLines(command)])
}

function text(lines: string[]): string {
  return `${lines.join('\n')}\n`
}

function overview(): string[] {
  const calls = Object.values(usages).map(({call, answers}) => `  alsobought ${call.padEnd(27)}${answers}`)
  const what = 'Customers who bought this also bought: answers from a shop’s order history.'
  return [what, '', ...calls, '', ...wrap(`${ofOrders} ${orSaved}`, WIDTH)]
}

/** Those of one command, or of all. */
function optionLines(command?: Command): string[] {
  const lines: string[] = []
  let group = ''
  for (const [name, option] of Object.entries(options) as [string, CliOption][]) {
    const {help, of, value} = option
    if (command && of && !of.includes(command)) continue
    if (option.group !== group) lines.push('', option.group)
    group = option.group
    lines.push(...entry(`--${name}${value ? ` ${value}` : ''}`, command ? {help} : option))
  }
  return lines
}

function entry(name: string, {help, of}: Pick<CliOption, 'help' | 'of'>): string[] {
  const others = commands.filter((command) => !of?.includes(command))
  const fewer = of && others.length < of.length ? `Not for ${others.join(', ')}.` : `Only for ${of?.join(', ')}.`
  const text = of ? `${help} ${fewer}` : help
  const lines = wrap(text, WIDTH - INDENT).map((line) => ' '.repeat(INDENT) + line)
  const head = `  ${name}`
  return head.length > INDENT - 2 ? [head, ...lines] : [head.padEnd(INDENT) + lines[0].trimStart(), ...lines.slice(1)]
}
