// The unit of a metric, which its name tells.

const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/bitrate$/i, 'bit/s'],
  [/Ms$/, 'ms'],
  [/Pct$/, '%'],
  [/Sec$/, 's'],
  [/(Rate|Fps)$/, '1/s'],
  [/^fps[A-Z]/, '1/s'],
  [/Delta$/, 'count'],
  [/^framesInFlight$/, 'frames'],
  [/^avgQp$/, "codec's scale"],
  [/^(audioLevelRms|corruptionProbability)$|^qualityLimitation\./, '0..1'],
  [/^lossBasis$/, 'name'],
]

/** Throws where the name has none: then it wants another name, or a line here. */
export function unitOf(metric: string): string {
  const [, unit] = BY_NAME.find(([pattern]) => pattern.test(metric)) ?? []
  if (unit === undefined) throw new Error(`unit: expected one in the name, got ${metric}`)
  return unit
}
