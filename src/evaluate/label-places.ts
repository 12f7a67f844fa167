/** A rectangle; y grows downward. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** A point of a plot that is to get a label of this size. */
export interface Labelled extends Box {
  /** Of the mark at the point's x and y. */
  radius: number
}

/** Where a label may stand: in these directions, so far from its mark. */
const DIRECTIONS = 24
const DISTANCES = [3, 8, 15, 24, 36, 50, 66]
/** Places depend on each other: so often all are looked at again. */
const ROUNDS = 5

/** Finds a place for each label: near its point, within the frame, on no other label and on no point. The first choose first. */
export function placeLabels(points: readonly Labelled[], frame: Box): Box[] {
  const candidates = points.map((point) => candidatesFor(point, frame))
  const places: Box[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, options] of candidates.entries()) {
      const barred = [...places.filter((_, o) => o !== i), ...points.map(markOf)]
      const cost = ({box, tie, distance}: Candidate) =>
        distance + 6 * barred.reduce((sum, other) => sum + overlap(box, other) + overlap(tie, other), 0)
      const costs = options.map(cost)
      places[i] = options[costs.indexOf(Math.min(...costs))].box
    }
  }
  return places
}

interface Candidate {
  box: Box
  /** Around the middle of the line from the point to the label. */
  tie: Box
  distance: number
}

function candidatesFor({x, y, radius, width, height}: Labelled, frame: Box): Candidate[] {
  const candidates = DISTANCES.flatMap((distance) =>
    Array.from({length: DIRECTIONS}, (_, d): Candidate => {
      const angle = (2 * Math.PI * d) / DIRECTIONS
      const [right, down] = [Math.cos(angle), Math.sin(angle)]
      // The box touches a circle around the point with the side or corner that faces it.
      const reach = radius + distance
      const box = {
        x: x + right * reach + (width / 2) * (right - 1),
        y: y + down * reach + (height / 2) * (down - 1),
        width,
        height,
      }
      const near = nearestOf(box, x, y)
      const middle = {x: x + 0.6 * (near.x - x), y: y + 0.6 * (near.y - y)}
      const half = distance > 8 ? distance / 5 : 0
      const tie = {x: middle.x - half, y: middle.y - half, width: 2 * half, height: 2 * half}
      return {box, tie, distance}
    }),
  )
  const inside = candidates.filter(({box}) => overlap(box, frame) > width * height - 0.01)
  return inside.length > 0 ? inside : candidates
}

/** The place in a box that is nearest to a point, a little inside. */
export function nearestOf(box: Box, x: number, y: number): {x: number; y: number} {
  return {
    x: Math.min(Math.max(x, box.x + 2), box.x + box.width - 2),
    y: Math.min(Math.max(y, box.y + 2), box.y + box.height - 2),
  }
}

/** With a margin. */
function markOf({x, y, radius}: Labelled): Box {
  const half = radius + 1.5
  return {x: x - half, y: y - half, width: 2 * half, height: 2 * half}
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}
