// What a `stats` item says by itself, whatever came before it: ratings, devices, the path. Each counts for its interval.
import type { Devices } from '../../../src/wire.ts'
import { pathOf } from './path.ts'
import { cut, membersOf, positiveOf } from './read.ts'
import type { Reading } from './stream.ts'
import { addMean, addValue, WAYS } from './sums.ts'
import type { Mean, WayName } from './sums.ts'
import { addUse } from './uses.ts'
import type { Uses } from './uses.ts'

export interface Marks {
  /** Weighted by seconds. */
  mos: Record<WayName, Mean>
  score: Record<WayName, Mean>
  /** Over all streams. */
  overall: Mean
  audioDevices: Uses
  videoDevices: Uses
  /** `TURN udp`; an unknown half is empty. */
  paths: Uses
}

/** What is to be marked. */
export interface Marked {
  readonly data: unknown
  readonly reading: Reading
  /** Null where they are not known. */
  readonly devices: Devices | null
  readonly intervalMs: number
}

const MAX_MOS = 5
const MAX_SCORE = 10

export function newMarks(): Marks {
  const means = (): Record<WayName, Mean> => ({
    'audio.send': [0, 0],
    'audio.recv': [0, 0],
    'video.send': [0, 0],
    'video.recv': [0, 0],
  })
  return {
    mos: means(),
    score: means(),
    overall: [0, 0],
    audioDevices: [],
    videoDevices: [],
    paths: [],
  }
}

export function addMarks(marks: Marks, { data, reading, devices, intervalMs }: Marked): void {
  const groups = membersOf(data)
  const quality = membersOf(groups['quality'])
  let longest = 0
  for (const way of WAYS) {
    const [kind = '', name] = way.split('.')
    const rated = membersOf(membersOf(quality[kind])[name === 'recv' ? 'inbound' : 'outbound'])
    const seconds = secondsOf(reading, way) ?? intervalMs / 1000
    addValue(marks.mos[way], within(rated['mos'], MAX_MOS), seconds)
    addValue(marks.score[way], within(rated['score'], MAX_SCORE), seconds)
    if (quality[kind] !== undefined) longest = Math.max(longest, secondsOf(reading, way) ?? 0)
  }
  addValue(marks.overall, within(quality['score'], MAX_SCORE), longest || intervalMs / 1000)
  if (devices?.audio) addUse(marks.audioDevices, cut(devices.audio), intervalMs)
  if (devices?.video) addUse(marks.videoDevices, cut(devices.video), intervalMs)
  const path = pathOf(groups)
  if (path) {
    const name = `${path.connectionType ?? ''} ${path.mediaTransport ?? ''}`
    addUse(marks.paths, name, intervalMs)
  }
}

export function mergeMarks(marks: Marks, other: Marks): void {
  for (const way of WAYS) {
    addMean(marks.mos[way], other.mos[way])
    addMean(marks.score[way], other.score[way])
  }
  addMean(marks.overall, other.overall)
  for (const uses of ['audioDevices', 'videoDevices', 'paths'] as const) {
    for (const [name, ms] of other[uses]) addUse(marks[uses], name, ms)
  }
}

function within(value: unknown, max: number): number | undefined {
  const number = positiveOf({ value }, 'value')
  return number === undefined ? undefined : Math.min(number, max)
}

/** The longest interval of the streams of this way, by the exporter's own measure. */
function secondsOf(reading: Reading, way: WayName): number | undefined {
  const seconds = reading.streams.flatMap((stream) =>
    stream.way === way && stream.own ? stream.own.sec : [],
  )
  return seconds.length > 0 ? Math.max(...seconds) : undefined
}
