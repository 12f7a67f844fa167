/** Entries of 16 bytes and their order, which is that of every list. */

/** Bytes of an entry: score f64, item u32, count u32. */
export const ENTRY: usize = 16

@inline
export function scoreAt(entry: usize): f64 {
  return load<f64>(entry)
}

@inline
export function itemAt(entry: usize): u32 {
  return load<u32>(entry, 8)
}

/** The order of all lists: score descending, then item ascending. */
@inline
export function isBetter(score: f64, item: u32, thanScore: f64, thanItem: u32): bool {
  return score > thanScore || (score == thanScore && item < thanItem)
}

@inline
export function write(entry: usize, score: f64, item: u32, count: i32): void {
  store<f64>(entry, score)
  store<u32>(entry, item, 8)
  store<i32>(entry, count, 12)
}

@inline
function swap(a: usize, b: usize): void {
  const entry = v128.load(a)
  v128.store(a, v128.load(b))
  v128.store(b, entry)
}

/** Brings the best `k` of `n` entries to the front, the `k`th to its place: Hoare's quickselect. */
export function select(entries: usize, n: i32, k: i32): void {
  let low: i32 = 0
  let high = n - 1
  const target = k - 1
  while (low < high) {
    const middle = entries + (<usize>((low + high) >> 1)) * ENTRY
    const first = entries + <usize>low * ENTRY
    const last = entries + <usize>high * ENTRY
    if (isBetter(scoreAt(middle), itemAt(middle), scoreAt(first), itemAt(first))) swap(middle, first)
    if (isBetter(scoreAt(last), itemAt(last), scoreAt(first), itemAt(first))) swap(last, first)
    if (isBetter(scoreAt(last), itemAt(last), scoreAt(middle), itemAt(middle))) swap(last, middle)
    const score = scoreAt(middle)
    const item = itemAt(middle)
    let i = first
    let j = last
    while (i <= j) {
      while (isBetter(scoreAt(i), itemAt(i), score, item)) i += ENTRY
      while (isBetter(score, item, scoreAt(j), itemAt(j))) j -= ENTRY
      if (i <= j) {
        swap(i, j)
        i += ENTRY
        j -= ENTRY
      }
    }
    const left = <i32>((j - entries) / ENTRY)
    const right = <i32>((i - entries) / ENTRY)
    if (j < entries || target > left) {
      if (target < right) return
      low = right
    } else {
      high = left
    }
  }
}

/** Entries sorted by insertion; longer lists are merged from these. */
const RUN: usize = 8 * ENTRY

/** Sorts `n` entries, best first, with room for as many behind `spare`. Returns which of both holds them. */
export function sort(entries: usize, n: i32, spare: usize): usize {
  const bytes = <usize>n * ENTRY
  for (let run: usize = 0; run < bytes; run += RUN) {
    const first = entries + run
    const end = entries + min(run + RUN, bytes)
    for (let p = first + ENTRY; p < end; p += ENTRY) {
      const entry = v128.load(p)
      const score = scoreAt(p)
      const item = itemAt(p)
      let hole = p
      while (hole > first && isBetter(score, item, scoreAt(hole - ENTRY), itemAt(hole - ENTRY))) {
        v128.store(hole, v128.load(hole - ENTRY))
        hole -= ENTRY
      }
      v128.store(hole, entry)
    }
  }
  let from = entries
  let to = spare
  for (let width = RUN; width < bytes; width <<= 1) {
    for (let start: usize = 0; start < bytes; start += width << 1) {
      let left = from + start
      const middle = from + min(start + width, bytes)
      let right = middle
      const end = from + min(start + (width << 1), bytes)
      let out = to + start
      while (left < middle && right < end) {
        const takesRight = isBetter(scoreAt(right), itemAt(right), scoreAt(left), itemAt(left))
        v128.store(out, v128.load(takesRight ? right : left))
        right += takesRight ? ENTRY : 0
        left += takesRight ? 0 : ENTRY
        out += ENTRY
      }
      while (left < middle) {
        v128.store(out, v128.load(left))
        left += ENTRY
        out += ENTRY
      }
      while (right < end) {
        v128.store(out, v128.load(right))
        right += ENTRY
        out += ENTRY
      }
    }
    const swapped = from
    from = to
    to = swapped
  }
  return from
}
