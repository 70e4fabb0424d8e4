// The page that every consumer serves: a real call over loopback, exported, and what became of it in `window.result`.

/** The start chain has 4 s, the first batch follows within one. */
const SUCCESS_LIMIT_MS = 12_000
/** No promise of the library may take longer than its `timeout`, and this is longer. */
const SETTLE_LIMIT_MS = 5000

/** This file comes before the library, so that these listeners hear of all it does. */
const violations = []
const uncaught = []
if (typeof document !== 'undefined') {
  document.addEventListener('securitypolicyviolation', (event) => {
    violations.push(`${event.effectiveDirective} blocked ${event.blockedURI}`)
  })
  addEventListener('error', ({ message }) => uncaught.push(message))
  addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)))
}

/** Two connections with a data channel and the video of a canvas. */
async function call() {
  const [alice, bob] = [new RTCPeerConnection(), new RTCPeerConnection()]
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d')
  setInterval(() => {
    pen.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`
    pen.fillRect(0, 0, canvas.width, canvas.height)
  }, 40)
  for (const track of canvas.captureStream(25).getTracks()) alice.addTrack(track)
  alice.createDataChannel('chat')
  alice.onicecandidate = ({ candidate }) => void bob.addIceCandidate(candidate ?? undefined)
  bob.onicecandidate = ({ candidate }) => void alice.addIceCandidate(candidate ?? undefined)
  await alice.setLocalDescription()
  await bob.setRemoteDescription(alice.localDescription)
  await bob.setLocalDescription()
  await alice.setRemoteDescription(bob.localDescription)
  return { alice, bob }
}

/** True when it has settled in time, either way. */
function settles(promise, limitMs) {
  const settled = Promise.resolve(promise).then(
    () => true,
    () => true,
  )
  return Promise.race([settled, new Promise((done) => setTimeout(() => done(false), limitMs))])
}

/**
 * `?collector=` and `?session=` of the page's address say where to, and as what; `?older` makes this a browser without
 * Trusted Types, where the worker is made in other words. `more` are further options.
 */
export async function run(WebRTCExporter, more = {}) {
  const query = new URLSearchParams(location.search)
  if (query.has('older')) Object.defineProperty(globalThis, 'trustedTypes', { value: undefined })
  const errors = []
  const began = performance.now()
  const exporter = new WebRTCExporter({
    url: `${query.get('collector')}/ingest`,
    sessionId: query.get('session'),
    getStatsInterval: 300,
    flushInterval: 500,
    timeout: 4000,
    ...more,
  })
  exporter.on('error', ({ error }) => errors.push(error.message))
  const success = new Promise((resolve) => {
    exporter.once('export:success', () => resolve())
  })
  const { alice, bob } = await call()
  exporter.addPeer({ peerId: 'alice', pc: alice })
  exporter.addPeer({ peerId: 'bob', pc: bob })

  const succeeded = await settles(success, SUCCESS_LIMIT_MS)
  const successMs = Math.round(performance.now() - began)
  const { mode } = exporter
  const unsettled = []
  for (const name of ['flush', 'getTimeline', 'destroy']) {
    if (!(await settles(exporter[name](), SETTLE_LIMIT_MS))) unsettled.push(name)
  }
  alice.close()
  bob.close()
  window.result = { mode, succeeded, successMs, errors, violations, unsettled, uncaught }
  document.title = mode ?? 'no mode'
}
