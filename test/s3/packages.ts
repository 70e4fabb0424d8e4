// OpenStack Swift out of Debian's packages, unpacked in a folder of the project: nothing is installed.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const WHAT_TO_DO =
  "The tests of the S3 sink run against Swift from Debian's packages (python3-swift). They need Debian 12 or newer, or " +
  'Ubuntu, and once its package mirror: run `apt-get update`, and see that it works.'

/** Kept from one run to the next. */
export const CACHE: string = resolve(import.meta.dirname, '../../.tmp/s3')

/**
 * The folder that the packages are unpacked in. The first time takes some seconds.
 * @throws Error which says what to do, where they cannot be had
 */
export async function ensurePackages(): Promise<string> {
  const root = join(CACHE, 'root')
  if (existsSync(root)) return root
  const apt = join(CACHE, 'apt')
  const unpacked = join(CACHE, 'unpacked')
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(unpacked, { recursive: true })
  try {
    // A machine that is new has no lists of packages, or old ones.
    await download(apt, []).catch(() => downloadWithNewLists(apt))
    const archives = join(apt, 'archives')
    for (const deb of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(archives, deb), unpacked])
    }
  } catch (cause) {
    throw new Error(WHAT_TO_DO, { cause })
  }
  rmSync(apt, { recursive: true })
  renameSync(unpacked, root)
  return root
}

/** What this machine lacks of it, into a folder of ours: `-d` installs nothing. */
async function download(folder: string, options: readonly string[]): Promise<void> {
  mkdirSync(join(folder, 'archives/partial'), { recursive: true })
  const wanted = ['install', '-d', '-y', '--no-install-recommends', 'python3-swift']
  await run('apt-get', [...optionsOf(folder), ...options, ...wanted])
}

async function downloadWithNewLists(folder: string): Promise<void> {
  const lists = ['-o', `Dir::State::lists=${folder}/lists/`]
  mkdirSync(join(folder, 'lists/partial'), { recursive: true })
  await run('apt-get', [...optionsOf(folder), ...lists, 'update'])
  await download(folder, lists)
}

/** Without the lock and the sandbox it takes no root. */
function optionsOf(folder: string): string[] {
  const settings = ['Debug::NoLocking=1', 'APT::Sandbox::User=', `Dir::Cache=${folder}/`]
  return ['-qq', ...settings.flatMap((setting) => ['-o', setting])]
}
