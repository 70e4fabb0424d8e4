// What there is to know of one setting.
import type { Kind } from './kinds.ts'

/** What the program can do. */
export type Command = 'serve' | 'data-stream'

/** The settings stand under these in the help. */
export type Group =
  | 'Listening'
  | 'Who may send'
  | 'Database'
  | 'Retention'
  | 'Room records'
  | 'S3'
  | 'Location'
  | 'Log'

export interface Setting<Value> {
  /** In a flag after `--`, and in the file. */
  readonly name: string
  /** Where another name is known everywhere. */
  readonly env?: string
  readonly group: Group
  readonly kind: Kind<Value>
  readonly default: Value
  /** Where the default is no constant. */
  readonly otherwise?: string
  /** One line, without a full stop. */
  readonly about: string
  /** Repeated to nobody. */
  readonly isSecret?: boolean
  /** Not to be seen in a list of processes: from the environment or the file alone. */
  readonly hasNoFlag?: boolean
}

/** `max-body-bytes` is `COLLECTOR_MAX_BODY_BYTES`. */
export function envOf({ name, env }: Setting<unknown>): string {
  return env ?? `COLLECTOR_${name.toUpperCase().replaceAll('-', '_')}`
}
