// All that can be set: one table, which the flags, the environment, the file, the help and the README are read from.
import {
  anyText,
  httpUrl,
  many,
  network,
  oneOf,
  origin,
  orNone,
  roomUrl,
  wholeNumber,
} from './kinds.ts'
import type { Command, Group, Setting } from './setting.ts'

/** The values of the settings, with nothing left open. What may be left out is null. */
export interface Values {
  readonly port: number
  readonly host: string
  readonly dataFile: string
  readonly origins: readonly string[] | null
  readonly keys: readonly string[] | null
  readonly keyFile: string | null
  readonly trustedProxies: readonly string[]
  readonly maxBodyBytes: number
  readonly maxRequestsPerSec: number
  readonly retentionDays: number
  readonly retentionBytes: number
  readonly intervalMinutes: number
  readonly idleTimeoutSec: number
  readonly lateWindowHours: number
  readonly roomUrl: string | null
  readonly streamsDir: string | null
  readonly s3Endpoint: string | null
  readonly s3Bucket: string | null
  readonly s3Region: string
  readonly s3Prefix: string | null
  readonly s3AccessKeyId: string | null
  readonly s3SecretAccessKey: string | null
  readonly s3SessionToken: string | null
  readonly cityDb: string | null
  readonly asnDb: string | null
  readonly log: 'text' | 'json' | null
}

/** What the command `data-stream` goes by. */
const OF_STREAMS: ReadonlySet<Group> = new Set(['Database', 'Room records', 'S3', 'Log'])

const MAX_PORT = 65_535
const MEBI = 1024 * 1024
const GIBI = 1024 * MEBI
/** A body is held in memory, inflated and parsed. */
const MAX_BODY = 256 * MEBI
const YEARS_IN_DAYS = 36_500

