import type {SumTable} from '../matrix/neighbor-sum.ts'
import {repeatChance} from '../matrix/repeat.ts'
import type {Model, ScopeModel} from '../model/model.ts'
import {quote} from '../orders/options.ts'
import {scopeOf} from './also-bought.ts'
import {fillReasons, type Suggestion} from './bought-together.ts'
import {
  type Because,
  countedCandidates,
  jointCandidates,
  REASONS,
  type Seeds,
  seedsOf,
  storedReasons,
} from './joint-rows.ts'
import {checkRules, indicesOf, type Rules, ruleNames} from './rules.ts'
import {type Candidates, type Pick, select} from './select.ts'
import {type Knowledge, knowledgeOf, type Who} from './who.ts'

export interface SuggestOptions extends Rules {
  /**
   * What a customer has bought before: `'exclude'` it, since suggestions are new things; `'include'` it, ranked by the
   * chance that they buy it now; or `'only'` that. Default `'exclude'`.
   */
  repeat?: 'exclude' | 'include' | 'only' | undefined
}

const repeats = ['exclude', 'include', 'only']

/** How much the strongest new item adds, next to the chance, 0 to 1, that an old one is bought again. */
const NEW_ITEMS = 0.1

/** What to suggest to a customer or a visitor: see `Recommender.suggest`. */
export function suggest(model: Model, who: Who, options: SuggestOptions = {}): Suggestion[] {
  checkRules('suggest', options, [...ruleNames, 'repeat'])
  const {repeat = 'exclude', evidence = true} = options
  if (!repeats.includes(repeat)) {
    throw new RangeError(`suggest: unknown repeat ${quote(repeat)}; valid are ${repeats.join(', ')}`)
  }
  const known = knowledgeOf(model, 'suggest', who)
  const counted = scopeOf(model, 'suggest', undefined)
  const session = seedsOf(known.session)
  const history = seedsOf(known.history)
  const both = () => seedsOf(merged(known.history, known.session))
  const asked = repeat === 'exclude' ? [...known.away, ...known.purchases.keys()] : known.away
  const rules = repeat === 'only' ? onlyBought(model, options, known) : options
  const picks = select('suggest', model, rules, asked, [
    () => scored(model, counted, known, session, history, repeat !== 'exclude'),
    () => jointCandidates(model, counted.together.table, history),
    () => countedCandidates(model, counted, both()),
  ])
  const plain = picks.map(({item, score, tier}) => ({item: model.log.items[item], score, tier}))
  if (!evidence) return plain
  const because = reasons(model, counted, known, session, history, both, picks)
  return plain.map((suggestion, place) => ({...suggestion, because: because[place]}))
}

/** `repeat: 'only'` is a rule like `only`, and joins it. */
function onlyBought({log, itemOf}: Model, options: SuggestOptions, {purchases}: Knowledge): Rules {
  const allowed = options.only && new Set(indicesOf('suggest', itemOf, options.only))
  const bought = [...purchases.keys()].filter((item) => !allowed || allowed.has(item))
  return {...options, only: bought.map((item) => log.items[item])}
}

/** An item of the past that is in the session too counts as the larger of the two. */
function merged(history: Map<number, number>, session: Map<number, number>): Map<number, number> {
  const both = new Map(history)
  for (const [item, weight] of session) both.set(item, Math.max(weight, both.get(item) ?? 0))
  return both
}

/** What the session goes with, what the past leads to, and what is bought again. */
function scored(
  model: Model,
  counted: ScopeModel,
  {purchases}: Knowledge,
  session: Seeds,
  history: Seeds,
  withRepeats: boolean,
): Candidates {
  const {histories} = model
  const {table} = counted.together
  const next = histories && hasRows(histories.next, history) ? histories.next : undefined
  if (!withRepeats && !(next && hasRows(table, session))) {
    return next ? jointCandidates(model, next, history) : jointCandidates(model, table, session)
  }
  const total = new Map<number, number>()
  const add = ({n, items, scores}: Candidates) => {
    let largest = 0
    for (let t = 0; t < n; t++) largest = Math.max(largest, scores[t])
    for (let t = 0; t < n; t++) {
      total.set(items[t], (total.get(items[t]) ?? 0) + (NEW_ITEMS * scores[t]) / largest)
    }
  }
  add(jointCandidates(model, table, session))
  if (next) add(jointCandidates(model, next, history))
  const chances = new Map<number, number>()
  if (withRepeats && histories) {
    for (const [item, orders] of purchases) chances.set(item, repeatChance(orders, histories.repeatRates[item]))
  }
  const items = Int32Array.from(new Set([...total.keys(), ...chances.keys()])).sort()
  const isRepeat = Int32Array.from(items, (item) => Number((chances.get(item) ?? 0) > (total.get(item) ?? 0)))
  return {
    n: items.length,
    items,
    scores: Float64Array.from(items, (item) => (chances.get(item) ?? 0) + (total.get(item) ?? 0)),
    notes: isRepeat,
    tierOf: (repeat) => (repeat ? 'repeat' : 'copurchase'),
  }
}

/** Whether a table says anything of the seeds. */
function hasRows({offsets}: SumTable, {items}: Seeds): boolean {
  return items.some((item) => offsets[item + 1] > offsets[item])
}

/** What speaks for each result: the customer's own purchases of it, then the session, then the past. */
function reasons(
  model: Model,
  counted: ScopeModel,
  {purchases}: Knowledge,
  session: Seeds,
  history: Seeds,
  both: () => Seeds,
  picks: readonly Pick[],
): Because[][] {
  const fromSession = storedReasons(model, counted.together.table, session, picks)
  const fromHistory = storedReasons(model, model.histories?.next ?? counted.together.table, history, picks)
  const because = picks.map(({item, tier}, place) => {
    if (tier === 'popular') return []
    const own: Because[] =
      tier === 'repeat' ? [{item: model.log.items[item], together: purchases.get(item)?.length ?? 0}] : []
    return [...own, ...fromSession[place], ...fromHistory[place]]
      .filter(({item}, i, all) => all.findIndex((other) => other.item === item) === i)
      .slice(0, REASONS)
  })
  fillReasons(model, counted, both, picks, because)
  return because
}
