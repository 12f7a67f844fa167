/**
 * The loops of `../sweep-kernel.ts`. The host sets the variables before its first call, by name; addresses are in bytes.
 * A tile is 4 × 4 numbers, row by row. A block is a stretch of up to 16 columns of tiles; a strip, what a row of tiles has
 * there: for each column of the block, its 4 numbers.
 */

/** Tiles: the lower triangle of the square, row by row, and then whole rows. */
export let tiles: usize = 0
/** Rows of tiles of the square, which is as wide. */
export let square: u32 = 0
/** By row of the square: no pivot may be smaller. */
export let least: usize = 0
/** The swept block, in strips. */
export let swept: usize = 0
/** By row of tiles, its strip before the block was swept, and that times the swept block. */
export let before: usize = 0
export let after: usize = 0
/** 1 once a pivot was too small. */
export let failed: i32 = 0

const BLOCK_TILES: u32 = 16

@inline
function tileAt(row: u32, column: u32): usize {
  const triangle = (square * (square + 1)) >> 1
  const start = row < square ? (row * (row + 1)) >> 1 : triangle + (row - square) * square
  return tiles + (<usize>(start + column) << 7)
}

@inline
function stripAt(strips: usize, row: u32): usize {
  return strips + (<usize>row << 11)
}

@inline
function blockTiles(block: u32): u32 {
  return min(BLOCK_TILES, square - block * BLOCK_TILES)
}

/** A number of the block as it is swept. */
@inline
function cellAt(row: u32, column: u32): usize {
  return stripAt(swept, column >> 2) + (<usize>((row << 2) + (column & 3)) << 3)
}

/** Sweeps a block by itself, one pivot after the other. */
export function sweepBlock(block: u32): void {
  const first = block * BLOCK_TILES
  const n = blockTiles(block) << 2
  for (let i: u32 = 0; i < n; i++) {
    for (let j: u32 = 0; j <= i; j++) {
      const tile = tileAt(first + (i >> 2), first + (j >> 2))
      store<f64>(cellAt(i, j), load<f64>(tile + (<usize>(((i & 3) << 2) + (j & 3)) << 3)))
    }
  }
  // Nothing of `after` is needed yet.
  const column = after
  for (let p: u32 = 0; p < n; p++) {
    const pivot = load<f64>(cellAt(p, p))
    if (!(pivot > load<f64>(least + (<usize>((first << 2) + p) << 3)))) failed = 1
    for (let i: u32 = 0; i < n; i++) store<f64>(column + (<usize>i << 3), load<f64>(i < p ? cellAt(p, i) : cellAt(i, p)))
    for (let i: u32 = 0; i < n; i++) {
      const factor = load<f64>(column + (<usize>i << 3)) / pivot
      if (i == p) {
        for (let j: u32 = 0; j < p; j++) store<f64>(cellAt(p, j), load<f64>(column + (<usize>j << 3)) / pivot)
        store<f64>(cellAt(p, p), -1 / pivot)
        continue
      }
      for (let j: u32 = 0; j <= i; j++) {
        const at = cellAt(i, j)
        store<f64>(at, j == p ? factor : load<f64>(at) - factor * load<f64>(column + (<usize>j << 3)))
      }
    }
  }
  for (let i: u32 = 0; i < n; i++) {
    for (let j: u32 = 0; j <= i; j++) {
      const value = load<f64>(cellAt(i, j))
      store<f64>(cellAt(j, i), value)
      const tile = tileAt(first + (i >> 2), first + (j >> 2))
      store<f64>(tile + (<usize>(((i & 3) << 2) + (j & 3)) << 3), value)
    }
  }
}

/** Multiplies the strips of the rows of tiles from `from` up to before `to` by the swept block. */
export function sweepStrips(block: u32, from: u32, to: u32): void {
  const first = block * BLOCK_TILES
  const n = blockTiles(block)
  for (let row = from; row < to; row++) {
    if (row >= first && row < first + n) continue
    const strip = stripAt(before, row)
    const product = stripAt(after, row)
    const isBelow = row > first
    for (let t: u32 = 0; t < n; t++) {
      const tile = isBelow ? tileAt(row, first + t) : tileAt(first + t, row)
      copyTile(strip + (<usize>t << 7), tile, isBelow)
    }
    memory.fill(product, 0, <usize>n << 7)
    for (let t: u32 = 0; t < n; t++) addProduct(stripAt(swept, t), strip, n << 2, product + (<usize>t << 7))
    for (let t: u32 = 0; t < n; t++) {
      const tile = isBelow ? tileAt(row, first + t) : tileAt(first + t, row)
      copyTile(tile, product + (<usize>t << 7), isBelow)
      for (let p: usize = 0; p < 128; p += 16) v128.store(tile + p, f64x2.neg(v128.load(tile + p)))
    }
  }
}

@inline
function copyTile(to: usize, from: usize, isTurned: bool): void {
  for (let i: usize = 0; i < 4; i++) {
    for (let j: usize = 0; j < 4; j++) {
      const source = isTurned ? (j << 2) + i : (i << 2) + j
      store<f64>(to + (((i << 2) + j) << 3), load<f64>(from + (source << 3)))
    }
  }
}

/** Adds to all tiles outside the block, of the rows from `from` up to before `to`: few, so that their strips stay in cache. */
export function sweepRest(block: u32, from: u32, to: u32): void {
  const first = block * BLOCK_TILES
  const n = blockTiles(block)
  for (let column: u32 = 0; column < min(to, square); column++) {
    if (column >= first && column < first + n) continue
    const strip = stripAt(before, column)
    for (let row = max(from, column); row < to; row++) {
      if (row >= first && row < first + n) continue
      addProduct(stripAt(after, row), strip, n << 2, tileAt(row, column))
    }
  }
}

/** Adds the product of two strips of `depth` columns, aᵀb, to a tile. */
@inline
function addProduct(a: usize, b: usize, depth: u32, tile: usize): void {
  let c00 = v128.load(tile)
  let c01 = v128.load(tile, 16)
  let c10 = v128.load(tile, 32)
  let c11 = v128.load(tile, 48)
  let c20 = v128.load(tile, 64)
  let c21 = v128.load(tile, 80)
  let c30 = v128.load(tile, 96)
  let c31 = v128.load(tile, 112)
  for (const end = a + (<usize>depth << 5); a < end; a += 32, b += 32) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const a0 = v128.load64_splat(a)
    c00 = f64x2.add(c00, f64x2.mul(a0, b0))
    c01 = f64x2.add(c01, f64x2.mul(a0, b1))
    const a1 = v128.load64_splat(a, 8)
    c10 = f64x2.add(c10, f64x2.mul(a1, b0))
    c11 = f64x2.add(c11, f64x2.mul(a1, b1))
    const a2 = v128.load64_splat(a, 16)
    c20 = f64x2.add(c20, f64x2.mul(a2, b0))
    c21 = f64x2.add(c21, f64x2.mul(a2, b1))
    const a3 = v128.load64_splat(a, 24)
    c30 = f64x2.add(c30, f64x2.mul(a3, b0))
    c31 = f64x2.add(c31, f64x2.mul(a3, b1))
  }
  v128.store(tile, c00)
  v128.store(tile, c01, 16)
  v128.store(tile, c10, 32)
  v128.store(tile, c11, 48)
  v128.store(tile, c20, 64)
  v128.store(tile, c21, 80)
  v128.store(tile, c30, 96)
  v128.store(tile, c31, 112)
}
