// The collector is killed while it writes files of rooms: all of them are there in the end, as if it had not been.
import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { batchOf, itemOf } from './batches.ts'
import { TIMES } from './long.ts'
import { postBatch } from './posting.ts'

const KILLS = 2 * TIMES
const MINUTE_MS = 60_000
const START_MS = Date.parse('2026-03-01T12:00:00Z')
/** Minutes that end at once before each kill. */
const STEP = 20
/** From here on all rooms are closed. */
const REST_MS = 10 * MINUTE_MS
const CHILD = new URL('./rolling-child.ts', import.meta.url)
const CLI = fileURLToPath(new URL('../collector/src/cli.ts', import.meta.url))

let folder: string
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'collector-files-'))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

interface Life {
  readonly url: string
  setTime(to: number): void
  kill(): Promise<void>
}

async function begin(name: string, now: number): Promise<Life> {
  const directory = join(folder, name)
  mkdirSync(directory, { recursive: true })
  const args = [join(folder, `${name}.db`), directory, String(now)]
  const child = fork(CHILD, args, { execArgv: ['--import', 'tsx'] })
  children.push(child)
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    setTime: (to) => void child.send(to),
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** A call in each of three rooms, of which the last one has not ended. */
async function call({ url }: Life, step: number, now: number): Promise<void> {
  for (const room of [0, 1, 2]) {
    const timestamp = new Date(now).toISOString()
    const items = ['peerAdded', 'peerRemoved']
      .slice(0, room < 2 ? 2 : 1)
      .map((event, seq) => itemOf(seq, { event, tag: 'peer', data: null, timestamp }))
    const producer = `p ${step} ${room}`
    const batch = batchOf(items, { producer, sessionId: producer, exportedAt: timestamp })
    const client = { ...batch.client, roomId: `room ${room}` }
    expect(await postBatch(url, { ...batch, client })).toMatchObject({ status: 200 })
  }
}

/** The bytes of all files by name; those that are not whole yet have a name of their own. */
function filesIn(name: string): Record<string, string> {
  const directory = join(folder, name)
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const files = names.filter((each) => /\.(json|tmp)$/.test(each)).toSorted()
  return Object.fromEntries(
    files.map((each) => [each, readFileSync(join(directory, each), 'utf8')]),
  )
}

/** `seen`: what was whole at each kill. */
async function run(name: string, isKilled: boolean) {
  let now = START_MS
  let life = await begin(name, now)
  const seen: Record<string, string>[] = []
  for (let step = 0; step < KILLS; step += 1) {
    await call(life, step, now)
    now += STEP * MINUTE_MS
    life.setTime(now)
    if (isKilled) {
      await sleep(Math.random() * 60)
      await life.kill()
      const whole = Object.entries(filesIn(name)).filter(([file]) => file.endsWith('.json'))
      seen.push(Object.fromEntries(whole))
      life = await begin(name, now)
    }
  }
  now += REST_MS
  life.setTime(now)
  const count = KILLS * STEP + REST_MS / MINUTE_MS
  await expect.poll(() => Object.keys(filesIn(name)).length, { timeout: 60_000 }).toBe(count)
  return { life, seen }
}

/** What the program says, and its exit code. */
async function dataStream(data: string, from: number, to: number, out: string) {
  const times = [from, to].map((ms) => new Date(ms).toISOString())
  const flags = ['--from', times[0] ?? '', '--to', times[1] ?? '', '--out', join(folder, out)]
  const args = ['--import', 'tsx', CLI, 'data-stream', '--data', join(folder, data), ...flags]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const closed = once(child, 'close')
  const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)])
  const entries = said.split('\n').filter(Boolean)
  const reasons = entries.map((line) => (JSON.parse(line) as { reason?: string }).reason)
  return { code: (await closed)[0] as number, reasons: reasons.filter(Boolean), complained }
}

test(
  `${KILLS} kills while intervals end: the same files, and the program writes them again`,
  { timeout: 600_000 },
  async () => {
    const [killed, whole] = await Promise.all([run('killed', true), run('whole', false)])
    const files = filesIn('whole')
    expect(filesIn('killed')).toEqual(files)
    for (const before of killed.seen) expect(files).toMatchObject(before)
    const records = Object.values(files).flatMap((body) => JSON.parse(body) as unknown[])
    expect(records).toHaveLength(3 * KILLS)

    const endMs = START_MS + KILLS * STEP * MINUTE_MS + REST_MS
    const again = { code: 0, reasons: [], complained: '' }
    // While the server runs, and a part of it.
    expect(await dataStream('killed.db', START_MS, endMs, 'running')).toEqual(again)
    expect(filesIn('running')).toEqual(files)
    await Promise.all([killed.life.kill(), whole.life.kill()])
    const late = await dataStream('killed.db', START_MS, endMs + 1, 'stopped')
    const until = new Date(endMs).toISOString()
    expect(late).toEqual({ ...again, reasons: [`nothing is filed after ${until} yet`] })
    expect(filesIn('stopped')).toEqual(files)
  },
)

test('the program says what it cannot write', { timeout: 60_000 }, async () => {
  const [wrong, nothing] = await Promise.all([
    dataStream('none.db', START_MS + 1, START_MS, 'out'),
    dataStream('none.db', START_MS, START_MS + 1, 'out'),
  ])
  expect(wrong.code).toBe(2)
  expect(wrong.complained).toContain('--to: expected a time after --from\n')
  const data = join(folder, 'none.db')
  const complained = `--data: expected the database of a collector, and there is no ${data}\n`
  expect(nothing).toEqual({ code: 1, reasons: [], complained })
  expect(readdirSync(folder)).toEqual([])
})
