/** What can be asked for. */
export const commands = ['demo', 'also-bought', 'together', 'suggest', 'export', 'save', 'evaluate', 'tune'] as const
export type Command = (typeof commands)[number]

/** An option of the command line, as the parser and `--help` need it. */
export interface CliOption {
  group: 'Answers' | 'Exporting' | 'Judging' | 'Reading' | 'Counting'
  /** What stands for its value in `--help`; a switch without one. */
  value?: string
  help: string
  /** The commands that take it. Default all. */
  of?: readonly Command[]
}

/** The commands that answer questions: of orders, or of a shop that was saved. */
const asking = ['demo', 'also-bought', 'together', 'suggest', 'export'] as const
/** Those that make a shop of orders to be asked. */
const fitting = [...asking, 'save'] as const
/** Those that are told the settings that `tune` chooses. */
const settled = [...fitting, 'evaluate'] as const

/** Every option, in the order `--help` lists them. */
export const options = {
  limit: {
    group: 'Answers',
    value: 'N',
    help: 'How many items to show; fewer come only when fewer qualify. From 1 up, default 10, in the demo 3.',
    of: asking,
  },
  customer: {
    group: 'Answers',
    value: 'ID',
    help: 'Whom to suggest to, as the column names them. May also stand after the file.',
    of: ['suggest'],
  },
  items: {
    group: 'Answers',
    value: 'A,B',
    help: 'What a visitor looks at or has in the cart, the latest last. Alone, or with a customer.',
    of: ['suggest'],
  },
  repeat: {
    group: 'Answers',
    value: 'HOW',
    help:
      'What the customer has bought before: exclude it; include it, ranked by the chance that they buy it now; or ' +
      'only that. Default exclude.',
    of: ['suggest', 'export'],
  },
  exclude: {
    group: 'Answers',
    value: 'A,B',
    help: 'Items to leave out of the answers, such as what is sold out. May be given several times. Default none.',
    of: ['also-bought', 'together', 'suggest', 'export'],
  },
  json: {
    group: 'Answers',
    help:
      'Print JSON: the same bytes for the same orders, in whatever order their lines stand, but for the seconds that an ' +
      'evaluation took.',
    of: ['demo', 'also-bought', 'together', 'suggest', 'evaluate', 'tune'],
  },
  out: {
    group: 'Exporting',
    value: 'FILE',
    help:
      'Write to this file: gzipped if it ends in .gz, and in the place of an older one only when it is whole. Default: ' +
      'standard output.',
    of: ['export'],
  },
  format: {
    group: 'Exporting',
    value: 'NAME',
    help:
      'csv: a row for each answer, after a header. jsonl: a line of JSON for each item or customer. Ids and titles are ' +
      'written as they are, so beware of a spreadsheet, which may take one that begins with = for a formula. Default ' +
      'jsonl if --out ends in .jsonl or .ndjson, else csv.',
    of: ['export'],
  },
  ids: {
    group: 'Exporting',
    value: 'FILE',
    help: 'Answer for the items, or customers, in the first column of this CSV file without a header. Default: all there are.',
    of: ['export'],
  },
  threads: {
    group: 'Exporting',
    value: 'N',
    help:
      'How many threads count and answer: 1 to 256, 1 for none but the main one. The file is the same for any number. ' +
      'Default: as many as there are cores, where there is enough to do.',
    of: ['export'],
  },
  measures: {
    group: 'Judging',
    value: 'A,B',
    help: 'The measures to compare --measure with, such as cosine,llr. Default all.',
    of: ['evaluate'],
  },
  seed: {
    group: 'Judging',
    value: 'N',
    help: 'A whole number: draws the samples and, where there are no dates, the orders to foretell. Default 1.',
    of: ['evaluate', 'tune'],
  },
  configurations: {
    group: 'Judging',
    value: 'N',
    help: 'How many configurations to try; what promises most comes first. From 1 up, default all.',
    of: ['tune'],
  },
  html: {
    group: 'Judging',
    value: 'FILE',
    help: 'Write a page with plots and all figures to this file, too. Default: none.',
    of: ['evaluate'],
  },
  columns: {
    group: 'Reading',
    value: 'FIELD=NAME,…',
    help:
      'Which column holds which field: item, order, customer, quantity, at, price, weight. item=StockCode names one, ' +
      'price= leaves one out. Default: columns with well-known names, such as StockCode, order_id, Quantity.',
  },
  delimiter: {
    group: 'Reading',
    value: 'CHAR',
    help: 'The one character between fields, or tab. Default a comma; in files called .tsv or .tsv.gz a tab.',
  },
  encoding: {
    group: 'Reading',
    value: 'LABEL',
    help: 'How the bytes are to be read, such as latin1 or utf-16le. Default utf-8.',
  },
  'date-format': {
    group: 'Reading',
    value: 'HOW',
    help:
      'How dates are written: iso, mdy, dmy, seconds or milliseconds (since 1970). Default: the year first, or months ' +
      'before days, except between dots.',
  },
  'decimal-comma': {
    group: 'Reading',
    help: 'Numbers are like 1.234,56, so that 1,234 is a little more than one. Default: a decimal point.',
  },
  'skip-bad-rows': {
    group: 'Reading',
    help: 'Leave out rows that cannot be used, and say how many. Default: stop at the first.',
  },
  'items-file': {
    group: 'Reading',
    value: 'FILE',
    help:
      'Titles and categories, as CSV with columns such as id, title and category, read like the orders; --columns ' +
      'id=SKU,title=Name names them. Default: the column of the orders called title, description or alike; of several ' +
      'titles of an item its most frequent.',
    of: fitting,
  },
  'keep-fees': {
    group: 'Reading',
    help: 'Keep items whose ids look like fees, postage or vouchers (POST, gift_0001_20). Default: leave them out.',
  },
  measure: {
    group: 'Counting',
    value: 'NAME',
    help:
      'How also-bought scores: weighted, chance, count, confidence, deshpandeKarypis, cosine, jaccard, lift, npmi, llr, ' +
      'bm25, rp3beta. Default weighted, which has proved most accurate.',
    of: settled,
  },
  scope: {
    group: 'Counting',
    value: 'WHAT',
    help: 'What makes a basket: order, or customer (all a customer ever bought). Default order, if lines name orders.',
    of: fitting,
  },
  neighbors: {
    group: 'Counting',
    value: 'N',
    help: 'How many neighbors are stored for each item. From 1 up, default 50.',
  },
  'min-together': {
    group: 'Counting',
    value: 'N',
    help:
      'In how many baskets two items must meet; from 2 up, these must also be of at least two customers where ' +
      'customers are known. Default 2; 1 lets every pair through.',
  },
  'max-basket': {
    group: 'Counting',
    value: 'N',
    help: 'A basket of more distinct items keeps those bought last. From 2 up, or none for no limit. Default 500.',
  },
  discovery: {
    group: 'Counting',
    value: 'X',
    help: 'How far weighted goes from bestsellers to discoveries: 0 (most accurate) to 1. Default 0.5.',
    of: settled,
  },
  learn: {
    group: 'Counting',
    value: 'N',
    help: 'For how many items, the most bought, weights are learned beside what is counted, or none. Default 2000.',
  },
} satisfies Record<string, CliOption>

export type OptionName = keyof typeof options

/** Whether a command answers questions, and so of a shop that was saved as well. */
export function isAsking(command: Command): boolean {
  return (asking as readonly Command[]).includes(command)
}

/** The options a command takes. */
export function optionsOf(command: Command): OptionName[] {
  return (Object.entries(options) as [OptionName, CliOption][])
    .filter(([, {of}]) => of === undefined || of.includes(command))
    .map(([name]) => name)
}
