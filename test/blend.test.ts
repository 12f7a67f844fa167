import {describe, expect, test} from 'vitest'
import {blend} from '../src/matrix/blend.ts'
import {finish} from '../src/matrix/steps.ts'
import {type Table, tableWriter} from '../src/matrix/table.ts'

/** Rows of [item, score, together]. */
function tableOf(rows: [number, number, number][][]): Table {
  const writer = tableWriter(rows.length, rows.length, 9)
  for (const row of rows) {
    for (const entry of row) writer.add(...entry)
    writer.endRow()
  }
  return writer.table()
}

const rowsOf = ({offsets, items, scores, together}: Table) =>
  Array.from({length: offsets.length - 1}, (_, row) =>
    Array.from({length: offsets[row + 1] - offsets[row]}, (_, p) => {
      const at = offsets[row] + p
      return [items[at], scores[at], together[at]]
    }),
  )

test('a table keeps the strongest of each row, of either sign, the best first, equal ones by index', () => {
  const writer = tableWriter(3, 2, 2)
  for (const [item, score] of [
    [5, 1],
    [2, -3],
    [1, 2],
    [0, -2],
  ])
    writer.add(item, score, 7)
  writer.endRow()
  writer.endRow()
  for (const [item, score] of [
    [4, 1],
    [3, 1],
    [2, Number.NaN],
    [1, 0],
  ])
    writer.add(item, score, 8)
  writer.endRow()
  // Of 2 and -2 the item of lower index stays.
  expect(rowsOf(writer.table())).toEqual([
    [
      [0, -2, 7],
      [2, -3, 7],
    ],
    [],
    [
      [3, 1, 8],
      [4, 1, 8],
    ],
  ])
})

describe('blend', () => {
  const blended = (learned: Table, counted: Table, share: number, k = 9) =>
    rowsOf(finish(blend(learned, counted, share, k)))

  test('adds what was learned, in the unit of what was counted', () => {
    // Root mean squares over all rows: 5 learned, 10 counted; so a learned 1 is worth 2, and 4 where counted ones are halved.
    const learned = tableOf([
      [
        [1, 3, 6],
        [2, -4, 5],
      ],
      [],
      [],
      [],
    ])
    const counted = tableOf([
      [
        [1, 6, 6],
        [3, 8, 4],
      ],
      [],
      [],
      [],
    ])
    expect(blended(learned, counted, 1)).toEqual([
      [
        [1, 12, 6],
        [3, 8, 4],
        [2, -8, 5],
      ],
      [],
      [],
      [],
    ])
    expect(blended(learned, counted, 0.5)).toEqual([
      [
        [1, 18, 6],
        [3, 8, 4],
        [2, -16, 5],
      ],
      [],
      [],
      [],
    ])
    expect(blended(learned, counted, 1, 2)).toEqual([
      [
        [1, 12, 6],
        [2, -8, 5],
      ],
      [],
      [],
      [],
    ])
  })

  test('is what was counted where nothing was learned, or nothing counted', () => {
    const some = tableOf([[[1, 3, 6]], [], [], []])
    const none = tableOf([[], [], [], []])
    expect(blended(none, some, 0.1)).toEqual(rowsOf(some))
    expect(blended(some, none, 0.1)).toEqual(rowsOf(none))
  })
})
