// What is shown of each one who takes part: what is wrong first, then the numbers that say why.
import type { Person, Picture } from '../people.ts'
import { addressOf } from '../route.ts'
import type { GroupRoute } from '../route.ts'
import { clientOf, droppedOf, missingOf, queueInWords, sendersOf } from '../senders.ts'
import { inWords, showBitrate, showCount, showNumber, UNKNOWN } from '../ui/format.ts'
import { Pill } from '../ui/pill.tsx'
import { Score } from '../ui/score.tsx'
import type { Column } from '../ui/sortable-table.tsx'
import { verdictOf } from '../verdict.ts'
import { markInWords, pathInWords, SILENT, stateInWords } from '../words.ts'
import { Ago } from './ago.tsx'

/** Links go to participants of `where`. `behindMs` as of the collector's clock. */
export function columnsOf(
  where: Pick<GroupRoute, 'kind' | 'id' | 'call'>,
  behindMs: number,
  isLive: boolean,
): readonly Column<Person>[] {
  return [
    {
      key: 'name',
      title: 'Participant',
      sortBy: nameOf,
      cell: (person) => <Name {...{ where, person }} />,
    },
    {
      key: 'problems',
      title: 'What stands out',
      isGreatestFirst: true,
      sortBy: (person) => verdictOf(person, isLive).length || null,
      cell: (person) => <Findings {...{ person, isLive }} />,
    },
    { key: 'score', title: 'Score', sortBy: ({ score }) => score, cell: scoreCell },
    number('now', isLive ? 'Now' : 'At the end', ({ last }) => last.score, ''),
    {
      key: 'state',
      title: 'State',
      sortBy: (person) => stateOf(person, isLive).text,
      cell: (person) => <Pill {...stateOf(person, isLive)} />,
    },
    {
      key: 'path',
      title: 'Path',
      sortBy: (person) => pathsOf(person) || null,
      cell: (person) => pathsOf(person) || UNKNOWN,
    },
    number('loss', 'Loss in', ({ last }) => last.lossInPct, '%', true),
    number('sent-loss', 'Loss out', ({ last }) => last.lossOutPct, '%', true),
    number('rtt', 'RTT', ({ last }) => last.rttMs, 'ms', true),
    number('jitter', 'Jitter', ({ last }) => last.jitterMs, 'ms', true),
    bitrate('in', 'In', ({ last }) => last.bitrateIn),
    bitrate('out', 'Out', ({ last }) => last.bitrateOut),
    picture('video-in', 'Video in', ({ last }) => last.videoIn),
    picture('video-out', 'Video out', ({ last }) => last.videoOut),
    {
      key: 'freezes',
      title: 'Freezes',
      isNumber: true,
      isGreatestFirst: true,
      sortBy: ({ freezes }) => freezes,
      cell: ({ freezes }) => showCount(freezes),
    },
    {
      key: 'limit',
      title: 'Limited by',
      sortBy: limitOf,
      cell: (person) => limitOf(person) ?? UNKNOWN,
    },
    number('mos', 'MOS', ({ last }) => last.mos, ''),
    { key: 'marks', title: 'Marks', cell: marksOf },
    {
      key: 'client',
      title: 'Client',
      sortBy: clientName,
      cell: (person) => clientName(person) ?? UNKNOWN,
    },
    ...transportColumns(),
    {
      key: 'heard',
      title: 'Heard of',
      isGreatestFirst: true,
      sortBy: ({ heardAt }) => heardAt,
      cell: ({ heardAt }) => <Ago timeMs={heardAt} behindMs={behindMs} />,
    },
  ]
}

/** What never left a call that is over is not connected any more. */
function stateOf(
  { state, isSilent, hasLeft }: Person,
  isLive: boolean,
): ReturnType<typeof stateInWords> {
  if (isSilent || (!isLive && !hasLeft)) return SILENT
  return stateInWords(state)
}

