// A real S3 server on a port of this machine, which checks every signature, and can be killed.
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { cacheOf, ensurePackage, librariesIn } from '../packages.ts'

export const REGION = 'us-east-1'
export const ACCOUNT = { accessKeyId: 'test:tester', secretAccessKey: 'the-secret-of-the-tester' }

export interface S3Server {
  readonly endpoint: string
  /** Without S3, by Swift's own protocol and password: nothing of what is tested has a part in it. */
  makeBucket(bucket: string): Promise<void>
  /** As `makeBucket`: the bytes, or null where there are none. */
  read(bucket: string, key: string): Promise<Uint8Array | null>
  /** It takes connections, and says nothing. */
  freeze(): void
  /** SIGKILL. */
  kill(): Promise<void>
  /** On the same port, with what it has stored. */
  restart(): Promise<void>
  close(): Promise<void>
}

const CACHE = cacheOf('s3')

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** @throws Error which says what to do, where there can be none */
export async function startS3Server(): Promise<S3Server> {
  const root = await ensurePackage({ name: 'python3-swift', cache: CACHE })
  // Not in the system's folder for such: Swift keeps what it knows of a file in its attributes, which tmpfs may lack.
  const folder = mkdtempSync(join(CACHE, 'run-'))
  let child = startPython(root, folder, 0)
  const port = await portOf(child)
  const endpoint = `http://127.0.0.1:${port}`

  const own = async (method: string, path: string): Promise<Response> => {
    const { accessKeyId, secretAccessKey } = ACCOUNT
    const credentials = { 'X-Auth-User': accessKeyId, 'X-Auth-Key': secretAccessKey }
    const { headers } = await fetch(`${endpoint}/auth/v1.0`, { headers: credentials })
    const token = { 'X-Auth-Token': headers.get('x-auth-token') ?? '' }
    return fetch(`${headers.get('x-storage-url')}/${path}`, { method, headers: token })
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  return {
    endpoint,
    async makeBucket(bucket) {
      const { ok, status } = await own('PUT', bucket)
      if (!ok) throw new Error(`no bucket: ${status}`)
    },
    async read(bucket, key) {
      const response = await own('GET', `${bucket}/${encodeURIComponent(key)}`)
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
    },
    freeze() {
      child.kill('SIGSTOP')
    },
    kill,
    async restart() {
      child = startPython(root, folder, port)
      await portOf(child)
    },
    async close() {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

function startPython(root: string, folder: string, port: number): Child {
  // Debian's own Python: the C modules of the packages are built for it.
  const script = join(import.meta.dirname, 'server.py')
  const { accessKeyId, secretAccessKey } = ACCOUNT
  const args = ['-s', script, folder, `${port}`, accessKeyId, secretAccessKey]
  const env = {
    PATH: process.env['PATH'],
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
    LD_LIBRARY_PATH: librariesIn(root),
    // Beside the script it would lie among our files.
    PYTHONPYCACHEPREFIX: join(CACHE, 'compiled'),
  }
  return spawn('/usr/bin/python3', args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** What it prints when it listens; rejects with what it said where it ends before. */
async function portOf(child: Child): Promise<number> {
  let said = ''
  child.stderr.on('data', (text) => (said = `${said}${text}`.slice(-2000)))
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(Number(text)))
    child.once('error', (cause) => reject(new Error('There is no /usr/bin/python3.', { cause })))
    child.once('close', () => reject(new Error(`The S3 server did not start: ${said}`)))
  })
}
