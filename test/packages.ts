// Servers out of Debian's packages, unpacked in a folder of the project: nothing is installed.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Wanted {
  /** Of Debian. */
  readonly name: string
  /** In which it is kept from one run to the next. */
  readonly cache: string
}

/** A folder for it, kept from one run to the next. */
export function cacheOf(name: string): string {
  return resolve(import.meta.dirname, '../.tmp', name)
}

/** `usr/lib/x86_64-linux-gnu` and the like, for `LD_LIBRARY_PATH`: empty where nothing was lacking. */
export function librariesIn(root: string): string {
  const folder = join(root, 'usr/lib')
  if (!existsSync(folder)) return ''
  const names = readdirSync(folder).filter((name) => name.endsWith('-linux-gnu'))
  return names.map((name) => join(folder, name)).join(':')
}

/**
 * The folder that the package is unpacked in, with what this machine lacks for it. The first time takes some seconds.
 * @throws Error which says what to do, where it cannot be had
 */
export async function ensurePackage({ name, cache }: Wanted): Promise<string> {
  const root = join(cache, 'root')
  if (existsSync(root)) return root
  const apt = join(cache, 'apt')
  const unpacked = join(cache, 'unpacked')
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(unpacked, { recursive: true })
  try {
    // A machine that is new has no lists of packages, or old ones.
    await download(name, apt, []).catch(() => downloadWithNewLists(name, apt))
    const archives = join(apt, 'archives')
    for (const deb of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(archives, deb), unpacked])
    }
  } catch (cause) {
    throw new Error(whatToDo(name), { cause })
  }
  rmSync(apt, { recursive: true })
  renameSync(unpacked, root)
  return root
}

/** What this machine lacks of it, into a folder of ours: `-d` installs nothing. */
async function download(name: string, folder: string, options: readonly string[]): Promise<void> {
  mkdirSync(join(folder, 'archives/partial'), { recursive: true })
  const wanted = ['install', '-d', '-y', '--no-install-recommends', name]
  await run('apt-get', [...optionsOf(folder), ...options, ...wanted])
}

async function downloadWithNewLists(name: string, folder: string): Promise<void> {
  const lists = ['-o', `Dir::State::lists=${folder}/lists/`]
  mkdirSync(join(folder, 'lists/partial'), { recursive: true })
  await run('apt-get', [...optionsOf(folder), ...lists, 'update'])
  await download(name, folder, lists)
}

/** Without the lock and the sandbox it takes no root. */
function optionsOf(folder: string): string[] {
  const settings = ['Debug::NoLocking=1', 'APT::Sandbox::User=', `Dir::Cache=${folder}/`]
  return ['-qq', ...settings.flatMap((setting) => ['-o', setting])]
}

function whatToDo(name: string): string {
  const needs = `This test runs against a server from Debian's packages (${name}). It needs Debian 12 or newer, or Ubuntu, `
  return `${needs}and once its package mirror: run \`apt-get update\`, and see that it works.`
}
