// Who takes part in a recorded call: each has a page with an exporter of its own, and a way to his relay.
import type { PathKind } from '../../../src/quality.ts'
import type { Browser } from '../../crash/cdp.ts'
import { createRandom } from '../../crash/random.ts'
import type { Tab } from '../../crash/tab.ts'
import { poll } from '../../crash/wait.ts'
import type { TurnServer } from '../../turn-server.ts'
import * as inPage from './page.ts'
import type { Camera } from './page.ts'
import type { TruthParticipant } from './truth.ts'
import { createLink } from './way.ts'
import type { Link } from './way.ts'

/** Who is to take part, and how. */
export interface Cast {
  readonly name: string
  readonly intervalMs: number
  readonly path: Extract<PathKind, 'udp' | 'turn-udp'>
  /** Of the video. */
  readonly codec: string
  /** Of the exporters. @default the library's own */
  readonly beaconTail?: number
  /** The first talks to each of the others. The name is that of the `peerId`, with a capital; some have no camera. */
  readonly participants: readonly { readonly peerId: string; readonly camera?: Camera }[]
}

/** One who takes part. */
export interface Participant extends Omit<TruthParticipant, 'video' | 'paths'> {
  readonly camera: Camera | undefined
  readonly tab: Tab
  readonly link: Link
  /** How he gets to the others at first; over a relay by way of the link. */
  readonly configuration: RTCConfiguration
  readonly paths: { readonly path: PathKind; readonly from: string }[]
  isGone: boolean
}

export interface Place {
  readonly browser: Browser
  /** Of the page. */
  readonly site: string
  readonly turn: TurnServer
}

const CONNECT_LIMIT_MS = 20_000
const SEED = 9
/** What is compiled for a Node of today names its functions with a helper, which no page has. */
const HELPER = 'globalThis.__name = (made) => made'

/** Opens the page of each. */
export async function gather(cast: Cast, { browser, site, turn }: Place): Promise<Participant[]> {
  const random = createRandom(SEED)
  const people: Participant[] = []
  for (const { peerId, camera } of cast.participants) {
    const peerName = `${peerId.slice(0, 1).toUpperCase()}${peerId.slice(1)}`
    const link = createLink(() => random.below(1))
    const configuration = cast.path === 'udp' ? {} : await turn.configurationOver(link.openWay)
    const tab = await browser.openTab(site, 'context')
    await tab.evaluate(HELPER)
    const own = { peerId, peerName, userId: peerId, sessionId: `${cast.name}-${peerId}` }
    await startPage(tab, cast, own)
    if (camera) await tab.call(inPage.openCamera, camera)
    const paths = [{ path: cast.path, from: new Date().toISOString() }]
    people.push({ ...own, camera, tab, link, configuration, paths, isGone: false })
  }
  return people
}

type Names = Pick<Participant, 'peerId' | 'peerName' | 'userId' | 'sessionId'>

async function startPage(tab: Tab, cast: Cast, { peerName, userId, sessionId }: Names) {
  const { name: roomId, intervalMs, beaconTail } = cast
  await tab.call(inPage.startParticipant, {
    ...{ sessionId, sessionName: `${roomId}, ${peerName}`, roomId, userId },
    url: `/run-${userId}/ingest`,
    keys: { app: 'recorder' },
    getStatsInterval: intervalMs,
    redact: 'addresses',
    ...(beaconTail !== undefined && { beaconTail }),
  })
}

/** Resolves when the first talks to each of the others, in pictures where both have a camera. */
export async function connect(people: readonly Participant[], codec: string): Promise<void> {
  const [host, ...guests] = people
  if (!host) throw new Error('expected participants, got none')
  for (const guest of guests) {
    const kinds = host.camera && guest.camera ? ['audio', 'video'] : ['audio']
    const ends = [
      { own: host, far: guest.peerId },
      { own: guest, far: host.peerId },
    ]
    for (const { own, far } of ends) {
      const { peerId, peerName, configuration } = own
      await own.tab.call(inPage.openConnection, { peerId, peerName }, far, kinds, configuration)
    }
    await negotiate(host, guest, codec)
    for (const { own, far } of ends) {
      if (own.camera) await own.tab.call(inPage.limitVideo, far, own.camera)
    }
  }
  for (const guest of guests) await reached(guest, 'connected', CONNECT_LIMIT_MS)
}

/** Resolves when a connection of his has been in this state. */
export async function reached(
  { peerId, tab }: Participant,
  wanted: RTCPeerConnectionState,
  limitMs: number,
): Promise<void> {
  await poll(
    `${peerId} is ${wanted}`,
    limitMs,
    () => tab.call(inPage.statesOf),
    (states) => states.includes(wanted),
    50,
  )
}

/** The recorder carries what one has to say to the other. */
export async function negotiate(one: Participant, other: Participant, codec: string) {
  const offer = await one.tab.call(inPage.offerTo, other.peerId, codec)
  const answer = await other.tab.call(inPage.answerTo, one.peerId, offer)
  await one.tab.call(inPage.acceptFrom, other.peerId, answer)
}
