// What stands out about one of those who take part, in plain words, where the numbers leave no doubt.
import * as limits from '../src/live/limits.ts'
import type { Person } from './people.ts'
import { inWords, showNumber } from './ui/format.ts'
import type { Tone } from './ui/tone.ts'
import { isRelayed, pathInWords } from './words.ts'

/** One thing that stands out. */
export interface Finding {
  readonly text: string
  readonly tone: Tone
}

/** From the first on it is worth a look, from the second on it is heard or seen. */
type Limits = readonly [wait: number, bad: number]

const LOSS: Limits = [limits.LOSS_PCT, limits.HEAVY_LOSS_PCT]
const RTT: Limits = [limits.RTT_MS, limits.LONG_RTT_MS]
const JITTER: Limits = [limits.JITTER_MS, limits.HEAVY_JITTER_MS]
const FROZEN: Limits = [limits.FROZEN_PCT, limits.HEAVY_FROZEN_PCT]
const CONCEALED: Limits = [limits.CONCEALED_PCT, limits.HEAVY_CONCEALED_PCT]
/** It is a worse picture, and no more. */
const LIMITED: Limits = [limits.LIMITED_PCT, Infinity]
const OLDEST_MS: Limits = [limits.LATE_MS, limits.VERY_LATE_MS]

/** Of 10: what is below is poor. */
const LEAST_FAIR = 6

/** It is asked for by the table, its order and its filter; whoever has not changed is the same object. */
const told = new WeakMap<Person, readonly Finding[]>()

/** The worst first; empty where nothing does. */
export function verdictOf(person: Person): readonly Finding[] {
  const findings = told.get(person) ?? findingsOf(person)
  told.set(person, findings)
  return findings
}

function findingsOf(person: Person): readonly Finding[] {
  const { state, last, freezes, connections, isSilent, hasLeft } = person
  const findings: Finding[] = []
  const tellOfAll = (tone: Tone | null, text: string): void => {
    if (tone) findings.push({ text, tone })
  }
  const tell = (tone: Tone | null, text: string): void =>
    tellOfAll(tone, hasLeft ? `${text} at the end` : text)
  if (isSilent) tell('bad', 'nothing is heard of it')
  if (state === 'failed') tell('bad', 'its connection failed')
  if (state === 'disconnected') tell('bad', 'its connection is interrupted')
  if (state === 'connected' && last.bitrateIn === 0 && last.bitrateOut === 0)
    tell('bad', 'no media flows')
  tell(toneOf(last.lossInPct, LOSS), `loses ${percent(last.lossInPct)} of what it receives`)
  tell(toneOf(last.lossOutPct, LOSS), `${percent(last.lossOutPct)} of what it sends is lost`)
  tell(toneOf(last.rttMs, RTT), tripOf(last.rttMs, last.paths))
  tell(toneOf(last.jitterMs, JITTER), `jitter of ${inWords(showNumber(last.jitterMs, 'ms'))}`)
  tell(toneOf(last.freezePct, FROZEN), `video frozen ${percent(last.freezePct)} of the time`)
  if (freezes > 0) tellOfAll('wait', freezes === 1 ? '1 freeze' : `${freezes} freezes`)
  tell(
    toneOf(last.concealmentPct, CONCEALED),
    `${percent(last.concealmentPct)} of its sound is made up`,
  )
  tell(toneOf(last.cpuPct, LIMITED), 'encoder limited by CPU')
  tell(toneOf(last.bandwidthPct, LIMITED), 'encoder limited by bandwidth')
  for (const path of last.paths.filter(isSlow)) tellOfAll('wait', `media goes ${pathInWords(path)}`)
  tellOfAll(toneOf(queueAgeOf(connections), OLDEST_MS), 'its statistics come late')
  return findings.toSorted(
    (one, other) => Number(other.tone === 'bad') - Number(one.tone === 'bad'),
  )
}

/** Something stands out, or the rating says so. */
export function isTroubled(person: Person): boolean {
  const { score, last } = person
  const rated = [score, last.score].filter((each) => each !== null)
  return rated.some((each) => each < LEAST_FAIR) || verdictOf(person).length > 0
}

/** Over a relay it is the relay that one looks at first. */
function tripOf(rttMs: number | null, paths: readonly string[]): string {
  const trip = `RTT ${inWords(showNumber(rttMs, 'ms'))}`
  return paths.some(isRelayed) ? `over a relay, ${trip}` : trip
}

/** What is lost over TCP holds up all that comes after it. */
function isSlow(path: string): boolean {
  return path.endsWith('tcp') || path.endsWith('tls')
}

function queueAgeOf(connections: Person['connections']): number | null {
  return Math.max(...connections.map(({ from }) => from.queue?.oldestAgeMs ?? 0))
}

function toneOf(value: number | null, [wait, bad]: Limits): Tone | null {
  if (value === null || value < wait) return null
  return value >= bad ? 'bad' : 'wait'
}

function percent(value: number | null): string {
  return inWords(showNumber(value, '%'))
}
