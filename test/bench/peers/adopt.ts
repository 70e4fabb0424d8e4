// For peers that watch those connections alone which are made after them: they are given the ones that are there.

/**
 * While `init` wraps the constructor, and when it is called then, there is one that answers with the next of these; what it
 * wraps besides stays on a prototype that nobody else uses. Returns what ends the intervals that were begun meanwhile.
 */
export function adopt(pcs: readonly RTCPeerConnection[], init: () => void): () => void {
  const { RTCPeerConnection: Native, setInterval: nativeSetInterval } = window
  const { mediaDevices } = navigator
  const { getUserMedia, getDisplayMedia } = mediaDevices
  const waiting = [...pcs]
  const intervals: number[] = []
  const Adopting = function adopted() {
    return waiting.shift()
  }
  Adopting.prototype = Object.create(Native.prototype)
  Object.assign(window, {
    RTCPeerConnection: Adopting,
    setInterval(...given: Parameters<typeof nativeSetInterval>) {
      const interval = nativeSetInterval(...given) as unknown as number
      intervals.push(interval)
      return interval
    },
  })
  try {
    init()
    for (let n = 0; n < pcs.length; n++) void new RTCPeerConnection({})
  } finally {
    Object.assign(window, { RTCPeerConnection: Native, setInterval: nativeSetInterval })
    Object.assign(mediaDevices, { getUserMedia, getDisplayMedia })
  }
  return () => intervals.forEach((interval) => clearInterval(interval))
}
