import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {finish} from '../src/matrix/steps.ts'
import {blockOf, idsOf} from '../src/orders/id-block.ts'
import {blockFinder} from '../src/orders/id-finder.ts'
import {compareIds} from '../src/orders/ids.ts'

const finderOf = (ids: string[]) => blockFinder(idsOf(finish(blockOf(ids))))

describe('an id is found', () => {
  // Around the longest that is told by its characters, beyond one byte, and a zero where nothing might be.
  const unit = fc.constantFrom('a', 'b', '0', '\0', '\x7f', '\x80', 'ÿ', 'ä', '€', '\uffff', '😀')
  const id = fc.oneof(
    fc.string({unit, maxLength: 4}),
    fc.string({unit, minLength: 9, maxLength: 14}),
    fc.nat().map(String),
    fc.uuid(),
  )

  it('as a Map finds it, the first time and again, and what is not there is not', () => {
    const lists = fc.uniqueArray(id, {maxLength: 40})
    fc.assert(
      fc.property(lists, fc.array(id, {maxLength: 10}), (ids, others) => {
        ids.sort(compareIds)
        const twin = new Map(ids.map((id, index) => [id, index]))
        const asked = [...ids, ...others, ...ids, ...others]
        const places = asked.map((id) => twin.get(id) ?? -1)
        expect(asked.map(finderOf(ids).find)).toEqual(places)
        const found = new Int32Array(asked.length)
        finderOf(ids).findAll(asked, found)
        expect([...found]).toEqual(places)
      }),
    )
  })

  it('among more than it remembers', () => {
    const ids = Array.from({length: 150_000}, (_, i) => (i % 3 ? `SKU-${i}` : `a longer one, number ${i}`)).sort(
      compareIds,
    )
    const {find} = finderOf(ids)
    for (const _ of ['first', 'again']) for (let i = 0; i < ids.length; i += 7) expect(find(ids[i])).toBe(i)
    expect(find('SKU-3')).toBe(-1)
  })

  it('where thousands have the same last characters, or the same first', () => {
    const ids = Array.from({length: 5000}, (_, i) => [`${i}-of-a-long-list`, `a-long-list-of-${i}`])
      .flat()
      .sort(compareIds)
    const {find} = finderOf(ids)
    for (const _ of ['first', 'again']) expect(ids.map(find)).toEqual([...ids.keys()])
  })
})
