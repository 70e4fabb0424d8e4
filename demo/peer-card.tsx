// The card of one peer: its two pictures, its states, its four streams.
import { useEffect, useId, useRef } from 'preact/hooks'
import { Facts } from '../collector/page/ui/facts.tsx'
import { toneOf } from '../collector/page/ui/tone.ts'
import { STATES } from './state.ts'
import type { PeerState, StateName } from './state.ts'
import { StreamRow } from './stream-row.tsx'
import { STREAMS } from './streams.ts'
import type { Measure } from './streams.ts'
import './peer-card.css'

interface PeerCardProps {
  readonly name: string
  readonly peer: PeerState
  /** What it sends is drawn on it. */
  readonly canvas: HTMLCanvasElement
  readonly measure: Measure
  readonly isMuted: boolean
}

export function PeerCard({ name, peer, canvas, measure, isMuted }: PeerCardProps) {
  const id = useId()
  const { states, score, samples, media, remote } = peer
  return (
    <article class="peer" aria-labelledby={id} data-connection={states.connectionState}>
      <header>
        <div>
          <h2 id={id}>{name}</h2>
          <p class="peer-score quiet figures">{score !== null && `score ${score.toFixed(1)}`}</p>
        </div>
        <Facts
          isInline
          facts={(Object.keys(STATES) as StateName[]).map((each) => factOf(states, each))}
        />
      </header>
      <div class="tiles">
        <Tile
          caption={isMuted ? 'sends, muted' : 'sends'}
          label={`What ${name} sends`}
          shows={canvas}
        />
        <Tile caption="receives" label={`What ${name} receives`} shows={remote} />
      </div>
      <ul class="streams">
        {STREAMS.map((stream) => (
          <StreamRow
            key={stream}
            name={stream}
            peer={name}
            samples={samples[stream]}
            media={media[stream]}
            measure={measure}
          />
        ))}
      </ul>
    </article>
  )
}

/** What is as it should be needs no colour, but for the one that sums it up. */
function factOf(states: PeerState['states'], name: StateName) {
  const tone = toneOf(states[name])
  const isPlain = tone === 'good' && name !== 'connectionState'
  return { name: STATES[name], value: states[name], tone: isPlain ? undefined : tone }
}

interface TileProps {
  readonly caption: string
  readonly label: string
  /** A stream is played; null before there is one. */
  readonly shows: HTMLCanvasElement | MediaStream | null
}

function Tile({ caption, label, shows }: TileProps) {
  const place = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (shows instanceof HTMLCanvasElement) place.current?.replaceChildren(shows)
    else if (video.current) video.current.srcObject = shows
  }, [shows])
  return (
    <figure>
      {shows instanceof HTMLCanvasElement ? (
        <div ref={place} role="img" aria-label={label} />
      ) : (
        <video ref={video} muted playsInline autoPlay aria-label={label} />
      )}
      <figcaption>{caption}</figcaption>
    </figure>
  )
}
