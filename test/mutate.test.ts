import {describe, expect, test} from 'vitest'
import equivalents from '../build/equivalents.json'
import {findMutants} from '../build/mutants.ts'

/** What becomes of a line. */
const mutantsOf = (line: string) => findMutants(`${line}\n`).map(({after}) => after)

describe('findMutants', () => {
  test.each([
    ['a = b + c', [';', 'a = b - c']],
    ['const f = a ** b > c', ['const f = a ** b >= c', 'const f = a ** b <= c', 'const f = a * b > c']],
    ['const f = a && !b', ['const f = a || !b', 'const f = a && b']],
    ['const f = n++', ['const f = n--']],
    ['const f = -0.5', ['const f = 0.5', 'const f = -0.6', 'const f = -0.4']],
    ['const f = 65_536', ['const f = 65537', 'const f = 65535']],
    ['const f = 0', ['const f = 1', 'const f = (-1)']],
    ['const f = Math.max(a, b)', ['const f = Math.min(a, b)']],
    ['const f = Math.sqrt(a)', ['const f = (a)']],
    ['if (a) throw b', ['if (true) throw b', 'if (false) throw b']],
    ['const f = a ? b : c', ['const f = true ? b : c', 'const f = false ? b : c']],
    ['while (a) b()', ['while (false) b()', 'while (a) ;']],
    ['for (;;) break', []],
    ["const f: 0 | 1 = g['h']", []],
    ["import {a} from 'b'", []],
  ])('of %s', (line, mutants) => {
    expect(mutantsOf(line)).toEqual(mutants)
  })

  test('names the declaration and the whole lines, however they are indented', () => {
    expect(findMutants('/** Says. */\nexport function f(a) {\n  return (\n    a +\n    b\n  )\n}\n')).toEqual([
      {
        ...{where: 'f', line: 4, before: 'a +', after: 'a -'},
        text: '/** Says. */\nexport function f(a) {\n  return (\n    a -\n    b\n  )\n}\n',
      },
    ])
  })
})

test('every mutant said to be equivalent has a reason', () => {
  for (const {file, where, before, after, reason} of equivalents) {
    expect([file, where, before, after, reason].map((text) => text.length)).not.toContain(0)
  }
})
