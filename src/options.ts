// The options of an exporter: their types, their defaults, and the one check that turns them into settings.
import { resolveAdaptive } from './adaptive.ts'
import type { AdaptiveOption } from './adaptive.ts'
import { flag, integer, isRecord, oneOf, share, stringMap, text, wrong } from './check.ts'
import type { MapLimit } from './check.ts'
import { headerSource } from './headers.ts'
import type { HeaderSource } from './headers.ts'
import type { PollBounds, QueueLimits, RedactSwitches } from './terms.ts'
import { resolveTransports } from './transports.ts'
import type { Route, TransportOption } from './transports.ts'

/** Extra HTTP headers, or a function that is asked for them, and asked again after a 401 or 403. */
export type HeadersOption =
  | Record<string, string>
  | (() => Record<string, string> | Promise<Record<string, string>>)

/** `'addresses'`, `'all'`, or single switches. */
export type RedactOption = 'addresses' | 'all' | Partial<RedactSwitches>

/** Bounds of what waits to be sent, and where it lies. */
export interface QueueOption {
  /** Bytes on the disk of one endpoint; in memory at most 2 MiB of them. @default 20971520, or a tenth of the free room */
  maxBytes?: number
  /** @default 20000 */
  maxItems?: number
  /** What has waited longer is given up, ms. @default 259200000 (72 h) */
  maxAge?: number
  /** What has waited is sent no faster than this while a call is live: the video comes first. @default 65536 */
  backlogBytesPerSec?: number
  /** `auto`: IndexedDB, and memory where it fails. `memory`: nothing is stored. @default 'auto' */
  storage?: 'auto' | 'memory'
}

export interface ExporterOptions {
  /** Where batches go, by `POST` or (`ws` for `http`) by a socket. A relative one is resolved on the page. */
  url: string
  /** The session or call. @default a random UUID */
  sessionId?: string
  /** Its human name. @default 'unknown' */
  sessionName?: string
  /** Extra HTTP headers. Across origins the backend's CORS must allow them. @default {} */
  headers?: HeadersOption
  /** Poll interval, ms. Chromium answers from a cache within 50. @default 2000 */
  getStatsInterval?: number
  /**
   * The interval follows the call: short in its first seconds and after a change of state, which is polled at once;
   * longer while the page is hidden, nothing moves, or reading takes long. Each item says which one was in force.
   * @default false
   */
  adaptive?: boolean | AdaptiveOption
  /** Put the report as it came on each `stats` item: a Map on the page, an array on the wire. @default false */
  rawStats?: boolean
  /** Put the report on each `stats` item as an object keyed by stats id. @default false */
  statsObject?: boolean
  /** Seal a batch when so many items wait. @default 20 */
  batchSize?: number
  /** Seal a batch at least so often, ms. @default 5000 */
  flushInterval?: number
  /** Limit of one request, and of `flush()` and `destroy()`, ms. @default 10000 */
  timeout?: number
  /** Attempts after the first before `export:error`; the batch stays stored and is tried again later. @default 3 */
  maxRetries?: number
  /** Base of the full-jitter exponential backoff, ms. @default 500 */
  retryBaseDelay?: number
  /** Cap of the backoff, ms. @default 10000 */
  retryMaxDelay?: number
  /** Write to the console what is captured, stored and sent. @default false */
  debug?: boolean
  /**
   * How much of a report is stored and sent. `full`: all of it. `report`: without the groups of `raw` that stand
   * elsewhere too. `metrics`: the derived numbers alone. Events on the page always carry all of it. @default 'full'
   */
  detail?: 'full' | 'report' | 'metrics'
  /** Content encoding of a request; `gzip` where the backend takes it. @default 'none' */
  compression?: 'none' | 'gzip'
  /** JSON bytes of one batch before compression. A stock Express takes 100 kB. @default 96000 */
  maxBatchBytes?: number
  /**
   * How batches go: `fetch`, `websocket`, `beacon`, an own one (a name that your worker file registers, or an object),
   * each also as `{ type, url }`, or a list of them: the order of fail-over. @default 'fetch'
   */
  transport?: TransportOption | readonly TransportOption[]
  /** Bytes of what leaves by beacon when the page ends; 0: nothing, the disk has it. At most 57344. @default 49152 */
  beaconTail?: number
  /** The room of room records. @default sessionId */
  roomId?: string
  /** The participant of room records. @default none */
  userId?: string
  /** Free facts for room records: at most 50, names to 100 and values to 1,000 characters. @default {} */
  keys?: Record<string, string>
  /**
   * The share of rooms that are exported, 0..1, by a hash of `roomId`: all of a room or none of it. Of a room that is
   * not among them nothing is read, stored or sent, and no worker is started. @default 1
   */
  sampleRate?: number
  /** What becomes a pseudonym before anything is stored, leaves or is raised as an event. @default none */
  redact?: RedactOption
  /** How much may wait to be sent, how long, and where. @default see QueueOption */
  queue?: QueueOption
  /** The app's own worker, which calls `startWorker` of `webrtc-stats-exporter/worker`. @default built in */
  worker?: () => Worker
}

