// Reads the live page as a person does: what is visible, found by its words and by its role; nothing else of it is known here.
import type { Locator, Page } from 'playwright'

/** A line under "What went wrong". */
export interface ReadFinding {
  /** `12:03:07`, both the same where it took no time. */
  readonly from: string
  readonly to: string
  readonly text: string
  /** As it is said after `Cause:`; empty where it is not. */
  readonly cause: string
}

export interface ReadConnection {
  /** What the page says of it, by the name that stands before it. */
  readonly facts: ReadonlyMap<string, string>
  readonly findings: readonly ReadFinding[]
}

export interface ReadParticipant {
  /** As the link to him says. */
  readonly name: string
  /** What stands in his row, by the heading of the column. */
  readonly row: ReadonlyMap<string, string>
  readonly connections: readonly ReadConnection[]
}

/** Goes from the first page into the room of this name, and to everybody in it. */
export async function readRoom(page: Page, url: string, room: string): Promise<ReadParticipant[]> {
  await page.goto(`${url}/`)
  await page.getByRole('link', { name: room, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: room }).waitFor()
  const table = page.getByRole('table', { name: 'Numbers of each participant' })
  await table.waitFor()
  const rows = await readTable(table)
  const participants: ReadParticipant[] = []
  for (const row of rows) {
    // Beside the name stands what else there is of him.
    const [name = ''] = (row.get('Participant') ?? '').trim().split(/\s/)
    await table.getByRole('link', { name, exact: true }).click()
    participants.push({ name, row, connections: await readConnections(page, name) })
    await page
      .getByRole('navigation', { name: 'Where this is' })
      .getByRole('link', { name: room })
      .click()
  }
  return participants
}

async function readTable(table: Locator): Promise<ReadonlyMap<string, string>[]> {
  const headings = await table.getByRole('columnheader').allInnerTexts()
  const rows = await table.getByRole('row').all()
  const texts = await Promise.all(
    rows
      .slice(1)
      .map(async (row) => [
        ...(await row.getByRole('rowheader').allInnerTexts()),
        ...(await row.getByRole('cell').allInnerTexts()),
      ]),
  )
  return texts.map((cells) => new Map(headings.map((heading, at) => [heading, cells[at] ?? ''])))
}

async function readConnections(page: Page, name: string): Promise<ReadConnection[]> {
  await page.getByRole('heading', { level: 1, name }).waitFor()
  const findings = page.getByRole('region', { name: 'What went wrong' })
  await findings.waitFor()
  const choice = page.getByRole('combobox', { name: 'Connection' })
  const others = (await choice.count()) === 0 ? [] : await choice.getByRole('option').all()
  if (others.length === 0) return [await readConnection(page, findings)]
  const connections: ReadConnection[] = []
  for (const option of await Promise.all(others.map((other) => other.innerText()))) {
    await choice.selectOption({ label: option })
    const [pcId = ''] = option.split(':')
    await page.getByText(new RegExp(`, ${pcId}$`)).waitFor()
    connections.push(await readConnection(page, findings))
  }
  return connections
}

async function readConnection(page: Page, findings: Locator): Promise<ReadConnection> {
  await findings.getByText('Reading the call').waitFor({ state: 'detached' })
  const lines = await findings.getByRole('listitem').allInnerTexts()
  const region = page.getByRole('region', { name: 'The connection' })
  const [names, values] = await Promise.all([
    region.getByRole('term').allInnerTexts(),
    region.getByRole('definition').allInnerTexts(),
  ])
  return {
    facts: new Map(names.map((name, at) => [name, values[at] ?? ''])),
    findings: lines.map(readFinding),
  }
}

const LINE =
  /^(?<from>\d\d:\d\d:\d\d)(?: to (?<to>\d\d:\d\d:\d\d))?\s+(?<text>.*?)\.(?:\s+Cause: (?<cause>.*)\.)?$/s

/** @throws Error where it begins with no time */
function readFinding(line: string): ReadFinding {
  const { from, to = from, text, cause = '' } = LINE.exec(line.trim())?.groups ?? {}
  if (from === undefined || to === undefined || text === undefined)
    throw new Error(`expected a finding with its time, got "${line}"`)
  return { from, to, text, cause }
}
