// A way over UDP that loses and holds up packets: between a browser and its relay.
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'

interface BadPath {
  readonly port: number
  close(): void
}

/** From who sends to the address, and the answers. */
export type Direction = 'there' | 'again'
/** What becomes of one packet: it is sent now, later, or never. */
export type Way = (send: () => void, bytes: number) => void

/** Of each direction of each who sends. */
const LOST_OF = 40
const LATE_OF = 3
const LATE_MS = 30

/** Hands on what comes, and the answers, to this port of this address. Each who sends gets ways of his own. */
export async function openBadPath(
  address: string,
  port: number,
  openWay: (direction: Direction) => Way = openLossyWay,
): Promise<BadPath> {
  const open = new Set<Socket>()
  const openSocket = (): Socket => {
    const socket = createSocket('udp4').bind(0, address)
    open.add(socket)
    return socket
  }
  const handOn = (way: Way, by: Socket, data: Buffer, to: number, host: string): void =>
    way(() => void (open.has(by) && by.send(data, to, host)), data.length)
  const front = openSocket()
  const backs = new Map<string, (data: Buffer) => void>()
  front.on('message', (data, from) => {
    const key = `${from.address}:${from.port}`
    const forward = backs.get(key) ?? openBack(from.port, from.address)
    backs.set(key, forward)
    forward(data)
  })
  function openBack(senderPort: number, sender: string): (data: Buffer) => void {
    const back = openSocket()
    const [there, again] = [openWay('there'), openWay('again')]
    back.on('message', (data) => handOn(again, front, data, senderPort, sender))
    return (data) => handOn(there, back, data, port, address)
  }
  await once(front, 'listening')
  return {
    port: front.address().port,
    close() {
      for (const socket of open) socket.close()
      open.clear()
    },
  }
}

/** Loses one of so many, and lets others be overtaken. */
function openLossyWay(): Way {
  let count = 0
  return (send) => {
    count += 1
    if (count % LOST_OF === 0) return
    if (count % LATE_OF === 0) setTimeout(send, LATE_MS)
    else send()
  }
}
