// What stands out about one of those who take part, in plain words, where the numbers leave no doubt.
import * as limits from '../src/live/limits.ts'
import type { Trouble } from '../src/live/views.ts'
import type { Person } from './people.ts'
import { pastOf } from './so-far.ts'
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

/** Of all polls: beyond it was not an accident, but how the call was. */
const BAD_SHARE = 0.2

/** Of 10: what is below is poor. */
const LEAST_FAIR = 6

/** It is asked for by the table, its order and its filter; whoever has not changed is the same object. */
const told = { live: new WeakMap<Person, Told>(), over: new WeakMap<Person, Told>() }
type Told = readonly Finding[]

/**
 * The worst first; empty where nothing does. While both the call and he are there it is what is now, and then what was;
 * else what was in all of it.
 */
export function verdictOf(person: Person, isLive: boolean): readonly Finding[] {
  const isOver = person.hasLeft || !isLive
  const known = isOver ? told.over : told.live
  const findings = known.get(person) ?? (isOver ? findingsOver(person) : findingsNow(person))
  known.set(person, findings)
  return findings
}

function findingsNow(person: Person): readonly Finding[] {
  const { last } = person
  const findings = standingOf(person, '')
  const isNow = new Set<Trouble>()
  const tell = (trouble: Trouble, tone: Tone | null, text: string): void => {
    if (!tone) return
    isNow.add(trouble)
    findings.push({ text, tone })
  }
  const { lossInPct, lossOutPct, jitterMs, freezePct, concealmentPct } = last
  tell('loss', toneOf(lossInPct, LOSS), `loses ${percent(lossInPct)} of what it receives`)
  tell('loss', toneOf(lossOutPct, LOSS), `${percent(lossOutPct)} of what it sends is lost`)
  tell('roundTrip', toneOf(last.rttMs, RTT), tripOf(last.rttMs, last.paths))
  tell('jitter', toneOf(jitterMs, JITTER), `jitter of ${inWords(showNumber(jitterMs, 'ms'))}`)
  tell('frozen', toneOf(freezePct, FROZEN), `video frozen ${percent(freezePct)} of the time`)
  const concealed = toneOf(concealmentPct, CONCEALED)
  tell('concealed', concealed, `${percent(concealmentPct)} of its sound is made up`)
  tell('cpu', toneOf(last.cpuPct, LIMITED), 'encoder limited by CPU')
  tell('bandwidth', toneOf(last.bandwidthPct, LIMITED), 'encoder limited by bandwidth')
  findings.push(...freezesOf(person), ...besideOf(person))
  const earlier = pastOf(person)
    .filter(({ trouble }) => !isNow.has(trouble))
    .map(({ text }) => ({ text: `earlier: ${text}`, tone: 'wait' as const }))
  return [...worstFirst(findings), ...earlier]
}

function findingsOver(person: Person): readonly Finding[] {
  const past = pastOf(person)
  const counted = past.map(({ trouble, text, share }) => ({
    text,
    tone: share >= BAD_SHARE && !MILD.has(trouble) ? ('bad' as const) : ('wait' as const),
  }))
  // How often it stood still is known by the polls in which it did.
  const freezes = past.some(({ trouble }) => trouble === 'frozen') ? [] : freezesOf(person)
  return worstFirst([
    ...standingOf(person, ' at the end'),
    ...counted,
    ...freezes,
    ...besideOf(person),
  ])
}

/** A worse picture, and no more. */
const MILD: ReadonlySet<Trouble> = new Set(['cpu', 'bandwidth'])

/** Whether he is there at all. */
function standingOf({ isSilent, state, last }: Person, when: string): Finding[] {
  const texts = [
    isSilent && 'nothing is heard of it',
    state === 'failed' && `its connection failed${when}`,
    state === 'disconnected' && `its connection is interrupted${when}`,
    state === 'connected' &&
      last.bitrateIn === 0 &&
      last.bitrateOut === 0 &&
      `no media flows${when}`,
  ]
  return texts.filter((text) => text !== false).map((text) => ({ text, tone: 'bad' }))
}

function freezesOf({ freezes }: Person): Finding[] {
  if (freezes === 0) return []
  return [{ text: freezes === 1 ? '1 freeze' : `${freezes} freezes`, tone: 'wait' }]
}

/** How its media goes, and its statistics. */
function besideOf({ last, connections }: Person): Finding[] {
  const late = toneOf(queueAgeOf(connections), OLDEST_MS)
  return [
    ...last.paths
      .filter(isSlow)
      .map((path) => ({ text: `media goes ${pathInWords(path)}`, tone: 'wait' as const })),
    ...(late ? [{ text: 'its statistics come late', tone: late }] : []),
  ]
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (one, other) => Number(other.tone === 'bad') - Number(one.tone === 'bad'),
  )
}

/** Something stands out, or the rating says so. */
export function isTroubled(person: Person, isLive: boolean): boolean {
  const { score, last } = person
  const rated = [score, last.score].filter((each) => each !== null)
  return rated.some((each) => each < LEAST_FAIR) || verdictOf(person, isLive).length > 0
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
