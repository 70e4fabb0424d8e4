// A call that lives as long as this component, and what Alice sends of it.
import { useEffect, useState } from 'react'
import { connect, createCall, hangUp, sentKbps, url } from '../../loopback.ts'
import type { Connections } from '../../loopback.ts'
import { useStatsExporter } from './useStatsExporter.ts'

export function Call() {
  const [peers, setPeers] = useState<Connections>({})
  const [kbps, setKbps] = useState<number>()
  const exporter = useStatsExporter({ url, sessionName: 'React', getStatsInterval: 500 }, peers)

  useEffect(() => {
    const call = createCall()
    setPeers(call)
    void connect(call.alice, call.bob)
    return () => hangUp(call)
  }, [])

  useEffect(
    () =>
      exporter?.on('stats', (item) => {
        if (item.peerId === 'alice') setKbps(sentKbps(item))
      }),
    [exporter],
  )

  function letBobGo() {
    const { bob: _, ...others } = peers
    setPeers(others)
  }

  return (
    <>
      <p>
        Alice sends <output>{kbps === undefined ? '…' : `${kbps.toFixed(0)} kbit/s`}</output>
      </p>
      <button id="without-bob" onClick={letBobGo}>
        Stop monitoring Bob
      </button>
    </>
  )
}
