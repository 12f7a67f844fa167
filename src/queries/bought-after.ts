import {aboveChance, expectedTogether, histogramOf} from '../matrix/expected.ts'
import {shareSince, TENTHS, tenthAt} from '../matrix/first-purchases.ts'
import {addTo} from '../matrix/sparse.ts'
import type {Model} from '../model/model.ts'
import {buyersNow, pastIn} from '../model/past.ts'
import type {CatalogueItem} from '../orders/catalogue-item.ts'
import {hashId} from '../orders/ids.ts'
import {fate} from '../orders/returns.ts'
import type {AlsoBoughtOptions, Neighbor} from './also-bought.ts'
import {ask, bar} from './ask.ts'
import {type Scored, select} from './select.ts'

/** Lines of customers' histories that one question may walk: some 50 ms. */
const MOST_LINES = 2_000_000

/**
 * Answers `alsoBought` with `after`: what customers who bought an item buy later. An item is *later* for a customer if their
 * first order with it is newer than their first order with the item asked about.
 */
export function boughtAfter<Item extends CatalogueItem>(
  model: Model,
  item: number,
  options: AlsoBoughtOptions<Item>,
): Neighbor[] {
  const {catalogue, scratch} = model
  const {evidence = true} = options
  return ask(model, 'alsoBought', options, () => {
    if (item >= 0) bar(scratch.eligible, item)
    const later = countLater(model, item)
    const sources = [() => scoredLater(model, later)]
    const seeds = () => (item < 0 ? [] : [[item, 1] as const])
    try {
      return select('alsoBought', model, options, sources, seeds).map((pick) => {
        const neighbor: Neighbor = {item: catalogue.idOf(pick.item), score: Math.fround(pick.score), tier: pick.tier}
        if (evidence && pick.tier === 'copurchase') {
          neighbor.together = pick.note
          neighbor.expected = later.expected(pick.item)
        }
        return neighbor
      })
    } finally {
      const {counts, own, touched} = scratch.row
      for (let t = 0; t < later.met; t++) {
        counts[touched[t]] = 0
        own[touched[t]] = 0
      }
    }
  })
}

/** What stands in the scratch's row: how many items were met, and by `counts` for how many customers each was later. */
interface Later {
  met: number
  /** For how many it would be by chance. */
  expected: (item: number) => number
}

/**
 * Counts for how many customers each item is later. What has no time is taken to be older than all that has one: bought who
 * knows when, it is never later, and nothing is later than it. Orders of the same time are one moment.
 */
function countLater(model: Model, item: number): Later {
  const {log, histories, scratch} = model
  const {counts, own: lastSeen, touched} = scratch.row
  const firsts = histories?.firsts
  if (item < 0 || item >= log.items.length || !firsts || !log.times) return {met: 0, expected: () => 0}
  let met = 0
  /** How many items are later, by customer; and by when the customer bought the item. */
  const gained: number[] = []
  const places = new Float64Array(TENTHS)
  for (const [place, customer] of someBuyers(model, item).entries()) {
    const {log: past, fates, first, last, items} = pastIn(model, customer)
    const {lineOffsets, lineItems, weights, times} = past
    let moment = Number.NaN
    let n = 0
    // Oldest first, those of unknown time before.
    for (let order = first; order < last; order++) {
      const time = times ? times[order] : Number.NaN
      const isLater = time > moment
      for (let line = lineOffsets[order]; line < lineOffsets[order + 1]; line++) {
        if ((fates && fates[line] !== fate.used) || weights?.[line] === 0) continue
        const bought = items ? items[lineItems[line]] : lineItems[line]
        // Nobody had bought it when the model was made: there is no room to count it in.
        if (bought >= log.items.length) continue
        if (lastSeen[bought] === place + 1) continue
        if (lastSeen[bought] === 0) touched[met++] = bought
        lastSeen[bought] = place + 1
        if (bought === item) moment = time
        else if (isLater) {
          counts[bought]++
          n++
        }
      }
    }
    gained.push(n)
    places[tenthAt(firsts, moment)] += n
  }
  // What a customer gains are first purchases, and so chance draws from these: by its share of all purchases, what the same
  // few buy every week would be expected of everybody.
  const gains = histogramOf(gained)
  return {met, expected: (other) => expectedTogether(gains, 0, shareSince(firsts, other, places))}
}

/** Those that more customers bought later than by chance; as many as a pair needs, and so never one customer alone. */
function scoredLater({settings, scratch}: Model, {met, expected}: Later): Scored {
  const {mix} = scratch
  const {counts, touched} = scratch.row
  for (let t = 0; t < met; t++) {
    const count = counts[touched[t]]
    if (count < settings.minTogether) continue
    const score = aboveChance(count, expected(touched[t]))
    if (score > 0) addTo(mix, touched[t], score)
  }
  return {scores: mix, unit: 1, beside: 0, noteOf: (other) => counts[other], tierOf: () => 'copurchase'}
}

/**
 * Who bought an item; where their histories are more than `MOST_LINES` together, a part of them that a fixed hash of their
 * ids chooses. They are found by baskets, and so not by what `maxBasket` cut of all of theirs.
 */
function someBuyers(model: Model, item: number): number[] {
  const buyers = buyersNow(model, item)
  const linesOf = (customer: number) => {
    const {log, first, last} = pastIn(model, customer)
    return log.lineOffsets[last] - log.lineOffsets[first]
  }
  const share = MOST_LINES / buyers.reduce((sum, customer) => sum + linesOf(customer), 0)
  if (share >= 1) return buyers
  let left = MOST_LINES
  return buyers.filter((customer) => {
    const lines = linesOf(customer)
    if (lines > left || hashId(idOfCustomer(model, customer)) >= share * 2 ** 32) return false
    left -= lines
    return true
  })
}

function idOfCustomer({log, changes}: Model, customer: number): string {
  return log.customers.at(customer) ?? (changes?.idOfCustomer(customer) as string)
}
