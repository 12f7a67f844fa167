import {plain} from '../orders/header.ts'

/** How many words a message offers instead. */
export const OFFERS = 3

/** Which of these words a misspelt one may stand for: what holds it, but for case and dashes; else what is one slip away. */
function meant(word: string, words: readonly string[]): string[] {
  const wanted = plain(word)
  const holding = wanted.length > 2 ? words.filter((other) => plain(other).includes(wanted)) : []
  return (holding.length > 0 ? holding : words.filter((other) => isSlip(plain(other), wanted))).slice(0, OFFERS)
}

/** Whether two texts differ by one slip of the fingers: a character more, less, other, or two that changed places. */
export function isSlip(a: string, b: string): boolean {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const [x, y] = [a.slice(start), b.slice(start)]
  const swapped = x.length > 1 && y.length > 1 && x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2)
  return swapped || x.slice(1) === y || x === y.slice(1) || x.slice(1) === y.slice(1)
}

/** The end of a message about one of these words: what was meant, or all there are. */
export function advice(word: string, words: readonly string[]): string {
  const near = meant(word, words)
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `valid are ${words.join(', ')}`
}
