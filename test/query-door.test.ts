import {execFileSync, spawn} from 'node:child_process'
import {copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {type AddressInfo, createServer as createSocket} from 'node:net'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {gzipSync} from 'node:zlib'
import {buildSync} from 'esbuild'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {generateShop} from '../fixtures/shop.ts'
import {cosine, Recommender} from '../src/index.ts'
import {plainCrc32} from '../src/model/crc32.ts'
import {checksumOf, setChecksum} from '../src/model/format.ts'
import type {open as Open} from '../src/query.ts'
import {type Browser, chromium, startBrowser} from './browser.ts'
import {type Asked, everyAnswer} from './every-question.ts'
import {runtime} from './runtimes.ts'

vi.setConfig({testTimeout: 60_000, hookTimeout: 120_000})

const root = join(import.meta.dirname, '..')
const built = (file: string) => join(root, 'dist', file)
/** Within the project, so that the package is found by its own name. */
const folder = join(root, '.built/query')
const inFolder = (file: string) => join(folder, file)

/**
 * How many bytes of it, gzipped, go to a browser at most. Opening takes half of them, most of which looks through bytes that
 * anybody may have made; the other half are the questions. What grows it beyond this is to be worth it.
 */
const MOST_BYTES = 25_200

let open: typeof Open
let bytes: Uint8Array
let asked: Asked
/** What the shop says itself. */
let expected: string

beforeAll(async () => {
  ;({open} = (await import(pathToFileURL(built('query.js')).href)) as {open: typeof Open})
  const {lines, items} = generateShop()
  const shop = await Recommender.fit(lines, {scopes: ['order', 'customer'], substitutes: true, items})
  bytes = shop.toBytes()
  const {ids} = shop.items
  const customers = new Set(lines.flatMap(({customer}) => customer ?? []))
  asked = {
    items: [...ids.slice(0, 8), ids.at(-1) as string, 'stranger'],
    customers: [...[...customers].slice(0, 8), 'nobody'],
  }
  expected = await everyAnswer(Recommender.fromBytes(bytes), asked)
  rmSync(folder, {recursive: true, force: true})
  mkdirSync(folder, {recursive: true})
  writeFileSync(inFolder('shop.also'), bytes)
  writeFileSync(inFolder('asked.json'), JSON.stringify(asked))
  for (const [outfile, format] of [
    ['questions.mjs', 'esm'],
    ['questions.cjs', 'cjs'],
  ] as const) {
    const entryPoints = [join(root, 'test/every-question.ts')]
    buildSync({entryPoints, outfile: inFolder(outfile), bundle: true, format, target: 'es2022', logLevel: 'error'})
  }
  copyFileSync(built('query.js'), inFolder('query.mjs'))
})
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** Numbers to nine digits: engines differ in the last ones of powers and logarithms. */
function rounded(json: string): unknown {
  const [answers, ...rest] = JSON.parse(json)
  const round = (text: string) =>
    JSON.parse(text, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value))
  return [round(answers), round(JSON.stringify(rest))]
}

/** For a script: whether the platform lets WebAssembly be compiled. */
const mayCompile = `() => {
  try {
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)))
  } catch {
    return false
  }
}`

describe('the built door', () => {
  test.each(['query.js', 'query.cjs'])('%s needs nothing but the language', (file) => {
    const text = readFileSync(built(file), 'utf8')
    expect(text).not.toMatch(/node:|\bimport\b|\brequire\b|\bprocess\b|\bBuffer\b|\beval\b|\bFunction\(/)
    expect(text).not.toMatch(/\bfast-csv\b|\bml-matrix\b|workerCode|answererCode|kernelBytes|WebAssembly/)
  })

  test.each(['query.js', 'query.cjs'])('%s is small', (file) => {
    expect(gzipSync(readFileSync(built(file)), {level: 9}).length).toBeLessThanOrEqual(MOST_BYTES)
  })
})

describe('in Node', () => {
  const read = `
    const bytes = readFileSync(${JSON.stringify(inFolder('shop.also'))})
    const asked = JSON.parse(readFileSync(${JSON.stringify(inFolder('asked.json'))}, 'utf8'))
    everyAnswer(open(bytes), asked).then((answers) => process.stdout.write(answers))`
  const imports = `import {readFileSync} from 'node:fs'
    import {everyAnswer} from './questions.mjs'
    import {open} from 'alsobought/query'`
  test.each([
    ['an ES module', 'service.mjs', `${imports}\n${read}`],
    [
      'CommonJS',
      'service.cjs',
      `const {readFileSync} = require('node:fs')
       const {everyAnswer} = require('./questions.cjs')
       const {open} = require('alsobought/query')\n${read}`,
    ],
    ['an ES module without WebAssembly', 'without.mjs', `import './before.mjs'\n${imports}\n${read}`],
  ])('%s answers as the shop itself', (_, file, code) => {
    writeFileSync(inFolder('before.mjs'), 'delete globalThis.WebAssembly')
    writeFileSync(inFolder(file), code)
    const answers = execFileSync(process.execPath, [inFolder(file)], {encoding: 'utf8', maxBuffer: 1 << 28})
    expect(answers).toBe(expected)
  })

  test('a shop without its log answers as the shop itself', async () => {
    const kept = Recommender.fromBytes(bytes).toBytes({log: false})
    const known = {...asked, customers: []}
    const ask = (shop: Parameters<typeof everyAnswer>[0]) =>
      everyAnswer(shop, known).catch((error: Error) => error.message)
    expect(await ask(open(kept))).toBe(await ask(Recommender.fromBytes(kept)))
    expect(open(kept).alsoBought(asked.items[0])).toEqual(Recommender.fromBytes(kept).alsoBought(asked.items[0]))
  })

  test('bytes are read where they lie, whatever holds them', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    const shifted = new Uint8Array(bytes.length + 3).subarray(3)
    for (const copy of [shared, shifted]) copy.set(bytes)
    const [item] = asked.items
    const answer = open(bytes).alsoBought(item)
    for (const given of [bytes.slice().buffer as ArrayBuffer, shared, shared.buffer, shifted]) {
      expect(open(given).alsoBought(item)).toEqual(answer)
    }
  })
})

