/** A row's heap of 50: 10,000 entries offered, in the orders that make most and least of it, and sorted at the end. */
import {clearHeap, makeHeaps, offer, sortBestFirst} from '../src/matrix/top-k.ts'
import {sfc32, shuffle} from './random.ts'
import {printTimings, quick, timed} from './timings.ts'

const k = 50
const entries = 10_000
const rising = Float64Array.from({length: entries}, (_, i) => i + 1)
const falling = rising.slice().reverse()
const shuffled = shuffle(rising.slice(), sfc32(1))
const tied = shuffled.map((score) => Math.ceil(score / 100))

const heaps = makeHeaps(1, k)
/** What the rows' best come to: nothing that is counted here can be left out as useless. */
let sum = 0

const cases = {
  shuffled: () => pickBest(shuffled),
  'shuffled, 100 scores': () => pickBest(tied),
  'best first': () => pickBest(falling),
  'worst first': () => pickBest(rising),
}
printTimings(await timed(`top ${k} of ${entries}`, cases, quick))
if (sum === 0) throw new Error('nothing was picked')

function pickBest(scores: Float64Array): void {
  clearHeap(heaps, 0)
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] >= heaps.worst[0]) offer(heaps, 0, i, scores[i], i)
  }
  sum += heaps.indices[sortBestFirst(heaps, 0) - 1]
}
