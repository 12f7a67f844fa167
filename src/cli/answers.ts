import type {Neighbor} from '../queries/also-bought.ts'
import type {Suggestion} from '../queries/bought-together.ts'
import type {Queries} from '../queries/queries.ts'
import type {Because} from '../queries/reasons.ts'
import type {Rules} from '../queries/rules.ts'
import type {SuggestOptions} from '../queries/suggest.ts'
import type {Who} from '../queries/who.ts'
import type {Titles} from './titles.ts'

/** A shop and what its items are called. */
export interface TitledShop {
  shop: Queries
  titles: Titles
}

/** What answers are told beside the question. */
export type AnswerRules = Pick<Rules, 'limit' | 'exclude'>

export interface Named {
  item: string
  title: string | null
}

/** What `--json` prints of a question: `Answer` in all its forms. */
export type Answer = AlsoBoughtAnswer | JointAnswer

export interface AlsoBoughtAnswer {
  query: 'also-bought'
  item: Named
  answers: (Named & Neighbor)[]
}

export interface JointAnswer {
  query: 'together' | 'suggest'
  customer?: string
  items: Named[]
  repeat?: SuggestOptions['repeat']
  answers: (Named & Omit<Suggestion, 'because'> & {because: (Named & Because)[]})[]
}

export function named({titles}: Pick<TitledShop, 'titles'>, item: string): Named {
  return {item, title: titles.get(item) ?? null}
}

export function askAlsoBought(titled: TitledShop, item: string, rules: AnswerRules): AlsoBoughtAnswer {
  return alsoBoughtAnswer(titled, item, titled.shop.alsoBought(item, rules))
}

export function alsoBoughtAnswer(titled: TitledShop, item: string, answers: readonly Neighbor[]): AlsoBoughtAnswer {
  return {
    query: 'also-bought',
    item: named(titled, item),
    answers: answers.map((neighbor) => ({...named(titled, neighbor.item), ...neighbor})),
  }
}

export function askTogether(titled: TitledShop, items: readonly string[], rules: AnswerRules): JointAnswer {
  const answers = titled.shop.boughtTogether(items, rules)
  return {query: 'together', items: items.map((item) => named(titled, item)), answers: withTitles(titled, answers)}
}

/** Whom a suggestion is for. */
interface Someone {
  customer?: string | undefined
  items: readonly string[]
}

export function askSuggest(
  titled: TitledShop,
  {customer, items}: Someone,
  repeat: NonNullable<SuggestOptions['repeat']>,
  rules: AnswerRules,
): JointAnswer {
  const who: Who = customer === undefined ? {items} : {customer, items}
  return suggestAnswer(titled, {customer, items}, repeat, titled.shop.suggest(who, {...rules, repeat}))
}

export function suggestAnswer(
  titled: TitledShop,
  {customer, items}: Someone,
  repeat: NonNullable<SuggestOptions['repeat']>,
  answers: readonly Suggestion[],
): JointAnswer {
  return {
    query: 'suggest',
    ...(customer === undefined ? {} : {customer}),
    items: items.map((item) => named(titled, item)),
    repeat,
    answers: withTitles(titled, answers),
  }
}

function withTitles(titled: TitledShop, suggestions: readonly Suggestion[]): JointAnswer['answers'] {
  return suggestions.map(({because = [], ...suggestion}) => ({
    ...named(titled, suggestion.item),
    ...suggestion,
    because: because.map((reason) => ({...named(titled, reason.item), ...reason})),
  }))
}
