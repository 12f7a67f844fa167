import {evaluate} from '../evaluate/evaluate.ts'
import type {FitOptions} from '../model/options.ts'
import {Recommender} from '../recommender.ts'
import {fullName} from './answer-text.ts'
import {named} from './answers.ts'
import type {FixtureShop} from './demo-fixture.ts'
import type {Section} from './demo-section.ts'
import {BETWEEN, isolate, number} from './display.ts'
import {listing} from './listing.ts'

const TITLE = 40

/** The questions that the command line has no command for, on the made-up shop. */
export async function restOfSections(
  {made, loaded}: FixtureShop,
  fitting: FitOptions,
  limit: number,
): Promise<Section[]> {
  const {shop} = loaded
  const {accessories, staples, rivals, launch, wholesaler} = made.truths
  const title = (item: string) => isolate(fullName(named(loaded, item), TITLE))
  const [kettle] = accessories
  const coffee = staples.find(({item}) => item === 'COF-01') ?? staples[0]
  const [customer] = coffee.customers
  const today = shop.watermark as Date
  const [cola, rival] = rivals[0].items
  const shelf = made.items
    .filter(({category}) => category === launch.category)
    .map(({id}) => id)
    .sort()

  return [
    {
      answer: listing(
        loaded,
        {query: 'buy-again', heading: `To be bought again by customer ${customer}`, heads: ['chance', 'every', 'due']},
        shop.buyAgain(customer, {limit}),
        ({score, rate, due}) => [percent(score), rate ? `${number(1 / rate)} days` : '–', day(due)],
      ),
      notes: [`Planted: ${title(coffee.item)} every ${coffee.days} days. Today is ${day(today)}.`],
    },
    {
      answer: listing(
        loaded,
        {
          query: 'rank',
          heading: `The shelf ${launch.category} in their order, ${limit} of ${shelf.length} items`,
          heads: ['', 'stood at'],
        },
        shop.rank(shelf, {customer}, {limit}),
        ({item, tier}) => [
          tier === 'given' ? '' : tier === 'repeat' ? 'they buy it' : 'goes with what they buy',
          place(shelf, item),
        ],
      ),
      notes: [],
    },
    {
      answer: listing(
        loaded,
        {
          query: 'suggest',
          heading: `New for them, with ${title('PRI-01')} on the wish list and tea in the cart`,
          heads: ['because of'],
        },
        shop.suggest({customer, items: [{item: 'PRI-01', weight: 0.3}, 'TEA-02']}, {limit}),
        ({because = []}) => [because.map(({item}) => title(item)).join(BETWEEN)],
      ),
      notes: [await badRating()],
    },
    {
      answer: listing(
        loaded,
        {
          query: 'new-arrivals',
          heading: `New in the shop and fit for customer ${likers()[0]}`,
          heads: ['since', 'because of'],
        },
        shop.newArrivals({customer: likers()[0]}, {limit}),
        ({launchedAt, because = []}) => [day(launchedAt), because.map(({item}) => title(item)).join(BETWEEN)],
      ),
      notes: [`Planted: ${title(launch.item)} goes with ${launch.category}.`],
    },
    {
      answer: listing(
        loaded,
        {
          query: 'substitutes',
          heading: `Instead of ${title(cola)}, which is out of stock`,
          heads: ['together', 'expected'],
        },
        shop.substitutes(cola, {limit}).items,
        ({together, expected}) => [together === undefined ? '–' : number(together), number(expected ?? 0, 1)],
      ),
      notes: [
        `Planted: ${title(rival)} is its rival; hardly anybody takes both.`,
        `Instead of ${title(kettle.device)}: nothing, ${shop.substitutes(kettle.device).reason}.`,
      ],
    },
    {
      answer: listing(
        loaded,
        {
          query: 'also-bought',
          heading: `With ${title(kettle.device)}, below 10 each, one of a category, own brand first`,
          heads: ['category', 'brand'],
        },
        shop.alsoBought(kettle.device, {
          limit,
          where: ({price}) => (price ?? 0) < 10,
          boost: ({brand}) => (brand === shop.items.get(kettle.accessory)?.brand ? 1.5 : 1),
          maxPer: {by: 'category', limit: 1},
        }),
        ({item}) => [shop.items.get(item)?.category ?? '', shop.items.get(item)?.brand ?? ''],
      ),
      notes: [why()],
    },
    {
      answer: listing(
        loaded,
        {query: 'also-bought', heading: `Bought later than ${title('PRI-01')}`, heads: ['customers', 'expected']},
        shop.alsoBought('PRI-01', {after: true, limit, fallback: false}),
        ({together = 0, expected = 0}) => [number(together), number(expected, 1)],
      ),
      notes: ['Nothing is planted here.'],
    },
    {
      answer: listing(
        loaded,
        {query: 'popular', heading: 'What sells since the first of March', heads: ['orders']},
        shop.popular({since: '2025-03-01', limit}),
        ({score}) => [number(score)],
      ),
      notes: [await withoutCustomers(), saved(), await judged()],
    },
  ]

  /** Customers who buy what the launch goes with. */
  function likers(): string[] {
    const fitting = new Set(made.items.filter(({category}) => category === launch.category).map(({id}) => id))
    const bought = new Map<string, number>()
    for (const {customer, item} of made.lines) {
      if (customer !== undefined && customer !== wholesaler.customer && fitting.has(item))
        bought.set(customer, (bought.get(customer) ?? 0) + 1)
    }
    return [...bought].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([customer]) => customer)
  }

  async function badRating(): Promise<string> {
    const [first] = shop.suggest({customer}, {limit: 1})
    const rated = await Recommender.fit(
      [...made.lines, {item: first.item, customer, order: 'rating', weight: 0}],
      fitting,
    )
    const left = rated.suggest({customer}, {limit: shop.items.ids.length}).map(({item}) => item)
    return `Had they rated ${title(first.item)} badly, a line of weight 0, it ${left.includes(first.item) ? 'would still come' : 'would not come again'}.`
  }

  function why(): string {
    const told = shop.explain(kettle.device, kettle.accessory)
    if (told.tooFew) return `${title(kettle.accessory)} is hardly ever bought with ${title(kettle.device)}.`
    const {together, share, timesExpected} = told
    return (
      `Why ${title(kettle.accessory)} with ${title(kettle.device)}? ${number(together)} orders hold both, ` +
      `${number(timesExpected.value)} times what chance would give (${number(timesExpected.low)} to ` +
      `${number(timesExpected.high)}); ${percent(share.value)} of those who buy the one take the other.`
    )
  }

  async function withoutCustomers(): Promise<string> {
    const till = await Recommender.fit(
      made.lines.map(({customer: _, ...line}) => line),
      {...fitting, learn: false},
    )
    const [first] = till.alsoBought(kettle.device, {limit: 1})
    return `A till without customer ids says as well: with ${title(kettle.device)} goes ${title(first.item)}.`
  }

  function saved(): string {
    const [whole, bare] = [shop.toBytes(), shop.toBytes({log: false})]
    const again = Recommender.fromBytes(bare)
    const isSame = JSON.stringify(again.alsoBought(kettle.device)) === JSON.stringify(shop.alsoBought(kettle.device))
    return (
      `Saved, all of it is ${kilobytes(whole)} kB, and ${kilobytes(bare)} kB without orders and customers, which ` +
      `${isSame ? 'also answers' : 'does not answer'} what goes with ${title(kettle.device)}.`
    )
  }

  async function judged(): Promise<string> {
    const {tasks} = await evaluate(made.lines, {measures: ['cosine']})
    const [{methods}] = tasks
    const of = (name: string) => number(methods.find(({method}) => method === name)?.ndcg ?? 0, 3)
    return (
      `Is it any good? Trained on the older four fifths, it foretells what orders of the newest fifth hold together: ` +
      `NDCG@10 ${of('alsobought')}, cosine ${of('cosine')}, bestsellers ${of('popular')}. alsobought evaluate tells all.`
    )
  }
}

function percent(share: number): string {
  return `${number(100 * share)} %`
}

function kilobytes(bytes: Uint8Array): string {
  return number(bytes.length / 1000)
}

function day(date: Date | undefined): string {
  return date ? date.toISOString().slice(0, 10) : '–'
}

function place(list: readonly string[], item: string): string {
  return number(list.indexOf(item) + 1)
}
