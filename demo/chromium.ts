// Finds the Chromium of this machine; where there is none, gets it from the system's own packages.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC_APPS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * A real call with no screen, no camera, no prompt, no gesture and nobody to phone home to: the sandbox is off because
 * containers run as root, QUIC because a loopback test must not depend on it.
 */
export const CHROMIUM_ARGS: readonly string[] = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
]

/** The path of an installed Chromium or Chrome, or null. `CHROMIUM_PATH` goes before all others. */
export function findChromium(): string | null {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env
  if (given) return isProgram(given) ? given : null
  const directories = PATH.split(delimiter).filter((directory) => directory !== '')
  const onPath = NAMES.flatMap((name) => directories.map((directory) => join(directory, name)))
  return [...onPath, ...(process.platform === 'darwin' ? MAC_APPS : [])].find(isProgram) ?? null
}

/**
 * As `findChromium`, and installs it where that takes no password: on Debian and Ubuntu, as root.
 * @throws Error with the one command to type, where it cannot
 */
export function ensureChromium(): string {
  const found = findChromium()
  if (found) return found
  const { CHROMIUM_PATH: given } = process.env
  if (given) throw new Error(`CHROMIUM_PATH: expected a program, got ${given}`)
  if (isDebian() && process.getuid?.() === 0) {
    process.stderr.write(
      'There is no Chromium here: installing the package chromium with apt-get.\n',
    )
    apt(['update'])
    apt(['install', '-y', '--no-install-recommends', 'chromium'])
    const installed = findChromium()
    if (installed) return installed
  }
  throw new Error(`There is no Chromium here. Get it with: ${commandToType()}`)
}

function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // stdout carries results only: what apt says goes to stderr.
  const { status, error } = spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  throw new Error(`apt-get ${args[0]} failed. Try: ${commandToType()}`, { cause: error })
}

function commandToType(): string {
  switch (process.platform) {
    case 'darwin':
      return 'brew install --cask chromium'
    case 'win32':
      return 'winget install Hibbiki.Chromium (and set CHROMIUM_PATH to its chrome.exe)'
    default:
      return linuxCommand()
  }
}

function linuxCommand(): string {
  const family = osFamily()
  if (family.includes('fedora')) return 'sudo dnf install chromium'
  if (family.includes('arch')) return 'sudo pacman -S chromium'
  if (family.includes('alpine')) return 'sudo apk add chromium'
  if (family.some((name) => name.includes('suse'))) return 'sudo zypper install chromium'
  return 'sudo apt-get install chromium'
}

function isDebian(): boolean {
  return osFamily().some((name) => name === 'debian' || name === 'ubuntu')
}

/** `ID` and `ID_LIKE` of https://www.freedesktop.org/software/systemd/man/os-release.html */
function osFamily(): string[] {
  try {
    const release = readFileSync('/etc/os-release', 'utf8')
    return [...release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, ids = '']) =>
      ids.split(' '),
    )
  } catch {
    return [] // not a Linux
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // not there, or not for us
  }
}

/** Run as a script: `npm test` has it ready before the first browser starts. */
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(ensureChromium())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
