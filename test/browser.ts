import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'

/** A Chromium that starts, where there is one. */
export const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], {timeout: 20_000}).status === 0,
)

/** How a page is looked at. */
interface View {
  width: number
  scheme: 'light' | 'dark'
}

export interface Browser {
  /**
   * Opens a file or an address in a view of its own, runs an expression in it, waits for what it promises, and tells also what
   * the browser complained of.
   */
  look: (page: string, view: View, expression: string) => Promise<{value: unknown; complaints: string[]}>
  close: () => void
}

interface Message {
  id?: number
  method?: string
  params: Record<string, never>
  result?: Record<string, never>
  error?: {message: string}
}

/** Starts a headless Chromium and talks to it over pipes, in the DevTools protocol. */
export function startBrowser(name: string): Browser {
  const home = mkdtempSync(join(tmpdir(), 'alsobought-browser-'))
  // Containers give few shared memory, and their root gets no sandbox.
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe']
  const child: ChildProcess = spawn(name, [...flags, `--user-data-dir=${home}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [to, from] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const waiting = new Map<number, (message: Message) => void>()
  const listeners = new Set<(message: Message) => void>()
  let sent = 0
  let rest = ''
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages.map((json): Message => JSON.parse(json))) {
      if (message.id === undefined) for (const listen of listeners) listen(message)
      else waiting.get(message.id)?.(message)
    }
  })

  const send = async (method: string, params: object, sessionId?: string) => {
    const id = ++sent
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve))
    to.write(`${JSON.stringify({id, method, params, sessionId})}\0`)
    const {result, error} = await answer
    if (!result) throw new Error(`${method}: ${error?.message}`)
    return result
  }

  const look: Browser['look'] = async (page, {width, scheme}, expression) => {
    const {targetId} = await send('Target.createTarget', {url: 'about:blank'})
    const {sessionId} = await send('Target.attachToTarget', {targetId, flatten: true})
    const ask = (method: string, params = {}) => send(method, params, sessionId)
    const complaints: string[] = []
    let loaded = () => {}
    const load = new Promise<void>((resolve) => {
      loaded = resolve
    })
    const listen = ({method, params}: Message) => {
      if (method === 'Page.loadEventFired') loaded()
      const isComplaint = ['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown'].includes(
        method ?? '',
      )
      if (isComplaint) complaints.push(JSON.stringify(params))
    }
    listeners.add(listen)
    for (const domain of ['Page', 'Log', 'Runtime']) await ask(`${domain}.enable`)
    const phone = width < 600
    await ask('Emulation.setDeviceMetricsOverride', {width, height: 900, deviceScaleFactor: 1, mobile: phone})
    await ask('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: scheme}]})
    await ask('Page.navigate', {url: page.startsWith('/') ? `file://${page}` : page})
    await load
    const {result, exceptionDetails} = await ask('Runtime.evaluate', {
      ...{expression, returnByValue: true, awaitPromise: true},
    })
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    listeners.delete(listen)
    await send('Target.closeTarget', {targetId})
    return {value: (result as {value: unknown}).value, complaints}
  }

  const close = () => {
    child.once('exit', () => rmSync(home, {recursive: true, force: true, maxRetries: 5}))
    child.kill('SIGKILL')
  }
  return {look, close}
}
