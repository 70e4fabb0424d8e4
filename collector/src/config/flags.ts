// The words after the program's name: a command, and flags with their values.

export interface Words {
  /** What is no flag. */
  readonly commands: readonly string[]
  /** By name, without dashes. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** Those that have no value. */
  readonly switches: ReadonlySet<string>
  readonly sentences: readonly string[]
}

const SWITCHES: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
}

/** `--name value` and `--name=value`; which names there are is not known here. */
export function readWords(argv: readonly string[]): Words {
  const commands: string[] = []
  const flags = new Map<string, string[]>()
  const switches = new Set<string>()
  const sentences: string[] = []
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    const known = SWITCHES[word]
    if (known !== undefined) switches.add(known)
    else if (!word.startsWith('--')) {
      if (word.startsWith('-') && word !== '-') sentences.push(`${word}: expected two dashes`)
      else commands.push(word)
    } else {
      const [, name = '', inline] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
      const next = argv[at + 1]
      const value = inline ?? (next?.startsWith('--') ? undefined : next)
      if (value === undefined) sentences.push(`--${name}: expected a value, got none`)
      else flags.set(name, [...(flags.get(name) ?? []), value])
      if (inline === undefined && value !== undefined) at += 1
    }
  }
  return { commands, flags, switches, sentences }
}
