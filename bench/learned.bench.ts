/**
 * Inverting a matrix of n items by the sweep, in WebAssembly and in TypeScript, and by `ml-matrix`: its Cholesky factors alone,
 * and solved for the unit matrix, which is its inverse. One thread; all cases of a size in turn, several rounds.
 */
import {CholeskyDecomposition, Matrix} from 'ml-matrix'
import {openDense, sweep} from '../src/matrix/dense.ts'
import {inOneGo} from '../src/matrix/steps.ts'
import {sfc32} from './random.ts'
import {duration, median} from './timings.ts'

const ROUNDS = 3
/** The largest n each case is given: beyond, it takes a minute and more. */
const cases = {
  sweep: {most: 4000, run: (matrix: Matrix) => timeSweep(matrix, false)},
  'sweep in TypeScript': {most: 2000, run: (matrix: Matrix) => timeSweep(matrix, true)},
  'ml-matrix, factors alone': {most: 1000, run: (matrix: Matrix) => timeCholesky(matrix, false)},
  'ml-matrix, inverse': {most: 500, run: (matrix: Matrix) => timeCholesky(matrix, true)},
}

const rows = []
for (const n of [500, 1000, 2000, 4000]) {
  const matrix = randomMatrix(n)
  const able = Object.entries(cases).filter(([, {most}]) => n <= most)
  const times = able.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [c, [, {run}]] of able.entries()) times[c].push(await run(matrix))
  }
  for (const [c, [name]] of able.entries()) {
    const ratio = Number((median(times[c]) / median(times[0])).toFixed(2))
    rows.push({n, case: name, median: duration(median(times[c])), fastest: duration(Math.min(...times[c])), ratio})
  }
}
console.log(`a symmetric matrix inverted on one thread, ${ROUNDS} rounds in turn`)
console.table(rows)

/** Like one of items bought together: small numbers beside a heavy diagonal. */
function randomMatrix(n: number): Matrix {
  const next = sfc32(n)
  const matrix = Matrix.eye(n, n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      matrix.set(i, j, next() / 2 ** 32)
      matrix.set(j, i, matrix.get(i, j))
    }
  }
  return matrix
}

/** Milliseconds, with all that is to be allocated and filled in. */
async function timeSweep(matrix: Matrix, inTypeScript: boolean): Promise<number> {
  const start = performance.now()
  const dense = openDense(matrix.rows, 0, inTypeScript)
  const {n, values, starts, places} = dense
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) values[starts[i] + places[j]] = matrix.get(i, j)
  await sweep(dense, 1, inOneGo)
  return performance.now() - start
}

function timeCholesky(matrix: Matrix, isSolved: boolean): number {
  const start = performance.now()
  const cholesky = new CholeskyDecomposition(matrix)
  if (isSolved) cholesky.solve(Matrix.eye(matrix.rows))
  return performance.now() - start
}
