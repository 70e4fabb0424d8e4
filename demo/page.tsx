// The demo's page: its head with the buttons, the two peers, their export, and the events.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import { Button, Toggle } from '../collector/page/ui/button.tsx'
import { Card } from '../collector/page/ui/card.tsx'
import { Choice } from '../collector/page/ui/choice.tsx'
import { EventList } from '../collector/page/ui/event-list.tsx'
import { showDuration } from '../collector/page/ui/format.ts'
import { Notice } from '../collector/page/ui/notice.tsx'
import { Pill } from '../collector/page/ui/pill.tsx'
import { toneOf } from '../collector/page/ui/tone.ts'
import type { Demo } from './demo.ts'
import { ExportCard } from './export-card.tsx'
import { PeerCard } from './peer-card.tsx'
import type { Source } from './source.ts'
import type { DemoState, PeerId } from './state.ts'
import type { Measure } from './streams.ts'
import './page.css'

const SHOWN = [
  ['bitrate', 'Bitrate'],
  ['loss', 'Loss'],
  ['jitter', 'Jitter'],
  ['rtt', 'Round trip'],
] as const

interface PageProps {
  readonly demo: Demo
  /** Without a slash at its end. */
  readonly collector: string
  readonly sources: Readonly<Record<PeerId, Source>>
}

export function Page({ demo, collector, sources }: PageProps) {
  const [state, setState] = useState(demo.state)
  const [measure, choose] = useState<Measure>('bitrate')
  useEffect(() => demo.onChange(() => setState(demo.state)), [])
  const { sessionId, isDone } = state

  // For whoever drives this page: which call it is, and whether all of it is over.
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    dataset['session'] = sessionId
    if (isDone) dataset['demo'] = 'done'
    else delete dataset['demo']
  }, [sessionId, isDone])

  return (
    <>
      <Head demo={demo} state={state} collector={collector} />
      <main>
        <ExportCard export={state.export} />
        <div class="peers">
          <Choice
            label="Plots, last minute"
            name="measure"
            options={SHOWN}
            value={measure}
            onChoose={choose}
          />
          <PeerCard
            name="Alice"
            peer={state.peers.alice}
            canvas={sources.alice.canvas}
            measure={measure}
            isMuted={state.isMuted}
          />
          <PeerCard
            name="Bob"
            peer={state.peers.bob}
            canvas={sources.bob.canvas}
            measure={measure}
            isMuted={false}
          />
        </div>
        <Card title="Events" class="log">
          <EventList id="log" label="All events" lines={state.lines} isLive />
        </Card>
      </main>
    </>
  )
}

interface HeadProps {
  readonly demo: Demo
  readonly state: DemoState
  readonly collector: string
}

function Head({ demo, state, collector }: HeadProps) {
  const { call, isRunning, sessionId, seconds, isMuted, isSmall, fault, isSilent } = state
  const id = encodeURIComponent(sessionId)
  return (
    <header class="top">
      <div class="title">
        <h1>webrtc-stats-exporter</h1>
        <p>
          <Pill
            id="call-state"
            tone={toneOf(call)}
            text={call.charAt(0).toUpperCase() + call.slice(1)}
            isLive
          />
          <span id="call-time" class="figures">
            {showDuration(seconds)}
          </span>
          <span class="quiet">session</span>
          <a
            id="session"
            class="mono"
            href={`${collector}/sessions/${id}`}
            target="_blank"
            title="What the collector has of this call"
          >
            {sessionId}
          </a>
          <a
            id="room"
            href={`${collector}/rooms/${id}`}
            target="_blank"
            title="The call as a room, while it runs"
          >
            room
          </a>
        </p>
      </div>
      <div class="controls" role="group" aria-label="The call">
        <Toggle id="mute" isOn={isMuted} onChange={demo.setMuted}>
          Mute Alice
        </Toggle>
        <Toggle id="shrink" isOn={isSmall} onChange={demo.setSmall}>
          Alice at 180p
        </Toggle>
        <Button id="hang-up" isStrong onPress={demo.hangUp}>
          {isRunning ? 'Hang up' : 'Call again'}
        </Button>
      </div>
      <div class="controls" role="group" aria-label="The way to the collector">
        <Toggle
          id="offline"
          tone="wait"
          isOn={fault === 'offline'}
          onChange={(isOn) => demo.setFault(isOn ? 'offline' : 'none')}
        >
          Collector offline
        </Toggle>
        <Toggle
          id="slow"
          tone="wait"
          isOn={fault === 'slow'}
          onChange={(isOn) => demo.setFault(isOn ? 'slow' : 'none')}
        >
          Slow collector
        </Toggle>
      </div>
      {isSilent && (
        <Notice id="hint">
          This browser starts sound on a click only. Click anywhere and the audio streams begin.
        </Notice>
      )}
    </header>
  )
}
