import type {Companions} from '../matrix/expected.ts'
import type {Measure, Totals} from '../matrix/measures.ts'
import {chanceScorer, type Marginals, measureScorer, type Scorer, weightedScorer} from '../matrix/scorers.ts'
import {checkMeasure, measures, type Settings} from './settings.ts'

/**
 * What `alsoBought` scores by, where that is a `Measure`; `undefined` for those that know more of the shop than one is told.
 * @param totals asked for only by a measure that is made for a shop
 */
export function measureOf({measure}: Pick<Settings, 'measure'>, totals: () => Totals): Measure | undefined {
  if (measure === 'weighted' || measure === 'chance') return undefined
  const named = typeof measure === 'string' ? measures[measure] : measure
  if (typeof named !== 'function') return named
  const made = named(totals())
  checkMeasure(made)
  return made
}

/** The scores of `alsoBought`. */
export function scorerOf(
  measure: Measure | undefined,
  {measure: name, discovery}: Pick<Settings, 'measure' | 'discovery'>,
  marginals: Marginals,
  companions: () => Companions,
): Scorer {
  if (measure) return measureScorer(measure, marginals)
  return name === 'chance' ? chanceScorer(companions(), marginals) : weightedScorer(marginals, discovery)
}
