/** What is kept of one table. The host writes these words in this order. */
@unmanaged
export class Table {
  /** Which formula scores it. */
  formula: i32
  /** Whether it scores the sum of weights or the count. */
  readsWeight: i32
  /** Whether items that never met may score. */
  hasPopular: i32
  /** What the formula reads of an item, f64. */
  left: usize
  middle: usize
  right: usize
  /** f64; a factor of the formula. */
  scale: usize
  /** What the filter reads of an item, f32. */
  f1: usize
  f2: usize
  f3: usize
  /** f32: no score below this enters the list of an item. */
  floor: usize
  /** Where each list begins, and for how many there is room, in entries. */
  starts: usize
  rooms: usize
  sizes: usize
  /** f64 and u32: the last entry a full list keeps. */
  worst: usize
  worstItem: usize
  locks: usize
  /** Of 16 bytes: score f64, item u32, count u32. Those of all tables lie among each other, and over visits: see `list-room.ts`. */
  entries: usize
}

export const WEIGHTED = 0
export const TOGETHER = 1
export const RATIO = 2
export const ROOT = 3
export const PRODUCT = 4
export const JACCARD = 5
export const LLR = 6
export const NPMI = 7
