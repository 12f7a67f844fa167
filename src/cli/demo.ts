import {askAlsoBought, askSuggest, askTogether} from './answers.ts'
import type {Request} from './arguments.ts'
import {fixtureSections, fixtureShop} from './demo-fixture.ts'
import {restOfSections} from './demo-rest.ts'
import {alsoBoughtSection, type Section} from './demo-section.ts'
import {type Loaded, load} from './load.ts'
import type {ProgressBar} from './progress.ts'

/** What the demo shows: all of it but the times, which no two runs have in common. */
export interface Demo {
  demo: 'made-up shop' | 'your orders'
  read: {
    lines: Loaded['shop']['report']['lines']
    orders: number
    customers: number
    items: number
    pairs: number
    newest: string | null
    fees: string[]
  }
  sections: Section[]
}

/** Results of each question unless `--limit` says otherwise. */
const LIMIT = 3

/** Which places among the most bought the demo of a file asks about. */
const PLACES = [1, 10, 100, 1000]
const BASKET_PLACE = 20
const VISITOR_PLACE = 30
/** The customer of the demo is one of the tenth with most lines: there is something to go by. */
const CUSTOMER_SHARE = 0.1

/** Reads the shop of the demo and asks it a few questions, chosen by a fixed rule. */
export async function prepareDemo(request: Request, bar: ProgressBar): Promise<{demo: Demo; loaded: Loaded}> {
  const {file, fitting, limit = LIMIT} = request
  if (file === undefined) {
    const made = await fixtureShop(fitting)
    const sections = [...(await fixtureSections(made, fitting, limit)), ...(await restOfSections(made, fitting, limit))]
    return {demo: {demo: 'made-up shop', read: whatWasRead(made.loaded), sections}, loaded: made.loaded}
  }
  const loaded = await load({...request, file}, bar)
  return {demo: {demo: 'your orders', read: whatWasRead(loaded), sections: fileSections(loaded, limit)}, loaded}
}

function whatWasRead({shop, fees}: Loaded): Demo['read'] {
  const {lines, orders, customers, items, scopes} = shop.report
  const skipped = Object.fromEntries(Object.entries(lines.skipped).sort())
  const pairs = Object.values(scopes).reduce((sum, scope) => sum + scope.pairs, 0)
  const newest = shop.watermark?.toISOString() ?? null
  return {lines: {...lines, skipped}, orders, customers, items, pairs, newest, fees: [...fees.keys()]}
}

function fileSections(loaded: Loaded, limit: number): Section[] {
  const {shop, customers} = loaded
  // What the catalogue has beside them was never bought.
  const items = shop.items.ids.slice(0, shop.report.items)
  if (items.length === 0) return []
  const at = (place: number) => items[Math.min(place, items.length) - 1]
  const sections = PLACES.filter((place) => place <= items.length).map((place) =>
    // What was saved without orders has few of the pairs, and no plain count of them.
    customers
      ? alsoBoughtSection(loaded, at(place), limit)
      : {answer: askAlsoBought(loaded, at(place), {limit}), notes: []},
  )
  const [companion] = shop.alsoBought(at(BASKET_PLACE), {limit: 1, fallback: false})
  const basket = companion ? [at(BASKET_PLACE), companion.item] : [at(BASKET_PLACE)]
  sections.push({answer: askTogether(loaded, basket, {limit}), notes: []})
  if (customers?.length) {
    const customer = customers[Math.floor(customers.length * CUSTOMER_SHARE)]
    sections.push({answer: askSuggest(loaded, {customer, items: []}, 'exclude', {limit}), notes: []})
    sections.push({answer: askSuggest(loaded, {customer, items: []}, 'include', {limit}), notes: []})
  }
  sections.push({answer: askSuggest(loaded, {items: [at(VISITOR_PLACE)]}, 'exclude', {limit}), notes: []})
  return sections
}
