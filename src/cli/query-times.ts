import type {Loaded} from './load.ts'

/** The most items, and customers, that are asked about. */
const MOST = 1000

/** How long a question takes, in microseconds. `suggest` where there are customers. */
export interface QueryTimes {
  alsoBought: number
  together: number
  suggest: number | undefined
  /** How many of each were asked, at most. */
  asked: number
}

/** Asks about the most bought items and about customers with many lines and few alike, and takes the median time. */
export function queryTimes({shop, customers = []}: Loaded): QueryTimes {
  const items = shop.items.ids.slice(0, MOST)
  const step = Math.max(1, customers.length / MOST)
  const someone = Array.from({length: Math.min(MOST, customers.length)}, (_, i) => customers[Math.floor(i * step)])
  return {
    alsoBought: medianTime(items, (item) => shop.alsoBought(item)),
    together: medianTime(items, (item, i) => shop.boughtTogether([item, items[(i + 1) % items.length]])),
    suggest: someone.length > 0 ? medianTime(someone, (customer) => shop.suggest({customer})) : undefined,
    asked: items.length,
  }
}

function medianTime(subjects: readonly string[], ask: (subject: string, i: number) => unknown): number {
  // The first round is for the engine to warm up.
  for (let i = 0; i < subjects.length; i++) ask(subjects[i], i)
  const times = subjects.map((subject, i) => {
    const start = performance.now()
    ask(subject, i)
    return (performance.now() - start) * 1000
  })
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0
}
