/**
 * What giant baskets cost: set M, the same with 30 baskets of 5,000 random items added and no cap, and those baskets alone.
 * The kernel on one thread, from baskets to neighbors by the default measure, all three in turn. What the giants add should
 * cost no more than as many pair increments do on M.
 */
import {type CountingInput, countFast, countingInput, defaultScorer} from './core.ts'
import {collectGarbage} from './fresh-process.ts'
import {below, sfc32} from './random.ts'
import {makeSet, type Shop} from './sets.ts'
import {incrementsOf} from './shop-shape.ts'
import {duration, median} from './timings.ts'

const [GIANTS, GIANT_SIZE, ROUNDS] = [30, 5_000, 5]

const m = makeSet('M')
const giants = makeGiants(m.itemCount)
const inputs = [m, joined(m, giants), giants].map((shop) => countingInput(shop, Number.POSITIVE_INFINITY))
const [alone, withGiants, onlyGiants] = await timeInTurn(inputs)
const [pairs, , pairsAdded] = inputs.map(({byBasket}) => incrementsOf(byBasket))
const added = median(withGiants.map((ms, round) => ms - alone[round]))

const row = (what: string, ms: number, increments: number) => ({
  counted: what,
  time: duration(ms),
  'M pair increments': Number((increments / 1e6).toFixed(1)),
  'ns each': Number(((1e6 * ms) / increments).toFixed(2)),
})
console.log(`${GIANTS} baskets of ${GIANT_SIZE} items, ${ROUNDS} rounds in turn, medians`)
console.table([
  row('M', median(alone), pairs),
  row('M and the giants', median(withGiants), pairs + pairsAdded),
  row('added by the giants', added, pairsAdded),
  row('the giants alone', median(onlyGiants), pairsAdded),
])
const share = added / pairsAdded / (median(alone) / pairs)
console.log(`the giants add ${share.toFixed(2)}x what as many pairs cost on M; at most 1 wanted`)

function makeGiants(itemCount: number): Shop {
  const next = sfc32(1)
  const items = new Int32Array(GIANTS * GIANT_SIZE)
  const baskets = items.map((_, line) => Math.floor(line / GIANT_SIZE))
  for (let giant = 0; giant < GIANTS; giant++) {
    const basket = new Set<number>()
    while (basket.size < GIANT_SIZE) basket.add(below(itemCount, next()))
    items.set([...basket], giant * GIANT_SIZE)
  }
  return {baskets, items, basketCount: GIANTS, itemCount}
}

function joined(first: Shop, second: Shop): Shop {
  const baskets = second.baskets.map((basket) => first.basketCount + basket)
  return {
    baskets: concatenated(first.baskets, baskets),
    items: concatenated(first.items, second.items),
    basketCount: first.basketCount + second.basketCount,
    itemCount: first.itemCount,
  }
}

function concatenated(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

/** Milliseconds of each round, by input. */
async function timeInTurn(inputs: CountingInput[]): Promise<number[][]> {
  const times: number[][] = inputs.map(() => [])
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, input] of inputs.entries()) {
      collectGarbage()
      const start = performance.now()
      await countFast(input, [defaultScorer(input)])
      // The first round is to warm up.
      if (round >= 0) times[i].push(performance.now() - start)
    }
  }
  return times
}
