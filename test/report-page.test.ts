import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {seededRandom} from '../fixtures/random.ts'
import {generateShop} from '../fixtures/shop.ts'
import {placeLabels} from '../src/evaluate/label-places.ts'
import {type Evaluation, evaluate, reportPage} from '../src/index.ts'
import {type Browser, chromium, startBrowser} from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'alsobought-page-'))
const path = join(folder, 'page.html')
const browser = chromium === undefined ? undefined : startBrowser(chromium)
afterAll(() => {
  browser?.close()
  rmSync(folder, {recursive: true})
})

vi.setConfig({testTimeout: 30_000, hookTimeout: 60_000})

let page: string
beforeAll(async () => {
  page = reportPage(await evaluate(generateShop().lines))
  writeFileSync(path, page)
})

interface Box {
  name: string
  x: number
  y: number
  width: number
  height: number
}

interface Plot {
  width: number
  height: number
  shown: number
  marks: Box[]
  texts: Box[]
  labels: Box[]
}

/** How far two boxes are in each other. */
function overlap(a: Omit<Box, 'name'>, b: Omit<Box, 'name'>): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.min(across, down)
}

it('needs nothing outside itself and runs nothing', () => {
  expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b|https?:|@import|url\(|javascript:/i)
  expect(page).not.toMatch(/\son\w+=/)
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  expect(page).not.toMatch(/undefined|NaN|Infinity|\[object/)
})

it('opens and closes its elements in pairs, and its references lead somewhere', () => {
  const open: string[] = []
  for (const [, close, name, rest] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/gi)) {
    if (['meta', 'br'].includes(name) || rest.endsWith('/')) continue
    if (close) expect(open.pop()).toBe(name)
    else open.push(name)
  }
  expect(open).toEqual([])
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const references = [...page.matchAll(/ (?:href="#|aria-labelledby=")([^"]+)"/g)].flatMap(([, list]) =>
    list.split(' '),
  )
  expect(references.length).toBeGreaterThan(40)
  for (const id of references) expect(ids).toContain(id)
})

it('finds room for the labels of a crowd', () => {
  const random = seededRandom(3)
  for (let round = 0; round < 20; round++) {
    const points = Array.from({length: 12}, () => {
      return {x: 200 + 80 * random.next(), y: 100 + 60 * random.next(), radius: 4, width: 60, height: 14}
    })
    const frame = {x: 0, y: 0, width: 400, height: 300}
    const boxes = placeLabels(points, frame)
    for (const [i, box] of boxes.entries()) {
      expect(overlap(box, frame)).toBeCloseTo(14)
      for (const other of boxes.slice(i + 1)) expect(overlap(box, other)).toBeLessThan(3)
    }
  }
})

it('lets nothing that is put in become markup', () => {
  const evil = `"><script>alert('&')</script>\u0000\ud800`
  const figures = {ndcg: 0.5, recall: 0.5, hitRate: 0.5, coverage: 0.5, topShare: 0.5}
  const bySize = [{from: 1, to: 9, groups: 30, ndcg: 0.5}]
  const crafted: Evaluation = {
    seed: 1,
    orders: {by: 'time', train: 40, test: 30, asked: 30, unseen: 0},
    tasks: [
      {task: 'alsoBought', groups: 30, methods: ['alsobought', evil].map((method) => ({method, ...figures, bySize}))},
    ],
    seconds: 1,
  }
  const made = reportPage(crafted, {title: evil})
  const escaped = '&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;\ufffd\ufffd'
  for (const text of ['<script', '\u0000', '\ud800']) expect(made).not.toContain(text)
  expect(made).toContain(`<title>${escaped}</title>`)
  expect(made).toContain(`<th scope="row">${escaped}</th>`)
})

describe.skipIf(!chromium)('in a browser (skipped without chromium)', () => {
  const views = [
    {width: 1280, scheme: 'light'},
    {width: 390, scheme: 'dark'},
  ] as const

  it.each(views)('shows without complaint, within $width pixels, in $scheme', async (view) => {
    const expression = `({
      wide: document.documentElement.scrollWidth,
      mode: document.compatMode,
      paper: getComputedStyle(document.body).backgroundColor,
      plots: document.querySelectorAll('svg').length,
    })`
    const {value, complaints} = await (browser as Browser).look(path, view, expression)
    expect(complaints).toEqual([])
    const {wide, mode, paper, plots} = value as {wide: number; mode: string; paper: string; plots: number}
    expect(wide).toBeLessThanOrEqual(view.width)
    expect(mode).toBe('CSS1Compat')
    const [brightness] = (/\d+/.exec(paper) ?? []).map(Number)
    expect(brightness > 127).toBe(view.scheme === 'light')
    expect(plots).toBe(5 * 4)
  })

  it.each(views)('draws marks and labels inside their plots, and labels beside each other, at $width', async (view) => {
    const expression = `Array.from(document.querySelectorAll('svg'), (svg) => {
      const {width, height} = svg.viewBox.baseVal
      const box = (element) => {
        const {x, y, width, height} = element.getBBox()
        return {name: element.textContent, x, y, width, height}
      }
      const boxes = (selector) => Array.from(svg.querySelectorAll(selector), box)
      const {width: shown} = svg.getBoundingClientRect()
      return {width, height, shown, marks: boxes('.mark'), texts: boxes('text'), labels: boxes('.label')}
    })`
    const plots = (await (browser as Browser).look(path, view, expression)).value as Plot[]
    for (const {width, height, shown, marks, texts, labels} of plots) {
      expect(shown).toBeGreaterThan(300)
      expect(marks.length).toBeGreaterThanOrEqual(4)
      expect(labels.length).toBe(marks.length)
      for (const box of [...marks, ...texts]) {
        const room = Math.min(box.x, box.y, width - box.x - box.width, height - box.y - box.height)
        expect(room, box.name).toBeGreaterThan(-1)
        expect(box.width * box.height, box.name).toBeGreaterThan(0)
      }
      for (const [i, a] of labels.entries()) {
        for (const b of labels.slice(i + 1)) expect(overlap(a, b), `${a.name} on ${b.name}`).toBeLessThan(4)
      }
    }
  })
})
