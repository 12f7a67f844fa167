import {
  cells,
  countBits,
  headerBytes,
  headItems,
  headRows,
  minTogether,
  own,
  ownerAt,
  rows,
  touched,
  triangle,
  visits,
} from './layout'

/** Rows whose first two cache lines are touched before they are walked, so that the misses overlap. */
const TOUCH: usize = 64

/** Keeps the compiler from dropping reads that are only there to warm the cache. */
export let sink: u32 = 0

@inline
export function cellOf(weight: u32): u64 {
  return ((<u64>weight) << countBits) | 1
}

@inline
export function countOf(cell: u64): i32 {
  return <i32>(cell & ((<u64>1 << countBits) - 1))
}

/** Counts the pairs among the first `headItems` in the baskets whose rows lie from `from` up to before `to`. */
export function countTriangle<Id>(from: usize, to: usize): void {
  const width = sizeof<Id>()
  const head = headItems
  const starts = headRows
  const block = triangle
  let row = rows + from * width
  const end = rows + to * width
  while (row < end) {
    const size = <usize>load<Id>(row + 4)
    const cell = cellOf(load<u32>(row))
    const first = row + headerBytes
    row = first + size * width
    for (let p = first; p < row; p += width) {
      const item = <u32>load<Id>(p)
      if (item >= head) break
      const base = block + ((<usize>load<u32>(starts + ((<usize>item) << 2))) << 3)
      for (let q = first; q < p; q += width) {
        const at = base + ((<usize>load<Id>(q)) << 3)
        store<u64>(at, load<u64>(at) + cell)
      }
    }
  }
}

/**
 * One row of XᵀX, the half that is more popular than the item: a walk from the start of each basket ends at the item
 * itself. Leaves the cells at `cells` and who was met at `touched`; returns how many were met.
 */
export function countRow<Id>(rank: u32, from: usize, to: usize): i32 {
  const width = sizeof<Id>()
  const counts = cells
  const header = headerBytes
  let next = touched
  for (let first = from; first < to; first += TOUCH) {
    const last = min(first + TOUCH, to)
    let warm: u32 = 0
    for (let v = first; v < last; v++) {
      const row = rows + (<usize>load<u32>(visits + (v << 2))) * width
      warm += load<u32>(row) + load<u32>(row, 40)
    }
    sink = warm
    for (let v = first; v < last; v++) {
      let p = rows + (<usize>load<u32>(visits + (v << 2))) * width
      const added = cellOf(load<u32>(p))
      p += header
      let other = <u32>load<Id>(p)
      while (other < rank) {
        const at = counts + ((<usize>other) << 3)
        const cell = load<u64>(at)
        store<u32>(next, other)
        next += (<usize>(cell == 0)) << 2
        store<u64>(at, cell + added)
        p += width
        other = <u32>load<Id>(p)
      }
    }
  }
  return <i32>((next - touched) >> 2)
}

/** Forgets the pairs of a row which one owner alone ever made. The visits of an owner stand together. */
export function dropPrivate<Id>(rank: u32, base: usize, from: usize, to: usize): void {
  const width = sizeof<Id>()
  for (let first = from, next = from; first < to; first = next) {
    const owner = load<u32>(rows + (<usize>load<u32>(visits + (first << 2))) * width + ownerAt)
    while (next < to && load<u32>(rows + (<usize>load<u32>(visits + (next << 2))) * width + ownerAt) == owner) next++
    if (<i32>(next - first) < minTogether) continue
    for (let v = first; v < next; v++) {
      let p = rows + (<usize>load<u32>(visits + (v << 2))) * width + headerBytes
      for (let other = <u32>load<Id>(p); other < rank; p += width, other = <u32>load<Id>(p)) {
        const at = own + ((<usize>other) << 2)
        store<u32>(at, load<u32>(at) + 1)
      }
    }
    for (let v = first; v < next; v++) {
      let p = rows + (<usize>load<u32>(visits + (v << 2))) * width + headerBytes
      for (let other = <u32>load<Id>(p); other < rank; p += width, other = <u32>load<Id>(p)) {
        const at = own + ((<usize>other) << 2)
        const cell = base + ((<usize>other) << 3)
        if (<i32>load<u32>(at) == countOf(load<u64>(cell))) store<u64>(cell, 0)
        store<u32>(at, 0)
      }
    }
  }
}
