// Readings of a connection, with nothing told of them but what was read.
import type { CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'

export const reportOf = (
  read: CapturedReport['read'],
  stats: readonly Stat[],
  pcId = 'pc1',
): CapturedReport => ({
  seq: 0,
  timestamp: 0,
  clock: 0,
  peerId: 'alice',
  peerName: 'alice',
  pcId,
  read,
  stats,
})
