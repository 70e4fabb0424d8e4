// chrome://discards: the browser's own page that throws a tab out of memory, as it does where memory is short.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tab } from './tab.ts'
import { poll } from './wait.ts'

const ROW_LIMIT_MS = 10_000
const DISCARD_LIMIT_MS = 10_000

/** Before the browser starts: its internal pages are closed by default. */
export async function allowInternalPages(profile: string): Promise<void> {
  const state = JSON.stringify({ internal_only_uis_enabled: true })
  await writeFile(join(profile, 'Local State'), state)
}

/** Resolves when the page lists the tab of this address. */
export async function findInDiscards(discards: Tab, address: string): Promise<void> {
  await poll(
    `${address} in chrome://discards`,
    ROW_LIMIT_MS,
    () => discards.call(rowOf, address, false),
    (row) => row !== null,
    50,
  )
}

/** Resolves when the tab is discarded. No debugger may be attached to it, and it has to be hidden. */
export async function discard(discards: Tab, address: string): Promise<void> {
  await poll(
    `the discard of ${address}`,
    DISCARD_LIMIT_MS,
    () => discards.call(rowOf, address, true),
    // The page is renewed once a second.
    (row) => row !== null && /discarded/.test(row),
    200,
  )
}

/** In the page: what it says of a tab, and, where asked, a click on "Urgent Discard" unless that is done. */
function rowOf(address: string, isToBeDiscarded: boolean): string | null {
  const within = (root: Document | ShadowRoot | Element): Element[] =>
    [...root.querySelectorAll('*')].flatMap((element) => [
      element,
      ...(element.shadowRoot ? within(element.shadowRoot) : []),
    ])
  const row = within(document).find(
    ({ tagName, textContent }) => tagName === 'TR' && textContent?.includes(address),
  )
  const text = row?.textContent ?? null
  if (!row || !isToBeDiscarded || /discarded/.test(text ?? '')) return text
  const link = within(row).findLast(
    ({ children, textContent }) => children.length === 0 && /urgent/i.test(textContent ?? ''),
  )
  if (link instanceof HTMLElement) link.click()
  return text
}
