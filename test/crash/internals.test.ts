// What Chrome derives of a call on chrome://webrtc-internals, and what we derive of the same counters.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compare, total } from '../replay/compare.ts'
import type { Compared } from '../replay/compare.ts'
import { feed } from '../replay/feed.ts'
import { readObjects } from '../replay/internals.ts'
import { readRecording } from '../replay/read.ts'
import { openHost } from './chromium-stage.ts'
import type { Host } from './chromium-stage.ts'
import { startMediaCall } from './internals-call.ts'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

/** Chrome polls once a second. */
const POLLS = 13
const POLLS_LIMIT_MS = 60_000
const SAVE_LIMIT_MS = 20_000

/** Series without which nothing was proved: each of them has been compared. */
const MAIN: readonly string[] = [
  'inbound-rtp audio [bytesReceived_in_bits/s]',
  'inbound-rtp video [bytesReceived_in_bits/s]',
  'inbound-rtp video [headerBytesReceived_in_bits/s]',
  'outbound-rtp audio [bytesSent_in_bits/s]',
  'outbound-rtp video [bytesSent_in_bits/s]',
  'outbound-rtp video [retransmittedBytesSent_in_bits/s]',
  'remote-inbound-rtp video [totalRoundTripTime/roundTripTimeMeasurements]',
  'candidate-pair [bytesSent_in_bits/s]',
  'transport [bytesReceived_in_bits/s]',
  'inbound-rtp video [totalDecodeTime/framesDecoded_in_ms]',
  'inbound-rtp audio [concealedSamples/totalSamplesReceived]',
  'outbound-rtp video [totalEncodeTime/framesEncoded_in_ms]',
  'media-playout audio [totalPlayoutDelay/totalSamplesCount]',
  'data-channel [messagesSent/s]',
  'data-channel [bytesReceived_in_bits/s]',
]

let folder: string
let host: Host

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internals-'))
  host = await openHost()
})

afterAll(async () => {
  await host.close()
  await rm(folder, { recursive: true })
})

it('what chrome://webrtc-internals derives of a call is what we derive of it', async () => {
  const internals = await host.browser.openTab('chrome://webrtc-internals', 'window')
  const page = await host.browser.openTab('data:text/html,<title>call</title>', 'window')
  await page.call(startMediaCall)
  await poll(
    `${POLLS} polls of two connections`,
    POLLS_LIMIT_MS,
    () => internals.call(pollsSeen),
    (counts) => counts.length === 2 && counts.every((count) => count >= POLLS),
    200,
  )
  const dump = await saveDump(internals)

  const compared = total(compareDump(dump))
  print(compared)
  expect(
    compared.flatMap(({ series, faults }) => faults.map((fault) => `${series} ${fault}`)),
  ).toEqual([])
  const missing = MAIN.filter(
    (main) => !compared.some((one) => one.series === main && one.compared > 0),
  )
  expect(missing).toEqual([])
})

/** In the page: how many readings it has of each connection. */
function pollsSeen(): number[] {
  interface Internals {
    readonly peerConnectionDataStore: object
  }
  interface Dumped {
    readonly stats: Readonly<Record<string, { readonly values: string }>>
  }
  const { peerConnectionDataStore } = window as unknown as Internals
  const dumped: Record<string, Dumped> = JSON.parse(JSON.stringify(peerConnectionDataStore))
  return Object.values(dumped).map(({ stats }) => {
    const values = stats['P-timestamp']?.values ?? '[]'
    return (JSON.parse(values) as unknown[]).length
  })
}

/** As a user saves it; Chrome compresses it. */
async function saveDump(internals: Tab): Promise<Buffer> {
  const { browser } = host
  let saved: string | null = null
  const forget = browser.on(({ method, params }) => {
    if (method === 'Browser.downloadProgress' && params['state'] === 'completed') {
      saved = String(params['guid'])
    }
  })
  const how = { behavior: 'allowAndName', downloadPath: folder, eventsEnabled: true }
  await browser.send('Browser.setDownloadBehavior', how)
  await internals.evaluate(`document.getElementById('dump-click-target').click()`)
  const name = await poll(
    'the dump',
    SAVE_LIMIT_MS,
    () => saved,
    (done) => done !== null,
  )
  forget()
  return readFile(join(folder, name ?? ''))
}

function compareDump(dump: Buffer): Compared[] {
  interface Dumped {
    readonly PeerConnections: Readonly<Record<string, { stats: Record<string, unknown> }>>
  }
  const { PeerConnections: connections } = JSON.parse(String(gunzipSync(dump))) as Dumped
  const items = feed(readRecording(dump)).filter(({ tag }) => tag === 'stats')
  return Object.entries(connections).flatMap(([id, { stats }]) =>
    compare(
      readObjects(id, stats),
      items.filter(({ pcId }) => pcId === id),
    ),
  )
}

function print(all: readonly Compared[]): void {
  const lines = all.map(({ series, ours, values, compared, apart, faults }) => {
    const outcome =
      ours === null
        ? 'NOBODY HAS SAID WHAT IT IS'
        : compared > 0
          ? `${compared} compared with ${ours}`
          : `not compared: ${ours}`
    const rest = [
      apart > 0 ? `, ${apart} of another interval` : '',
      faults.length > 0 ? `, ${faults.length} wrong` : '',
    ]
    return `  ${series}: ${values} values, ${outcome}${rest.join('')}`
  })
  const sum = all.reduce((count, { compared }) => count + compared, 0)
  process.stdout.write(`${sum} values compared with Chrome's\n${lines.sort().join('\n')}\n`)
}
