// Reads Prometheus' text format, by its own description and by nothing of the library that writes it.

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
}

export interface Exposition {
  readonly families: readonly Family[]
  /** By name and labels, as they are written. */
  readonly series: ReadonlyMap<string, number>
}

const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/
const SAMPLE =
  /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (-?[\d.]+(?:e[+-]?\d+)?)$/

/** @throws Error which quotes the line that is none, or comes twice */
export function readExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('no line feed at the end')
  const families = new Map<string, { name: string; type: string; help: string }>()
  const series = new Map<string, number>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, word, name = '', rest = ''] = COMMENT.exec(line) ?? []
    if (word) {
      const family = families.get(name) ?? { name, type: '', help: '' }
      families.set(name, { ...family, [word === 'HELP' ? 'help' : 'type']: rest })
      continue
    }
    const [, key, value] = SAMPLE.exec(line) ?? []
    if (key === undefined || series.has(key)) throw new Error(`not a sample: ${line}`)
    const [base = ''] = key.split('{')
    if (!families.has(base) && !families.has(base.replace(/_(bucket|sum|count)$/, ''))) {
      throw new Error(`of no family: ${line}`)
    }
    series.set(key, Number(value))
  }
  return { families: [...families.values()], series }
}
