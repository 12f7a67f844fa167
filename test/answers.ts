/** Everything a shop can be asked, to compare what two shops answer. */
import type {Queries} from '../src/queries/queries.ts'

/** An answer, or what was thrown instead. */
function tried<Answer>(ask: () => Answer): Answer | string {
  try {
    return ask()
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

/** All that a shop says of these items and customers, as JSON: the same to the byte, where answers are. */
export function answersOf(shop: Queries, items: readonly string[], customers: readonly string[]): string {
  const {seconds, bytes, ...report} = shop.report
  const pairs = items.map((item, place) => [item, items[(place + 1) % items.length]])
  const whos = [...customers.map((customer) => ({customer})), ...pairs.map((items) => ({items}))]
  const both = customers.map((customer, place) => ({customer, items: pairs[place % pairs.length]}))
  const cheap = ({id}: {id: string}) => id > 'B'
  const boost = ({id}: {id: string}) => (id.length % 3) + 0.5
  return JSON.stringify({
    report,
    watermark: shop.watermark,
    ids: shop.items.ids,
    known: items.map((id) => [shop.items.get(id), shop.has(id)]),
    alsoBought: items.map((id) => [
      shop.alsoBought(id),
      shop.alsoBought(id, {limit: 100, fallback: false}),
      shop.alsoBought(id, {limit: 2, where: cheap}),
      shop.alsoBought(id, {boost, evidence: false}),
      tried(() => shop.alsoBought(id, {scope: 'customer'})),
      shop.alsoBought(id, {after: true}),
    ]),
    boughtTogether: pairs.map((pair) => [
      shop.boughtTogether(pair),
      shop.boughtTogether(pair, {fallback: false, limit: 50}),
      shop.boughtTogether(pair, {boost, only: shop.set(items.slice(0, 5))}),
    ]),
    suggest: [...whos, ...both].map((who) =>
      (['exclude', 'include', 'only'] as const).map((repeat) => shop.suggest(who, {repeat})),
    ),
    rank: whos.map((who) => shop.rank([...items, 'stranger'], who)),
    newArrivals: whos.map((who) => [shop.newArrivals(who, {since: 0}), shop.newArrivals(who)]),
    buyAgain: customers.map((customer) => [shop.buyAgain(customer), shop.buyAgain(customer, {at: 9000})]),
    popular: [shop.popular({limit: 50}), tried(() => shop.popular({since: 4000}))],
    substitutes: items.map((id) => tried(() => shop.substitutes(id))),
    explain: pairs.map(([item, other]) => tried(() => shop.explain(item, other))),
  })
}

/** `toEqual` looks at bytes one by one, and takes minutes for some megabytes. */
export function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  const place = actual.findIndex((byte, place) => byte !== expected[place])
  if (actual.length !== expected.length) throw new Error(`${actual.length} bytes and not ${expected.length}`)
  if (place >= 0) throw new Error(`byte ${place} is ${actual[place]} and not ${expected[place]}`)
}
