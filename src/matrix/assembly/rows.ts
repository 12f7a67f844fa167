import {cursors, cursorEnds, firstVisited, rowEnds, rows, rowStarts, staged, visits} from './layout'

@inline
function append<Id>(basket: usize, rank: u32): void {
  const at = rowEnds + (basket << 2)
  const place = <usize>load<u32>(at)
  store<Id>(rows + place * sizeof<Id>(), <Id>rank)
  store<u32>(at, <u32>place + 1)
}

/** Appends an item to the rows of `n` staged baskets, of a block that begins with the basket `low`. */
@inline
export function appendStaged<Id>(rank: u32, n: u32, low: u32): void {
  for (let s = staged, end = staged + ((<usize>n) << 2); s < end; s += 4) append<Id>(<usize>(load<u32>(s) - low), rank)
}

/**
 * Appends every visited item to its rows in a block of baskets, from `low` up to before `high`. Its visits hold the numbers
 * of its baskets before, and where their rows start afterwards.
 */
@inline
export function appendVisited<Id>(low: u32, high: u32, items: u32): void {
  for (let rank = firstVisited; rank < items; rank++) {
    const at4 = (<usize>(rank - firstVisited)) << 2
    const end = visits + ((<usize>load<u32>(cursorEnds + at4)) << 2)
    let v = visits + ((<usize>load<u32>(cursors + at4)) << 2)
    for (; v < end; v += 4) {
      const basket = load<u32>(v)
      if (basket >= high) break
      append<Id>(<usize>(basket - low), rank)
      store<u32>(v, load<u32>(rowStarts + ((<usize>(basket - low)) << 2)))
    }
    store<u32>(cursors + at4, <u32>((v - visits) >> 2))
  }
}
