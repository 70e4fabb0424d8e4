// What is to be redacted is found nowhere: not on the wire, not on the disk, not in the page's own events.
import { describe, expect, it } from 'vitest'
import type { PageItem, RedactOption, Stat, StatsData } from '../../src/index.ts'
import { gunzip } from '../../transports/encode.ts'
import { createCall } from './call.ts'
import type { Call } from './call.ts'
import { collect, startExporter } from './lifetimes.ts'
import { createRun, until } from './run.ts'

/** All that lies in the database of an endpoint, as text. */
async function readDisk(url: string): Promise<string> {
  const { origin, pathname } = new URL(url)
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(`webrtc-stats-exporter:${origin}${pathname}`)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const rows = await new Promise<unknown[]>((resolve, reject) => {
    const request = database.transaction('queue').objectStore('queue').getAll()
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  database.close()
  const decoder = new TextDecoder()
  const texts = rows.map(async (row) => {
    const { json, body, encoding, ...rest } = row as {
      json?: Uint8Array
      body?: Uint8Array<ArrayBuffer>
      encoding?: string
    }
    const bytes = body && encoding === 'gzip' ? await gunzip(body) : (body ?? json)
    return JSON.stringify(rest) + (bytes ? decoder.decode(bytes) : '')
  })
  return (await Promise.all(texts)).join('\n')
}

/** What this very call must not give away, by its switch: read from the browser, past the exporter. */
async function secretsOf({
  alice,
}: Call): Promise<Record<'addresses' | 'ufrags' | 'certificates', Set<string>>> {
  const secrets = {
    addresses: new Set<string>(),
    ufrags: new Set<string>(),
    certificates: new Set<string>(),
  }
  const stats = (await alice.getStats()) as unknown as ReadonlyMap<string, Stat>
  for (const stat of stats.values()) {
    for (const member of ['address', 'ip', 'relatedAddress']) {
      if (typeof stat[member] === 'string' && stat[member]) secrets.addresses.add(stat[member])
    }
    for (const member of ['usernameFragment', 'iceLocalUsernameFragment']) {
      if (typeof stat[member] === 'string') secrets.ufrags.add(stat[member])
    }
    for (const member of ['fingerprint', 'base64Certificate']) {
      if (typeof stat[member] === 'string') secrets.certificates.add(stat[member])
    }
  }
  const sdp = `${alice.localDescription?.sdp}${alice.remoteDescription?.sdp}`
  for (const [, ufrag = ''] of sdp.matchAll(/a=ice-ufrag:(\S+)/g)) secrets.ufrags.add(ufrag)
  for (const [, address = ''] of sdp.matchAll(/a=candidate:(?:\S+ ){4}(\S+)/g)) {
    secrets.addresses.add(address)
  }
  return secrets
}

/** A call whose microphone and camera have labels. */
async function createLabelledCall(): Promise<{ call: Call; labels: string[] }> {
  const call = createCall()
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  for (const track of stream.getTracks()) call.alice.addTrack(track, stream)
  const senders = call.alice
    .getSenders()
    .filter(({ track }) => !stream.getTracks().includes(track as never))
  for (const sender of senders) call.alice.removeTrack(sender)
  return { call, labels: stream.getTracks().map(({ label }) => label) }
}

async function exportWith(redact: RedactOption) {
  const run = createRun()
  const { call, labels } = await createLabelledCall()
  const exporter = startExporter({
    url: run.url,
    redact,
    userId: 'user-4711@example.org',
    rawStats: true,
    statsObject: true,
  })
  const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
  exporter.addPeer({ peerId: 'alice', peerName: 'Alice Liddell', pc: call.alice })
  await call.connect()
  await until(
    () => items.filter(({ event }) => event === 'stats'),
    ({ length }) => length >= 3,
  )
  const secrets = await secretsOf(call)
  await exporter.flush()
  // Some must lie on the disk for the scan of the disk to mean anything.
  await run.script({ steps: [{ status: 503 }] })
  const count = items.length
  await until(
    () => items.length,
    (length) => length >= count + 3,
  )
  await exporter.flush()
  const disk = await readDisk(run.url)
  const wire = JSON.stringify(await run.bodies())
  const page = JSON.stringify(items, (_, value) => (value instanceof Map ? [...value] : value))
  call.hangUp()
  return {
    places: { disk, wire, page },
    items,
    secrets: {
      ...secrets,
      deviceLabels: new Set(labels),
      user: new Set(['user-4711@example.org', 'Alice Liddell']),
    },
  }
}

/** `switch: place: value` of each secret that is found. */
function leaks({ places, secrets }: Awaited<ReturnType<typeof exportWith>>): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, values]) =>
      [...values]
        .filter((value) => text.includes(value))
        .map((value) => `${name}: ${place}: ${value}`),
    ),
  )
}

describe('redact', () => {
  it("'all': nothing of it is on the wire, on the disk or in the page's events", async () => {
    const result = await exportWith('all')
    for (const values of Object.values(result.secrets)) expect(values.size).toBeGreaterThan(0)
    expect(result.places.disk).toContain('"stats"')
    expect(result.places.wire).toContain('"stats"')
    expect(leaks(result)).toEqual([])
  })

  it("'addresses': no address anywhere, and the rest as it is", async () => {
    const result = await exportWith('addresses')
    expect(leaks(result).filter((leak) => leak.startsWith('addresses'))).toEqual([])
    const others = new Set(leaks(result).map((leak) => leak.split(':')[0]))
    expect(others).toEqual(new Set(['ufrags', 'certificates', 'deviceLabels', 'user']))
  })

  it('types and references between stats still hold', async () => {
    const { items } = await exportWith('all')
    const item = items.findLast(({ event }) => event === 'stats')
    const data = item?.data as StatsData
    const all = Object.values(data.raw ?? {}).flat()
    const ids = new Set(all.map(({ id }) => id))
    const references = all.flatMap((stat) =>
      Object.entries(stat).filter(
        ([member]) => /(?<!\b)Id$/.test(member) && member !== 'trackIdentifier',
      ),
    )
    expect(references.length).toBeGreaterThan(10)
    const dangling = references.filter(([, id]) => typeof id === 'string' && !ids.has(id))
    expect(dangling).toEqual([])
    for (const candidate of [...(data.localCandidate ?? []), ...(data.remoteCandidate ?? [])]) {
      expect(typeof candidate['address']).toBe('string')
      expect(typeof candidate['port']).toBe('number')
    }
    for (const certificate of data.raw?.['certificate'] ?? []) {
      expect(certificate['fingerprint']).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    }
    expect(Object.keys(data.metrics).every((id) => ids.has(id))).toBe(true)
  })
})
