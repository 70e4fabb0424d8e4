// How a call is as a whole: of the record that would be filed of it now.
import type { GroupRecord, GroupView } from '../../src/live/views.ts'
import {
  inWords,
  showBitrate,
  showCount,
  showDuration,
  showNumber,
  showTime,
} from '../ui/format.ts'
import type { Shown } from '../ui/format.ts'
import { Facts } from '../ui/facts.tsx'
import { Figure } from '../ui/figure.tsx'
import { classOf } from '../ui/score.tsx'
import './room-figures.css'

/** What the figures are of. */
export interface RoomFiguresProps {
  readonly group: GroupView
  readonly participants: number
}

/** The score in large, what it is made of below. */
export function RoomFigures({ group, participants }: RoomFiguresProps) {
  const { call, record } = group
  return (
    <section class="card room-figures" aria-label="The call as a whole">
      <div class="room-large">
        {record && <ScoreFigure score={record.stats.score} />}
        {record && <Figure value={showNumber(record.stats.mos, '').value} label="MOS" />}
        <Figure
          value={showCount(participants)}
          label={participants === 1 ? 'participant' : 'participants'}
        />
        <Figure value={showDuration((call.endMs - call.startMs) / 1000)} label="duration" />
        <Figure value={showTime(call.startMs, Date.now())} label="started" />
        {record && setUpOf(record)}
      </div>
      {record && (
        <div class="room-ways">
          <Kind name="Audio" kind={record.stats.audio} />
          <Kind name="Video" kind={record.stats.video} />
        </div>
      )}
    </section>
  )
}

function ScoreFigure({ score }: { readonly score: number | null }) {
  const rated = score === null ? null : classOf(score)
  return (
    <Figure
      value={showNumber(score, '').value}
      unit={rated?.word ?? ''}
      label="score of 10"
      tone={rated?.tone}
    />
  )
}

function setUpOf({ stats: { call_setup_time: setUpMs } }: GroupRecord) {
  return setUpMs === null ? null : (
    <Figure value={showCount(setUpMs)} unit="ms" label="to connect" />
  )
}

interface KindProps {
  readonly name: string
  readonly kind: GroupRecord['stats']['audio']
}

/** Means of what is sent and what is received. */
function Kind({ name, kind }: KindProps) {
  const { send, bitrate, packet_loss: lossPct, jitter } = kind
  const values: readonly (readonly [string, Shown])[] = [
    ['bitrate', showBitrate(bitrate === null ? null : 1000 * bitrate)],
    ['loss', showNumber(lossPct, '%')],
    ['jitter', showNumber(jitter, 'ms')],
    ['RTT', showNumber(send.rtt, 'ms')],
  ]
  return (
    <div>
      <h2>{name}</h2>
      <Facts
        isInline
        facts={values.map(([what, shown]) => ({ name: what, value: inWords(shown) }))}
      />
    </div>
  )
}
