import {open, rename, stat} from 'node:fs/promises'
import {basename, dirname, resolve} from 'node:path'
import {checkPath, kindOf, modeOf, readAll, realPath, roomFor, syncFolder} from './file.ts'
import {Journal, nextOf} from './journal.ts'
import {type Body, bodiesIn, JOURNAL_HEAD, shopOfJournal} from './journal-format.ts'
import {writeJournal} from './write-journal.ts'

/** Opens the journal that continues a saved shop, or makes one, and finds the changes in it. */
export async function openJournal(
  path: string,
  shopPath: string,
  shop: string,
): Promise<{journal: Journal; bodies: Body[]; name: string}> {
  checkPath('load: journal', path)
  const name = `load: ${basename(path)}`
  const shopPaths = [resolve(shopPath), await realPath(shopPath)]
  const real = await realPath(path)
  const found = await findJournal(real, shop, name, basename(shopPath))
  if (found) {
    const {bodies, end} = bodiesIn(found.bytes, name)
    const place = {size: found.bytes.length, end, ino: found.ino}
    return {journal: new Journal(real, shopPaths, shop, place), bodies, name}
  }
  try {
    const place = await writeJournal(nextOf(real), shop, {gone: new Set(), orders: []}, await modeOf(shopPath))
    await rename(nextOf(real), real)
    await syncFolder(dirname(real))
    return {journal: new Journal(real, shopPaths, shop, place), bodies: [], name}
  } catch (error) {
    throw new Error(`load: the journal ${path} could not be made: ${(error as Error).message}`, {cause: error})
  }
}

interface Found {
  /** All of it, or no more than the head where it continues another shop. */
  bytes: Uint8Array
  ino: number
}

/** The journal of a shop, which may not have got its name yet; `undefined` where there is none. */
async function findJournal(path: string, shop: string, name: string, shopName: string): Promise<Found | undefined> {
  const found = await readIfThere(path, shop, name)
  if (!found) return undefined
  const continued = shopOfJournal(found.bytes, name)
  if (continued === shop) return found
  const next = await readIfThere(nextOf(path), shop, name)
  if (next && continuesShop(next.bytes, shop)) {
    await rename(nextOf(path), path)
    await syncFolder(dirname(path))
    return next
  }
  const advice = `put that file back, or delete ${name} if ${shopName} has its changes already`
  throw new Error(`${name}: expected a journal of ${shopName}, ${shop}, got one of ${continued}; ${advice}`)
}

function continuesShop(bytes: Uint8Array, shop: string): boolean {
  try {
    return shopOfJournal(bytes, '') === shop
  } catch {
    return false
  }
}

async function readIfThere(path: string, shop: string, name: string): Promise<Found | undefined> {
  // Looked at first: to open a pipe is to wait for somebody who writes to it.
  const stats = await stat(path).catch(() => undefined)
  const other = stats && kindOf(stats)
  if (other) throw new Error(`load: the journal ${path} is ${other}, not a file`)
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new Error(`load: the journal cannot be read: ${error.message}`, {cause: error})
  })
  if (!file) return undefined
  try {
    const {size, ino} = await file.stat()
    const head = new Uint8Array(Math.min(size, JOURNAL_HEAD))
    await readAll(file, head, 0, name)
    // Before there is room made for what may be anything.
    if (!continuesShop(head, shop)) return {bytes: head, ino}
    const bytes = roomFor(size, name)
    await readAll(file, bytes, 0, name)
    return {bytes, ino}
  } finally {
    await file.close()
  }
}
