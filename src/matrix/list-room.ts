/** Bytes of an entry of a list, see `assembly/entries.ts`. */
export const ENTRY = 16

/** Bytes of a visit. */
const VISIT = 4

/** Room for `room` entries in the list of each rank, or for all that the item can have where that is less. */
export function listRooms(
  support: Int32Array,
  items: Int32Array,
  largestBasket: number,
  k: number,
  room: number,
  hasPopular: boolean,
): Int32Array {
  return items.map((item) => {
    const met = Math.min(items.length - 1, support[item] * (largestBasket - 1))
    return Math.min(room, hasPopular ? Math.max(met, k) : met)
  })
}

/** Where lists and visits lie in the memory that they share. */
interface ListPlaces {
  /** By table and rank, in entries. */
  starts: Int32Array[]
  /** Where the visits begin, and where all ends, in bytes. */
  visitsAt: number
  bytes: number
}

/**
 * Lays lists over visits. A list is first written when its item is counted, and items are counted part by part, by rank: by
 * then the visits of earlier parts are done with. So the lists of a part must end before its own visits begin, no more.
 * @param rooms by table and rank, in entries
 * @param parts where the parts begin, by rank, and the last ends
 * @param visitsBefore how many visits the items before a rank have
 */
export function placeLists(rooms: Int32Array[], parts: Int32Array, visitsBefore: (rank: number) => number): ListPlaces {
  const n = parts[parts.length - 1]
  const starts = rooms.map(() => new Int32Array(n))
  let entries = 0
  let visitsAt = 0
  for (let part = 0; part + 1 < parts.length; part++) {
    for (const [t, room] of rooms.entries()) {
      for (let rank = parts[part]; rank < parts[part + 1]; rank++) {
        starts[t][rank] = entries
        entries += room[rank]
      }
    }
    visitsAt = Math.max(visitsAt, ENTRY * entries - VISIT * visitsBefore(parts[part]))
  }
  return {starts, visitsAt, bytes: Math.max(ENTRY * entries, visitsAt + VISIT * visitsBefore(n))}
}
