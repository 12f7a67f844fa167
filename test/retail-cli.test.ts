import {spawnSync} from 'node:child_process'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {cli, root, run} from './command-line.ts'

const retail = join(root, '../shared/data/online-retail/OnlineRetail.csv')
describe.skipIf(!existsSync(retail))('Online Retail (needs ../shared/data)', () => {
  it('reads the published file as it is, tells of fees, and shows no progress where nobody sees it', () => {
    const {status, stdout, stderr} = run('also-bought', retail, '85123A', '--json', '--limit', '3')
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /^left out [\d,]+ lines of \d+ items that look like fees: POST, DOT, M, .*; --keep-fees.*\n$/,
    )
    const {item, answers} = JSON.parse(stdout)
    expect(item.title).toBe('WHITE HANGING HEART T-LIGHT HOLDER')
    expect(answers[0]).toMatchObject({item: '21733', title: 'RED HANGING HEART T-LIGHT HOLDER'})
  }, 240_000)

  const canWatch = spawnSync('script', ['--version']).status === 0
  it.skipIf(!canWatch)(
    'shows a bar in a terminal (needs script), and leaves the terminal as it was',
    () => {
      const command = `'${process.execPath}' '${cli}' together '${retail}' 22697 22699 --limit 3 --learn 100`
      const {stdout} = spawnSync('script', ['-qec', command, '/dev/null'], {encoding: 'utf8', timeout: 120_000})
      expect(stdout).toMatch(/reading .*█.*% {2}[\d,]+ lines/)
      expect(stdout).toContain('counting pairs')
      expect(stdout.split('\u001b[?25l').length).toBe(2)
      expect(stdout.split('\u001b[?25h').length).toBe(2)
      expect(stdout.slice(stdout.lastIndexOf('\u001b[2K'))).toContain('PINK REGENCY TEACUP AND SAUC')
    },
    240_000,
  )
})