describe('what is no saved shop', () => {
  /** What is thrown, without the name of what was called. */
  function thrown(call: () => unknown): string {
    try {
      call()
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message.replace(/^(open|fromBytes): /, '')}`
    }
    return 'nothing'
  }
  const changed = (at: number, byte: number) => {
    const copy = bytes.slice()
    copy[at] = byte
    return copy
  }
  /** Text of the directory replaced by as long a one, and the checksum made to fit. */
  const crafted = (from: string, to: string) => {
    const copy = bytes.slice()
    const at = new TextDecoder('latin1').decode(copy).indexOf(from)
    expect(at).toBeGreaterThan(0)
    copy.set(new TextEncoder().encode(to), at)
    setChecksum(copy, checksumOf(copy, plainCrc32))
    return copy
  }
  const gone = () => {
    const copy = bytes.slice()
    structuredClone(copy.buffer, {transfer: [copy.buffer]})
    return copy
  }
  const cases: [string, () => unknown, object?][] = [
    ['no bytes', () => new Uint8Array(0)],
    ['bytes that went to another thread', () => gone()],
    ['a buffer that went to another thread', () => gone().buffer],
    ['a text', () => 'shop.also'],
    ['nothing', () => undefined],
    ['a list of numbers', () => [1, 2, 3]],
    ['other bytes', () => new TextEncoder().encode('PK, another kind of file altogether')],
    ['a head cut off', () => bytes.slice(0, 20)],
    ['a body cut off', () => bytes.slice(0, -1)],
    ['a newer format', () => changed(8, 9)],
    ['a byte that changed', () => changed(bytes.length - 40, bytes[bytes.length - 40] ^ 1)],
    ['no JSON', () => crafted('{"facts"', '{"facts!')],
    ['facts of another kind', () => crafted('"log":true', '"log":null')],
    ['settings that cannot be', () => crafted('"neighbors":50', '"neighbors": 0')],
    ['an unknown measure', () => crafted('"measure":"weighted"', '"measure":"weighing"')],
    ['a section less', () => crafted('"order alsoBought/scores"', '"order alsoBought/Scores"')],
    ['sections out of place', () => crafted('"offset":0', '"offset":8')],
    ['an unknown option', () => bytes, {mesure: cosine}],
    ['a measure that is not called for', () => bytes, {measure: cosine}],
  ]

  test.each(cases)('%s: the same error as of fromBytes', (_, give, options) => {
    const given = give() as Uint8Array
    const error = thrown(() => open(given, options))
    expect(error).toMatch(/^(Error|TypeError|RangeError): /)
    expect(error).toBe(thrown(() => Recommender.fromBytes(given, options)))
  })

  test('is named by the door', () => {
    expect(() => open(new Uint8Array(0))).toThrow(/^open: expected a saved shop, got 0 bytes/)
  })
})

describe.skipIf(!chromium)('in a browser (skipped without chromium)', () => {
  const script = `
    import {open} from './query.mjs'
    import {everyAnswer} from './questions.mjs'
    globalThis.mayCompile = ${mayCompile}
    const get = (file) => fetch(file)
    globalThis.answers = Promise.all([get('./shop.also'), get('./asked.json')])
      .then(async ([shop, asked]) => everyAnswer(open(await shop.arrayBuffer()), await asked.json()))`
  const policies: Record<string, string> = {
    open: "default-src 'self' 'wasm-unsafe-eval'",
    strict: "default-src 'none'; script-src 'self'; connect-src 'self'",
  }
  const types: Record<string, string> = {mjs: 'text/javascript', json: 'application/json', html: 'text/html'}

  let browser: Browser
  const server = createServer(({url = ''}, response) => {
    const [, policy, file = ''] = /^\/(\w+)\/([\w.-]+)$/.exec(url) ?? []
    const page =
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="page.mjs"></script>'
    const body = file === 'page.mjs' ? script : file === 'page.html' ? page : readFileSync(inFolder(file))
    const type = types[file.split('.').at(-1) as string] ?? 'application/octet-stream'
    response.writeHead(200, {'content-type': type, 'content-security-policy': policies[policy as string]}).end(body)
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = startBrowser(chromium as string)
  })
  afterAll(() => {
    browser?.close()
    server.closeAllConnections()
    server.close()
  })

  const look = async (policy: string, expression: string) => {
    const {port} = server.address() as AddressInfo
    const page = `http://127.0.0.1:${port}/${policy}/page.html`
    return (await browser.look(page, {width: 800, scheme: 'light'}, expression)).value
  }

  test('answers as the shop itself', async () => {
    const [mayCompile, answers] = (await look('open', 'answers.then((all) => [mayCompile(), all])')) as [
      boolean,
      string,
    ]
    expect(mayCompile).toBe(true)
    expect(rounded(answers)).toEqual(rounded(expected))
  })

  test('answers the same under a policy that forbids WebAssembly', async () => {
    const [mayCompile, answers] = (await look('strict', 'answers.then((all) => [mayCompile(), all])')) as [
      boolean,
      string,
    ]
    expect(mayCompile).toBe(false)
    expect(rounded(answers)).toEqual(rounded(expected))
  })
})

