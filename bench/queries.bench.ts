/**
 * Answers of the shipped package about a fitted shop with customers and dates: the first set named. Every run asks the
 * next of many questions.
 */
import {Recommender} from 'alsobought'
import {type History, historyOf} from './history.ts'
import {namedSets} from './set-names.ts'
import {makeSet} from './sets.ts'
import {type Cases, printTimings, quick, timed} from './timings.ts'

/** How many different questions are asked of each kind. */
const questions = 1024

const [set] = namedSets(process.argv.slice(2), ['S'])
const history = historyOf(makeSet(set))
const shop = await Recommender.fit(history)
printTimings(await timed(`queries, set ${set}`, casesFor(shop, history), quick))

function casesFor(shop: Recommender, history: History): Cases {
  const items = inTurn(spread(history.item, 1))
  const carts = inTurn(spread(history.item, 5))
  const sessions = inTurn(spread(history.item, 50).map((ids) => ({items: ids})))
  const customers = inTurn(spread(history.customer, 1).map(([customer]) => ({customer})))
  const plain = {evidence: false}
  return {
    'alsoBought, no evidence': () => shop.alsoBought(items()[0], plain),
    alsoBought: () => shop.alsoBought(items()[0]),
    'alsoBought, limit 100 (counted on demand)': () => shop.alsoBought(items()[0], {limit: 100}),
    'boughtTogether, 5 items, no evidence': () => shop.boughtTogether(carts(), plain),
    'boughtTogether, 5 items': () => shop.boughtTogether(carts()),
    'suggest, visitor with 50 items, no evidence': () => shop.suggest(sessions(), plain),
    'suggest, visitor with 50 items': () => shop.suggest(sessions()),
    'suggest, customer, no evidence': () => shop.suggest(customers(), plain),
    'suggest, customer': () => shop.suggest(customers()),
    'suggest, customer, repeats included': () => shop.suggest(customers(), {repeat: 'include'}),
  }
}

/** Questions of `size` ids each, of lines far apart: what sells often is asked about often. */
function spread(column: Int32Array, size: number): string[][] {
  const stride = Math.floor(column.length / (questions * size))
  return Array.from({length: questions}, (_, question) =>
    Array.from({length: size}, (_, i) => String(column[(question * size + i) * stride])),
  )
}

function inTurn<Question>(all: Question[]): () => Question {
  let turn = 0
  return () => all[turn++ % all.length]
}
