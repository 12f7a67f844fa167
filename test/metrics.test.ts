import {describe, expect, test} from 'vitest'
import {judge, spread} from '../src/evaluate/metrics.ts'

describe('judge', () => {
  const of = (list: number[], relevant: number[]) => {
    return judge(
      list,
      Uint8Array.from({length: 30}, (_, item) => Number(relevant.includes(item))),
      relevant.length,
    )
  }

  test('all that is relevant first is perfect', () => {
    expect(of([3, 1, 7], [1, 3])).toEqual({ndcg: 1, recall: 1, hit: 1})
  })

  test('nothing relevant is worth nothing', () => {
    expect(of([3, 1, 7], [2])).toEqual({ndcg: 0, recall: 0, hit: 0})
    expect(of([], [2])).toEqual({ndcg: 0, recall: 0, hit: 0})
  })

  test('the third of two is worth 1 / log2(4), as a share of 1 + 1 / log2(3)', () => {
    expect(of([9, 8, 1], [1, 2])).toEqual({ndcg: expect.closeTo(0.5 / (1 + 1 / Math.log2(3)), 12), recall: 0.5, hit: 1})
  })

  test('the eleventh is not seen, and ten of twelve are a perfect list', () => {
    const twelve = Array.from({length: 12}, (_, item) => item)
    expect(of([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 1], [1]).hit).toBe(0)
    expect(of(twelve, twelve)).toEqual({ndcg: expect.closeTo(1, 12), recall: 10 / 12, hit: 1})
  })
})

test('spread: the share of items ever shown, and of places that the ten shown most hold', () => {
  const shown = [5, 5, 0, ...Array(10).fill(1)]
  expect(spread(shown, 24)).toEqual({coverage: 0.5, topShare: 18 / 20})
  // The two shown least come first.
  expect(spread([1, 2, ...Array(10).fill(5)], 12)).toEqual({coverage: 1, topShare: 50 / 53})
  expect(spread([0, 0], 2)).toEqual({coverage: 0, topShare: 0})
  expect(spread([3], 1)).toEqual({coverage: 1, topShare: 1})
  expect(spread([], 0)).toEqual({coverage: 0, topShare: 0})
})
