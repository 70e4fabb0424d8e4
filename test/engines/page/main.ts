// Runs the checks one after the other, each within its limit, and puts what came of them on `window.results`.
import { CALL_CHECKS } from './call-checks.ts'
import { PLACE_CHECKS } from './place-checks.ts'
import { REPLAY_CHECKS } from './replay-checks.ts'
import { REPORT_CHECKS } from './report-checks.ts'
import { HAS_RTC, Scene } from './scene.ts'
import type { Check } from './scene.ts'
import { SERVER_CHECKS } from './server-checks.ts'
import { STORE_CHECKS } from './store-checks.ts'
import { TRANSPORT_CHECKS } from './transport-checks.ts'

/** What came of a check. */
export interface CheckResult {
  readonly name: string
  readonly ms: number
  /** Null where the rule holds. */
  readonly error: string | null
}

export interface Results {
  /** How many there will be. */
  readonly total: number
  /** What this browser is, and has. */
  readonly about: string
  readonly done: CheckResult[]
}

declare global {
  interface Window {
    results: Results
  }
}

const CHECK_LIMIT_MS = 40_000
/** Its exporters are destroyed within their own time-out. */
const END_LIMIT_MS = 12_000

const parameters = new URLSearchParams(location.search)
const faults = parameters.get('faults') ?? ''
const only = parameters.get('check') ?? ''
const checks = [
  ...CALL_CHECKS,
  ...REPORT_CHECKS,
  ...SERVER_CHECKS,
  ...TRANSPORT_CHECKS,
  ...STORE_CHECKS,
  ...PLACE_CHECKS,
  ...REPLAY_CHECKS,
].filter(({ name, needs }) => name.includes(only) && (HAS_RTC || !needs))
const has = (name: string, is: boolean): string => `${is ? 'has' : 'no'} ${name}`

window.results = {
  total: checks.length,
  about: [
    has('RTCPeerConnection', HAS_RTC),
    has('CompressionStream', typeof CompressionStream !== 'undefined'),
    has('locks', 'locks' in navigator),
    has('fetchLater', 'fetchLater' in globalThis),
    has('storage buckets', 'storageBuckets' in navigator),
  ].join(', '),
  done: [],
}
void runAll() // each check catches what it throws

async function runAll(): Promise<void> {
  for (const check of checks) window.results.done.push(await runOne(check))
}

async function runOne({ name, run }: Check): Promise<CheckResult> {
  const scene = new Scene(faults)
  const began = performance.now()
  let error: string | null = null
  try {
    await within(CHECK_LIMIT_MS, run(scene))
    if (scene.errors.length > 0) error = `the exporter said: ${scene.errors.join('; ')}`
  } catch (cause) {
    error = [String(cause instanceof Error ? cause.message : cause), ...scene.errors].join('; ')
  }
  const ms = Math.round(performance.now() - began)
  try {
    await within(END_LIMIT_MS, scene.end())
  } catch (cause) {
    error ??= `afterwards: ${String(cause)}`
  }
  return { name, ms, error }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no end within ${limitMs} ms`)), limitMs)
  })
  await Promise.race([work, late])
}
