/** The command line as one has it, built: run in a folder of its own, on orders of the made-up shop. */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'

export const root = join(import.meta.dirname, '..')
export const cli = join(root, 'dist/cli.js')
export const folder = mkdtempSync(join(tmpdir(), 'alsobought-cli-'))
afterAll(() => rmSync(folder, {recursive: true}))

interface Run {
  status: number | null
  stdout: string
  stderr: string
}

/** Runs of before, by arguments: each takes a second where others work too. */
const runs = new Map<string, Run>()

export function run(...args: string[]): Run {
  const key = JSON.stringify(args)
  const known = runs.get(key)
  if (known) return known
  const {status, stdout, stderr} = spawnSync(process.execPath, [cli, ...args], {encoding: 'utf8', cwd: folder})
  const result = {status, stdout, stderr}
  runs.set(key, result)
  return result
}

export function answersOf(...args: string[]) {
  const {status, stdout, stderr} = run(...args, '--json')
  expect({status, stderr}).toEqual({status: 0, stderr: ''})
  return JSON.parse(stdout)
}

export function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

/** Half of the fixture shop's orders, with titles; now and then a clerk wrote something else. */
export const {lines, items} = generateShop()
export const header = 'order_id,customer_id,item_id,Description,quantity,ordered_at'
export const titles = new Map(items.map(({id, title}) => [id, title]))
const half = lines.filter(({order}) => Number(order.at(-1)) % 2 === 0)
export const rows = half.map(({order, customer = '', item, quantity, at}, i) => {
  const title = i % 5 === 0 ? ['damaged?', '', ' found '][i % 3] : titles.get(item)
  const cell = title?.includes(',') ? `"${title}"` : title
  return `${order},${customer},${item},${cell},${quantity},${at}`
})
export const orders = file('orders.csv', `${[header, ...rows].join('\n')}\n`)
