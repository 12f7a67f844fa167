/** What both fuzz tests share: seeded chance, and rounds of it for so many seconds. */
import {writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** `SECONDS=300 npm run fuzz:input` goes on longer; `SEED=…` begins with that round. */
const seconds = Number(process.env.SECONDS ?? 3)
const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Longest time in ms that one round may take, on a busy machine. */
const LONGEST = 20_000
/** Where the seed of the round under way stands, for one that never ends. */
const place = join(tmpdir(), `alsobought-fuzz-seed-${process.env.VITEST_POOL_ID}`)

export interface Chance {
  /** A whole number from 0 up to before `n`. */
  below(n: number): number
  oneOf<T>(list: readonly T[]): T
}

/** The same numbers for the same seed. Mulberry32. */
function chanceOf(seed: number): Chance {
  let state = seed
  const below = (n: number) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n)
  }
  return {below, oneOf: (list) => list[below(list.length)]}
}

/** Plays rounds until the time is over; one that fails tells how it is played again. Returns how many there were. */
export async function play(round: (chance: Chance) => void | Promise<void>): Promise<number> {
  const end = performance.now() + 1000 * seconds
  let rounds = 0
  do {
    const seed = firstSeed + rounds++
    writeFileSync(place, `${seed}\n`)
    const start = performance.now()
    try {
      await round(chanceOf(seed))
    } catch (error) {
      throw new Error(`SEED=${seed} SECONDS=0 plays this again: ${(error as Error).message}`, {cause: error})
    }
    const took = performance.now() - start
    if (took > LONGEST) throw new Error(`SEED=${seed} SECONDS=0: a round took ${took.toFixed(0)} ms`)
  } while (performance.now() < end)
  return rounds
}

/** How long a test that plays may take, in ms. */
export const limit = 1000 * seconds + 60_000

const interesting = [0, 1, 9, 10, 13, 32, 34, 44, 59, 127, 128, 191, 192, 237, 239, 254, 255]

/** Bytes changed in a few places: flipped, inserted, taken out, doubled, spliced with others, cut off. */
export function mutated(bytes: Uint8Array, {below, oneOf}: Chance, others: readonly Uint8Array[]): Uint8Array {
  let made = Buffer.from(bytes)
  for (let n = below(6); n >= 0; n--) {
    const at = below(made.length + 1)
    const to = at + below(Math.min(40, made.length - at) + 1)
    const [before, span, after] = [made.subarray(0, at), made.subarray(at, to), made.subarray(to)]
    const put = (...between: Uint8Array[]) => Buffer.concat([before, ...between, after])
    const other = Buffer.from(oneOf(others))
    const kind = below(7)
    if (kind === 0) made = put(Buffer.from([oneOf(interesting)]), span)
    else if (kind === 1) made = put()
    else if (kind === 2) made = put(span, span)
    else if (kind === 3) made = put(other.subarray(below(other.length)))
    else if (kind === 4) made = put(span, other.subarray(0, below(other.length)))
    else if (kind === 5 && below(4) === 0) made = Buffer.from(before)
    else if (at < made.length) made[at] ^= 1 << below(8)
  }
  return made
}

/** Cut into pieces, most of them short. */
export function* pieces<Data extends string | Uint8Array>(data: Data, {below}: Chance): Generator<Data> {
  for (let from = 0; from < data.length; ) {
    const to = from + 1 + (below(3) > 0 ? below(5) : below(data.length))
    yield data.slice(from, to) as Data
    from = to
  }
}