describe.each([
  ['Bun', runtime('bun'), ['run']],
  ['Deno', runtime('deno'), ['run', '--allow-read', '--no-config']],
])('in %s', (name, command, options) => {
  test.skipIf(!command)(`answers as the shop itself (skipped where ${name} is absent)`, () => {
    const code = `
      import {readFileSync} from 'node:fs'
      import {open} from './query.mjs'
      import {everyAnswer} from './questions.mjs'
      const at = (file) => new URL(file, import.meta.url)
      console.log(await everyAnswer(open(readFileSync(at('shop.also'))), JSON.parse(readFileSync(at('asked.json'), 'utf8'))))`
    writeFileSync(inFolder('runtime.mjs'), code)
    const script = [...options, inFolder('runtime.mjs')]
    const answers = execFileSync(command as string, script, {encoding: 'utf8', maxBuffer: 1 << 28})
    expect(rounded(answers)).toEqual(rounded(expected))
  })
})

describe('in workerd', () => {
  const workerd = runtime('workerd')

  test.skipIf(!workerd)(
    'answers without WebAssembly as the shop itself (skipped where workerd is absent)',
    async () => {
      const code = `
      import {open} from './query.mjs'
      import {everyAnswer} from './questions.mjs'
      import bytes from './shop.also'
      import asked from './asked.json'
      const mayCompile = ${mayCompile}
      export default {fetch: async () => Response.json([mayCompile(), await everyAnswer(open(bytes), asked)])}`
      writeFileSync(inFolder('worker.mjs'), code)
      const port = await freePort()
      const module = (name: string, kind: string) => `(name = "${name}", ${kind} = embed "${name}")`
      const modules = ['worker.mjs', 'query.mjs', 'questions.mjs'].map((name) => module(name, 'esModule'))
      modules.push(module('shop.also', 'data'), module('asked.json', 'json'))
      const config = `
      using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (
        services = [(name = "main", worker = .main)],
        sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
      );
      const main :Workerd.Worker = (modules = [${modules.join(', ')}], compatibilityDate = "2024-09-01");`
      writeFileSync(inFolder('config.capnp'), config)
      const child = spawn(workerd as string, ['serve', inFolder('config.capnp')], {stdio: 'ignore'})
      try {
        const [compiles, answers] = JSON.parse(await textFrom(`http://127.0.0.1:${port}/`))
        expect(compiles).toBe(false)
        expect(rounded(answers)).toEqual(rounded(expected))
      } finally {
        child.kill()
      }
    },
  )
})

async function freePort(): Promise<number> {
  const socket = createSocket()
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
  const {port} = socket.address() as AddressInfo
  await new Promise((resolve) => socket.close(resolve))
  return port
}

/** What a server says, once it has started. */
async function textFrom(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(url)).text()
    } catch (error) {
      if (tries === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
