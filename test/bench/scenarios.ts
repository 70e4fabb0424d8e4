// The calls that are measured (PERFORMANCE: s1, sfu10, sfu50, mesh10).

export interface Scenario {
  readonly connections: number
  /** Audio and video each, inbound, of one connection. */
  readonly streams: number
  /** The page sends as well, one audio and one video on each connection. */
  readonly isTwoWay: boolean
  /** Stopped when every stream has been decoded: so many decoders do not fit on two cores. */
  readonly stopsMedia: boolean
}

export const SCENARIOS = {
  s1: { connections: 1, streams: 1, isTwoWay: true, stopsMedia: false },
  sfu10: { connections: 1, streams: 10, isTwoWay: false, stopsMedia: true },
  sfu50: { connections: 1, streams: 50, isTwoWay: false, stopsMedia: true },
  mesh10: { connections: 10, streams: 1, isTwoWay: true, stopsMedia: false },
} as const satisfies Readonly<Record<string, Scenario>>

export type ScenarioName = keyof typeof SCENARIOS

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[]
