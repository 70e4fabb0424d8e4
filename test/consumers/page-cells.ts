// A cell per consumer and browser: the page is served and visited, and what it says is held against what is expected.
import { randomUUID } from 'node:crypto'
import type { Visit } from './browsers.ts'
import type { Served } from './exec.ts'
import { expectedOf } from './expected.ts'
import { once } from './lab.ts'
import type { Cell, Lab } from './lab.ts'
import type { Consumer, View } from './makers.ts'

/** The consumer is installed, built and served once, for all of its browsers. */
export function pageCells(lab: Lab, consumer: Consumer): Cell[] {
  const site = once(async () => {
    const folder = await lab.install(consumer.name, consumer.packages)
    const served = await consumer.serve(folder, lab)
    lab.onClose(() => served.close())
    return served
  })
  return consumer.browsers.map((view) => ({
    name: `${consumer.name} ${view}`,
    run: async () => visit(lab, consumer.name, await site(), view),
  }))
}

async function visit(
  lab: Lab,
  consumer: string,
  { url, violations = [] }: Served,
  view: View,
): Promise<string> {
  const session = randomUUID()
  const query = new URLSearchParams({ collector: lab.collector.url, session })
  if (view === 'older') query.set('older', '')
  const reportedBefore = violations.length
  const browser = await lab.browser(view === 'older' ? 'chromium' : view)
  const visited = await browser.visit(`${url}/?${query}`)
  const seen = withReports(visited, violations.slice(reportedBefore))
  const faults = [...faultsOf(consumer, seen), ...(await missingOf(lab, consumer, session))]
  const said = describe(seen)
  if (faults.length > 0) throw new Error(`${faults.join('; ')} (${said})`)
  return said
}

/** The page hears of its own violations, the server also of those in workers. */
function withReports({ result, ...rest }: Visit, reported: readonly string[]): Visit {
  if (!result) return { result, ...rest }
  const violations = [...new Set([...result.violations, ...reported])]
  return { result: { ...result, violations }, ...rest }
}

function faultsOf(consumer: string, { result, pageErrors }: Visit): string[] {
  if (!result) return ['the page had no result in time', ...pageErrors]
  const expected = expectedOf(consumer)
  const { mode, errors, succeeded, violations, unsettled, uncaught } = result
  const faults: string[] = []
  if (mode !== expected.mode) faults.push(`mode: expected ${expected.mode}, got ${mode}`)
  if (errors.length !== expected.failures) {
    faults.push(`expected ${expected.failures} error events, got ${errors.length}`)
  }
  const { says } = expected
  if (says && !errors.some((error) => error.includes(says))) faults.push(`no error says ${says}`)
  if (succeeded !== (expected.mode !== 'none')) faults.push(`success: ${succeeded}`)
  for (const violation of violations) {
    const isDue = expected.violates?.some((directive) => violation.startsWith(`${directive} `))
    if (!isDue) faults.push(`violation: ${violation}`)
  }
  if (unsettled.length > 0) faults.push(`unsettled: ${unsettled.join(', ')}`)
  for (const error of new Set([...uncaught, ...pageErrors])) faults.push(`uncaught: ${error}`)
  return faults
}

/** Both peers must have got there, with their stats; nothing at all where no engine runs. */
async function missingOf(lab: Lab, consumer: string, session: string): Promise<string[]> {
  const peers = (await lab.collector.store.session(session))?.peers ?? []
  if (expectedOf(consumer).mode === 'none') return peers.length > 0 ? ['something arrived'] : []
  const arrived = peers.filter(({ stats }) => stats > 0).map(({ peerId }) => peerId)
  return ['alice', 'bob']
    .filter((peer) => !arrived.includes(peer))
    .map((peer) => `no stats of ${peer} arrived`)
}

function describe({ result, consoleErrors }: Visit): string {
  if (!result) return consoleErrors.join(' | ')
  const parts = [
    `mode ${result.mode}`,
    `${result.succeeded ? 'first' : 'no'} success after ${result.successMs} ms`,
  ]
  if (result.errors.length > 0) parts.push(`errors: ${result.errors.join(' | ')}`)
  if (result.violations.length > 0) parts.push(`violations: ${result.violations.join(' | ')}`)
  return parts.join(', ')
}
