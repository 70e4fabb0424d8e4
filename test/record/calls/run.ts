// Records calls with faults whose times are known: `npm run record:calls [-- --only busy-cpu] [--out FOLDER]`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCollector } from '../../../collector/src/serve.ts'
import { launch } from '../../crash/cdp.ts'
import { serveSite } from '../../crash/site.ts'
import { startTurnServer } from '../../turn-server.ts'
import { openGate } from './gate.ts'
import { BUSY_CPU } from './busy-cpu.ts'
import { LOSSY_NETWORK } from './lossy-network.ts'
import { OUTAGE } from './outage.ts'
import { makeCall } from './room.ts'
import type { Plan } from './room.ts'
import type { Truth } from './truth.ts'

const PLANS: readonly Plan[] = [LOSSY_NETWORK, BUSY_CPU, OUTAGE]
const OUT = join(import.meta.dirname, '../../fixtures/calls')
/** For what is late. */
const LATE_MS = 3000
const MACHINE = [
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
]

/** Writes the recording, and beside it what was done to the call. */
async function record(plan: Plan, out: string): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'record-calls-'))
  const collector = await startCollector({ log: () => {} })
  const gate = await openGate(collector.url)
  const [site, turn] = await Promise.all([serveSite(gate.url), startTurnServer()])
  const browser = await launch({ profile, args: MACHINE })
  try {
    const truth = await makeCall(plan, { browser, site: site.url, turn }, gate)
    await sleep(LATE_MS)
    const lines = gzipSync(await download(collector.url, truth), { level: 9 })
    writeFileSync(join(out, `${plan.name}.jsonl.gz`), lines)
    writeFileSync(join(out, `${plan.name}.truth.json`), `${JSON.stringify(truth, null, 2)}\n`)
    console.log(`${plan.name}: ${Math.round(lines.length / 1000)} kB`)
  } finally {
    await browser.close()
    await Promise.all([site.close(), turn.close(), gate.close()])
    await collector.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The sessions of all who took part, one after the other. */
async function download(collectorUrl: string, { participants }: Truth): Promise<string> {
  const texts: string[] = []
  for (const { sessionId } of participants) {
    const answer = await fetch(`${collectorUrl}/sessions/${sessionId}/items.jsonl`)
    if (!answer.ok) throw new Error(`${sessionId}: expected its items, got ${answer.status}`)
    texts.push(await answer.text())
  }
  return texts.join('')
}

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, out: { type: 'string', default: OUT } },
})
const { only, out } = options
const wanted = PLANS.filter(({ name }) => only === undefined || name === only)
if (wanted.length === 0) {
  throw new Error(`--only: expected ${PLANS.map(({ name }) => name).join(' or ')}, got ${only}`)
}

// What is still open then is ended by its pid.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

mkdirSync(out, { recursive: true })
for (const plan of wanted) await record(plan, out)
