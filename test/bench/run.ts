// `npm run bench`: what a poll costs the page, beside the least that it can cost and beside everybody else.
import { measure } from './blocks.ts'
import { figuresOf } from './figures.ts'
import { openBench } from './harness.ts'
import { installPeers } from './install.ts'
import { readOptions } from './options.ts'
import type { Reading } from './reading.ts'
import { SCENARIOS } from './scenarios.ts'
import { costTable, peerNotes, readingTable } from './table.ts'
import type { Measured } from './table.ts'
import { judge } from './verdict.ts'

const { scenarios, plans, needsPeers } = readOptions()
if (needsPeers) installPeers()

const bench = await openBench()
const measured: Measured[] = []
const readings: Reading[] = []
try {
  for (const scenario of scenarios) {
    const { near, stats, close } = await bench.openCall(SCENARIOS[scenario])
    const blocks = await measure(near, plans, bench.site.received)
    await close()
    const figures = figuresOf(blocks)
    measured.push({ scenario, stats, figures })
    readings.push(...judge(scenario, figures))
    // What a reader who doubts the table wants to see.
    const texts = [...blocks].map(
      ([name, values]) => `${name} ${values.map((ms) => ms.toFixed(2)).join(' ')}`,
    )
    console.error(`${scenario}: ${texts.join(', ')}`)
  }
} finally {
  await bench.close()
}

const [first] = measured
if (first) console.log(`${costTable(measured)}\n\n${peerNotes(first.figures)}\n`)
console.log(readingTable(readings))
if (!readings.every(({ isMet }) => isMet)) process.exitCode = 1
