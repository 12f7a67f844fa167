import {version} from '../../package.json'
import {answerText, nameOf} from './answer-text.ts'
import type {Demo} from './demo.ts'
import type {Section} from './demo-section.ts'
import {BETWEEN, bold, counted, dim, isolate, number, type Page, wrap} from './display.ts'
import {listingText} from './listing.ts'
import type {Loaded} from './load.ts'
import {queryTimes} from './query-times.ts'

/** What became of lines that were left out, by the reasons of the report. */
const leftOut: Record<string, (n: number) => string> = {
  map: (n) => `${number(n)} left out as fees`,
  'bad row': (n) => `${number(n)} bad`,
  'zero quantity': (n) => `${number(n)} of 0 units`,
  'two customers': (n) => `${number(n)} of orders with two customers`,
}

const LABEL = 9

/** The demo as a page of text. */
export function demoText({demo, read, sections}: Demo, loaded: Loaded, page: Page): string {
  const from = demo === 'made-up shop' ? 'a made-up corner shop, with known truths planted in its orders' : loaded.name
  const lines = [
    bold(`alsobought ${version} on ${from}`, page),
    '',
    ...readText(read, page.width),
    ...timesText(loaded),
  ]
  for (const section of sections) lines.push('', ...sectionText(section, page))
  return `${lines.join('\n')}\n`
}

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL)}${text}`
}

function readText({lines, orders, customers, items, pairs, newest}: Demo['read'], width: number): string[] {
  const skipped = Object.entries(lines.skipped).map(([reason, n]) => leftOut[reason]?.(n) ?? `${number(n)} ${reason}`)
  const became = [
    `${number(lines.used)} bought`,
    `${number(lines.netted)} cancelled out by returns`,
    `${number(lines.unmatchedReturns)} returns of nothing bought`,
    ...skipped,
  ]
  const last = newest === null ? '' : `, the last on ${newest.slice(0, 10)}`
  return [
    ...wrap(`${counted(lines.read, 'line')}: ${became.join(', ')}`, width - LABEL).map((line, l) =>
      row(l ? '' : 'read', line),
    ),
    row('', `${counted(orders, 'order')}, ${counted(customers, 'customer')}, ${counted(items, 'item')}${last}`),
    row('counted', `${counted(pairs, 'pair')} of items that stand in a basket together`),
  ]
}

function timesText(loaded: Loaded): string[] {
  const {seconds} = loaded.shop.report
  const all = Object.values(seconds).reduce((sum, s) => sum + s, 0)
  const {alsoBought, together, suggest, asked} = queryTimes(loaded)
  const made =
    seconds.load === undefined
      ? `${number(all, 2)} s: ${number(seconds.read ?? 0, 2)} s reading, the rest sorting and counting`
      : `${number(all, 2)} s from a saved file`
  const times = [`also-bought ${micros(alsoBought)}`, `together ${micros(together)}`]
  if (suggest !== undefined) times.push(`suggest ${micros(suggest)}`)
  return [row('built in', made), row('answers', `${times.join(', ')} (median over ${number(asked)} of each)`)]
}

function micros(time: number): string {
  return `${number(time, time < 10 ? 1 : 0)} µs`
}

function sectionText({answer, plainCount, notes}: Section, page: Page): string[] {
  const lines = 'heads' in answer ? listingText(answer, page) : answerText(answer, page)
  const remarks = plainCount?.length
    ? [`A plain count would have said: ${plainCount.map((other) => isolate(nameOf(other))).join(BETWEEN)}`, ...notes]
    : notes
  for (const line of remarks.flatMap((remark) => wrap(remark, page.width - 2))) lines.push(dim(`  ${line}`, page))
  return lines
}
