import type {Model} from '../model/model.ts'
import {alsoBought} from '../queries/also-bought.ts'
import {boughtTogether} from '../queries/bought-together.ts'
import {suggest} from '../queries/suggest.ts'
import {randomBits} from './bootstrap.ts'
import {LIST} from './metrics.ts'
import type {Recommend} from './run-trials.ts'
import type {Question} from './trials.ts'

/** As `suggest` has it. */
const repeats = {all: 'include', new: 'exclude', repeat: 'only'} as const

/** A model's own queries, as a service asks them. */
export function byModel(model: Model): Record<'alsoBought' | 'boughtTogether' | 'suggest' | 'sumOfHistory', Recommend> {
  const {catalogue} = model
  const {customers} = model.log
  const rules = {limit: LIST, evidence: false}
  const listOf = (found: {item: string}[]) => found.map(({item}) => model.itemOf(item))
  return {
    alsoBought: ({items}) => listOf(alsoBought(model, catalogue.idOf(items[0]), rules)),
    boughtTogether: ({items}) =>
      listOf(
        boughtTogether(
          model,
          items.map((item) => catalogue.idOf(item)),
          rules,
        ),
      ),
    suggest: ({customer, part}) => {
      return listOf(suggest(model, {customer: customers.at(customer) as string}, {...rules, repeat: repeats[part]}))
    },
    sumOfHistory: ({history}) => listOf(suggest(model, {items: history.map((item) => catalogue.idOf(item))}, rules)),
  }
}

/** What sells best. */
export function byPopularity({popular}: Pick<Model, 'popular'>): Recommend {
  return (question) => take(popular, question)
}

/** What this customer bought in most orders, of those the latest; then what sells best. */
export function byFrequency({popular}: Pick<Model, 'popular'>): Recommend {
  return (question) => {
    const {history, counts, part} = question
    const places = Array.from(history.keys()).sort((a, b) => counts[b] - counts[a] || b - a)
    const own = part === 'new' ? [] : places.map((place) => history[place])
    return [...own, ...take(popular, question, new Set(own))].slice(0, LIST)
  }
}

/** Any items, drawn by the seed. */
export function byChance({popular}: Pick<Model, 'popular'>, seed: number): Recommend {
  const next = randomBits(seed)
  return (question) => {
    const places = new Set<number>()
    const all = question.part === 'repeat' ? question.history : popular
    // What is asked and barred takes up places too.
    const wanted = Math.min(all.length, LIST + question.items.length + question.history.length)
    while (places.size < wanted) places.add(Math.floor((next() / 2 ** 32) * all.length))
    return take(
      Array.from(places, (place) => all[place]),
      question,
    )
  }
}

/** The first of some items that may answer. */
function take(
  items: ArrayLike<number>,
  {items: asked, history, part}: Question,
  without = new Set<number>(),
): number[] {
  const barred = new Set(part === 'new' ? [...asked, ...history] : asked)
  const allowed = part === 'repeat' && new Set<number>(history)
  const taken: number[] = []
  for (let i = 0; i < items.length && taken.length < LIST; i++) {
    const item = items[i]
    if (!barred.has(item) && !without.has(item) && (!allowed || allowed.has(item))) taken.push(item)
  }
  return taken
}
