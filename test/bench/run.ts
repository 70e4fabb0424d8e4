// `npm run bench`: what a poll costs the page, beside the least that it can cost.
import { parseArgs } from 'node:util'
import { measure } from './blocks.ts'
import type { Plan } from './blocks.ts'
import { figuresOf } from './figures.ts'
import { openBench } from './harness.ts'
import { SCENARIO_NAMES, SCENARIOS } from './scenarios.ts'

const PLANS: readonly Plan[] = [
  { name: 'idle', times: 3 },
  { name: 'getStats', times: 3 },
  { name: 'floor', times: 5 },
  { name: 'clone', times: 2 },
  { name: 'ours', times: 5 },
]

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: SCENARIO_NAMES.join() },
    contenders: { type: 'string', default: PLANS.map(({ name }) => name).join() },
    rounds: { type: 'string' },
  },
})
const names = options.only.split(',')
const wanted = new Set(options.contenders.split(',')).add('idle')
const rounds = options.rounds === undefined ? null : Number(options.rounds)
const scenarios = SCENARIO_NAMES.filter((name) => names.includes(name))
const plans = PLANS.filter(({ name }) => wanted.has(name)).map(({ name, times }) => ({
  name,
  times: rounds ?? times,
}))

const ms = (value: number): string => value.toFixed(2)

const bench = await openBench()
try {
  for (const name of scenarios) {
    const call = await bench.openCall(SCENARIOS[name])
    console.log(`\n${name}: ${call.stats} stats`)
    const blocks = await measure(call.near, plans)
    const figures = figuresOf(blocks)
    const floor = figures.get('floor')
    for (const [contender, { quietestMs, medianMs }] of figures) {
      const ratio = floor
        ? `${ms(quietestMs / floor.quietestMs)} x floor, median ${ms(medianMs / floor.medianMs)}`
        : ''
      const all = blocks.get(contender)?.map(ms).join(' ') ?? ''
      console.log(
        `  ${contender}: ${ms(quietestMs)} ms, median ${ms(medianMs)}; ${ratio}  [${all}]`,
      )
    }
    await call.close()
  }
} finally {
  await bench.close()
}
