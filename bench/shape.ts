/**
 * Prints the shape of the bench sets, to be checked against the table in the design: `node shape.mjs [S] [M] [L] [C]`.
 * Distinct pairs are counted where that takes seconds; `--pairs` counts them for set C too (half a minute).
 */
import {parseArgs} from 'node:util'
import {makeSet, type SetName, setNames} from './sets.ts'
import {countDistinctPairs, shapeOf} from './shop-shape.ts'

const {values, positionals} = parseArgs({allowPositionals: true, options: {pairs: {type: 'boolean'}}})
const names = positionals.length > 0 ? (positionals as SetName[]) : setNames
const rows = names.map((name) => {
  const begin = performance.now()
  const set = makeSet(name)
  const seconds = (performance.now() - begin) / 1000
  const {head, ...shape} = shapeOf(set)
  const counted = values.pairs || shape.increments < 1e9
  return {
    set: name,
    ...shape,
    'distinct pairs': counted ? countDistinctPairs(set) : '-',
    'top 1,024 items': `${Math.round(100 * head)} %`,
    'made in (s)': Number(seconds.toFixed(2)),
  }
})
console.table(rows)
