/** Counting set S by each measure. In one process the later ones would run in code made general by the earlier ones. */
import {transpose} from '../src/matrix/csr.ts'
import {countCompanions} from '../src/matrix/expected.ts'
import {chanceScorer, measureScorer, type Scorer} from '../src/matrix/scorers.ts'
import {finish} from '../src/matrix/steps.ts'
import {type MeasureName, measures} from '../src/model/settings.ts'
import {type CountingInput, countingInput, countPlainly, defaultScorer, defaults, defaultWeight} from './core.ts'
import {inFreshProcess, tellParent} from './fresh-process.ts'
import {makeSet} from './sets.ts'
import {printTimings, type Timing, timed} from './timings.ts'

const [mode, name] = process.argv.slice(2)
if (mode === '--child') {
  tellParent(await timeMeasure(name as MeasureName))
} else {
  const timings: Timing[] = []
  for (const measure of ['weighted', ...Object.keys(measures), 'chance']) {
    timings.push(...(await inFreshProcess<Timing[]>(import.meta.url, ['--child', measure])))
  }
  printTimings(timings)
}

async function timeMeasure(name: MeasureName): Promise<Timing[]> {
  const {input, scorer} = scored(name)
  return timed(`set S by ${name}`, {[name]: () => countPlainly(input, [scorer])}, {minSamples: 5, maxTime: 1})
}

function scored(name: MeasureName): {input: CountingInput; scorer: Scorer} {
  const shop = makeSet('S')
  if (name === 'weighted' || name === 'chance') {
    const input = countingInput(shop)
    if (name === 'weighted') return {input, scorer: defaultScorer(input)}
    const byItem = finish(transpose(input.byBasket, shop.itemCount))
    return {input, scorer: chanceScorer(finish(countCompanions(byItem, input.byBasket)), input.marginals)}
  }
  const named = measures[name]
  const totals = {baskets: shop.basketCount, items: shop.itemCount, purchases: shop.items.length}
  const measure = typeof named === 'function' ? named(totals) : named
  const input = countingInput(shop, defaults.maxBasket, measure.weight ?? defaultWeight)
  return {input, scorer: measureScorer(measure, input.marginals)}
}
