// What a call must not give away, read from the browser past the exporter, and where it is found.
import type { Stat } from '../../../src/index.ts'

const MEMBERS = [
  'address',
  'ip',
  'relatedAddress',
  'usernameFragment',
  'iceLocalUsernameFragment',
  'fingerprint',
  'base64Certificate',
]

/** What Firefox says in place of the address of a peer-reflexive remote candidate: it gives nothing away. */
const WITHHELD = '(redacted)'

/** Addresses, ufrags, fingerprints and certificates: of the report and of both descriptions. */
export async function secretsOf(pc: RTCPeerConnection): Promise<ReadonlySet<string>> {
  const secrets = new Set<string>()
  const report = (await pc.getStats()) as unknown as ReadonlyMap<string, Stat>
  for (const stat of report.values()) {
    for (const member of MEMBERS) {
      const value = stat[member]
      if (typeof value === 'string' && value !== '' && value !== WITHHELD) secrets.add(value)
    }
  }
  const sdp = `${pc.localDescription?.sdp}${pc.remoteDescription?.sdp}`
  const patterns = [
    /a=ice-ufrag:(\S+)/g,
    /a=fingerprint:\S+ (\S+)/g,
    /a=candidate:(?:\S+ ){4}(\S+)/g,
  ]
  for (const pattern of patterns) {
    for (const [, value = ''] of sdp.matchAll(pattern)) secrets.add(value)
  }
  return secrets
}

/** The secrets that stand in the text, with what stands around the first place. */
export function leaks(text: string, secrets: Iterable<string>): string[] {
  return [...secrets]
    .filter((secret) => text.includes(secret))
    .map((secret) => {
      const at = text.indexOf(secret)
      return text.slice(Math.max(at - 60, 0), at + secret.length + 20)
    })
}
