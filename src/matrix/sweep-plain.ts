import type {Dense} from './dense.ts'
import type {Kernel} from './phases.ts'
import {BLOCK_TILES, STRIP, type SweepPhase, TILE} from './sweep-kernel.ts'

/** The loops of `assembly/sweep.ts` where there is no WebAssembly: the small dense work by `ml-matrix`, which is loaded for it. */
export async function openPlainSweep({layout, buffer}: Dense): Promise<Kernel<SweepPhase>> {
  const {CholeskyDecomposition, Matrix} = await import('ml-matrix')
  const {square} = layout
  const all = new Float64Array(buffer)
  const [least, swept, before, after] = [layout.least / 8, layout.swept / 8, layout.before / 8, layout.after / 8]
  const tileAt = (row: number, column: number) => {
    const start = row < square ? (row * (row + 1)) / 2 : (square * (square + 1)) / 2 + (row - square) * square
    return layout.tiles / 8 + TILE * (start + column)
  }
  let failed = 0

  function sweepBlock(first: number, end: number): void {
    const n = 4 * (end - first)
    const place = (i: number, j: number) => tileAt(first + (i >> 2), first + (j >> 2)) + 4 * (i & 3) + (j & 3)
    const block = Matrix.zeros(n, n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) block.set(i, j, all[i < j ? place(j, i) : place(i, j)])
    }
    // NaN alone is not itself when mirrored.
    const cholesky = block.isSymmetric() ? new CholeskyDecomposition(block) : undefined
    const factor = cholesky?.lowerTriangularMatrix
    const isSound = (i: number) => factor && factor.get(i, i) ** 2 > all[least + 4 * first + i]
    for (let i = 0; i < n; i++) if (!isSound(i)) failed = 1
    // After that, nothing that comes of it is used.
    if (!cholesky || failed) return
    const inverse = cholesky.solve(Matrix.eye(n))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const value = -inverse.get(i, j)
        all[swept + STRIP * (j >> 2) + 4 * i + (j & 3)] = value
        if (j <= i) all[place(i, j)] = value
      }
    }
  }

  function sweepStrips(first: number, end: number, row: number): void {
    const depth = 4 * (end - first)
    const strip = before + STRIP * row
    const product = after + STRIP * row
    // Places of the strip in the matrix: across a tile that is left of the diagonal, down one that stands for its mirror.
    const place = (k: number, r: number) => {
      const column = first + (k >> 2)
      return row > first ? tileAt(row, column) + 4 * r + (k & 3) : tileAt(column, row) + 4 * (k & 3) + r
    }
    for (let k = 0; k < depth; k++) for (let r = 0; r < 4; r++) all[strip + 4 * k + r] = all[place(k, r)]
    all.fill(0, product, product + 4 * depth)
    for (let t = 0; t < end - first; t++) addProduct(swept + STRIP * t, strip, depth, product + TILE * t)
    for (let k = 0; k < depth; k++) for (let r = 0; r < 4; r++) all[place(k, r)] = -all[product + 4 * k + r]
  }

  function sweepRest(first: number, end: number, row: number): void {
    for (let column = 0; column <= Math.min(row, square - 1); column++) {
      if (column >= first && column < end) continue
      addProduct(after + STRIP * row, before + STRIP * column, 4 * (end - first), tileAt(row, column))
    }
  }

  /** Adds the product of two strips of `depth` columns, aᵀb, to a tile. */
  function addProduct(a: number, b: number, depth: number, tile: number): void {
    for (let r = 0; r < 4; r++) {
      const at = tile + 4 * r
      let [c0, c1, c2, c3] = [all[at], all[at + 1], all[at + 2], all[at + 3]]
      for (let k = 0; k < 4 * depth; k += 4) {
        const factor = all[a + k + r]
        c0 += factor * all[b + k]
        c1 += factor * all[b + k + 1]
        c2 += factor * all[b + k + 2]
        c3 += factor * all[b + k + 3]
      }
      all[at] = c0
      all[at + 1] = c1
      all[at + 2] = c2
      all[at + 3] = c3
    }
  }

  return {
    *work({name, block, bounds}, s) {
      const first = block * BLOCK_TILES
      const end = Math.min(first + BLOCK_TILES, square)
      if (name === 'sweepBlock') {
        sweepBlock(first, end)
      } else {
        const sweepRow = name === 'sweepStrips' ? sweepStrips : sweepRest
        for (let row = bounds[s]; row < bounds[s + 1]; row++) if (row < first || row >= end) sweepRow(first, end, row)
      }
      yield 1
    },
    result: () => failed,
  }
}
