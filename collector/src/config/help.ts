// What `--help` shows: made of the table of settings, at most 100 columns wide.
import { envOf } from './setting.ts'
import type { Command, Setting } from './setting.ts'
import { settingsOf } from './settings.ts'

const NAME = 'webrtc-stats-collector'
const GAP = 2

const HEADS: Readonly<Record<Command, string>> = {
  serve: `Receives what webrtc-stats-exporter sends, keeps it, and writes room records.

  ${NAME} [options]
  ${NAME} data-stream --from TIME --to TIME [options]   writes room records again
  ${NAME} data-stream --help`,
  'data-stream': `Writes the room records of a span of time again, of what was kept.

  ${NAME} data-stream --from TIME --to TIME [--out FOLDER] [options]`,
}

type Row = readonly [left: string, right: string]

const SPAN: readonly Row[] = [
  ['--from TIME', 'first moment, as 2026-03-01 (UTC) or 2026-03-01T12:00:00Z'],
  ['--to TIME', 'first moment that is no more written'],
  ['--out FOLDER', 'for the files, in place of --streams-dir and the bucket'],
]

const FOOT = `Each option can also stand in the environment (--max-body-bytes is COLLECTOR_MAX_BODY_BYTES; commas
between several) and in the JSON file of --config, by its name: { "port": 8787, "origin": [...] }.
A flag goes before the environment, the environment before the file. "..." may be repeated.`

/** The whole text, with a line break at its end. */
export function helpOf(command: Command): string {
  const groups = new Map<string, Row[]>()
  if (command === 'data-stream') groups.set('What', [...SPAN])
  for (const setting of settingsOf(command)) {
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), rowOf(setting)])
  }
  groups.set('More', [
    ['--config FILE', 'a JSON file of options (COLLECTOR_CONFIG)'],
    ['--help, --version', ''],
  ])
  const width = Math.max(...[...groups.values()].flat().map(([left]) => left.length)) + GAP
  const lines = ([left, right]: Row): string => `  ${left.padEnd(width)}${right}`.trimEnd()
  const parts = [...groups].map(([group, rows]) => [group, ...rows.map(lines)].join('\n'))
  return `${[HEADS[command], ...parts, FOOT].join('\n\n')}\n`
}

function rowOf(setting: Setting<unknown>): Row {
  const { name, kind, hasNoFlag, about } = setting
  const flag = `--${name} ${kind.placeholder}${kind.isMany ? ' ...' : ''}`
  const left = hasNoFlag ? `${envOf(setting)}=${kind.placeholder}` : flag
  const usually = defaultOf(setting)
  return [left, usually === null ? about : `${about} (default: ${usually})`]
}

/** What holds where nothing is set; null where that is nothing. */
export function defaultOf(setting: Setting<unknown>): string | null {
  const { otherwise, default: value } = setting
  return otherwise ?? (value === null ? null : String(value))
}
