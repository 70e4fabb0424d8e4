// Rewrites SDP so that a browser receives simulcast, which it only sends: to it, each layer is an m-line of its own.

// The layers are told apart by the header extension that carries their rid: the receiver is made to take it for the mid
// (as https://github.com/web-platform-tests/wpt/blob/master/webrtc/third_party/sdp and webrtc/simulcast do).
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid'
const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id'
const REPAIRED_RID = 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id'

/** Of an offer that sends one video in layers, one that sends as many videos. */
export function toSections(offer: string, rids: readonly string[]): string {
  const { session, media } = split(offer)
  const rtx = media.flatMap((line) => /^a=rtpmap:(\d+) rtx\//.exec(line)?.[1] ?? [])
  const section = media
    .filter((line) => !/^a=(?:mid|rid|simulcast|msid|ssrc|ssrc-group):/.test(line))
    .filter((line) => !line.endsWith(` ${MID}`) && !line.endsWith(` ${REPAIRED_RID}`))
    // It would be the repair of a stream that is known by its rid.
    .filter((line) => !rtx.includes(/^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1] ?? ''))
    .map((line) => line.replace(RID, MID))
    .map((line) => (line.startsWith('m=') ? withoutPayloads(line, rtx) : line))
  return join([
    ...session.map((line) => toBundle(line, rids)),
    ...rids.flatMap((rid) => [...section, `a=mid:${rid}`, `a=msid:${rid} ${rid}`]),
  ])
}

/** Of the answer to such an offer, one that receives layers. */
export function toLayers(answer: string, rids: readonly string[]): string {
  const { session, media } = split(answer)
  const section = media
    .filter((line) => !line.startsWith('a=mid:'))
    .map((line) => line.replace(MID, RID))
  return join([
    ...session.map((line) => toBundle(line, ['0'])),
    ...section,
    'a=mid:0',
    ...rids.map((rid) => `a=rid:${rid} recv`),
    `a=simulcast:recv ${rids.join(';')}`,
  ])
}

/** The lines before the first m-line, and those of it. */
function split(sdp: string): { session: string[]; media: string[] } {
  const [session = '', media = ''] = sdp.split(/^(?=m=)/m)
  const linesOf = (text: string): string[] => text.split('\r\n').filter((line) => line !== '')
  return { session: linesOf(session), media: linesOf(media) }
}

function toBundle(line: string, mids: readonly string[]): string {
  return line.startsWith('a=group:BUNDLE') ? `a=group:BUNDLE ${mids.join(' ')}` : line
}

/** `m=video <port> <protocol> <payload types>` */
function withoutPayloads(line: string, payloads: readonly string[]): string {
  return line
    .split(' ')
    .filter((word, index) => index < 3 || !payloads.includes(word))
    .join(' ')
}

function join(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}
