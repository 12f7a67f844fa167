/** Whatever is given: a clear error of its own, or what is documented; nothing is lost, and nothing hangs. */
import {describe, expect, test} from 'vitest'
import {type HostileRow, outcomeOf} from './hostile.ts'
import {csvRows} from './hostile-csv.ts'
import {filesRows} from './hostile-files.ts'
import {linesRows} from './hostile-lines.ts'
import {queriesRows} from './hostile-queries.ts'

const tables: Record<string, HostileRow[]> = {
  CSV: csvRows,
  'sources, lines, columns and options': linesRows,
  'questions, rules and the catalogue': queriesRows,
  files: filesRows,
}

test('there are some hundreds of them, each another', () => {
  const names = Object.values(tables).flatMap((rows) => rows.map(([name]) => name))
  expect(names.length).toBeGreaterThanOrEqual(350)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(Object.entries(tables))('%s', {timeout: 60_000}, (_, rows) => {
  test.each(rows)('%s', async (_, attempt, outcome) => {
    const came = await outcomeOf(attempt)
    // An engine's own words, or a line that is nowhere, would do in no table.
    expect(came).not.toMatch(/^stray|LOST/)
    if (typeof outcome === 'string') expect(came).toBe(outcome)
    else expect(came).toMatch(outcome)
  })
})
