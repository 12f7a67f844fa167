/** The loops of `../sum-room.ts`. Arguments named after arrays are their addresses. */

/** Keeps reads from being left out as useless. */
export let sink: i32 = 0

/** See `weighRows` in `../sum-room.ts`. */
export function weighRows(scales: usize, rows: usize, counts: usize, n: i32, weights: usize): f64 {
  let largest: f64 = 0
  for (let r: usize = 0; r < <usize>n; r++) {
    largest = max(largest, load<f64>(counts + (<usize>load<i32>(rows + (r << 2)) << 3)))
  }
  let heaviest: f64 = 0
  for (let r: usize = 0; r < <usize>n; r++) {
    const row = <usize>load<i32>(rows + (r << 2)) << 3
    heaviest = max(heaviest, (load<f64>(counts + row) / largest) * load<f64>(scales + row))
  }
  for (let r: usize = 0; r < <usize>n; r++) {
    const row = <usize>load<i32>(rows + (r << 2)) << 3
    const share = ((load<f64>(counts + row) / largest) * load<f64>(scales + row) * 65536) / heaviest
    store<i32>(weights + (r << 2), heaviest == 0 ? 0 : <i32>Math.round(share))
  }
  return (heaviest / 65536) * largest
}

/** `isWide` says that items take 32 bits and not 16. */
export function sumRows(
  isWide: bool,
  offsets: usize,
  items: usize,
  shares: usize,
  rows: usize,
  weights: usize,
  n: i32,
  sums: usize,
  met: usize,
): i32 {
  return isWide
    ? sumRowsOf<u32>(offsets, items, shares, rows, weights, n, sums, met)
    : sumRowsOf<u16>(offsets, items, shares, rows, weights, n, sums, met)
}

/**
 * What a sum holds beside whole numbers from its first one on, -0.5 as bits: so it is never 0 again, and what adds up to 0 is
 * below 0. Put in by bits, since a choice between two f64 becomes a branch, which would be guessed wrong half the time.
 */
const MET: u64 = 0xbfe0000000000000

/** Every item is appended, and the next overwrites it unless it was new: half are, which no branch predictor guesses. */
@inline
function sumRowsOf<Item>(
  offsets: usize,
  items: usize,
  shares: usize,
  rows: usize,
  weights: usize,
  n: i32,
  sums: usize,
  met: usize,
): i32 {
  // Touched first, so that the cache misses of all rows overlap: that saves a quarter.
  for (let r: usize = 0; r < <usize>n; r++) {
    const start = <usize>load<i32>(offsets + (<usize>load<i32>(rows + (r << 2)) << 2))
    const item = items + start * sizeof<Item>()
    const share = shares + (start << 1)
    sink += <i32>load<Item>(item) + <i32>load<Item>(item, 48) + <i32>load<Item>(item, 96)
    sink += <i32>load<i16>(share) + <i32>load<i16>(share, 48) + <i32>load<i16>(share, 96)
  }
  let end = met
  for (let r: usize = 0; r < <usize>n; r++) {
    const weight = <f64>load<i32>(weights + (r << 2))
    if (weight == 0) continue
    const row = offsets + (<usize>load<i32>(rows + (r << 2)) << 2)
    const from = <usize>load<i32>(row)
    const last = items + <usize>load<i32>(row, 4) * sizeof<Item>()
    let share = shares + (from << 1)
    for (let at = items + from * sizeof<Item>(); at < last; at += sizeof<Item>()) {
      const item = <usize>load<Item>(at)
      const sum = sums + (item << 3)
      const bits = load<u64>(sum)
      const isNew = <u64>(bits == 0)
      store<i32>(end, <i32>item)
      end += <usize>isNew << 2
      store<f64>(sum, reinterpret<f64>(bits | (MET & (0 - isNew))) + weight * <f64>load<i16>(share))
      share += 2
    }
  }
  return <i32>((end - met) >> 2)
}

/** Inserts what may come into a short list, best first, and empties the sums. Returns the list's length. */
export function takeBest(
  met: usize,
  n: i32,
  sums: usize,
  marks: usize,
  wanted: i32,
  k: i32,
  bestItems: usize,
  bestScores: usize,
): i32 {
  let size = 0
  /** The score to reach once the list is full. */
  let worst: f64 = 0
  const end = met + (<usize>n << 2)
  for (; met < end; met += 4) {
    const item = load<i32>(met)
    const at = sums + (<usize>item << 3)
    const score = load<f64>(at)
    store<f64>(at, 0)
    if (score < worst || load<u8>(marks + <usize>item) != wanted) continue
    let hole = size
    if (size == k) {
      hole = k - 1
      if (score == worst && item > load<i32>(bestItems + (<usize>hole << 2))) continue
    } else {
      size++
    }
    for (; hole > 0; hole--) {
      const before = load<f64>(bestScores + (<usize>(hole - 1) << 3))
      const itemBefore = load<i32>(bestItems + (<usize>(hole - 1) << 2))
      if (before > score || (before == score && itemBefore < item)) break
      store<f64>(bestScores + (<usize>hole << 3), before)
      store<i32>(bestItems + (<usize>hole << 2), itemBefore)
    }
    store<f64>(bestScores + (<usize>hole << 3), score)
    store<i32>(bestItems + (<usize>hole << 2), item)
    if (size == k) worst = load<f64>(bestScores + (<usize>(k - 1) << 3))
  }
  return size
}

export function findMarked(
  isWide: bool,
  items: usize,
  from: i32,
  to: i32,
  marks: usize,
  mark: i32,
  found: usize,
): i32 {
  return isWide
    ? findMarkedOf<u32>(items, from, to, marks, mark, found)
    : findMarkedOf<u16>(items, from, to, marks, mark, found)
}

/** The places of a row's items with a mark. Returns how many. */
@inline
function findMarkedOf<Item>(items: usize, from: i32, to: i32, marks: usize, mark: i32, found: usize): i32 {
  let n = 0
  for (let p = from; p < to; p++) {
    store<i32>(found + (<usize>n << 2), p)
    n += i32(load<u8>(marks + <usize>load<Item>(items + <usize>p * sizeof<Item>())) == mark)
  }
  return n
}
