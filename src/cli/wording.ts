import {printable} from './display.ts'

/** What the library says in its words, and how the command line says it. In this order. */
const rewordings: readonly (readonly [RegExp, string])[] = [
  [/^evaluate: unknown measure /, 'unknown --measures '],
  [/^(fit|readOrders|readItems|load|alsoBought|boughtTogether|suggest|alsoBoughtAll|suggestAll|evaluate): /, ''],
  [/pass onBadRow: 'skip' to leave such rows out/, '--skip-bad-rows leaves such rows out'],
  [/; readers of files take commas with decimalComma: true/, '; --decimal-comma takes commas'],
  [/a saved shop; Recommender\.load opens it/, 'a saved shop; name its file, it is not read from a pipe'],
  [/give it with the option measure/, 'ask it in code, where Recommender.load takes it'],
  [/set encoding to what it was written in/, 'name by --encoding what it was written in'],
  [/(set|leave out) dateFormat: '(\w+)'(?: or '(\w+)')?/, '$1 --date-format $2 or $3'],
  [/(--date-format \w+) or (?!\w)/, '$1'],
  [/set (delimiter|encoding): '([^']*)'/, "set --$1 '$2'"],
  [/columns: \{(\w+): "?([^"}]*)"?\}/, '--columns $1=$2'],
  [/ in columns; valid/, ' in --columns; valid'],
  [/(?<!--)\bdateFormat\b/, '--date-format'],
  [/(?<!--)\bminTogether\b/, '--min-together'],
  [/(?<!--)\bmaxBasket\b/, '--max-basket'],
  [/^(neighbors|threads|discovery|delimiter|seed) must/, '--$1 must'],
  [/^unknown (measure|encoding) /, 'unknown --$1 '],
  [/^unknown scopes /, 'unknown --scope '],
]

/** An error's message as one line in the words of the command line. */
export function inWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const worded = rewordings.reduce((text, [library, line]) => text.replace(library, line), message)
  return printable(worded)
}
