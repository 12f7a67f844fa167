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
/** Pixels. */
const BEAD = 4

/** Finds a place for each label: near its point, within the frame, on no other label and on no point. The first choose first. */
export function placeLabels(points: readonly Labelled[], frame: Box): Box[] {
  const candidates = points.map((point) => candidatesFor(point, frame))
  const chosen: Candidate[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, options] of candidates.entries()) {
      const barred = [...chosen.flatMap(({shapes}, o) => (o === i ? [] : shapes)), ...points.map(markOf)]
      const cost = ({shapes, distance}: Candidate) =>
        shapes.reduce((sum, shape) => barred.reduce((all, other) => all + 6 * overlap(shape, other), sum), distance)
      const costs = options.map(cost)
      chosen[i] = options[costs.indexOf(Math.min(...costs))]
    }
  }
  return chosen.map(({shapes: [box]}) => box)
}

interface Candidate {
  /** The label, and beads on the line that ties it to its point. */
  shapes: [Box, ...Box[]]
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
      return {shapes: [box, ...beads({x, y}, radius, nearestOf(box, x, y))], distance}
    }),
  )
  const inside = candidates.filter(({shapes: [box]}) => overlap(box, frame) > width * height - 0.01)
  return inside.length > 0 ? inside : candidates
}

/** Small boxes every few pixels, from where a mark ends. */
function beads(from: {x: number; y: number}, radius: number, to: {x: number; y: number}): Box[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  return Array.from({length: Math.max(0, Math.floor((length - radius - BEAD) / BEAD))}, (_, b) => {
    const share = (radius + (b + 1) * BEAD) / length
    const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)]
    return {x: x - BEAD / 2, y: y - BEAD / 2, width: BEAD, height: BEAD}
  })
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
