// The examples, and what must arrive of each.

export interface Example {
  readonly name: string
  /** Of `demo/examples`. */
  readonly folder: string
  /** Whose items must arrive, each with stats and a connected connection. */
  readonly peers: readonly string[]
  /** `dist`: the production build; `dev`: vite's dev server, where StrictMode mounts twice. */
  readonly from: 'dist' | 'dev'
  /** The page has a live bitrate, a peer to let go and a call to mount again. */
  readonly isFramework: boolean
}

const FRAMEWORKS = ['react', 'vue', 'svelte']
const BOTH_ENDS = ['alice', 'bob']

export const EXAMPLES: readonly Example[] = [
  ...FRAMEWORKS.flatMap((name) => [framework(name, 'dist'), framework(name, 'dev')]),
  sdk('simple-peer', BOTH_ENDS),
  sdk('peerjs', BOTH_ENDS),
  sdk('mediasoup-client', ['send', 'recv']),
  sdk('livekit-client', ['publisher']),
]

function framework(folder: string, from: 'dist' | 'dev'): Example {
  const name = from === 'dist' ? folder : `${folder}-dev`
  return { name, folder, from, peers: BOTH_ENDS, isFramework: true }
}

function sdk(folder: string, peers: readonly string[]): Example {
  return { name: folder, folder, from: 'dist', peers, isFramework: false }
}
