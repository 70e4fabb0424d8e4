// Who sends: what the page said, and what the browser says of itself.
import type { Facts } from '../src/protocol.ts'
import { SDK_VERSION } from '../src/wire.ts'
import type { Client, ClientHints } from '../src/wire.ts'

/** What a worker's navigator has of https://wicg.github.io/ua-client-hints/ , where it has it. */
interface UserAgentData {
  getHighEntropyValues(hints: string[]): Promise<ClientHints>
}

export interface NavigatorLike {
  readonly userAgent?: string
  readonly userAgentData?: UserAgentData
}

/** The high entropy hints; null where there are none. */
export async function readHints({ userAgentData }: NavigatorLike): Promise<ClientHints | null> {
  try {
    const values = await userAgentData?.getHighEntropyValues([
      'platformVersion',
      'bitness',
      'fullVersionList',
    ])
    if (!values) return null
    const { platform, platformVersion, bitness, mobile, fullVersionList } = values
    return { platform, platformVersion, bitness, mobile, fullVersionList }
  } catch {
    return null // the page's permissions policy forbids them
  }
}

export function describeClient(facts: Facts, userAgent: string, hints: ClientHints | null): Client {
  return { sdkVersion: SDK_VERSION, ...facts, userAgent, hints }
}
