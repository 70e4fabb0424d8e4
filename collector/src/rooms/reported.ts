// What the far end reports of a stream that is sent (`remote-inbound-rtp`).
import { known, lostIn, numberOf, positiveOf } from './read.ts'
import type { Members } from './read.ts'
import type { Report } from './stream.ts'

/** Undefined where it does not say when. */
export function reportOf(stat: Members, stream: Members): Report | undefined {
  const at = numberOf(stat, 'timestamp')
  if (at === undefined) return undefined
  const [jitter, trip] = [positiveOf(stat, 'jitter'), positiveOf(stat, 'roundTripTime')]
  const trips = positiveOf(stat, 'roundTripTimeMeasurements')
  return known<Report>({
    at,
    ssrc: numberOf(stat, 'ssrc'),
    lost: lostIn(stat),
    received: positiveOf(stat, 'packetsReceived'),
    sent: sentOf(stream),
    jitterMs: jitter === undefined ? undefined : 1000 * jitter,
    tripSec: positiveOf(stat, 'totalRoundTripTime'),
    trips,
    tripMs: trip === undefined || trips === 0 ? undefined : 1000 * trip,
  })
}

function sentOf(stream: Members): number | undefined {
  const sent = positiveOf(stream, 'packetsSent')
  if (sent === undefined || numberOf(stream, 'rtxSsrc') === undefined) return sent
  return sent - (positiveOf(stream, 'retransmittedPacketsSent') ?? 0)
}
