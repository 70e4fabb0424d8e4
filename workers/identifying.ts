// What in an item identifies a machine or a person: the members by name, and the syntaxes their values have.
import type { RedactSwitches } from '../src/terms.ts'
import type { Tag } from '../src/wire.ts'
import type { Form, Pseudonymize } from './pseudonym.ts'

/** Rewrites the values known to identify wherever they stand in a text. */
export type Scrub = (text: string) => string

/** Rewrites a value whose syntax is known: `replace` for the parts that identify, `scrub` for the rest. */
export type Rewrite = (value: string, replace: Pseudonymize, scrub: Scrub) => string

/** The switch that turns on pseudonyms of a form. */
export const SWITCH_OF: Readonly<Record<Form, keyof RedactSwitches>> = {
  address: 'addresses',
  // Computed from the base address (RFC 8445, 5.1.1.3), so that trying all of a network gives it back.
  foundation: 'addresses',
  ufrag: 'ufrags',
  fingerprint: 'certificates',
  certificate: 'certificates',
  label: 'deviceLabels',
  user: 'user',
}

const REWRITES: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  ['address', rewriteEndpoint],
  ['ip', rewriteEndpoint],
  ['ipAddress', rewriteEndpoint],
  ['relatedAddress', rewriteEndpoint],
  ['hostCandidate', rewriteEndpoint],
  ['foundation', whole('foundation')],
  ['usernameFragment', whole('ufrag')],
  ['iceLocalUsernameFragment', whole('ufrag')],
  ['candidate', rewriteCandidate],
  ['fingerprint', whole('fingerprint')],
  ['base64Certificate', whole('certificate')],
  ['id', rewriteCertificateId],
  ['localCertificateId', rewriteCertificateId],
  ['remoteCertificateId', rewriteCertificateId],
  ['issuerCertificateId', rewriteCertificateId],
  ['label', whole('label')],
  ['peerName', whole('user')],
  ['userId', whole('user')],
])

/** Elsewhere a `label` is a data channel's: the app's own word. */
const LABELLED_TAGS = new Set<Tag>(['track', 'device'])

/** How the value of a member is rewritten in items of this tag; undefined where its name says nothing. */
export function rewriteOf(tag: Tag, member: string): Rewrite | undefined {
  return member === 'label' && !LABELLED_TAGS.has(tag) ? undefined : REWRITES.get(member)
}

/** `[v6]`, `[v6]:port`, `v4:port`, `name:port`; a bare address has no port. */
const ENDPOINT = /^(?:\[(?<v6>.+)\](?<v6Port>:\d+)?|(?<host>[^:]+)(?<port>:\d+))$/

function rewriteEndpoint(value: string, replace: Pseudonymize): string {
  const { v6, v6Port = '', host, port } = ENDPOINT.exec(value)?.groups ?? {}
  if (v6) return `[${replace('address', v6)}]${v6Port}`
  return host ? `${replace('address', host)}${port}` : replace('address', value)
}

/** `candidate:<foundation> <component> <transport> <priority> <address> ...` (RFC 8839, section 5.1). */
const ADDRESS_INDEX = 4

function rewriteCandidate(line: string, replace: Pseudonymize, scrub: Scrub): string {
  const tokens = line.split(' ')
  const rewriteToken = (token: string, index: number) => {
    if (index === ADDRESS_INDEX || tokens[index - 1] === 'raddr') return replace('address', token)
    if (tokens[index - 1] === 'ufrag') return replace('ufrag', token)
    if (index > 0) return scrub(token)
    return token.replace(/(?<=candidate:).+/, (foundation) => replace('foundation', foundation))
  }
  return tokens.map(rewriteToken).join(' ')
}

/** Chromium names certificates after their fingerprint, and a report may refer to one it does not hold. */
const FINGERPRINT = /((?:[\da-f]{2}:){15,}[\da-f]{2})/i

function rewriteCertificateId(id: string, replace: Pseudonymize, scrub: Scrub): string {
  return id
    .split(FINGERPRINT)
    .map((part, index) => (index % 2 === 1 ? replace('fingerprint', part) : scrub(part)))
    .join('')
}

function whole(form: Form): Rewrite {
  return (value, replace) => replace(form, value)
}
