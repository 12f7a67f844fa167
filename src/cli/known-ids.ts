import {looksLikeFee} from '../orders/fees.ts'
import {plain} from '../orders/header.ts'
import {quote} from '../orders/options.ts'
import type {Queries} from '../queries/queries.ts'
import {fullName} from './answer-text.ts'
import {named} from './answers.ts'
import type {Loaded} from './load.ts'
import {isSlip, OFFERS} from './slips.ts'

/** Refuses an item of which nothing is known that could be asked for, and names those that may have been meant. */
export function checkItem(loaded: Loaded, id: string): void {
  const {shop, fees, name} = loaded
  if (isAskable(shop, id)) return
  if (fees.has(id)) throw new RangeError(`item ${quote(id)} looks like a fee and was left out; --keep-fees keeps it`)
  const offers = similar(loaded, id)
    .filter((item) => isAskable(shop, item))
    .slice(0, OFFERS)
    .map((item) => fullName(named(loaded, item), 30))
  const advice =
    offers.length > 0
      ? `did you mean ${offers.join(' or ')}?`
      : shop.report.items > 0
        ? `most bought is ${shop.items.ids.slice(0, OFFERS).join(', ')}`
        : 'there is nothing in any'
  throw new RangeError(`no basket of ${name} holds item ${quote(id)}; ${advice}`)
}

/** An item in no basket has others of its category to show, if the catalogue knows it. */
function isAskable(shop: Queries, id: string): boolean {
  return shop.has(id) || Boolean(shop.items.get(id)?.category)
}

/** Refuses to leave out what could not come anyhow: it is mostly misspelt. A fee that was left out already is no matter. */
export function checkExcluded(loaded: Loaded, ids: readonly string[]): void {
  for (const id of ids) if (!looksLikeFee(id) && !loaded.shop.items.get(id)) checkItem(loaded, id)
}

/** Refuses a customer who is not in the file. */
export function checkCustomer({customers, name}: Loaded, id: string): void {
  // Where there are none the library says why.
  if (!customers || customers.includes(id)) return
  const loose = id.trim().toLowerCase()
  const same = customers.filter((customer) => customer.trim().toLowerCase() === loose)
  const close = (same.length > 0 ? same : customers.filter((customer) => isSlip(customer, id))).slice(0, OFFERS)
  if (customers.length === 0) throw new RangeError(`${name} names no customers; ask for --items A,B instead`)
  const advice = close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'for a visitor ask by --items A,B'
  throw new RangeError(`${name} has no customer ${quote(id)}; ${advice}`)
}

/**
 * Items whose id is the same but for case and punctuation; else those with the text in id or title; else those one slip of
 * the fingers away. Best sellers first.
 */
function similar({shop, titles}: Loaded, id: string): string[] {
  const wanted = plain(id)
  if (wanted === '') return []
  const same = shop.items.ids.filter((item) => plain(item) === wanted)
  if (same.length > 0) return same
  const holding = shop.items.ids.filter(
    (item) => plain(item).includes(wanted) || plain(titles.get(item) ?? '').includes(wanted),
  )
  return holding.length > 0 ? holding : shop.items.ids.filter((item) => isSlip(plain(item), wanted))
}
