// WebKitGTK, through plain WebDriver over HTTP (https://www.w3.org/TR/webdriver2/), on a screen of its own.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { within } from './engine.ts'
import type { Launch } from './engine.ts'
import { getWebKit } from './get.ts'

const START_LIMIT_MS = 20_000

interface Session {
  readonly sessionId: string
  readonly capabilities: { readonly browserName: string; readonly browserVersion: string }
}

export const launchWebKit: Launch = async () => {
  const { driver, browser, xvfb } = getWebKit()
  const started: ChildProcess[] = []
  // A signal ends this process before anything below is waited for.
  process.once('exit', () => started.forEach((child) => child.kill()))
  const endAll = async (): Promise<void> => {
    for (const child of started.splice(0).reverse()) await end(child)
  }
  try {
    const screen = spawn(xvfb, ['-displayfd', '3', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    started.push(screen)
    const display = await within(START_LIMIT_MS, 'Xvfb', readLine(screen.stdio[3] as Readable))
    const port = await freePort()
    const env = {
      ...process.env,
      DISPLAY: `:${display}`,
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Its sandbox does not start as root.
      ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    }
    started.push(spawn(driver, [`--port=${port}`], { env, stdio: 'ignore' }))
    const ask = client(`http://127.0.0.1:${port}`)
    await within(START_LIMIT_MS, 'WebKitWebDriver', answering(ask))
    const options = { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } }
    const { sessionId, capabilities } = await ask<Session>('POST', '/session', {
      capabilities: { alwaysMatch: options },
    })
    const session = `/session/${sessionId}`
    return {
      version: `${capabilities.browserName} ${capabilities.browserVersion}`,
      open: (address) => ask('POST', `${session}/url`, { url: address }),
      evaluate: (expression) =>
        ask('POST', `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
      async close() {
        // The session's end closes its MiniBrowser.
        await ask('DELETE', session)
          .catch(() => {})
          .finally(endAll)
      },
    }
  } catch (error) {
    await endAll()
    throw error
  }
}

type Ask = <Value>(method: string, path: string, body?: object) => Promise<Value>

function client(base: string): Ask {
  return async <Value>(method: string, path: string, body?: object) => {
    const response = await fetch(base + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(START_LIMIT_MS),
    })
    const { value } = (await response.json()) as { value: Value & { message?: string } }
    if (!response.ok) throw new Error(`${method} ${path}: ${value.message}`)
    return value
  }
}

async function answering(ask: Ask): Promise<void> {
  while (!(await ask('GET', '/status').catch(() => null))) await sleep(50)
}

async function readLine(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.trim()
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}
