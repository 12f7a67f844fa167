import type {Recommend} from '../../src/evaluate/run-trials.ts'
import type {Shop} from './shop.ts'

/** `Infinity` stands for no limit. */
export type Config = Readonly<Record<string, number>>

/** A known method and the settings it may choose among. */
export interface Peer {
  name: string
  /** Every value that is tried, by setting. */
  grid: Readonly<Record<string, readonly number[]>>
  /** Where the search starts in a grid that is not tried as a whole: what the authors found best. */
  start?: Config
  /** What does not depend on the settings is done once. */
  open: (shop: Shop) => (config: Config) => Recommend
}

export interface Tuned {
  config: Config
  /** Mean NDCG@10 on the inner split. */
  ndcg: number
  /** How many configurations were tried. */
  tried: number
}

/** Grids of more configurations are searched. */
const WHOLE_GRID = 60

/**
 * The best configuration of a grid, the first among equals. In a large grid one setting after the other is set to its best
 * value. Where that gains nothing any more, two at a time go a step up or down, since what one does may depend on another;
 * and so on until that gains nothing either.
 */
export function tune({grid, start}: Pick<Peer, 'grid' | 'start'>, judge: (config: Config) => number): Tuned {
  const known = new Map<string, number>()
  const ndcgOf = (config: Config) => {
    const key = describe(config)
    const ndcg = known.get(key) ?? judge(config)
    known.set(key, ndcg)
    return ndcg
  }
  const bestOf = (configs: Config[]) =>
    configs.reduce((best, config) => (ndcgOf(config) > ndcgOf(best) ? config : best))
  const all = configsOf(grid)
  let config = all[0]
  if (all.length <= WHOLE_GRID) {
    config = bestOf(all)
  } else {
    let before: Config | undefined
    config = start ?? config
    while (config !== before) {
      before = config
      for (const [setting, values] of Object.entries(grid)) {
        config = bestOf([config, ...values.map((value) => ({...config, [setting]: value}))])
      }
      if (config === before) config = bestOf([config, ...twoStepsFrom(config, grid)])
    }
  }
  return {config, ndcg: ndcgOf(config), tried: known.size}
}

function configsOf(grid: Peer['grid']): Config[] {
  return Object.entries(grid).reduce<Config[]>(
    (configs, [setting, values]) => configs.flatMap((config) => values.map((value) => ({...config, [setting]: value}))),
    [{}],
  )
}

/** The same peer with every second value of its grid. */
export function thinned(peer: Peer): Peer {
  const settings = Object.entries(peer.grid).map(([setting, values]) => [setting, values.filter((_, p) => p % 2 === 0)])
  return {...peer, grid: Object.fromEntries(settings)}
}

/** Configurations with two settings changed, each to the value before or after its own. */
function twoStepsFrom(config: Config, grid: Peer['grid']): Config[] {
  const next = (setting: string) => {
    const place = grid[setting].indexOf(config[setting])
    return grid[setting].filter((_, p) => Math.abs(p - place) === 1).map((value) => ({[setting]: value}))
  }
  const settings = Object.keys(grid)
  return settings.flatMap((one, s) =>
    settings
      .slice(s + 1)
      .flatMap((other) => next(one).flatMap((step) => next(other).map((second) => ({...config, ...step, ...second})))),
  )
}

export function describe(config: Config): string {
  return Object.entries(config)
    .map(([setting, value]) => `${setting} ${valueText(value)}`)
    .join(', ')
}

/** From another process infinity comes as null: JSON has none. */
export function valueText(value: number | null): string {
  return value === null || value === Number.POSITIVE_INFINITY ? 'none' : String(value)
}