/** What an option is when it is not given. `sessionId` is a new UUID then, and `roomId` the `sessionId`. */
export const DEFAULTS = {
  sessionName: 'unknown',
  headers: {},
  getStatsInterval: 2000,
  adaptive: false,
  rawStats: false,
  statsObject: false,
  batchSize: 20,
  flushInterval: 5000,
  timeout: 10_000,
  maxRetries: 3,
  retryBaseDelay: 500,
  retryMaxDelay: 10_000,
  debug: false,
  detail: 'full',
  compression: 'none',
  maxBatchBytes: 96_000,
  transport: 'fetch',
  beaconTail: 49_152,
  keys: {},
  sampleRate: 1,
  queue: {
    maxBytes: 20_971_520,
    maxItems: 20_000,
    maxAge: 259_200_000,
    backlogBytesPerSec: 65_536,
    storage: 'auto',
  },
} as const

/** All options, checked: nothing is optional any more. */
export interface Settings extends Required<
  Omit<
    ExporterOptions,
    'adaptive' | 'headers' | 'queue' | 'redact' | 'transport' | 'userId' | 'worker'
  >
> {
  /** In the order of fail-over; at least one. */
  readonly transport: readonly Route[]
  readonly headers: HeaderSource
  readonly adaptive: PollBounds | null
  readonly userId: string | null
  readonly queue: QueueLimits
  readonly redact: RedactSwitches | null
  readonly worker: (() => Worker) | null
}

/** Of the integers that may be others than 1 .. 2^31-1. A page may have 64 KiB on their way when it ends. */
const RANGES: Readonly<Record<string, readonly [least: number, most?: number]>> = {
  maxRetries: [0],
  maxBatchBytes: [1000],
  beaconTail: [0, 57_344],
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  detail: ['full', 'report', 'metrics'],
  compression: ['none', 'gzip'],
  storage: ['auto', 'memory'],
}

/** So that `keys` cannot fill every batch (METRICS.md C: count and length capped). */
const KEYS_LIMIT: MapLimit = { count: 50, nameChars: 100, valueChars: 1000 }

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError that names the option, what was expected and what came
 */
export function resolveOptions(
  options: ExporterOptions,
  baseUrl: string,
  newId: () => string,
): Settings {
  if (!isRecord(options)) throw wrong('options', 'an object', options)
  const { userId, adaptive = DEFAULTS.adaptive, sampleRate = 1, ...plain } = options
  const given = fill<Filled>('', plain, DEFAULTS)
  const sessionId = text('sessionId', options.sessionId ?? newId())
  const absolute = (name: string, value: unknown): string => absoluteUrl(name, value, baseUrl)
  const url = absolute('url', options.url)
  const settings: Settings = {
    ...given,
    url,
    transport: resolveTransports(given.transport, url, absolute),
    headers: headerSource(given.headers),
    userId: userId === undefined ? null : text('userId', userId),
    queue: queueLimits(given.queue),
    redact: redactSwitches(options.redact),
    worker: workerFunction(options.worker),
    sessionId,
    roomId: text('roomId', options.roomId ?? sessionId),
    sessionName: text('sessionName', given.sessionName),
    keys: checkKeys(given.keys),
    adaptive: resolveAdaptive(adaptive, given.getStatsInterval),
    sampleRate: share('sampleRate', sampleRate),
  }
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !(name in settings)) {
      throw wrong('options', 'only options of ExporterOptions', name)
    }
  }
  return settings
}

type Filled = Required<Pick<ExporterOptions, keyof typeof DEFAULTS>>

/** Each of the defaults, or what is given for it: checked where it is of a plain kind (its default's), or a choice. */
function fill<Options extends object>(
  scope: string,
  given: Readonly<Record<string, unknown>>,
  defaults: object,
): Options {
  const filled = Object.entries(defaults).map(([name, usual]) => {
    const { [name]: value = usual } = given
    const choices = CHOICES[name]
    if (choices) oneOf(scope + name, value, choices)
    else if (typeof usual === 'boolean') flag(scope + name, value)
    else if (typeof usual === 'number') integer(scope + name, value, ...(RANGES[name] ?? [1]))
    return [name, value]
  })
  return Object.fromEntries(filled) as Options
}

export function checkKeys(keys: unknown): Record<string, string> {
  return stringMap('keys', keys, KEYS_LIMIT)
}

function absoluteUrl(name: string, value: unknown, baseUrl: string): string {
  try {
    const { href } = new URL(text(name, value), baseUrl)
    if (/^(http|ws)s?:/.test(href)) return href
  } catch {
    // The same mistake.
  }
  throw wrong(name, 'an http, https, ws or wss address', value)
}

function workerFunction(value: unknown): (() => Worker) | null {
  if (value === undefined) return null
  if (typeof value !== 'function') throw wrong('worker', 'a function that makes a Worker', value)
  return value as () => Worker
}

function queueLimits(value: unknown): QueueLimits {
  if (!isRecord(value)) throw wrong('queue', 'an object', value)
  for (const name of Object.keys(value)) oneOf('queue', name, Object.keys(DEFAULTS.queue))
  return fill('queue.', value, DEFAULTS.queue)
}

const SWITCHES = ['addresses', 'ufrags', 'certificates', 'deviceLabels', 'user'] as const

function redactSwitches(value: unknown): RedactSwitches | null {
  if (value === undefined) return null
  const given = typeof value === 'string' ? { [value]: true } : value
  if (!isRecord(given)) throw wrong('redact', "'addresses', 'all' or an object of switches", value)
  const { all, ...single } = given
  for (const name of Object.keys(single)) oneOf('redact', name, ['all', ...SWITCHES])
  const usual = Object.fromEntries(SWITCHES.map((name) => [name, all === true]))
  const switches = fill<RedactSwitches>('redact.', single, usual)
  return all === true ? (usual as unknown as RedactSwitches) : switches
}
