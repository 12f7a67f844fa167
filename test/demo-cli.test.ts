import {describe, expect, it} from 'vitest'
import {answersOf, lines, orders, run} from './command-line.ts'

describe('the demo', () => {
  it('shows what was planted in the made-up shop, in a few screens', () => {
    const {status, stdout, stderr} = run('demo')
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    expect(stdout).toContain('Planted: its accessory is Descaler for kettles, 250 ml. Here 1st, by plain count 9th.')
    expect(stdout).toContain('A plain count would have said: Carrier bag')
    expect(stdout).toMatch(/also-bought [\d.,]+ µs, together [\d.,]+ µs, suggest [\d.,]+ µs/)
    for (const script of ['Greek', 'Arabic']) expect(stdout).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'))
    expect(stdout).toMatch(/[پچژگ]/)
    expect(stdout.split('\n').length).toBeLessThan(140)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come where nobody sees it
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('as JSON is the same without times, and accounts for every line', () => {
    const demo = answersOf('demo')
    const {read, sections} = demo
    const {used, netted, unmatchedReturns, skipped} = read.lines
    const accounted = used + netted + unmatchedReturns + Object.values<number>(skipped).reduce((a, b) => a + b, 0)
    expect(accounted).toBe(read.lines.read)
    expect(accounted).toBe(lines.length)
    expect(sections.length).toBeGreaterThanOrEqual(8)
    expect(JSON.stringify(demo)).not.toMatch(/seconds|µs/)
    const text = run('demo').stdout
    for (const {answer} of sections) {
      for (const {item} of answer.answers) expect(text).toContain(item)
    }
  })

  it('asks every question a shop has, and what was planted comes first', () => {
    const {sections} = answersOf('demo')
    const first = (query: string, words: RegExp) => {
      const found = sections.find(
        ({answer}: {answer: {query: string; heading?: string}}) =>
          answer.query === query && words.test(answer.heading ?? ''),
      )
      return found?.answer.answers[0].item
    }
    expect(first('buy-again', /bought again/)).toBe('COF-01')
    expect(first('rank', /Tea & coffee/)).toBe('COF-01')
    expect(first('new-arrivals', /New in the shop/)).toBe('MAT-01')
    expect(first('substitutes', /out of stock/)).toBe('COL-02')
    expect(first('also-bought', /below 10 each/)).toBe('KET-91')
    expect(first('also-bought', /later/)).toBeDefined()
    expect(first('popular', /What sells/)).toBe('BAG-01')
    const notes = sections.flatMap(({notes}: {notes: string[]}) => notes).join('\n')
    expect(notes).toContain('it would not come again')
    expect(notes).toContain('at once it is suggested no more')
    expect(notes).toContain('nothing is left to be bought again')
    expect(notes).toContain('which also answers what goes with')
    expect(notes).toMatch(/A till without customer ids says as well: .* goes Descaler for kettles/)
    expect(notes).toMatch(/Is it any good\? .* NDCG@10 0\.4\d\d, cosine 0\.3\d\d/)
  })

  it('of a file asks about items spread over the places of popularity', () => {
    const {sections} = answersOf('demo', orders, '--limit', '2')
    const asked = sections.flatMap(({answer}: {answer: {query: string; item: unknown}}) =>
      answer.query === 'also-bought' ? [answer.item] : [],
    )
    expect(asked.length).toBe(3)
    expect(sections.at(-1).answer.items.length).toBe(1)
  })
})
