// What `npm run bench -- …` takes.
import { parseArgs } from 'node:util'
import type { Plan } from './blocks.ts'
import { CONTENDER_NAMES, CONTENDERS, isPeer } from './contenders.ts'
import { SCENARIO_NAMES } from './scenarios.ts'
import type { ScenarioName } from './scenarios.ts'

/** What is measured besides polls, of ours alone. */
const EXTRAS = ['task', 'worker', 'start', 'interval'] as const
export type ExtraName = (typeof EXTRAS)[number]

interface Options {
  readonly scenarios: readonly ScenarioName[]
  readonly plans: readonly Plan[]
  readonly needsPeers: boolean
  readonly extras: readonly ExtraName[]
}

/** @throws Error that says what was expected */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      contenders: { type: 'string' },
      rounds: { type: 'string' },
    },
  })
  const names = choose('contenders', CONTENDER_NAMES, values.contenders)
  const rounds = values.rounds === undefined ? null : Number(values.rounds)
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds: expected an integer > 0, got ${values.rounds}`)
  }
  const only = choose('only', [...SCENARIO_NAMES, ...EXTRAS], values.only)
  const scenarios = SCENARIO_NAMES.filter((name) => only.includes(name))
  return {
    scenarios,
    extras: EXTRAS.filter((name) => only.includes(name)),
    // All others are measured against it.
    plans: CONTENDER_NAMES.filter((name) => name === 'idle' || names.includes(name)).map(
      (name) => ({ name, times: rounds ?? CONTENDERS[name].times }),
    ),
    needsPeers: scenarios.length > 0 && names.some(isPeer),
  }
}

function choose<Name extends string>(
  option: string,
  names: readonly Name[],
  given: string | undefined,
): readonly Name[] {
  const wanted: readonly string[] = given?.split(',') ?? names
  const isKnown = (name: string): boolean => names.includes(name as Name)
  if (!wanted.every(isKnown)) {
    throw new Error(`--${option}: expected some of ${names.join()}, got ${given}`)
  }
  return names.filter((name) => wanted.includes(name))
}
