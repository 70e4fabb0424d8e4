// Finds the browsers of this machine; where one is missing, gets it from the system's own packages.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface WebKit {
  readonly driver: string
  readonly browser: string
  readonly xvfb: string
}

/** @throws Error with the one command to type, where it is not here and cannot be had */
export function getFirefox(): string {
  return get('Firefox', ['firefox-esr'], () => onPath('firefox-esr') ?? onPath('firefox'))
}

/** @throws Error with the one command to type, where it is not here and cannot be had */
export function getWebKit(): WebKit {
  return get('WebKitGTK with its driver', ['webkit2gtk-driver', 'xvfb'], () => {
    const [driver, xvfb, browser] = [onPath('WebKitWebDriver'), onPath('Xvfb'), findMiniBrowser()]
    return driver && xvfb && browser ? { driver, xvfb, browser } : null
  })
}

function get<Found>(what: string, packages: readonly string[], find: () => Found | null): Found {
  const found = find()
  if (found) return found
  if (onPath('apt-get') && process.getuid?.() === 0) {
    process.stderr.write(
      `There is no ${what} here: installing ${packages.join(' ')} with apt-get.\n`,
    )
    apt(['update'])
    apt(['install', '-y', '--no-install-recommends', ...packages])
    const installed = find()
    if (installed) return installed
  }
  throw new Error(
    `There is no ${what} here. On Debian get it with: sudo apt-get install ${packages.join(' ')}`,
  )
}

/** A failure shows in what is found afterwards. stdout carries results only: what apt says goes to stderr. */
function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] })
}

function onPath(name: string): string | null {
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  return directories.map((directory) => join(directory, name)).find(isProgram) ?? null
}

/** It lies beside the library, in a folder that is named after the machine's architecture. */
function findMiniBrowser(): string | null {
  if (!existsSync('/usr/lib')) return null
  const places = readdirSync('/usr/lib').map((name) =>
    join('/usr/lib', name, 'webkit2gtk-4.1/MiniBrowser'),
  )
  return places.find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not for us
  }
}
