import {pairNow} from './changed-meeting.ts'
import {hiddenIn, hiddenPlaces, takeBackHidden} from './changed-pairs.ts'
import {rankingNow} from './changed-ranking.ts'
import {hasNow} from './changed-rows.ts'

/**
 * How questions read what has changed since a model was made. Changes bring it along, and questions import none of it: a shop
 * that is opened only to be asked never changes, and a page that opens one does not load what it never needs.
 */
export const now = {hasNow, hiddenIn, hiddenPlaces, pairNow, rankingNow, takeBackHidden}
