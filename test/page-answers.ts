// How whoever has read the live page answers the ten questions: by what it says, and knowing nothing else of the calls.
import type { PathKind } from '../src/quality.ts'
import type { ReadConnection, ReadFinding, ReadParticipant } from './page-reader.ts'

/** One part of an answer. */
export type Given =
  | { readonly is: 'participant'; readonly peerName: string }
  | { readonly is: 'cause'; readonly cause: 'network' | 'bandwidth' | 'cpu' | null }
  | { readonly is: 'path'; readonly path: PathKind | null }
  | { readonly is: 'codec'; readonly codec: string }
  | { readonly is: 'number'; readonly unit: 's' | 'ms'; readonly value: number }
  /** `12:03:07` */
  | { readonly is: 'time'; readonly at: string }

/** To a question as it was asked, of the people in the room. @throws Error where the page does not say it */
export type AnswerOne = (asked: string, people: readonly ReadParticipant[]) => Given[]

/** In the order of the questions. */
export const ANSWERS: readonly AnswerOne[] = [
  (asked, people) => {
    const { who, connection, finding } = findWho(people, timeIn(asked), /Received video froze/)
    return [nameOf(who), causeOf(finding), pathOf(factOf(connection, 'Path'))]
  },
  (asked, people) => [nameOf(findWho(people, timeIn(asked), /audio was muted/i).who)],
  (asked, people) => {
    const { who, finding } = findWho(people, timeIn(asked), /Received audio .*made up/)
    return [nameOf(who), causeOf(finding)]
  },
  (asked, people) => {
    const { who, finding } = findWho(people, timeIn(asked), /Round trip/)
    return [nameOf(who), { is: 'number', unit: 'ms', value: numberIn(finding, /(\d+) ms$/) }]
  },
  (asked, people) => {
    const { who, finding } = findWho(people, timeIn(asked), /Sent video .*shrank/)
    return [nameOf(who), causeOf(finding)]
  },
  (asked, people) => {
    // Who receives it sees it as well: whose it is has it among what he sends.
    const about = /Sent video .*frames a second/
    const { who, connection, finding } = findWho(people, timeIn(asked), about)
    const [codec = ''] = factOf(connection, 'Sent').split(',')
    return [nameOf(who), causeOf(finding), { is: 'codec', codec }]
  },
  (_, people) => {
    const { who, finding } = findWho(people, ANY_TIME, /the page stood still/)
    return [nameOf(who), { is: 'number', unit: 's', value: numberIn(finding, /for (\d+) s/) }]
  },
  (_, people) => {
    const { who, connection, finding } = findWho(people, ANY_TIME, /audio did not come for/)
    const lost = connection.findings.find(({ text }) => /then back/.test(text))
    if (!lost) throw new Error(`${who.name}: expected that the connection came back`)
    const value = numberIn(finding, /did not come for (\d+) s/)
    return [nameOf(who), { is: 'number', unit: 's', value }, pathOf(lost.text)]
  },
  (_, people) => {
    const { who, finding } = findWho(people, ANY_TIME, /arrived up to .* late/)
    return [
      nameOf(who),
      { is: 'number', unit: 's', value: numberIn(finding, /up to (\d+) s late/) },
    ]
  },
  (_, people) => {
    const silent = people.filter(({ row }) => row.get('State') === 'silent')
    const [who] = silent
    if (!who || silent.length > 1) throw new Error(`expected one, got ${silent.length}`)
    const [at = ''] = /\d\d:\d\d:\d\d/.exec(factOf(who.connections[0], 'Last item')) ?? []
    return [nameOf(who), { is: 'time', at }]
  },
]

interface Found {
  readonly who: ReadParticipant
  readonly connection: ReadConnection
  readonly finding: ReadFinding
}

/**
 * Of whom the page says it, within the span or at any time. Where it says so of several it is he of whom all connections
 * have it at once: who talks to him has it on the one to him. @throws Error where that leaves nobody, or several
 */
function findWho(people: readonly ReadParticipant[], when: When, about: RegExp): Found {
  const found = people.flatMap((who) =>
    who.connections.flatMap((connection) =>
      connection.findings
        .filter((finding) => about.test(finding.text) && meet(finding, when))
        .map((finding) => ({ who, connection, finding })),
    ),
  )
  const everywhere = found.filter(({ who, finding }) =>
    who.connections.every(({ findings }) =>
      findings.some((other) => about.test(other.text) && meet(other, finding)),
    ),
  )
  const names = (of: readonly Found[]) => [...new Set(of.map(({ who }) => who.name))]
  const left = names(found).length > 1 ? everywhere : found
  const [one] = left
  if (one && names(left).length === 1) return one
  throw new Error(`${String(about)}: expected one, got ${names(left).join(', ') || 'nobody'}`)
}

/** Times of day, both included. */
type When = Pick<ReadFinding, 'from' | 'to'>

const ANY_TIME: When = { from: '00:00:00', to: '23:59:59' }

function meet(one: When, other: When): boolean {
  return one.from <= other.to && other.from <= one.to
}

/** What is read at intervals ended up to two of them before. */
const BEFORE_SEC = 4

/** The time of day that a question names, or what was just before it. */
function timeIn(asked: string): When {
  const [, before, to] = /(before )?(\d\d:\d\d:\d\d)/.exec(asked) ?? []
  if (to === undefined) throw new Error(`expected a time in "${asked}"`)
  const early = new Date(Date.parse(`1970-01-02T${to}Z`) - BEFORE_SEC * 1000)
  return { from: before ? early.toISOString().slice(11, 19) : to, to }
}

function factOf(connection: ReadConnection | undefined, name: string): string {
  const value = connection?.facts.get(name)
  if (value === undefined) throw new Error(`expected "${name}" on the page`)
  return value
}

function numberIn({ text }: ReadFinding, pattern: RegExp): number {
  const [, digits] = pattern.exec(text) ?? []
  if (digits === undefined) throw new Error(`expected ${String(pattern)} in "${text}"`)
  return Number(digits)
}

const nameOf = ({ name }: ReadParticipant): Given => ({ is: 'participant', peerName: name })

function causeOf({ cause }: ReadFinding): Given {
  if (/network/.test(cause)) return { is: 'cause', cause: 'network' }
  if (/bandwidth/.test(cause)) return { is: 'cause', cause: 'bandwidth' }
  return { is: 'cause', cause: /CPU/.test(cause) ? 'cpu' : null }
}

function pathOf(words: string): Given {
  const [, by, transport = ''] = /(relay|direct)\W+(?:over )?(UDP|TCP|TLS)/.exec(words) ?? []
  const kind = transport.toLowerCase()
  const path = by === 'relay' ? `turn-${kind}` : kind
  return { is: 'path', path: by === undefined ? null : (path as PathKind) }
}
