// `npm run bench`: what a poll costs the page, beside the least that it can cost and beside everybody else.
import { measure } from './blocks.ts'
import { figuresOf } from './figures.ts'
import { openBench } from './harness.ts'
import type { Bench } from './harness.ts'
import { installPeers } from './install.ts'
import { readLongestTask } from './longest-task.ts'
import { readOptions } from './options.ts'
import type { ExtraName } from './options.ts'
import type { Reading } from './reading.ts'
import { SCENARIOS } from './scenarios.ts'
import { readStartUp } from './start-up.ts'
import { readAtInterval } from './at-interval.ts'
import { costTable, peerNotes, readingTable } from './table.ts'
import type { Measured } from './table.ts'
import { judge } from './verdict.ts'
import { readWorkerCpu } from './worker-cpu.ts'

const { scenarios, plans, needsPeers, extras } = readOptions()
if (needsPeers) installPeers()

const READ = {
  worker: readWorkerCpu,
  task: readLongestTask,
  start: readStartUp,
  interval: readAtInterval,
} satisfies Readonly<Record<ExtraName, (bench: Bench) => Promise<Reading[]>>>

const bench = await openBench()
const measured: Measured[] = []
const readings: Reading[] = []
try {
  for (const scenario of scenarios) {
    await orSay(`${scenario}: a poll`, async () => {
      const { near, stats, close } = await bench.openCall(SCENARIOS[scenario])
      const blocks = await measure(near, plans, bench.site.onBody).finally(close)
      const figures = figuresOf(blocks)
      measured.push({ scenario, stats, figures })
      readings.push(...judge(scenario, figures))
      // What a reader who doubts the table wants to see.
      const texts = [...blocks].map(
        ([name, values]) => `${name} ${values.map((ms) => ms.toFixed(2)).join(' ')}`,
      )
      console.error(`${scenario}: ${texts.join(', ')}`)
    })
  }
  for (const [name, read] of Object.entries(READ)) {
    if (!extras.includes(name as ExtraName)) continue
    await orSay(name, async () => readings.push(...(await read(bench))))
  }
} finally {
  await bench.close()
}

const [first] = measured
if (first) console.log(`${costTable(measured)}\n\n${peerNotes(first.figures)}\n`)
console.log(readingTable(readings))
if (!readings.every(({ isMet }) => isMet)) process.exitCode = 1

/** What fails is a target that is missed; the rest is measured all the same. */
async function orSay(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    console.error(error)
    readings.push({ what, measured: 'failed', target: 'to be measured', isMet: false })
  }
}
