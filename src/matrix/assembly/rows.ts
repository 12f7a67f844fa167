import {firstVisited, headerBytes, itemCount, rankEnds, rowEnds, rows, rowStarts, staged, visits} from './layout'

/** Lines and baskets of a block, which stays in cache while its rows are sorted. The host leaves room for as many. */
const BLOCK_LINES: u32 = 1 << 19
const BLOCK_BASKETS: usize = 1 << 16

/**
 * Sorts the first rows of those from `from` up to before `to`, a block of them, and writes where they start to the visits of
 * their items, each of which goes on at its cursor. Returns where the next block begins. All its lines are sorted at once,
 * by rank, and handed back to their baskets in that order.
 */
export function sortRows<Id>(from: u32, to: u32, cursors: usize): u32 {
  const width = sizeof<Id>()
  const end = rows + <usize>to * width
  memory.fill(rankEnds, 0, <usize>itemCount << 2)
  let row = rows + <usize>from * width
  let baskets: usize = 0
  for (let lines: u32 = 0; row < end && baskets < BLOCK_BASKETS; baskets++) {
    const size = <u32>load<Id>(row + 4)
    lines += size
    if (lines > BLOCK_LINES && baskets > 0) break
    store<u32>(rowStarts + (baskets << 2), <u32>((row - rows) / width))
    let p = row + headerBytes
    row = p + <usize>size * width
    for (; p < row; p += width) {
      const at = rankEnds + ((<usize>load<Id>(p)) << 2)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
  for (let rank: u32 = 0, lines: u32 = 0; rank < itemCount; rank++) {
    const at = rankEnds + ((<usize>rank) << 2)
    const n = load<u32>(at)
    store<u32>(at, lines)
    lines += n
  }
  for (let basket: usize = 0; basket < baskets; basket++) {
    const start = load<u32>(rowStarts + (basket << 2))
    const line = rows + <usize>start * width
    const first = line + headerBytes
    store<u32>(rowEnds + (basket << 2), <u32>((first - rows) / width))
    const last = first + (<usize>load<Id>(line + 4)) * width
    for (let p = first; p < last; p += width) {
      const at = rankEnds + ((<usize>load<Id>(p)) << 2)
      const place = load<u32>(at)
      store<u16>(staged + ((<usize>place) << 1), <u16>basket)
      store<u32>(at, place + 1)
    }
  }
  let s = staged
  for (let rank: u32 = 0; rank < firstVisited; rank++) {
    const last = lastStaged(rank)
    for (; s < last; s += 2) append<Id>(<usize>load<u16>(s), rank)
  }
  for (let rank = firstVisited; rank < itemCount; rank++) {
    const last = lastStaged(rank)
    const cursor = cursors + ((<usize>(rank - firstVisited)) << 2)
    let v = visits + ((<usize>load<u32>(cursor)) << 2)
    for (; s < last; s += 2, v += 4) {
      const basket = <usize>load<u16>(s)
      append<Id>(basket, rank)
      store<u32>(v, load<u32>(rowStarts + (basket << 2)))
    }
    store<u32>(cursor, <u32>((v - visits) >> 2))
  }
  return <u32>((row - rows) / width)
}

@inline
function append<Id>(basket: usize, rank: u32): void {
  const at = rowEnds + (basket << 2)
  const place = <usize>load<u32>(at)
  store<Id>(rows + place * sizeof<Id>(), <Id>rank)
  store<u32>(at, <u32>place + 1)
}

@inline
function lastStaged(rank: u32): usize {
  return staged + ((<usize>load<u32>(rankEnds + ((<usize>rank) << 2))) << 1)
}
