// A real TURN server (coturn) on an address of this machine, for calls that go over a relay.
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { openBadPath } from './bad-path.ts'
import type { Direction, Way } from './bad-path.ts'
import { cacheOf, ensurePackage, librariesIn } from './packages.ts'

export interface TurnServer {
  /** Makes a connection use nothing but the relay; over UDP on a bad path. */
  configuration(by: 'udp' | 'tcp'): RTCConfiguration
  /** As `configuration('udp')`, on a path of these ways, which is closed with the server. */
  configurationOver(openWay: (direction: Direction) => Way): Promise<RTCConfiguration>
  close(): Promise<void>
}

const CACHE = cacheOf('turn')
/** It ends by itself then: nobody else would end it after a run that was killed. */
const LIFE_SEC = 300
/** RFC 8489, 5: type, length 0, the magic cookie, an id of a transaction. */
const BINDING_REQUEST = Buffer.from(`000100002112a442${'01'.repeat(12)}`, 'hex')
const ASK_MS = 50
const START_LIMIT_MS = 10_000
const USER = { username: 'caller', credential: 'the-secret-of-the-caller' }

/** @throws Error which says what to do, where there can be none */
export async function startTurnServer(): Promise<TurnServer> {
  const root = await ensurePackage({ name: 'coturn', cache: CACHE })
  const folder = mkdtempSync(join(CACHE, 'run-'))
  const address = ownAddress()
  const port = await freePort(address)
  const args = [
    ...['--no-cli', '--no-tls', '--no-dtls', '--no-rfc5780', '--log-file', 'stdout'],
    ...['--listening-ip', address, '--relay-ip', address, '--listening-port', `${port}`],
    ...['--lt-cred-mech', '--realm', 'test', '--user', `${USER.username}:${USER.credential}`],
    // Its files would lie among those of the system.
    ...['-n', '--userdb', join(folder, 'users'), '--pidfile', join(folder, 'pid')],
  ]
  const program = join(root, 'usr/bin/turnserver')
  const env = { PATH: process.env['PATH'], LD_LIBRARY_PATH: librariesIn(root) }
  const child = spawn('timeout', ['--kill-after=1', `${LIFE_SEC}`, program, ...args], {
    env,
    stdio: 'pipe',
  })
  const ended = once(child, 'close')
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (said = `${said}${text}`.slice(-2000)))
  }
  const end = async (): Promise<void> => {
    child.kill('SIGTERM') // which is handed on
    await ended
    rmSync(folder, { recursive: true })
  }
  try {
    const early = ended.then(() => Promise.reject(new Error('it has ended')))
    await Promise.race([answers(address, port), early])
  } catch (cause) {
    await end()
    throw new Error(`The TURN server did not start: ${said}`, { cause })
  }
  const badPath = await openBadPath(address, port)
  const paths = [badPath]
  const configure = (by: 'udp' | 'tcp', to: number): RTCConfiguration => ({
    iceServers: [{ urls: `turn:${address}:${to}?transport=${by}`, ...USER }],
    iceTransportPolicy: 'relay',
  })
  return {
    configuration: (by) => configure(by, by === 'udp' ? badPath.port : port),
    async configurationOver(openWay) {
      const path = await openBadPath(address, port, openWay)
      paths.push(path)
      return configure('udp', path.port)
    },
    async close() {
      for (const path of paths) path.close()
      await end()
    },
  }
}

async function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4').bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Resolves when it does. */
async function answers(address: string, port: number): Promise<void> {
  const socket = createSocket('udp4')
  const ask = setInterval(() => socket.send(BINDING_REQUEST, port, address), ASK_MS)
  try {
    await once(socket, 'message', { signal: AbortSignal.timeout(START_LIMIT_MS) })
  } finally {
    clearInterval(ask)
    socket.close()
  }
}

/** A browser has no relay behind its loopback. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const own = all.find(({ family, internal }) => family === 'IPv4' && !internal)
  if (!own) throw new Error('A call over TURN needs an IPv4 address besides the loopback.')
  return own.address
}