/** How whole what came of it is. */
function transportColumns(): readonly Column<Person>[] {
  return [
    {
      key: 'queue',
      title: 'Queue of the client',
      isGreatestFirst: true,
      sortBy: ({ connections }) => connections[0].from.queue?.depth ?? null,
      cell: ({ connections }) => queueInWords(connections[0].from) ?? UNKNOWN,
    },
    count('missing', 'Missing', ({ connections }) => missingOf(sendersOf(connections))),
    count('dropped', 'Dropped', ({ connections }) => droppedOf(sendersOf(connections))),
  ]
}

interface NameProps {
  readonly where: Pick<GroupRoute, 'kind' | 'id' | 'call'>
  readonly person: Person
}

function Name({ where, person }: NameProps) {
  const { participant, name, connections } = person
  const { kind, id, call } = where
  const to = { view: 'participant', kind, id, participant, call, connection: null } as const
  return (
    <>
      <a href={addressOf(to)}>{nameOf(person)}</a>
      {name !== null && !isAlike(name, participant) && <span class="note"> {participant}</span>}
      {connections.length > 1 && <span class="note"> {connections.length} connections</span>}
    </>
  )
}

/** Of one: who looks for the worst of many reads no more. */
const MAX_FINDINGS = 3

function Findings({ person, isLive }: { readonly person: Person; readonly isLive: boolean }) {
  const findings = verdictOf(person, isLive)
  if (findings.length === 0) return <span class="quiet">nothing</span>
  return (
    <ul class="verdict">
      {findings.slice(0, MAX_FINDINGS).map(({ text, tone }) => (
        <li key={text} data-tone={tone}>
          {text}
        </li>
      ))}
      {findings.length > MAX_FINDINGS && (
        <li class="quiet">and {findings.length - MAX_FINDINGS} more</li>
      )}
    </ul>
  )
}

function number(
  key: string,
  title: string,
  valueOf: (person: Person) => number | null,
  unit: string,
  isGreatestFirst = false,
): Column<Person> {
  const cell = (person: Person): string => inWords(showNumber(valueOf(person), unit))
  return { key, title, isNumber: true, isGreatestFirst, sortBy: valueOf, cell }
}

function count(key: string, title: string, valueOf: (person: Person) => number): Column<Person> {
  const cell = (person: Person): string => showCount(valueOf(person))
  return { key, title, isNumber: true, isGreatestFirst: true, sortBy: valueOf, cell }
}

function bitrate(
  key: string,
  title: string,
  valueOf: (person: Person) => number | null,
): Column<Person> {
  const cell = (person: Person): string => inWords(showBitrate(valueOf(person)))
  return { key, title, isNumber: true, isGreatestFirst: true, sortBy: valueOf, cell }
}

function picture(
  key: string,
  title: string,
  pictureOf: (person: Person) => Picture | null,
): Column<Person> {
  return {
    key,
    title,
    isNumber: true,
    sortBy: (person) => {
      const shown = pictureOf(person)
      return shown && shown.width * shown.height
    },
    cell: (person) => {
      const shown = pictureOf(person)
      if (!shown) return UNKNOWN
      const { width, height, fps } = shown
      const rate = fps === null ? '' : `, ${Math.round(fps)} fps`
      return `${width}×${height}${rate}`
    },
  }
}

function scoreCell({ score }: Person) {
  return <Score score={score} />
}

/** `Ben` and `ben`: both need not be read. */
function isAlike(name: string, participant: string): boolean {
  return name.toLowerCase() === participant.toLowerCase()
}

function nameOf({ name, participant }: Person): string {
  return name ?? participant
}

function pathsOf({ last }: Person): string {
  return last.paths.map(pathInWords).join(', ')
}

function limitOf({ last }: Person): string | null {
  const limits = [
    (last.cpuPct ?? 0) > 0 && 'CPU',
    (last.bandwidthPct ?? 0) > 0 && 'bandwidth',
  ].filter((limit) => limit !== false)
  if (limits.length > 0) return limits.join(', ')
  return last.cpuPct === null && last.bandwidthPct === null ? null : 'nothing'
}

function marksOf({ last }: Person): string {
  return [...last.marks.map(markInWords), ...(last.isPartial ? ['partial'] : [])].join(', ')
}

function clientName({ connections }: Person): string | null {
  return clientOf(connections[0].from)
}
