// Requests from an address of choice: all of 127.0.0.0/8 is this machine.
import { request } from 'node:http'
import type { Agent, IncomingHttpHeaders } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface RequestOptions {
  readonly method?: string
  readonly body?: string | Uint8Array
  readonly headers?: Record<string, string>
  readonly localAddress?: string
  readonly agent?: Agent
}

/** Sends a request of Node's own client, on a connection of its own unless an agent is given. */
export function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { body, agent = false, ...rest } = options
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...rest, agent }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const { statusCode: status = 0, headers } = answer
        resolve({ status, headers, text: Buffer.concat(parts).toString() })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends a batch and gives the answer. */
export function postBatch(
  url: string,
  batch: unknown,
  localAddress = '127.0.0.1',
): Promise<Answer> {
  const body = JSON.stringify(batch)
  return ask(`${url}/ingest`, { method: 'POST', body, localAddress })
}
