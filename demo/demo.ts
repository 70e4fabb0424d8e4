// What the page does: calls, one after the other, each watched by an exporter, and what becomes of it.
import { showClock } from '../collector/page/ui/format.ts'
import type { Tone } from '../collector/page/ui/tone.ts'
import { WebRTCExporter } from '../src/index.ts'
import { createCall } from './call.ts'
import type { Call } from './call.ts'
import { lineOf } from './describe.ts'
import { addSample } from './samples.ts'
import type { Source } from './source.ts'
import { addLine, addReading, beginPeer, NO_EXPORT, NOTHING, PEERS, statesOf } from './state.ts'
import type { DemoState, ExportState, Fault, PeerId, PeerState, StateName } from './state.ts'
import { readStreams } from './streams.ts'

export interface DemoOptions {
  /** Without a slash at its end. */
  readonly collector: string
  /** One, or the order of fail-over. */
  readonly transport: string | string[]
  /** A call ends by itself then. */
  readonly maxSeconds: number
  readonly sources: Readonly<Record<PeerId, Source>>
  readonly audio: AudioContext
}

export interface Demo {
  readonly state: DemoState
  /** Called after each change. */
  onChange(listener: () => void): void
  /** Ends the call, or begins another one. */
  hangUp(): void
  setMuted(isMuted: boolean): void
  setSmall(isSmall: boolean): void
  setFault(fault: Fault): void
}

interface Running {
  readonly call: Call
  readonly exporter: WebRTCExporter
  /** While it negotiates, a sender takes no new parameters. */
  readonly connected: Promise<void>
  readonly since: number
}

/** Far more than `getStats()` takes; nobody should wait for a hang-up. */
const LAST_SAMPLE_MS = 300
/** By then a sound that needs no click has started. */
const AUDIO_START_MS = 800

const FAULTS: Readonly<Record<Fault, string>> = {
  none: 'the collector is there, and answers at once',
  offline: 'the collector is unreachable',
  slow: 'the collector answers after 4 s',
}

