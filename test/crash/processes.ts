// Processes of this machine by their id: who descends from whom, and who is gone. Linux: all of it is read from /proc.
import { readdirSync, readFileSync } from 'node:fs'
import { poll } from './wait.ts'

const GONE_LIMIT_MS = 10_000

/** A process and all of its children, as they are now. */
export function family(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const status = Number.isInteger(pid) ? statusOf(pid) : null
    if (status) parents.set(pid, status.parent)
  }
  const found = [root]
  // The list grows while it is walked.
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child)
  }
  return found
}

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'

/** The signal to each that still is. */
export function signal(pids: readonly number[], name: Signal): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // it has ended by itself
    }
  }
}

/** Resolves when none of them runs any more. */
export async function gone(pids: readonly number[]): Promise<void> {
  await poll(
    `the end of ${pids.join(', ')}`,
    GONE_LIMIT_MS,
    () => pids.filter(isRunning),
    ({ length }) => length === 0,
  )
}

function isRunning(pid: number): boolean {
  const status = statusOf(pid)
  return status !== null && !ENDED.has(status.state)
}

/** Killed; a zombie's parent has not asked for its end yet, and may never. */
const ENDED: ReadonlySet<string> = new Set(['Z', 'X'])

interface Status {
  readonly state: string
  readonly parent: number
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html : the name in parentheses may hold anything. */
function statusOf(pid: number): Status | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return null // it has ended
  }
}
