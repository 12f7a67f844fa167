import {type Box, type Labelled, nearestOf, placeLabels} from './label-places.ts'
import {type Markup, markup} from './markup.ts'
import {figure, isBaseline, nameOf, OURS, percent, wordsOf} from './report-words.ts'
import {scale} from './scale.ts'
import type {MethodResult, TaskResult} from './summary.ts'

const [WIDTH, HEIGHT] = [400, 380]
/** Right of it there is room for labels: many a method shows nearly all items. */
const frame = {left: 40, right: WIDTH - 58, top: 34, bottom: HEIGHT - 44}
const LINE = 14
/** More than a letter takes on average in any usual font, in pixels. */
const LETTER = 6.4
const BOLD_LETTER = 7.6
/** Nearer than this many pixels, two points are one. */
const SAME = 1.5
/** A label farther from its point than this is tied to it by a line. */
const TIE = 7

interface Point extends Labelled {
  methods: MethodResult[]
  label: string
  kind: 'ours' | 'measure' | 'baseline'
}

/** Each method's accuracy against the share of items that it ever shows. */
export function accuracyPlot(task: TaskResult): Markup {
  const {left, right, top, bottom} = frame
  const {title} = wordsOf(task)
  const {ticks, place: y} = scale(Math.max(...task.methods.map(({ndcg}) => ndcg)), bottom, top + 16)
  const x = (coverage: number) => left + coverage * (right - left)
  const points = mergeSame(task.methods.map((method) => pointOf(method, x(method.coverage), y(method.ndcg))))
  const boxes = placeLabels(points, {x: left + 2, y: top + 2, width: WIDTH - left - 4, height: bottom - top - 4})
  const id = `accuracy-${task.task.replace(/ /g, '-')}`
  return markup`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id} ${id}-desc">
<title id="${id}">${title}: accuracy and coverage</title>
<desc id="${id}-desc">NDCG@10 and coverage: ${task.methods.map(inWords).join('; ')}.</desc>
<path class="ideal" d="M${right} ${top}h-150a150 150 0 0 0 150 150z"/><path class="ideal" d="M${right} ${top}h-80a80 80 0 0 0 80 80z"/>
${ticks.map((tick) => markup`<path class="grid" d="M${left} ${px(y(tick))}H${right}"/><text class="tick" x="${left - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${tick}</text>`)}
${[0, 0.25, 0.5, 0.75, 1].map((share) => markup`<path class="grid" d="M${px(x(share))} ${top}V${bottom}"/><text class="tick" x="${px(x(share))}" y="${bottom + 16}" text-anchor="middle">${share * 100} %</text>`)}
<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>
<text class="axis-name" x="4" y="20">↑ accuracy, NDCG@10</text>
<text class="axis-name" x="${right}" y="${HEIGHT - 8}" text-anchor="end">coverage: share of the items ever shown →</text>
<text class="ideal-name" x="${right}" y="20" text-anchor="end">ideal: accurate and varied ↗</text>
${points.map((point, i) => tie(point, boxes[i]))}
${points.toReversed().map(mark)}
${points.map(({kind, label}, i) => markup`<text class="label ${kind}" x="${px(boxes[i].x + boxes[i].width / 2)}" y="${px(boxes[i].y + LINE - 3.5)}" text-anchor="middle">${label}</text>`)}
</svg>`
}

function pointOf(method: MethodResult, x: number, y: number): Point {
  const kind = method.method === OURS ? 'ours' : isBaseline(method.method) ? 'baseline' : 'measure'
  const label = nameOf(method.method)
  return {x, y, radius: kind === 'ours' ? 7 : 4.5, methods: [method], kind, label, ...sizeOf(label, kind)}
}

function sizeOf(label: string, kind: Point['kind']): {width: number; height: number} {
  return {width: label.length * (kind === 'ours' ? BOLD_LETTER : LETTER) + 2, height: LINE}
}

/** Some measures rank alike: their points are one, with both names. */
function mergeSame(points: readonly Point[]): Point[] {
  const merged: Point[] = []
  for (const point of points) {
    const same = merged.findIndex(({x, y}) => Math.hypot(x - point.x, y - point.y) < SAME)
    if (same < 0) {
      merged.push(point)
      continue
    }
    const label = `${merged[same].label}, ${point.label}`
    merged[same] = {
      ...merged[same],
      methods: [...merged[same].methods, ...point.methods],
      label,
      ...sizeOf(label, merged[same].kind),
    }
  }
  return merged
}

function mark({x, y, radius, kind, methods}: Point): Markup {
  return markup`<circle class="mark ${kind}" cx="${px(x)}" cy="${px(y)}" r="${radius}"><title>${methods.map(inWords).join('; ')}</title></circle>`
}

/** A line from a point to the nearest place of a label that stands apart from it. */
function tie({x, y, radius}: Point, box: Box): Markup | '' {
  const near = nearestOf(box, x, y)
  if (Math.hypot(near.x - x, near.y - y) < radius + TIE) return ''
  return markup`<path class="tie" d="M${px(x)} ${px(y)}L${px(near.x)} ${px(near.y)}"/>`
}

function inWords({method, ndcg, coverage}: MethodResult): string {
  return `${nameOf(method)} ${figure(ndcg)}, ${percent(coverage)}`
}

function px(position: number): number {
  return Math.round(position * 10) / 10
}
