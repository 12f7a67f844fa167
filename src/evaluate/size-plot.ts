import {type Markup, markup} from './markup.ts'
import {FEW, figure, groupsOf, isBaseline, nameOf, OURS, sizeOf, wordsOf} from './report-words.ts'
import {scale} from './scale.ts'
import type {MethodResult, SizeResult, TaskResult} from './summary.ts'

const WIDTH = 366
const ROW = 19
const frame = {left: 118, right: WIDTH - 52, top: 44}

/** A method's accuracy for baskets or histories of one size. */
interface Bar {
  method: string
  size: SizeResult
}

/** A panel for each size of basket or history: a bar for each method, and where its difference to ours lies. */
export function sizePlots(task: TaskResult): Markup[] {
  const ends = task.methods.flatMap(({bySize}) => bySize.flatMap((size) => [size.ndcg, ...intervalOf(size)]))
  const [{bySize}] = task.methods
  return bySize.map((_, place) => panel(task, place, Math.max(...ends)))
}

function panel(task: TaskResult, place: number, largest: number): Markup {
  const bars = task.methods.map(({method, bySize}: MethodResult): Bar => ({method, size: bySize[place]}))
  const ours = bars[0].size
  const {left, right, top} = frame
  const bottom = top + bars.length * ROW
  const height = bottom + 40
  const {ticks, place: x} = scale(largest, left, right)
  const id = `size-${task.task.replace(/ /g, '-')}-${place}`
  const heading = sizeOf(task, ours)
  return markup`<svg class="plot" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id} ${id}-desc">
<title id="${id}">${wordsOf(task).title}: accuracy, ${heading}</title>
<desc id="${id}-desc">NDCG@10: ${bars.map(({method, size}) => `${nameOf(method)} ${figure(size.ndcg)}`).join('; ')}.</desc>
<text class="panel-name" x="4" y="16">${heading}</text><text class="tick" x="4" y="33">${groupsOf(task, ours.groups)}${ours.groups < FEW ? ': so few tell nothing' : ''}</text>
${ticks.map((tick) => markup`<path class="grid" d="M${px(x(tick))} ${top}V${bottom}"/><text class="tick" x="${px(x(tick))}" y="${bottom + 15}" text-anchor="middle">${tick}</text>`)}
${bars.map((bar, row) => barOf(bar, top + row * ROW, x))}
<path class="reference" d="M${px(x(ours.ndcg))} ${top}V${bottom}"/><path class="axis" d="M${left} ${top}V${bottom}"/>
<text class="axis-name" x="${right}" y="${bottom + 33}" text-anchor="end">accuracy, NDCG@10 →</text>
</svg>`
}

function barOf({method, size}: Bar, y: number, x: (ndcg: number) => number): Markup {
  const kind = method === OURS ? 'ours' : isBaseline(method) ? 'baseline' : 'measure'
  const middle = y + ROW / 2
  return markup`<text class="label ${kind}" x="${frame.left - 7}" y="${px(middle + 4)}" text-anchor="end">${nameOf(method)}</text>
<rect class="mark ${kind}" x="${frame.left}" y="${y + 3}" width="${px(Math.max(1, x(size.ndcg) - frame.left))}" height="${ROW - 6}"/>
${whisker(size, middle, x)}<text class="value" x="${WIDTH - 4}" y="${px(middle + 4)}" text-anchor="end">${figure(size.ndcg)}</text>`
}

function whisker(size: SizeResult, y: number, x: (ndcg: number) => number): Markup | '' {
  const ends = intervalOf(size)
  if (ends.length === 0) return ''
  const [low, high] = ends.map((end) => px(x(Math.max(end, 0))))
  return markup`<path class="whisker" d="M${low} ${y}H${high}M${low} ${y - 3}v6M${high} ${y - 3}v6"/>`
}

/** Where the difference lies, beside ours: it reaches the line of ours where it is no more than noise. */
function intervalOf({ndcg, difference, groups}: SizeResult): number[] {
  if (!difference || groups < FEW) return []
  const ours = ndcg - difference.ndcg
  return [ours + difference.low, ours + difference.high]
}

function px(position: number): number {
  return Math.round(position * 10) / 10
}
