/** Calls of the command line that cannot be: one line, no stack, 2 where it could not be asked and 1 where not answered. */
import {execFile} from 'node:child_process'
import {mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'

const cli = join(import.meta.dirname, '../dist/cli.js')
const folder = mkdtempSync(join(tmpdir(), 'alsobought-'))
afterAll(() => rmSync(folder, {recursive: true}))

writeFileSync(join(folder, 's.csv'), 'order,customer,item\n1,a,KET\n1,a,MUG\n2,b,KET\n2,b,MUG\n')
writeFileSync(join(folder, 'sheet.csv'), Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0, 0xfe, 0x80))
writeFileSync(join(folder, 'endless.csv'), `order,item\n1,${'x'.repeat(2e6)}`)
writeFileSync(join(folder, 'empty.csv'), '')
writeFileSync(join(folder, 'noise.bin'), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0xff, 0, 0xc0))
symlinkSync('loop.csv', join(folder, 'loop.csv'))

const rows: [call: string[], status: number, message: string][] = [
  [[''], 2, 'unknown command ""; valid are demo, also-bought, together, suggest, export, save, evaluate, tune'],
  [['__proto__'], 2, 'unknown command "__proto__"; valid are demo, also-bought, together'],
  [['demo', 's.csv', '--__proto__'], 2, 'unknown option --__proto__; valid are --limit'],
  [['demo', 's.csv', 'more.csv'], 2, 'demo takes one file at most, got also "more.csv"'],
  [['demo', 's.csv', '--columns', '__proto__=x'], 2, 'unknown field "__proto__" in --columns; valid are item, order'],
  [['demo', 's.csv', '--columns', 'item'], 2, '--columns must be like item=StockCode, got "item"'],
  [['demo', 's.csv', '--learn', '0'], 2, '--learn must be a whole number from 1 up, got 0'],
  [['demo', 's.csv', '--discovery', '2'], 2, '--discovery must be from 0 to 1, got 2'],
  [['demo', 's.csv', '--limit', '1e400'], 2, '--limit must be a number, got "1e400"'],
  [['demo', 's.csv', '--encoding', ''], 2, 'unknown --encoding ""; use a label such as'],
  [['tune', 's.csv', '--configurations', '0'], 2, '--configurations must be a whole number from 1 up, got 0'],
  [['evaluate', 's.csv', '--seed', '1.5'], 2, '--seed must be a whole number, got 1.5'],
  [['export', 's.csv', 'everything'], 2, 'export: unknown question "everything"; valid are also-bought, suggest'],
  [['export', 's.csv', 'also-bought', '--format', 'xml'], 2, 'unknown --format "xml"; valid are csv, jsonl'],
  [['also-bought', 's.csv', ''], 2, 'also-bought takes one item, got 0'],
  [['demo', 'loop.csv'], 1, "ELOOP: too many symbolic links encountered, stat 'loop.csv'"],
  [['demo', 'empty.csv'], 1, 'empty.csv: the file is empty; its first line must name the columns'],
  [
    ['demo', 'sheet.csv'],
    1,
    'sheet.csv: expected CSV, got a ZIP archive, as a workbook of a spreadsheet is; save its sheet',
  ],
  [['demo', 'noise.bin'], 1, "noise.bin, line 1 is not UTF-8; set --encoding 'latin1', if it is text at all"],
  [['s.csv'], 2, 'unknown command "s.csv"; a command comes first, as in: alsobought demo s.csv'],
  [['sugest', 's.csv', 'a'], 2, 'unknown command "sugest"; did you mean suggest?'],
  [['alsobought', 's.csv', 'KET'], 2, 'unknown command "alsobought"; did you mean also-bought?'],
  [['help', 'sugest'], 2, 'unknown command "sugest"; did you mean suggest?'],
  [['demo', '--neighbours', '5'], 2, 'unknown option --neighbours; did you mean --neighbors?'],
  [['demo', '--minTogether', '5'], 2, 'unknown option --minTogether; did you mean --min-together?'],
  [['demo', '--together=5'], 2, 'unknown option --together; did you mean --min-together?'],
  [['--mesure', 'llr'], 2, 'unknown option --mesure; did you mean --measure?'],
  [['demo', '--colour'], 2, 'unknown option --colour; valid are --limit, '],
  [['demo', '--limit', '--json'], 2, '--limit needs a value: --limit N'],
  [['save', 's.csv'], 2, 'save takes a file of orders and one to write, got 1 file: alsobought save <file> <shop>'],
  [['save', 's.csv', ''], 2, 'save writes to a file of its own: alsobought save <file> <shop>'],
  [['save', 's.csv', '-'], 2, 'save writes to a file of its own: alsobought save <file> <shop>'],
  [['save', 'none.csv', 'x.also'], 1, 'there is no file none.csv; check the path'],
  [['save', 's.csv', 's.csv'], 1, 'the shop would overwrite s.csv; name another file'],
  [['save', 's.csv', 'sheet.csv'], 1, 'sheet.csv is there and is no saved shop; name another file, or remove it'],
  [['save', 's.csv', 'none/x.also'], 1, 'there is no folder none; make it, or name another for the shop'],
  [['also-bought', 's.csv', 'KET', '--exclude', 'MUGG'], 1, 'no basket of s.csv holds item "MUGG"; did you mean MUG?'],
  [['export', 's.csv', 'also-bought', '--exclude', 'MUGG'], 1, 'no basket of s.csv holds item "MUGG"'],
  [
    ['demo', 'endless.csv'],
    1,
    'endless.csv, line 2: longer than 1048576 characters; --skip-bad-rows leaves such rows out',
  ],
  [['demo', 's.csv/below.csv'], 1, "ENOTDIR: not a directory, stat 's.csv/below.csv'"],
  [['demo', '\u001b[31mred'], 1, 'there is no file [31mred; check the path'],
  [['also-bought', 's.csv', '__proto__'], 1, 'no basket of s.csv holds item "__proto__"; most bought is KET, MUG'],
  [['suggest', 's.csv', '--customer', ''], 1, 's.csv has no customer ""; did you mean a or b?'],
  [
    ['export', 's.csv', 'also-bought', '--out', 'none/x.csv'],
    1,
    'there is no folder none; make it, or name another for',
  ],
  [['export', 's.csv', 'also-bought', '--out', 's.csv'], 1, '--out would overwrite s.csv; name another file'],
  [['export', 's.csv', 'also-bought', '--ids', 'sheet.csv'], 1, 'sheet.csv: expected CSV, got a ZIP archive'],
  [['evaluate', 's.csv', '--html', '.'], 1, '. is a folder; name a file in it for --html'],
]

test.concurrent.each(rows)('%j ends with %i: %s', {timeout: 60_000}, async (call, status, message) => {
  const run = await new Promise<{code: unknown; stdout: string; stderr: string}>((resolve) => {
    execFile(process.execPath, [cli, ...call], {cwd: folder, timeout: 50_000}, (error, stdout, stderr) =>
      resolve({code: error?.code ?? 0, stdout, stderr}),
    )
  })
  expect(run).toMatchObject({code: status, stdout: ''})
  // A file that could be read has its columns told before.
  const told = run.stderr.replace(/^columns: .*\n/, '')
  expect(told.startsWith(`alsobought: ${message}`), run.stderr).toBe(true)
  expect(told.trimEnd().split('\n').length).toBe(1)
})
