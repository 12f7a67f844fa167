import type {Evaluation, Task} from './evaluate.ts'
import type {Accuracy, MethodResult, SizeResult, TaskResult} from './summary.ts'

/** The name of the model that the options make. */
export const OURS = 'alsobought'

/** A task in the words of a shop: what the list is for, and what was looked for in it. */
interface TaskWords {
  title: string
  asked: (groups: string) => string
  /** What is asked about, one and many. */
  of: readonly [string, string]
}

const order = ['order', 'orders'] as const
const customer = ['customer', 'customers'] as const

const words: Record<string, TaskWords> = {
  alsoBought: {
    title: 'Customers who bought this also bought',
    asked: (orders) => `Each item of ${orders} asked for the rest of its order.`,
    of: order,
  },
  boughtTogether: {
    title: 'What completes this basket',
    asked: (orders) => `Each item of ${orders} was hidden in turn: the others asked for it.`,
    of: order,
  },
  'suggest exclude': {
    title: 'Something new for this customer',
    asked: (customers) => `What ${customers} bought next, of what they had never bought before.`,
    of: customer,
  },
  'suggest include': {
    title: 'What this customer buys next',
    asked: (customers) => `What ${customers} bought next, new or again.`,
    of: customer,
  },
  'suggest only': {
    title: 'What this customer buys again',
    asked: (customers) => `What ${customers} bought next, of what they had bought before.`,
    of: customer,
  },
}

/** Tasks once more, all asked on one date. */
const FROM_ONE_DATE = ' from one date'

export function isFromOneDate({task}: Pick<TaskResult, 'task'>): boolean {
  return task.endsWith(FROM_ONE_DATE)
}

export function wordsOf({task, groups}: Pick<TaskResult, 'task' | 'groups'>): {title: string; asked: string} {
  const {title, asked, of} = words[task.replace(FROM_ONE_DATE, '')]
  return {title, asked: asked(counted(groups, of))}
}

/** Such as `10 to 39 items in the order`. */
export function sizeOf({task}: Pick<TaskResult, 'task'>, {from, to}: Pick<SizeResult, 'from' | 'to'>): string {
  const what = words[task.replace(FROM_ONE_DATE, '')].of === order ? 'in the order' : 'bought before'
  return `${to === undefined ? `${from} items or more` : `${from} to ${to} items`} ${what}`
}

export function groupsOf({task}: Pick<TaskResult, 'task'>, groups: number): string {
  return counted(groups, words[task.replace(FROM_ONE_DATE, '')].of)
}

const methodNames: Record<string, string> = {
  popular: 'bestsellers',
  frequency: 'own favourites',
  random: 'random items',
}

/** What a table calls a method; a measure by its name. */
export function nameOf(method: string): string {
  return methodNames[method] ?? method
}

/** Whether a method is no model, but something that any model should beat. */
export function isBaseline(method: string): boolean {
  return Object.hasOwn(methodNames, method)
}

/** Fewer orders or customers tell nothing: samples of them are too much alike. */
export const FEW = 20

/** Whether a method is better than `alsobought`, worse, or not told apart from it by so many orders or customers. */
export function verdictOf({difference}: Accuracy, groups: number): 'better' | 'worse' | 'noise' | undefined {
  if (!difference) return undefined
  if (groups < FEW) return 'noise'
  if (difference.low > 0) return 'better'
  return difference.high < 0 ? 'worse' : 'noise'
}

/** How `alsobought` compares with the best of the others, in a sentence. */
export function outcomeOf({groups, methods: [ours, best, ...others]}: TaskResult): string {
  if (groups < FEW) return 'So few tell nothing.'
  const name = nameOf(best.method)
  const verdict = verdictOf(best, groups)
  if (verdict === 'worse') return `alsobought is ahead, ${lead(ours, best)}more accurate than the next, ${name}.`
  if (verdict === 'noise') return `alsobought and ${name}, the best of the others, differ by no more than noise.`
  const ahead = 1 + others.filter((other) => verdictOf(other, groups) === 'better').length
  if (ahead === 1) return `${name} is ahead, ${lead(best, ours)}more accurate than alsobought.`
  return `${ahead} others are ahead: ${name} is ${lead(best, ours)}more accurate than alsobought.`
}

function lead({ndcg}: MethodResult, {ndcg: other}: MethodResult): string {
  return other > 0 ? `${percent(ndcg / other - 1)} ` : ''
}

/** How the orders were kept apart, and what else belongs to the figures. */
export function methodNotes({orders: {by, train, test, asked, unseen}, seed}: Evaluation): string[] {
  const split =
    by === 'time'
      ? `Learned from the ${counted(train, ['order', 'older orders'])}; the newest ${counted(test, order)} were kept back.`
      : `The orders have no dates to part them by: ${counted(test, order)} of ${count(train + test)} were drawn by the seed and kept back.`
  return [
    `${split} ${count(asked)} of these have two known items or more and asked. For the questions about a customer, the last order of each was kept back.`,
    unseen === 0
      ? 'All that the kept-back orders hold was sold before.'
      : `${percent(unseen)} of what the kept-back orders hold was never sold before: no list can foresee it.`,
    `Seed ${seed}: the same orders and seed give the same figures.`,
  ]
}

export const FROM_ONE_DATE_NOTE =
  'Elsewhere the last order of each customer is kept back, whenever that was. Here nothing later than the date is learned from.'

export const CAVEAT =
  'Offline figures tell which list foresees better what customers do anyhow, not what they would do if they saw it. ' +
  'That only a test in the shop can tell.'

/** What the columns of a table mean. */
export const glossary: readonly (readonly [string, string])[] = [
  ['NDCG@10', 'accuracy: 1 where all that was bought heads the list of ten, 0 where none of it is in the list'],
  ['recall', 'how much of what was bought is in the list'],
  ['hit rate', 'how many lists hold anything that was bought'],
  ['coverage', 'how many of the items are ever shown'],
  ['top ten', 'how many of all places the ten items shown most take up'],
  [
    'differs',
    `NDCG@10 less that of alsobought, and where this lies in 95 of 100 samples like this one; noise: zero lies there too, or fewer than ${FEW} asked`,
  ],
  [
    'alsobought',
    'the recommendations as the options make them; cosine, llr and their like put another measure in its place',
  ],
  ['bestsellers', 'what sells best, the same for all'],
  ['own favourites', 'what this customer has bought in most orders'],
  ['random items', 'any, drawn by the seed'],
]

/** 0.2167. */
export function figure(ndcg: number): string {
  return ndcg.toFixed(4)
}

/** +0.0123 or −0.0123. */
export function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${figure(Math.abs(difference))}`
}

/** 58 %, 5.1 %, 0.2 %, on one line. */
export function percent(share: number): string {
  const hundredths = share * 100
  return `${hundredths.toFixed(Math.abs(hundredths) < 9.95 ? 1 : 0)}\u00a0%`
}

function count(n: number): string {
  return n.toLocaleString('en-US')
}

function counted(n: number, [one, many]: readonly [string, string]): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** The tasks in parts: those that are told in full, and those from one date. */
export function partsOf({tasks}: Evaluation): {full: TaskResult<Task>[]; fromOneDate: TaskResult<Task>[]} {
  return {full: tasks.filter((task) => !isFromOneDate(task)), fromOneDate: tasks.filter(isFromOneDate)}
}
