// The demo: a real call in this page, watched by the exporter, and what becomes of it.
import { WebRTCExporter } from '../src/index.ts'
import { createCall } from './call.ts'
import { createFaults, createToggle, onMeasure } from './controls.ts'
import { find, say } from './dom.ts'
import { createEventLog } from './event-log.ts'
import { createExportPanel } from './export-panel.ts'
import { showDuration } from './format.ts'
import { createPeerCard, toneOf } from './peer-card.ts'
import type { StateName } from './peer-card.ts'
import { createSource } from './source.ts'
import { readStreams } from './streams.ts'

const query = new URLSearchParams(location.search)
const collector = query.get('collector') ?? location.origin
/** One, or a list with commas: the order of fail-over. */
const transport = query.get('transport')?.split(',') ?? 'fetch'
const maxSeconds = Number(query.get('seconds')) || Infinity

/** Far more than `getStats()` takes; nobody should wait for a hang-up. */
const LAST_SAMPLE_MS = 300
/** By then a sound that needs no click has started. */
const AUDIO_START_MS = 800

const cards = { alice: createPeerCard('Alice'), bob: createPeerCard('Bob') }
const peers = find(document, '.peers', HTMLElement)
peers.append(cards.alice.element, cards.bob.element)
const panel = createExportPanel()
const log = createEventLog()
const note = (what: string, detail: string, tone?: 'good' | 'bad'): void =>
  log.add({ at: new Date(), what, detail, ...(tone && { tone }) })

const audio = new AudioContext()
const alice = createSource(cards.alice.canvas, { name: 'Alice', hue: 214, frequencyHz: 220 }, audio)
const bob = createSource(cards.bob.canvas, { name: 'Bob', hue: 168, frequencyHz: 165 }, audio)

interface Running {
  readonly since: number
  shrinkAlice(isSmall: boolean): void
  /** Puts a mark of the app's own into what is exported. */
  mark(event: string, data: unknown): void
  hangUp(): Promise<void>
}

function startCall(): Running {
  const sessionId = `demo-${crypto.randomUUID().slice(0, 8)}`
  const call = createCall(alice.stream, bob.stream)
  const exporter = new WebRTCExporter({
    url: `${collector}/ingest`,
    sessionId,
    sessionName: 'Demo call',
    transport,
    keys: { app: 'demo', transport: String(transport) },
    getStatsInterval: 1000,
    flushInterval: 2000,
  })
  listen(exporter)
  exporter.addPeer({ peerId: 'alice', peerName: 'Alice', pc: call.alice.pc })
  exporter.addPeer({ peerId: 'bob', peerName: 'Bob', pc: call.bob.pc })

  panel.begin(sessionId)
  cards.alice.begin(call.alice)
  cards.bob.begin(call.bob)
  showSession(sessionId)
  const tell = (error: unknown): void => note('call', String(error), 'bad')
  // While it negotiates, a sender takes no new parameters.
  const connected = call.connect().catch(tell)
  return {
    since: performance.now(),
    shrinkAlice: (isSmall) =>
      void connected.then(() => call.shrinkAlice(isSmall ? 2 : 1)).catch(tell),
    mark: (event, data) => exporter.addEvent(event, data),
    async hangUp() {
      // A report that is read while its connection closes lacks half of it: the last samples come first.
      const gone = exporter.destroy()
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, LAST_SAMPLE_MS))])
      call.close()
      cards.alice.setStates(call.alice.pc) // close() raises no event
      cards.bob.setStates(call.bob.pc)
      await gone
    },
  }
}

function listen(exporter: WebRTCExporter): void {
  exporter.on('stats', (item) => {
    if (!isPeer(item.peerId)) return
    const card = cards[item.peerId]
    card.add(Date.parse(item.timestamp) / 1000, readStreams(item))
    card.setScore(item.data.quality?.score)
  })
  exporter.on('timeline', (item) => {
    panel.captured()
    if (item.tag !== 'stats') log.addItem(item)
  })
  exporter.on('queue', ({ depth, mode }) => panel.waiting(depth, mode))
  exporter.on('export:success', ({ sessionId, count }) => {
    panel.acked(sessionId, count)
    if (sessionId !== exporter.sessionId) note('delivered late', `${count} of ${sessionId}`, 'good')
  })
  exporter.on('export:error', ({ error, count, queued }) => {
    panel.failed(error.message)
    note('export:error', `${error.message} (${count} ${queued ? 'kept' : 'given up'})`, 'bad')
  })
  exporter.on('error', ({ error }) => {
    note('error', error.message, 'bad')
    console.error(error.message)
  })

  const show = (name: StateName) => (item: { peerId: string | null; data: { state: string } }) => {
    if (isPeer(item.peerId)) cards[item.peerId].setState(name, item.data.state)
    if (name === 'connectionState' && !isEnding) showCallState(item.data.state)
  }
  exporter.on('connectionStateChange', show('connectionState'))
  exporter.on('iceConnectionStateChange', show('iceConnectionState'))
  exporter.on('iceGatheringStateChange', show('iceGatheringState'))
  exporter.on('signalingStateChange', show('signalingState'))
}

function isPeer(peerId: string | null): peerId is keyof typeof cards {
  return peerId !== null && peerId in cards
}

function showSession(sessionId: string): void {
  document.documentElement.dataset['session'] = sessionId
  const link = find(document, '#session', HTMLAnchorElement)
  say(link, sessionId)
  link.href = `${collector}/sessions/${sessionId}`
}

function showCallState(state: string): void {
  const pill = find(document, '#call-state', HTMLElement)
  say(pill, state.charAt(0).toUpperCase() + state.slice(1))
  pill.dataset['tone'] = toneOf(state)
}

const hangUpButton = find(document, '#hang-up', HTMLButtonElement)
let running: Running | null = null
let isEnding = false

function begin(): void {
  running = startCall()
  delete document.documentElement.dataset['demo']
  showCallState('connecting')
  if (shrink.isOn) running.shrinkAlice(true)
  say(hangUpButton, 'Hang up')
}

async function end(): Promise<void> {
  if (!running || isEnding) return
  isEnding = true
  showCallState('handing over')
  await running.hangUp()
  running = null
  isEnding = false
  showCallState('ended')
  say(hangUpButton, 'Call again')
  document.documentElement.dataset['demo'] = 'done'
}

createToggle('mute', (isOn) => {
  alice.setMuted(isOn)
  cards.alice.setMuted(isOn)
  running?.mark('mute', { peerId: 'alice', isOn })
})
const shrink = createToggle('shrink', (isOn) => {
  running?.shrinkAlice(isOn)
  running?.mark('smallPicture', { peerId: 'alice', isOn })
})
createFaults(collector, (fault) => note('demo', fault))
onMeasure((measure) => Object.values(cards).forEach((card) => card.choose(measure)))
hangUpButton.addEventListener('click', () => void (running ? end() : begin())) // neither rejects

const hint = find(document, '#hint', HTMLElement)
const showHint = (): void => void (hint.hidden = audio.state !== 'suspended')
audio.addEventListener('statechange', showHint)
document.addEventListener('click', () => void audio.resume()) // a gesture is what it waits for
setTimeout(showHint, AUDIO_START_MS)

setInterval(() => {
  panel.tick(Date.now() / 1000)
  if (!running || isEnding) return
  const seconds = (performance.now() - running.since) / 1000
  say(find(document, '#call-time', HTMLElement), showDuration(seconds))
  if (seconds >= maxSeconds) void end() // it never rejects
}, 1000)

begin()
