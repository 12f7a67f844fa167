import {spawn, spawnSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import stringWidth from 'string-width'
import {describe, expect, it} from 'vitest'
import {seededRandom} from '../fixtures/random.ts'
import {generateShop, itemsToCsv} from '../fixtures/shop.ts'
import {type Column, table} from '../src/cli/table.ts'
import {answersOf, cli, file, folder, header, items, orders, root, rows, run, titles} from './command-line.ts'

const small = file(
  'small.csv',
  'order,customer,item,title\n1,a,KET,Kettle\n1,a,MUG,Mug\n2,b,KET,Kettle\n2,b,MUG,Mug\n3,b,POST,Postage\n3,b,TEA,Tea\n',
)

describe('help and usage', () => {
  it('--help names every command and option, each option with its default, in 80 columns', () => {
    const {status, stdout, stderr} = run('--help')
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    for (const word of ['demo', 'also-bought', 'together', 'suggest', '--measure', '--items-file', '--repeat']) {
      expect(stdout).toContain(word)
    }
    expect(stdout.match(/Default/g)?.length).toBeGreaterThanOrEqual(12)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(run('help')).toEqual(run('--help'))
  })

  it('of a command tells what it takes, and of nothing how to begin', () => {
    const suggest = run('suggest', '--help').stdout
    expect(run('help', 'suggest').stdout).toBe(suggest)
    expect(suggest).toMatch(/^alsobought suggest <file> \[customer\]: /)
    for (const word of ['--items A,B', '--exclude A,B', '--measure NAME', 'a shop that save wrote']) {
      expect(suggest).toContain(word)
    }
    expect(suggest).not.toMatch(/--configurations|Only for|Not for/)
    expect(run('save', '--help').stdout).not.toMatch(/--limit|a shop that save wrote/)
    const {status, stdout, stderr} = run()
    expect({status, stderr}).toEqual({status: 0, stderr: ''})
    expect(stdout.split('\n').length).toBeLessThan(25)
    expect(stdout).toContain('alsobought COMMAND --help')
    for (const line of [...suggest.split('\n'), ...stdout.split('\n')]) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('--version is that of the package', () => {
    const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(run('--version')).toEqual({status: 0, stdout: `${version}\n`, stderr: ''})
  })

  it.each([
    [['demo', '--limt', '3'], 'unknown option --limt; did you mean --limit?'],
    [['--limt'], 'unknown option --limt; did you mean --limit?'],
    [['demo', '-l'], 'unknown option -l; valid are --limit'],
    [['also-bought', 'x.csv', 'A', '--repeat', 'only'], 'also-bought takes no option --repeat; valid are --limit'],
    [['demo', '--limit'], '--limit needs a value: --limit N'],
    [['demo', '--limit', 'ten'], '--limit must be a number, got "ten"'],
    [['demo', '--limit', '0'], '--limit must be a whole number from 1 up, got 0'],
    [['demo', '--json=yes'], '--json takes no value, got "yes"'],
    [['recommend'], 'unknown command "recommend"; valid are demo, also-bought, together, suggest'],
    [['demo', '--measure', 'magic'], 'unknown --measure "magic"; valid are weighted, count, '],
    [['demo', '--min-together', '0'], '--min-together must be a whole number from 1 up, got 0'],
    [['demo', '--scope', 'shop'], 'unknown --scope "shop"; valid are order, customer'],
    [['demo', '--columns', 'sku=Code'], 'unknown field "sku" in --columns; valid are item, order'],
    [['demo', '--delimiter', ';;'], '--delimiter must be one character such as \';\', got ";;"'],
    [['demo', '--date-format', 'us'], 'unknown --date-format "us"; valid are iso, mdy'],
    [['also-bought', 'x.csv', 'A', 'B'], 'also-bought takes one item, got 2: alsobought also-bought <file> <item>'],
    [['together', 'x.csv'], 'together needs an item or more: alsobought together'],
    [['suggest', 'x.csv'], 'suggest needs a customer or --items A,B: alsobought suggest <file> [customer]'],
    [['suggest', 'x.csv', '1', '--customer', '2'], 'suggest takes one customer'],
  ])('%j is told in one line and ends with 2', (args, message) => {
    const {status, stdout, stderr} = run(...args)
    expect({status, stdout}).toEqual({status: 2, stdout: ''})
    expect(stderr.startsWith(`alsobought: ${message}`), stderr).toBe(true)
    expect(stderr.trimEnd().split('\n').length).toBe(1)
  })
})

describe('what cannot be answered is told in one line and ends with 1', () => {
  const bad = file('bad.csv', 'order,item,quantity\n1,A,1\n1,B,two\n2,A,1\n')
  const semicolons = file('semicolons.csv', 'order;item\n1;A\n1;B\n')
  const latin = 'latin.csv'
  writeFileSync(join(folder, latin), Buffer.from('order,item\n1,Caf\xe9\n', 'latin1'))
  const dates = file('dates.csv', 'order,item,date\n1,A,31/12/2020\n')

  it.each([
    ['a missing file', ['demo', 'none.csv'], 'there is no file none.csv; check the path'],
    ['a folder', ['demo', '.'], '. is a folder; name a file in it'],
    [
      'a bad row',
      ['demo', bad],
      'bad.csv, line 3, column quantity: quantity must be a number, got "two"; --skip-bad-rows leaves such rows out',
    ],
    [
      'a delimiter',
      ['demo', semicolons],
      'semicolons.csv: the header is one column, "order;item"; set --delimiter \';\'',
    ],
    ['an encoding', ['demo', latin], "latin.csv, line 2 is not UTF-8; set --encoding 'latin1'"],
    ['a date', ['demo', dates], 'set --date-format dmy'],
    [
      'a column',
      ['demo', small, '--columns', 'item=SKU'],
      'no column "SKU" for item among "order", "customer", "item"',
    ],
    ['an empty shop', ['demo', file('empty.csv', 'order,item\n')], 'empty.csv has no line that bought something'],
    [
      'an unknown item',
      ['also-bought', small, 'XYZ'],
      'no basket of small.csv holds item "XYZ"; most bought is KET, MUG',
    ],
    ['an id in other letters', ['together', small, 'KET', 'mug'], 'item "mug"; did you mean Mug (MUG)?'],
    ['a title for an id', ['also-bought', small, 'kettl'], 'item "kettl"; did you mean Kettle (KET)?'],
    ['a fee', ['suggest', small, '--items', 'KET,POST'], 'item "POST" looks like a fee and was left out; --keep-fees'],
    ['a customer', ['suggest', small, 'B'], 'small.csv has no customer "B"; did you mean b?'],
    ['customers', ['suggest', bad, 'B', '--skip-bad-rows'], 'bad.csv names no customers; ask for --items A,B instead'],
  ])('%s', (_, args, message) => {
    const {status, stdout, stderr} = run(...args)
    expect({status, stdout}).toEqual({status: 1, stdout: ''})
    const told = stderr.split('\n').filter((line) => line.startsWith('alsobought: '))
    expect(told.length, stderr).toBe(1)
    expect(told[0]).toContain(message)
    expect(stderr).not.toMatch(/ {4}at |readOrders|onBadRow/)
  })

  it('bad rows may be skipped, and are counted', () => {
    const {status, stderr} = run('demo', bad, '--skip-bad-rows')
    expect(status).toBe(0)
    expect(stderr).toBe(
      'columns: item=item, order=order, quantity=quantity\nskipped 1 bad row; first line 3: quantity must be a number, got "two"\n',
    )
  })
})

describe('answers', () => {
  it('also-bought, as JSON', () => {
    const answer = answersOf('also-bought', orders, 'KET-01', '--limit', '3')
    expect(answer).toMatchObject({query: 'also-bought', item: {item: 'KET-01', title: titles.get('KET-01')}})
    expect(answer.answers.length).toBe(3)
    const [first] = answer.answers
    expect(first).toMatchObject({item: 'KET-91', title: titles.get('KET-91'), tier: 'copurchase'})
    expect(first.together).toBeGreaterThan(5 * first.expected)
  })

  it('together, as JSON, with reasons', () => {
    const answer = answersOf('together', orders, 'COL-01', 'CRI-01')
    expect(answer.items.map(({item}: {item: string}) => item)).toEqual(['COL-01', 'CRI-01'])
    expect(answer.answers.length).toBe(10)
    expect(answer.answers[0].because[0]).toMatchObject({title: expect.any(String), together: expect.any(Number)})
  })

  it('suggest, for a customer, a visitor, and both', () => {
    const {truths} = generateShop()
    const [staple] = truths.staples
    const [customer] = staple.customers
    const again = answersOf('suggest', orders, customer, '--repeat', 'only')
    expect(again).toMatchObject({query: 'suggest', customer, items: [], repeat: 'only'})
    expect(again.answers.map(({item}: {item: string}) => item)).toContain(staple.item)
    expect(answersOf('suggest', orders, '--customer', customer, '--repeat', 'only')).toEqual(again)
    const visitor = answersOf('suggest', orders, '--items', 'PRI-01,PAP-01')
    expect(visitor).toMatchObject({items: [{item: 'PRI-01'}, {item: 'PAP-01'}], repeat: 'exclude'})
    expect(visitor).not.toHaveProperty('customer')
    const both = answersOf('suggest', orders, customer, '--items', 'PRI-01')
    expect(both).toMatchObject({customer, items: [{item: 'PRI-01'}]})
  })

  it('titles come from a file of items, too', () => {
    const bare = file('bare.csv', `order,item\n1,KET-01\n1,SAM-41\n2,KET-01\n2,SAM-41\n`)
    const catalogue = file('items.csv', itemsToCsv(items))
    expect(answersOf('also-bought', bare, 'KET-01').answers[0].title).toBeNull()
    const {answers} = answersOf('also-bought', bare, 'KET-01', '--items-file', catalogue)
    expect(answers[0].title).toBe(titles.get('SAM-41'))
    const {status, stderr} = run('also-bought', bare, 'KET-01', '--items-file', bare)
    expect(status).toBe(1)
    expect(stderr).toBe(
      'alsobought: bare.csv: no column for title or category beside "item"; name one by --columns title=…\n',
    )
  })

  describe('with a file of items', () => {
    const few = file('few.csv', 'order,item,title\n1,KET,old\n1,MUG,old\n2,KET,old\n2,MUG,old\n3,TEA,old\n3,POST,old\n')
    const told = (...args: string[]) =>
      answersOf('also-bought', few, 'KET', '--measure', 'count', '--keep-fees', ...args).answers.map(
        ({item, title, tier}: {item: string; title: string | null; tier: string}) => `${item} ${title} ${tier}`,
      )

    it('categories stand behind what orders say, be it in a basket or not', () => {
      const items = file(
        'categories.csv',
        'sku,name,category,price\nKET,Kettle,a,"1,50 €"\nMUG,Mug,a,\nPAN,Pan,a,\nTEA,Tea,b,\n',
      )
      expect(told('--items-file', items)).toEqual([
        'MUG Mug copurchase',
        'PAN Pan category',
        'POST null popular',
        'TEA Tea popular',
      ])
      const unsold = answersOf('suggest', small, '--items', 'PAN', '--items-file', items, '--keep-fees').answers
      expect(unsold[0]).toMatchObject({item: 'KET', tier: 'category'})
      const {stdout} = run('suggest', few, '--items', 'PAN', '--items-file', items)
      expect(stdout).toContain('Kettle')
      expect(run('also-bought', few, 'KET', '--items-file', items).stdout).toContain('same category')
    })

    it.each(['name', 'label', 'Product Name', 'description'])('titles stand in a column called %s', (column) => {
      const items = file(`${column}.csv`, `id,${column}\nMUG, Mug \n`)
      expect(told('--items-file', items)[0]).toBe('MUG Mug copurchase')
    })

    it('columns may be named, and without titles those of the orders stay', () => {
      const items = file('named.csv', 'no,Code,Text,Art\n1,MUG,Mug,a\n')
      const columns = ['--columns', 'item=item,id=Code,title=Text']
      expect(told('--items-file', items, ...columns)[0]).toBe('MUG Mug copurchase')
      const kinds = file('kinds.csv', 'id,category\nKET,a\nMUG,a\n')
      expect(told('--items-file', kinds)[0]).toBe('MUG old copurchase')
      const {status, stderr} = run('also-bought', few, 'KET', '--columns', 'title=title')
      expect(status).toBe(2)
      expect(stderr).toContain('unknown field "title" in --columns; valid are item, order')
    })

    it('of an item that stands twice the first row counts, and the next fill in', () => {
      const items = file('twice.csv', 'id,title,category\nKET,,a\nKET,Kettle,b\nMUG,Mug,\nPAN,Pan,a\nMUG,Cup,\n')
      const {item, answers} = answersOf(
        'also-bought',
        few,
        'KET',
        '--items-file',
        items,
        '--measure',
        'count',
        '--keep-fees',
      )
      expect(item.title).toBe('Kettle')
      expect(answers.slice(0, 2)).toMatchObject([{title: 'Mug'}, {item: 'PAN', tier: 'category'}])
    })

    it('what only the catalogue has makes no shop', () => {
      const items = file('unsold.csv', 'id,title,category\nPAN,Pan,a\nKET,Kettle,a\n')
      const empty = file('nothing.csv', 'order,item\n')
      const {status, stderr} = run('demo', empty, '--items-file', items)
      expect({status, stderr}).toEqual({
        status: 1,
        stderr: 'columns: item=item, order=order\nalsobought: nothing.csv has no line that bought something\n',
      })
      expect(run('also-bought', empty, 'X', '--items-file', items).stderr).toContain('there is nothing in any')
      const {sections} = answersOf('demo', few, '--items-file', items, '--keep-fees')
      const asked = sections.flatMap(({answer}: {answer: {item?: {item: string}; items?: {item: string}[]}}) =>
        [answer.item, ...(answer.items ?? [])].flatMap((named) => named?.item ?? []),
      )
      expect(asked).not.toContain('PAN')
    })

    it('fees stay out', () => {
      const items = file('fees.csv', 'id,title\nPOST,Postage\nMUG,Mug\n')
      expect(run('also-bought', few, 'KET', '--items-file', items).stdout).not.toContain('POST')
    })

    it('bad rows are told with the name of the file', () => {
      const items = file('short.csv', 'id,title\nKET\nMUG,Mug\n')
      const strict = run('also-bought', few, 'KET', '--items-file', items, '--keep-fees')
      expect(strict).toEqual({
        status: 1,
        stdout: '',
        stderr:
          'alsobought: short.csv, line 2: expected 2 fields as in the header, got 1; --skip-bad-rows leaves such rows out\n',
      })
      const {status, stderr} = run('also-bought', few, 'KET', '--items-file', items, '--keep-fees', '--skip-bad-rows')
      expect(status).toBe(0)
      expect(stderr).toBe(
        'columns: item=item, order=order; not read: title\n' +
          'skipped 1 bad row of short.csv; first line 2: expected 2 fields as in the header, got 1\n',
      )
    })

    it.each([
      ['none.csv', 'there is no file none.csv; check the path'],
      ['.', '. is a folder; name a file in it'],
      [file('semi.csv', 'id;title\n'), 'semi.csv: the header is one column, "id;title"; set --delimiter \';\''],
      [file('void.csv', ''), 'void.csv: the file is empty; its first line must name the columns'],
      [file('two.csv', 'id,title,Title\n'), 'among "id", "title", "Title"; choose with --columns title=…'],
      [file('no-id.csv', 'ean,title\n'), 'no column for id among "ean", "title"; name it with --columns id=…'],
      [file('soon.csv', 'id,title,launch_date\nKET,Kettle,31/12/2020\n'), 'set --date-format dmy'],
    ])('what is wrong with %s is told in one line', (items, message) => {
      const {status, stdout, stderr} = run('also-bought', few, 'KET', '--items-file', items)
      expect({status, stdout}).toEqual({status: 1, stdout: ''})
      expect(stderr).toContain(message)
      expect(stderr.trimEnd().split('\n').length).toBe(1)
      expect(stderr).not.toMatch(/ {4}at |readItems|onBadRow/)
    })
  })

  it('options of reading and counting arrive', () => {
    const odd = file('odd.txt', 'No|Code|Qty, in all\n1|X1|1\n1|X2|1\n2|X3|1\n2|X1|1\n2|X2|1\n')
    const reading = ['--delimiter', '|', '--columns', 'order=No,item=Code,quantity=Qty, in all']
    const {answers} = answersOf('also-bought', odd, 'X1', ...reading, '--measure', 'count')
    expect(answers.map(({item, tier}: {item: string; tier: string}) => `${item} ${tier}`)).toEqual([
      'X2 copurchase',
      'X3 popular',
    ])
    const loose = answersOf('also-bought', odd, 'X1', ...reading, '--measure', 'count', '--min-together', '1')
    expect(loose.answers.map(({score}: {score: number}) => score)).toEqual([2, 1])
  })

  it('reads standard input', () => {
    const input = readFileSync(join(folder, orders))
    const {stdout} = spawnSync(process.execPath, [cli, 'also-bought', '-', 'KET-01', '--limit', '3', '--json'], {
      input,
      encoding: 'utf8',
    })
    expect(stdout).toBe(run('also-bought', orders, 'KET-01', '--limit', '3', '--json').stdout)
  })

  it('fees are left out, and that is said', () => {
    const {stdout, stderr} = run('suggest', small, '--items', 'TEA')
    const columns = 'columns: item=item, order=order, customer=customer, title=title\n'
    expect(stderr).toBe(`${columns}left out 1 line of 1 item that look like fees: POST; --keep-fees keeps them\n`)
    expect(stdout).not.toContain('POST')
    const kept = run('suggest', small, '--items', 'TEA', '--keep-fees')
    expect(kept.stderr).toBe(columns)
    expect(kept.stdout).toContain('POST')
  })
})

describe('which columns were read', () => {
  it('is told, and which were not, a dozen of them; not to programs', () => {
    const others = Array.from({length: 14}, (_, i) => `Extra ${i + 1}`)
    const header = ['InvoiceNo', 'StockCode', 'Description', 'Country', ...others]
    const rows = ['1', '2'].flatMap((order) =>
      ['KET', 'MUG'].map((item) => [order, item, `Title ${item}`, ...others, 'DE']),
    )
    const name = file('wide.csv', `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`)
    const {stderr} = run('also-bought', name, 'KET')
    const unread = header.slice(3, 15).join(', ')
    expect(stderr).toBe(`columns: item=StockCode, order=InvoiceNo, title=Description; not read: ${unread} and 3 more\n`)
    expect(run('also-bought', name, 'KET', '--json').stderr).toBe('')
  })
})

describe('--exclude', () => {
  it('leaves items out of the answers, and fees that are out already do no harm', () => {
    const items = (...args: string[]) => answersOf(...args).answers.map(({item}: {item: string}) => item)
    const questions = [
      ['also-bought', orders, 'KET-01'],
      ['together', orders, 'COL-01', 'CRI-01'],
      ['suggest', orders, 'C1009'],
    ]
    for (const question of questions) {
      const [first, second, third, ...rest] = items(...question)
      const left = items(...question, '--exclude', `${first},${third}`, '--exclude', second)
      expect(left.length).toBe(10)
      expect(left.slice(0, rest.length)).toEqual(rest)
    }
    const {answers} = JSON.parse(run('also-bought', small, 'KET', '--exclude', 'POST,TEA', '--json').stdout)
    expect(answers.map(({item}: {item: string}) => item)).toEqual(['MUG'])
    const exported = (question: string, ...rest: string[]) => {
      const [, ...rows] = run('export', small, question, ...rest)
        .stdout.trimEnd()
        .split('\n')
      return new Set(rows.map((row) => row.split(',')[2]))
    }
    expect(exported('also-bought', '--exclude', 'MUG')).toEqual(new Set(['KET', 'TEA']))
    expect(exported('suggest')).toEqual(new Set(['TEA']))
    expect(exported('suggest', '--exclude', 'TEA')).toEqual(new Set())
  })
})

describe('--decimal-comma', () => {
  it('reads numbers with one, and without it a comma says what to do', () => {
    const name = file('comma.csv', 'order;item;quantity\n1;KET;"1,0"\n1;MUG;2,5\n2;KET;1.000,0\n2;MUG;1\n')
    const reading = ['--delimiter', ';', '--json']
    const {stdout} = run('also-bought', name, 'KET', ...reading, '--decimal-comma')
    expect(JSON.parse(stdout).answers).toMatchObject([{item: 'MUG', together: 2}])
    expect(run('also-bought', name, 'KET', ...reading).stderr).toBe(
      'alsobought: comma.csv, line 2, column quantity: quantity must be a number, got "1,0": decimals have a point; ' +
        '--decimal-comma takes commas; --skip-bad-rows leaves such rows out\n',
    )
  })
})

describe('the order of the lines does not matter', () => {
  const shuffled = file('shuffled.csv', `${[header, ...seededRandom(7).shuffle([...rows])].join('\n')}\n`)
  it.each([
    [['also-bought'], ['SPK-01']],
    [['together'], ['SPA-01', 'SAU-01']],
    [['suggest'], ['C1009', '--repeat', 'include']],
    [['demo'], []],
  ])('%j --json', ([command], rest) => {
    const {stdout} = run(command, orders, ...rest, '--json')
    expect(stdout.length).toBeGreaterThan(500)
    expect(run(command, shuffled, ...rest, '--json').stdout).toBe(stdout)
  })
})

describe('tables', () => {
  const rowsOf = (text: string) => text.split('\n').filter((line) => /^ +(#|\d+) {2}/.test(line))

  it('columns start and end at the same display column in every row, whatever the script', () => {
    const {stdout} = run('also-bought', orders, 'BLE-31', '--limit', '30')
    const [head, ...body] = rowsOf(stdout)
    expect(body.length).toBe(30)
    const start = stringWidth(head.slice(0, head.indexOf('title')))
    for (const row of body) {
      expect(stringWidth(row.replace(/ {2}(sells well|related)$/, '')), row).toBe(stringWidth(head))
      const [lead] = /^ +\d+ {2}\S+ +/.exec(row) as RegExpExecArray
      expect(stringWidth(lead), row).toBe(start)
    }
    const rightToLeft = body.filter((row) => /\p{Script=Arabic}/u.test(row))
    expect(rightToLeft.length).toBeGreaterThan(1)
    for (const row of rightToLeft)
      expect(row).toMatch(/ {2}\u2068[^\u2068\u2069]*\p{Script=Arabic}[^\u2068\u2069]*\u2069 /u)
    for (const row of body.filter((row) => !rightToLeft.includes(row))) expect(row).not.toMatch(/[\u2068\u2069]/)
  })

  it('long titles are cut by display width, between graphemes, and nothing steers the terminal', () => {
    const page = {width: 30, styled: false}
    const cells = [
      '家族'.repeat(20),
      '👨‍👩‍👧'.repeat(20),
      'e\u0301'.repeat(60),
      'سماور برقی '.repeat(9),
      '\u001b[31mred\u202e\n',
      'b',
    ]
    const column: Column[] = [
      {head: 'title', cells, least: 8},
      {head: 'n', cells: cells.map((_, i) => String(10 ** i)), align: 'right'},
    ]
    const [head, ...body] = table(column, page)
    for (const row of body) expect(stringWidth(row), row).toBe(stringWidth(head))
    expect(stringWidth(head)).toBeLessThanOrEqual(30)
    expect(body[0]).toMatch(/^ {2}(家族)+家?… /)
    expect(body[1]).toMatch(/^ {2}(👨‍👩‍👧)+… /u)
    expect(body[2]).toMatch(/^ {2}(e\u0301)+… /)
    expect(body[3]).toMatch(/^ {2}\u2068.*…\u2069 /)
    expect(body[4]).toMatch(/^ {2}\[31mred +\d/)
  })
})

describe('pipes and signals', () => {
  it('a reader that has seen enough is no error', () => {
    const script = `{ "${process.execPath}" "${cli}" demo "${join(folder, orders)}" --json --limit 250; echo "ended with $?" >&2; } | head -1`
    const {stdout, stderr} = spawnSync('sh', ['-c', script], {encoding: 'utf8'})
    expect(stdout).toBe('{\n')
    expect(stderr).toBe('ended with 0\n')
  })

  it('Ctrl-C ends at once with 130', async () => {
    const child = spawn(process.execPath, [cli, 'demo', '-'])
    let told = ''
    child.stderr.on('data', (text) => {
      told += text
    })
    // More than a pipe holds: once it is written, most has been read.
    await new Promise((resolve) => child.stdin.write(`order,item\n${'1,A\n'.repeat(100_000)}`, resolve))
    const start = performance.now()
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130)
    expect(performance.now() - start).toBeLessThan(2000)
    expect(told).toBe('')
  })
})
