// Opens an example's page, uses it, and holds what a real collector got against what must be there.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright'
import { startCollector } from '../../collector/src/serve.ts'
import type { Example } from './examples.ts'
import { check, isLive, itemsOf, left } from './received.ts'
import type { Received } from './received.ts'

const LIMIT_MS = 30_000

/** Resolves to what was measured. @throws Error with what is wrong */
export async function visit(browser: Browser, url: string, example: Example): Promise<string> {
  const collector = await startCollector({ log: () => {} })
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  const received = (): Promise<Received> => itemsOf(collector.store)
  const until = (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> =>
    waitFor(isSo, async () => `${what}; ${describe(await received(), errors)}`)
  try {
    await page.goto(`${url}&url=${encodeURIComponent(`${collector.url}/ingest`)}`)
    const calls = example.isFramework ? 2 : 1
    for (let call = 1; call <= calls; call++) {
      if (call > 1) await page.click('#toggle')
      await until(`call ${call}: no stats of ${example.peers.join(' and ')}`, async () =>
        isLive(await received(), call, example.peers),
      )
      await until(`call ${call}: not one worker`, () => page.workers().length === 1)
      if (example.isFramework) await useComponent(page, until, received, call)
      await page.click('#toggle')
      await until(`call ${call}: not all peers said goodbye`, async () =>
        left(await received(), call, example.peers),
      )
      await until(`call ${call}: a worker is left`, () => page.workers().length === 0)
    }
    check(await received(), calls, example.peers)
    if (errors.length > 0) throw new Error(`errors on the page: ${errors.join('; ')}`)
    return describe(await received(), errors)
  } finally {
    await page.close()
    await collector.close()
  }
}

/** The live number, and a peer that goes while the call goes on. */
async function useComponent(
  page: Page,
  until: (what: string, isSo: () => boolean | Promise<boolean>) => Promise<void>,
  received: () => Promise<Received>,
  call: number,
): Promise<void> {
  const output = page.locator('output')
  await until('no live bitrate', async () => /^[1-9]\d* kbit\/s$/.test(await output.innerText()))
  await page.click('#without-bob')
  await until('Bob is still monitored', async () => left(await received(), call, ['bob']))
}

async function waitFor(
  isSo: () => boolean | Promise<boolean>,
  reason: () => Promise<string>,
): Promise<void> {
  for (const began = Date.now(); Date.now() - began < LIMIT_MS; await sleep(100)) {
    if (await isSo()) return
  }
  throw new Error(await reason())
}

function describe(received: Received, errors: readonly string[]): string {
  const counts = received.map(({ items }) => items.length).join(' + ')
  const events = received.flatMap(({ items }) => items.map(({ peerId }) => peerId))
  const peers = [...new Set(events)].filter((peerId) => peerId !== null).join(', ')
  const wrong = errors.length > 0 ? `, page errors: ${errors.join('; ')}` : ''
  return `${counts || 'no'} items of ${peers || 'nobody'}${wrong}`
}
