// `npm run bench:bytes`: what an hour of one call costs the wire and the disk, by `detail` and `compression`.
import { gzipSync } from 'node:zlib'
import { readHour } from './hour.ts'
import { runHour } from './one-hour.ts'
import type { Outcome } from './one-hour.ts'

const POLLS = 1800
const DETAILS = ['full', 'report', 'metrics'] as const
type Detail = (typeof DETAILS)[number]

/** MB of an hour, at most. Not gzipped it may take what it takes: then the backend wants it so. */
const GZIPPED_AT_MOST: Readonly<Record<Detail, number>> = { full: 5, report: 3, metrics: 0.5 }
/** MB; other details take less. */
const FULL_AT_REST_AT_MOST = 5

export interface BytesRow {
  readonly detail: Detail
  readonly where: 'wire' | 'wire, gzip' | 'at rest'
  /** 1,000,000 bytes. */
  readonly megabytes: number
  readonly items: number
  /** Null where there is none. */
  readonly atMost: number | null
}

export interface BytesResult {
  readonly rows: readonly BytesRow[]
  readonly isMet: boolean
}

/** The same numbers in each run: the call is a recording, the clock is moved by hand. */
export async function benchBytes(): Promise<BytesResult> {
  const hour = readHour(POLLS)
  const rows: BytesRow[] = []
  for (const detail of DETAILS) {
    const online = await runHour(hour, { detail, isOnline: true })
    const offline = await runHour(hour, { detail, isOnline: false })
    const row = (where: BytesRow['where'], bytes: number, of: Outcome, atMost: number | null) =>
      rows.push({ detail, where, megabytes: bytes / 1e6, items: of.items, atMost })
    row(
      'wire',
      sumOf(online.sent, ({ byteLength }) => byteLength),
      online,
      null,
    )
    row('wire, gzip', sumOf(online.sent, gzipped), online, GZIPPED_AT_MOST[detail])
    row(
      'at rest',
      sumOf(offline.stored, gzipped),
      offline,
      detail === 'full' ? FULL_AT_REST_AT_MOST : null,
    )
  }
  const isMet = rows.every(({ megabytes, atMost }) => atMost === null || megabytes <= atMost)
  return { rows, isMet }
}

/** As the browser does it, at rest as well as on the wire. */
const gzipped = (body: Uint8Array): number => gzipSync(body).byteLength

function sumOf(bodies: readonly Uint8Array[], size: (body: Uint8Array) => number): number {
  return bodies.reduce((sum, body) => sum + size(body), 0)
}

if (process.argv[1] === import.meta.filename) {
  const { rows, isMet } = await benchBytes()
  console.table(
    rows.map(({ megabytes, atMost, ...row }) => ({
      ...row,
      MB: megabytes.toFixed(2),
      'at most': atMost ?? '',
      verdict: atMost === null ? '' : megabytes <= atMost ? 'met' : 'MISSED',
    })),
  )
  if (!isMet) process.exitCode = 1
}