/** The first call begins at once. */
export function createDemo({
  collector,
  transport,
  maxSeconds,
  sources,
  audio,
}: DemoOptions): Demo {
  let state = NOTHING
  let running: Running | null = null
  let isEnding = false
  const listeners: (() => void)[] = []

  function set(part: Partial<DemoState>): void {
    state = { ...state, ...part }
    for (const listener of listeners) listener()
  }
  const setExport = (part: Partial<ExportState>): void =>
    set({ export: { ...state.export, ...part } })
  const setPeer = (id: PeerId, part: Partial<PeerState>): void =>
    set({ peers: { ...state.peers, [id]: { ...state.peers[id], ...part } } })
  const note = (what: string, detail: string, tone?: Tone): void =>
    set({ lines: addLine(state.lines, { at: Date.now(), what, detail, tone }) })
  const tell = (error: unknown): void => note('call', String(error), 'bad')
  const answer = (words: string): string => `${words}, ${showClock(Date.now())}`

  function begin(): void {
    const sessionId = `demo-${crypto.randomUUID().slice(0, 8)}`
    const call = createCall(sources.alice.stream, sources.bob.stream)
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
    set({
      call: 'connecting',
      isRunning: true,
      isDone: false,
      sessionId,
      seconds: 0,
      export: NO_EXPORT,
      peers: {
        alice: beginPeer(call.alice.pc, call.alice.remote),
        bob: beginPeer(call.bob.pc, call.bob.remote),
      },
    })
    running = { call, exporter, connected: call.connect().catch(tell), since: performance.now() }
    if (state.isSmall) shrink(running, true)
  }

  function shrink({ connected, call }: Running, isSmall: boolean): void {
    void connected.then(() => call.shrinkAlice(isSmall ? 2 : 1)).catch(tell)
  }

  async function end({ call, exporter }: Running): Promise<void> {
    isEnding = true
    set({ call: 'handing over' })
    // A report that is read while its connection closes lacks half of it: the last samples come first.
    const gone = exporter.destroy()
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, LAST_SAMPLE_MS))])
    call.close()
    for (const id of PEERS) setPeer(id, { states: statesOf(call[id].pc) }) // close() raises no event
    await gone
    running = null
    isEnding = false
    const { captured, acked } = state.export
    setExport({ waiting: Math.max(captured - acked, 0) }) // after the last ack no event says so
    set({ call: 'ended', isRunning: false, isDone: true })
  }

  function listen(exporter: WebRTCExporter): void {
    exporter.on('stats', (item) => {
      const { peerId: id, timestamp, data } = item
      if (!isPeer(id)) return
      const peer = addReading(state.peers[id], Date.parse(timestamp) / 1000, readStreams(item))
      setPeer(id, { ...peer, score: data.quality?.score ?? null })
    })
    exporter.on('timeline', (item) => {
      setExport({ captured: state.export.captured + 1 })
      if (item.tag !== 'stats') set({ lines: addLine(state.lines, lineOf(item)) })
    })
    exporter.on('queue', ({ depth, mode }) => {
      const isMemory = mode === 'memory' && { note: 'The disk fails: what waits is in memory.' }
      setExport({ waiting: depth, ...isMemory })
    })
    exporter.on('export:success', ({ sessionId, count }) => {
      if (sessionId !== exporter.sessionId)
        note('delivered late', `${count} of ${sessionId}`, 'good')
      if (sessionId !== state.sessionId) return
      const { acked, batches } = state.export
      const lastAnswer = answer(`${count} acked`)
      setExport({ acked: acked + count, batches: batches + 1, lastAnswer, note: '' })
    })
    exporter.on('export:error', ({ error, count, queued }) => {
      const words = `The items stay stored and are tried again. ${error.message}`
      setExport({ errors: state.export.errors + 1, lastAnswer: answer('failed'), note: words })
      note('export:error', `${error.message} (${count} ${queued ? 'kept' : 'given up'})`, 'bad')
    })
    exporter.on('error', ({ error }) => {
      note('error', error.message, 'bad')
      console.error(error.message)
    })
    const show =
      (name: StateName) => (item: { peerId: string | null; data: { state: string } }) => {
        const { peerId: id, data } = item
        if (isPeer(id)) setPeer(id, { states: { ...state.peers[id].states, [name]: data.state } })
        if (name === 'connectionState' && !isEnding) set({ call: data.state })
      }
    exporter.on('connectionStateChange', show('connectionState'))
    exporter.on('iceConnectionStateChange', show('iceConnectionState'))
    exporter.on('iceGatheringStateChange', show('iceGatheringState'))
    exporter.on('signalingStateChange', show('signalingState'))
  }

  async function ask(fault: Fault): Promise<void> {
    try {
      await fetch(`${collector}/fault?mode=${fault}`, { method: 'POST' })
    } catch {
      note('demo', 'the demo server is gone') // the page was left open after Ctrl-C
    }
  }

  function tick(): void {
    const { export: exported } = state
    const depths = addSample(exported.depths, Date.now() / 1000, { depth: exported.waiting })
    setExport({ depths })
    if (!running || isEnding) return
    const seconds = (performance.now() - running.since) / 1000
    set({ seconds })
    if (seconds >= maxSeconds) void end(running) // it never rejects
  }

  const listenForSound = (): void => set({ isSilent: audio.state === 'suspended' })
  audio.addEventListener('statechange', listenForSound)
  document.addEventListener('click', () => void audio.resume()) // a gesture is what it waits for
  setTimeout(listenForSound, AUDIO_START_MS)
  setInterval(tick, 1000)
  void ask('none') // whatever an earlier page left behind; it never rejects
  begin()

  return {
    get state() {
      return state
    },
    onChange: (listener) => void listeners.push(listener),
    hangUp() {
      if (!running) begin()
      else if (!isEnding) void end(running) // it never rejects
    },
    setMuted(isMuted) {
      sources.alice.setMuted(isMuted)
      set({ isMuted })
      running?.exporter.addEvent('mute', { peerId: 'alice', isOn: isMuted })
    },
    setSmall(isSmall) {
      set({ isSmall })
      if (running) shrink(running, isSmall)
      running?.exporter.addEvent('smallPicture', { peerId: 'alice', isOn: isSmall })
    },
    setFault(fault) {
      set({ fault })
      note('demo', FAULTS[fault])
      void ask(fault) // it never rejects
    },
  }
}

function isPeer(peerId: string | null): peerId is PeerId {
  return PEERS.some((known) => known === peerId)
}
