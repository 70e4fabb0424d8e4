// What the peers give, as far as it is used: their packages are not there where the bench has not run.

declare module 'rtcstats' {
  type Trace = (method: string, id: string, data: unknown) => void
  export default function init(trace: Trace, intervalMs: number, prefixes: string[]): void
}

declare module 'rtcstats/trace-ws.js' {
  type Trace = (method: string, id: string, data: unknown) => void
  export default function open(url: string): Trace & { close(): void }
}

declare module '@jitsi/rtcstats/rtcstats.js' {
  export default function init(
    trace: { statsEntry: (...data: unknown[]) => void },
    options: { pollInterval: number },
  ): void
}

declare module '@jitsi/rtcstats/trace-ws.js' {
  interface Trace {
    statsEntry: (...data: unknown[]) => void
    connect(isBreakoutRoom: boolean): void
    close(): void
  }
  export default function open(options: {
    endpoint: string
    meetingFqn: string
    onCloseCallback: () => void
  }): Trace
}

declare module '@peermetrics/webrtc-stats' {
  export class WebRTCStats {
    constructor(options: { getStatsInterval: number })
    on(event: 'stats', listener: (event: object) => void): void
    addConnection(options: { peerId: string; pc: RTCPeerConnection }): Promise<unknown>
    destroy(): void
  }
}

declare module '@observertc/client-monitor-js' {
  interface Options {
    clientId: string
    callId: string
    collectingPeriodInMs: number
    samplingPeriodInMs: number
  }
  export class ClientMonitor {
    constructor(options: Options)
    addSource(pc: RTCPeerConnection): void
    on(event: 'sample-created', listener: (event: { sample: object }) => void): void
    close(): void
  }
}

declare module 'webrtc-issue-detector' {
  interface Options {
    getStatsInterval: number
    autoAddPeerConnections: boolean
    onIssues: (issues: unknown) => void
    onNetworkScoresUpdated: (scores: unknown) => void
  }
  export default class WebRTCIssueDetector {
    constructor(options: Options)
    handleNewPeerConnection(pc: RTCPeerConnection): void
    stopWatchingNewPeerConnections(): void
  }
}