const SETTINGS: { readonly [Name in keyof Values]: Setting<Values[Name]> } = {
  port: {
    name: 'port',
    group: 'Listening',
    kind: wholeNumber('NUMBER', 0, MAX_PORT),
    default: 8787,
    about: '0 takes a free one',
  },
  host: {
    name: 'host',
    group: 'Listening',
    kind: anyText('ADDRESS'),
    default: '127.0.0.1',
    about: '0.0.0.0 for every address of this machine',
  },
  maxBodyBytes: {
    name: 'max-body-bytes',
    group: 'Listening',
    kind: wholeNumber('BYTES', 1024, MAX_BODY),
    default: 4 * MEBI,
    about: 'largest body, as sent and inflated',
  },
  maxRequestsPerSec: {
    name: 'max-requests-per-sec',
    group: 'Listening',
    kind: wholeNumber('NUMBER', 1, 1_000_000),
    default: 200,
    about: 'of one client address; more get 429',
  },
  trustedProxies: {
    name: 'trusted-proxy',
    group: 'Listening',
    kind: many(network),
    default: [],
    otherwise: 'none',
    about: 'whose X-Forwarded-For is believed',
  },
  origins: {
    name: 'origin',
    group: 'Who may send',
    kind: orNone(many(origin)),
    default: null,
    otherwise: 'all',
    about: 'origin of pages that may send',
  },
  keys: {
    name: 'key',
    group: 'Who may send',
    kind: orNone(many(anyText('KEY'))),
    default: null,
    otherwise: 'none is asked for',
    about: 'who sends needs one; prefer --key-file',
    isSecret: true,
  },
  keyFile: {
    name: 'key-file',
    group: 'Who may send',
    kind: orNone(anyText('FILE')),
    default: null,
    about: 'keys from a file, one a line',
  },
  dataFile: {
    name: 'data',
    group: 'Database',
    kind: anyText('FILE'),
    default: 'collector.db',
    about: 'the database; made where it is not there',
  },
  retentionDays: {
    name: 'retention-days',
    group: 'Retention',
    kind: wholeNumber('DAYS', 1, YEARS_IN_DAYS),
    default: 30,
    about: 'what is older is deleted',
  },
  retentionBytes: {
    name: 'retention-bytes',
    group: 'Retention',
    kind: wholeNumber('BYTES', MEBI, Number.MAX_SAFE_INTEGER),
    default: 10 * GIBI,
    about: 'over it the oldest is deleted',
  },
  intervalMinutes: {
    name: 'interval',
    group: 'Room records',
    kind: wholeNumber('MINUTES', 1, 1440),
    default: 60,
    about: 'what one file of room records spans',
  },
  idleTimeoutSec: {
    name: 'idle-timeout',
    group: 'Room records',
    kind: wholeNumber('SECONDS', 1, 86_400),
    default: 120,
    about: 'a room that is silent so long is over',
  },
  lateWindowHours: {
    name: 'late-window',
    group: 'Room records',
    kind: wholeNumber('HOURS', 1, 8760),
    default: 24,
    about: 'data that comes so late still changes a record',
  },
  roomUrl: {
    name: 'room-url',
    group: 'Room records',
    kind: orNone(roomUrl),
    default: null,
    about: 'address of a room, with {roomId} in it',
  },
  streamsDir: {
    name: 'streams-dir',
    group: 'Room records',
    kind: orNone(anyText('FOLDER')),
    default: null,
    otherwise: 'rooms, beside the database',
    about: 'where the files go',
  },
  s3Bucket: {
    name: 's3-bucket',
    group: 'S3',
    kind: orNone(anyText('NAME')),
    default: null,
    about: 'the files go there, not to --streams-dir',
  },
  s3Endpoint: {
    name: 's3-endpoint',
    group: 'S3',
    kind: orNone(httpUrl),
    default: null,
    otherwise: 'AWS, by the region',
    about: 'the store, without the bucket',
  },
  s3Region: {
    name: 's3-region',
    group: 'S3',
    kind: anyText('NAME'),
    default: 'us-east-1',
    about: 'its region',
  },
  s3Prefix: {
    name: 's3-prefix',
    group: 'S3',
    kind: orNone(anyText('TEXT')),
    default: null,
    about: 'what names of files begin with',
  },
  s3AccessKeyId: {
    name: 's3-access-key-id',
    env: 'AWS_ACCESS_KEY_ID',
    group: 'S3',
    kind: orNone(anyText('ID')),
    default: null,
    about: 'needed with a bucket',
    isSecret: true,
    hasNoFlag: true,
  },
  s3SecretAccessKey: {
    name: 's3-secret-access-key',
    env: 'AWS_SECRET_ACCESS_KEY',
    group: 'S3',
    kind: orNone(anyText('KEY')),
    default: null,
    about: 'needed with a bucket',
    isSecret: true,
    hasNoFlag: true,
  },
  s3SessionToken: {
    name: 's3-session-token',
    env: 'AWS_SESSION_TOKEN',
    group: 'S3',
    kind: orNone(anyText('TOKEN')),
    default: null,
    about: 'of temporary credentials',
    isSecret: true,
    hasNoFlag: true,
  },
  cityDb: {
    name: 'city-db',
    group: 'Location',
    kind: orNone(anyText('FILE')),
    default: null,
    about: 'MMDB file of cities and countries',
  },
  asnDb: {
    name: 'asn-db',
    group: 'Location',
    kind: orNone(anyText('FILE')),
    default: null,
    about: 'MMDB file of organisations',
  },
  log: {
    name: 'log',
    group: 'Log',
    kind: orNone(oneOf('text', 'json')),
    default: null,
    otherwise: 'text on a terminal, else json',
    about: 'lines to read, or objects',
  },
}

/** Those that mean something to a command. */
export function settingsOf(command: Command): Setting<unknown>[] {
  const settings = LIST.map(([, setting]) => setting)
  return command === 'serve' ? settings : settings.filter(({ group }) => OF_STREAMS.has(group))
}

/** The table as a list, in the order of the help. */
export const LIST: readonly [name: keyof Values, setting: Setting<unknown>][] = Object.entries(
  SETTINGS,
) as [keyof Values, Setting<unknown>][]
