// The made-up camera and microphone of a recorded call.

const FRAMES_PER_SECOND = 25
const BALLS = 6

/** The browsers are started with a fake device. To a page that may listen Chromium shows its addresses. */
export async function openMicrophone(): Promise<MediaStreamTrack> {
  const [track] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()
  if (!track) throw new Error('microphone: expected a track, got none')
  return track
}

/** Balls that roll over a canvas for as long as the page lives. */
export function openCamera(width: number, height: number): MediaStreamTrack {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Error('this browser draws on no canvas')
  const paint = (): void => draw(context, performance.now() / 1000)
  paint()
  setInterval(paint, 1000 / FRAMES_PER_SECOND)
  const [track] = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()
  if (!track) throw new Error('camera: expected a track, got none')
  return track
}

function draw(context: CanvasRenderingContext2D, seconds: number): void {
  const { width, height } = context.canvas
  context.fillStyle = `hsl(${(seconds * 20) % 360} 40% 40%)`
  context.fillRect(0, 0, width, height)
  for (let ball = 0; ball < BALLS; ball++) {
    const x = ((Math.sin(seconds * (0.5 + ball / 5)) + 1) / 2) * width
    const y = ((Math.cos(seconds * (0.7 + ball / 7)) + 1) / 2) * height
    context.fillStyle = `hsl(${ball * 60} 70% 60%)`
    context.beginPath()
    context.arc(x, y, height / 8, 0, 2 * Math.PI)
    context.fill()
  }
}
