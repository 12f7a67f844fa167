import {each, type Steps} from './steps.ts'
import {type Table, tableWriter} from './table.ts'

/**
 * What was learned and what was counted in one table, in the unit of the latter: `counted + learned · c`, with `c` such that
 * over all rows the root of the mean square of the counted scores is `share` of that of the learned ones. Of each row the
 * `neighbors` strongest are kept, best first.
 */
export function* blend(learned: Table, counted: Table, share: number, neighbors: number): Steps<Table> {
  const factor = Math.sqrt(squares(counted.scores) / squares(learned.scores)) / share
  // Nothing was learned, or nothing counted.
  if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) return counted
  const rows = counted.offsets.length - 1
  const writer = tableWriter(rows, rows, neighbors)
  const sums = new Float64Array(rows)
  const read = (row: number) => {
    const [from, to] = [learned.offsets[row], learned.offsets[row + 1]]
    for (let p = from; p < to; p++) sums[learned.items[p]] = learned.scores[p] * factor
    for (let p = counted.offsets[row]; p < counted.offsets[row + 1]; p++) {
      const item = counted.items[p]
      writer.add(item, counted.scores[p] + sums[item], counted.together[p])
      sums[item] = 0
    }
    for (let p = from; p < to; p++) {
      const item = learned.items[p]
      if (sums[item] !== 0) writer.add(item, sums[item], learned.together[p])
      sums[item] = 0
    }
    writer.endRow()
  }
  yield* each(rows, read, 1 << 9)
  return writer.table()
}

function squares(scores: Float32Array): number {
  return scores.reduce((sum, score) => sum + score * score, 0)
}
