// `npm run bench:worker`: CPU of the whole engine per poll in Node, by stage, from the report to the answer.
import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { CapturedReport, WorkerConfig, WorkerMessage } from '../../src/protocol.ts'
import type { Stat } from '../../src/stats.ts'
import type { Transport } from '../../transports/transport.ts'
import { createEngine } from '../../workers/engine.ts'
import { createMemoryStore } from '../../workers/memory-store.ts'
import { createChannel } from '../channel.ts'
import { createFakeClock } from '../fake-clock.ts'
import { CONFIG, PAGE } from '../worker-config.ts'
import { mediaCall } from './calls.ts'
import type { ReadCall } from './calls.ts'

export interface Row {
  readonly name: string
  /** CPU per poll, all threads; what the same engine takes with nothing to do is taken off. */
  readonly cpuMs: number
  /** Time on the engine's own thread per poll, by stage. */
  readonly stagesMs: Readonly<Record<string, number>>
}

const CALLS: Readonly<Record<string, ReadCall>> = {
  s1: mediaCall(1, true),
  sfu10: mediaCall(10, false),
  sfu50: mediaCall(50, false),
}
const WARM_UP = 40
const POLLS = 60
const ROUNDS = 3
const STEPS = 2
const STEP_MS = 4
/** What is between two samples, 0.1 ms, is longer where another program had the processor. */
const MAX_SAMPLE_MS = 0.5

/** Whatever a stage calls is a part of it, but for what is a stage itself. */
const STAGES: Readonly<Record<string, string>> = {
  intake: 'intake',
  normalize: 'normalize',
  derive: 'derive',
  quality: 'judge',
  summary: 'summary',
  redact: 'redact',
  detail: 'encode',
  item: 'encode',
  tail: 'tail',
  timeline: 'timeline',
  journal: 'journal',
  'put-items': 'journal',
  seal: 'seal',
  shelf: 'seal',
  queue: 'store',
  'memory-store': 'store',
  ledger: 'store',
  depot: 'store',
  outcome: 'answer',
  settler: 'answer',
  body: 'body',
  encode: 'gzip',
  sender: 'send',
}

/** Measures each call. */
export async function worker(
  config: Partial<WorkerConfig> = {},
  only: readonly string[] = [],
): Promise<Row[]> {
  const rows: Row[] = []
  for (const [name, read] of Object.entries(CALLS)) {
    if (only.length > 0 && !only.includes(name)) continue
    const cpus: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const idle = await runCall(() => [], config)
      cpus.push((await runCall(read, config)).cpuMs - idle.cpuMs)
    }
    const { profile } = await runCall(read, config, true)
    const stagesMs = profile ? byStage(profile) : {}
    rows.push({ name, cpuMs: cpus.toSorted((one, other) => one - other)[1] ?? NaN, stagesMs })
  }
  return rows
}

/** One engine, whose page answers each pull with a report that is ready, and whose endpoint takes everything. */
async function runCall(read: ReadCall, config: Partial<WorkerConfig>, isProfiled = false) {
  const clock = createFakeClock()
  let sent = 0
  const endpoint: Transport = {
    name: 'bench',
    async send({ count }) {
      sent += count
      return { status: 'ok' }
    },
    close() {},
  }
  const { port, post } = createChannel(answer)
  const { getStatsInterval } = CONFIG
  const reports = Array.from({ length: WARM_UP + POLLS + 1 }, (_, seq) =>
    reportOf(read(seq, clock.now() + seq * getStatsInterval), seq, clock.now()),
  )
  let polls = 0
  function answer({ type, ...message }: WorkerMessage): void {
    if (type !== 'pull' || !('tick' in message)) return
    const report = reports[polls++]
    post({ type: 'reports', tick: message.tick, reports: report?.stats.length ? [report] : [] })
  }
  /** Compression has a thread of its own, for which the clock does not wait. */
  async function pass(count: number): Promise<void> {
    for (let step = 0; step < STEPS * count; step += 1) {
      await clock.advance(getStatsInterval / STEPS)
      await sleep(STEP_MS)
    }
  }
  const starting = createEngine(
    { ...CONFIG, transports: [{ ...CONFIG.transports[0]!, name: 'bench' }], ...config },
    port,
    PAGE,
    {
      ...{ clock, random: Math.random, newId: () => crypto.randomUUID(), navigator: {} },
      ...{ locks: null, openRollCall: () => null, createDisk: createMemoryStore, log: () => {} },
      transports: { bench: endpoint },
    },
  )
  await clock.advance(0)
  const engine = await starting
  await pass(WARM_UP)
  const session = new Session()
  if (isProfiled) await startProfile(session)
  const began = process.cpuUsage()
  await pass(POLLS)
  const { user, system } = process.cpuUsage(began)
  const { profile } = isProfiled ? await session.post('Profiler.stop') : { profile: null }
  await Promise.all([engine.destroy(0), clock.advance(1000)])
  if (reports[0]?.stats.length && sent < POLLS) throw new Error(`only ${sent} items were sent`)
  return { cpuMs: (user + system) / 1000 / POLLS, profile }
}

function reportOf(stats: readonly Stat[], seq: number, startedAt: number): CapturedReport {
  const timestamp = startedAt + seq * CONFIG.getStatsInterval
  const subject = { peerId: 'sfu', peerName: 'SFU', pcId: 'pc1' }
  return { ...subject, seq, timestamp, clock: timestamp, read: 'full', stats }
}

async function startProfile(session: Session): Promise<void> {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 100 })
  await session.post('Profiler.start')
}

/** Each sample is the nearest stage's, from the innermost frame outwards. */
function byStage({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile) {
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  )
  const known = new Map(nodes.map((node) => [node.id, node]))
  const stageOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : known.get(id)
    if (!node) return 'other'
    const { functionName, url } = node.callFrame
    if (functionName === '(idle)' || functionName === '(garbage collector)') return functionName
    const [, folder, file = ''] = /\/(workers|transports)\/([\w-]+)\.ts$/.exec(url) ?? []
    return (folder && STAGES[file]) || stageOf(parents.get(node.id))
  }
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const stage = stageOf(id)
    const tookMs = Math.min((timeDeltas[index] ?? 0) / 1000, MAX_SAMPLE_MS)
    times.set(stage, (times.get(stage) ?? 0) + tookMs / POLLS)
  }
  times.delete('(idle)')
  return Object.fromEntries(times)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const rows = await worker({}, process.argv.slice(2))
  const stages = [
    ...new Set([
      ...Object.values(STAGES),
      ...rows.flatMap(({ stagesMs }) => Object.keys(stagesMs)),
    ]),
  ]
  console.log(['ms per poll', ...rows.map(({ name }) => name)].join('\t'))
  for (const stage of stages) {
    console.log(
      [stage, ...rows.map(({ stagesMs }) => (stagesMs[stage] ?? 0).toFixed(2))].join('\t'),
    )
  }
  console.log(['CPU in all', ...rows.map(({ cpuMs }) => cpuMs.toFixed(2))].join('\t'))
}
