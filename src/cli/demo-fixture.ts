import {language} from '../../fixtures/catalogue.ts'
import {generateShop, type Shop} from '../../fixtures/shop.ts'
import type {FitOptions} from '../model/options.ts'
import {Recommender} from '../recommender.ts'
import {nameOf} from './answer-text.ts'
import {askSuggest, askTogether, named} from './answers.ts'
import {alsoBoughtSection, type Section} from './demo-section.ts'
import {BETWEEN, isolate, ordinal} from './display.ts'
import type {Fitted} from './load.ts'
import {byPlainCount} from './plain-count.ts'

/** What `language` of the catalogue says of an id. */
const [GREEK, ARABIC, PERSIAN] = [2, 3, 4]

/** The made-up shop, read as a file would be. */
export interface FixtureShop {
  made: Shop
  loaded: Fitted
}

export async function fixtureShop(fitting: FitOptions): Promise<FixtureShop> {
  const made = generateShop()
  const loaded: Fitted = {
    shop: await Recommender.fit(made.lines, {...fitting, items: made.items, substitutes: true}),
    titles: new Map(made.items.map(({id, title}) => [id, title])),
    customers: [...new Set(made.lines.flatMap(({customer}) => customer ?? []))],
    name: 'the made-up shop',
    fees: new Map(),
    badRows: {count: 0, first: undefined},
  }
  return {made, loaded}
}

/** Questions whose answers were planted, with what was planted in words. */
export async function fixtureSections(
  {made, loaded}: FixtureShop,
  fitting: FitOptions,
  limit: number,
): Promise<Section[]> {
  const {shop} = loaded
  const {accessories, rivals, staples, faulty} = made.truths
  const title = (item: string) => isolate(nameOf(named(loaded, item)))
  const [kettle] = accessories
  const persian = accessories.find(({device}) => language(device) === PERSIAN) as typeof kettle

  const planted = ({device, accessory}: typeof kettle) => {
    const [place, plain] = [rankOf(answersTo(shop, device), accessory), rankOf(byPlainCount(shop, device), accessory)]
    return `Planted: its accessory is ${title(accessory)}. Here ${place}, by plain count ${plain}.`
  }
  const section = (item: string, ...notes: string[]) => alsoBoughtSection(loaded, item, limit, notes)

  const [rival] = rivals
  const [rivalBrand] = rival.items
  const company = rival.company.slice(1).map(title).join(BETWEEN)
  const staple = staples.find(({item}) => item === 'COF-01') ?? staples[0]
  const [customer] = staple.customers
  const printer = accessories.filter(({device}) => device === 'PRI-01')

  return [
    section(kettle.device, planted(kettle)),
    section(persian.device, planted(persian)),
    section(inTheLanguage(shop, GREEK)),
    section(inTheLanguage(shop, ARABIC)),
    section(faulty.device, await returnsNote()),
    {
      answer: askTogether(loaded, [rivalBrand, rival.company[0]], {limit}),
      notes: [`Planted: ${company} go with them.`],
    },
    {answer: askSuggest(loaded, {customer, items: []}, 'exclude', {limit}), notes: []},
    {
      answer: askSuggest(loaded, {customer, items: []}, 'include', {limit}),
      notes: [`Planted: this customer buys ${title(staple.item)} every ${staple.days} days.`],
    },
    {
      answer: askSuggest(loaded, {items: [printer[0].device]}, 'exclude', {limit}),
      notes: [`Planted: its accessories are ${printer.map(({accessory}) => title(accessory)).join(' and ')}.`],
    },
  ]

  async function returnsNote(): Promise<string> {
    const {item, device, together, kept} = faulty
    const gross = await Recommender.fit(made.lines, {...fitting, returns: 'ignore'})
    return (
      `Planted: ${together} bought ${title(item)} with it and ${together - kept} brought it back. ` +
      `Were returns not netted, it would be ${rankOf(answersTo(gross, device), item)}; ` +
      `here it is ${rankOf(answersTo(shop, device), item)}.`
    )
  }
}

/** Of the items named in a language, the one whose first neighbor is most above chance. */
function inTheLanguage(shop: Recommender, tens: number): string {
  const lift = (item: string) => {
    const [{together = 0, expected = 1}] = shop.alsoBought(item, {limit: 1})
    return together / expected
  }
  const items = shop.items.ids.filter((id) => language(id) === tens)
  return items.reduce((best, item) => (lift(item) > lift(best) ? item : best))
}

function answersTo(shop: Recommender, item: string): string[] {
  return shop.alsoBought(item, {limit: shop.items.ids.length, fallback: false}).map(({item}) => item)
}

function rankOf(ranked: readonly string[], item: string): string {
  const place = ranked.indexOf(item)
  return place < 0 ? 'not among the neighbors' : ordinal(place + 1)
}
