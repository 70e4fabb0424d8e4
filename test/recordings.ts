// The recordings among the fixtures, and what was read in them between two steps of their script.
import { readFileSync } from 'node:fs'
import type { Stat } from '../src/stats.ts'
import type { Series, SeriesPoll } from './record/series.ts'

const FOLDER = new URL('fixtures/recordings/', import.meta.url)

/** Where a recording is: `chromium`, `safari17.synthetic`. */
export const recordingUrl = (name: string): URL => new URL(`${name}.series.json`, FOLDER)

export const readRecording = (name: string): Series =>
  JSON.parse(readFileSync(recordingUrl(name), 'utf8')) as Series

/** All polls of a connection. */
export const pollsOf = ({ peerConnections }: Series, pcId: string): readonly SeriesPoll[] =>
  peerConnections.find((connection) => connection.pcId === pcId)?.polls ?? []

/** The polls of a connection from a step of the script up to the next one. */
export function pollsAfter(series: Series, pcId: string, step: string): readonly SeriesPoll[] {
  const steps = series.events.filter(({ value }) => value === undefined)
  const index = steps.findIndex(({ name }) => name === step)
  const from = steps[index]?.t ?? Number.POSITIVE_INFINITY
  const to = steps[index + 1]?.t ?? Number.POSITIVE_INFINITY
  return pollsOf(series, pcId).filter(({ t }) => t > from && t <= to)
}

/** One member of the stat that is looked for, in each of the polls; undefined where it is not there. */
export function readingsOf(
  polls: readonly SeriesPoll[],
  member: string,
  is: (stat: Stat) => boolean,
): readonly unknown[] {
  return polls.map(({ report }) => report.find(is)?.[member])
}
