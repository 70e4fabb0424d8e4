// A made-up camera and microphone: a moving picture on a canvas and a tone that comes and goes.

export interface Source {
  /** In no document: whoever shows it puts it there. */
  readonly canvas: HTMLCanvasElement
  /** One audio and one video track. */
  readonly stream: MediaStream
  setMuted(isMuted: boolean): void
}

export interface SourceLook {
  readonly name: string
  /** 0..360, of its colours. */
  readonly hue: number
  /** Of its tone. */
  readonly frequencyHz: number
}

const FRAMES_PER_SECOND = 25
const WIDTH_PX = 640
const HEIGHT_PX = 360
const WAVES = [
  { height: 0.62, swing: 26, speed: 0.9, lightness: 34 },
  { height: 0.72, swing: 20, speed: -1.3, lightness: 27 },
  { height: 0.83, swing: 14, speed: 1.9, lightness: 20 },
] as const
const WAVE_STEP_PX = 8

/** Draws and sounds for as long as the page lives. `audio` may be suspended: the tone starts when it is resumed. */
export function createSource(look: SourceLook, audio: AudioContext): Source {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH_PX
  canvas.height = HEIGHT_PX
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Error('this browser draws on no canvas')
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  const paint = (): void => draw(context, look, performance.now() / 1000, calm.matches)
  paint()
  // Not requestAnimationFrame: it rests in a hidden tab, and the call goes on.
  setInterval(paint, 1000 / FRAMES_PER_SECOND)

  const tone = createTone(audio, look.frequencyHz)
  const stream = new MediaStream([
    ...canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks(),
    ...tone.getAudioTracks(),
  ])
  return {
    canvas,
    stream,
    setMuted(isMuted) {
      for (const track of stream.getAudioTracks()) track.enabled = !isMuted
    },
  }
}

/** A soft tone whose loudness swings about once a second, as speech does. */
function createTone(audio: AudioContext, frequencyHz: number): MediaStream {
  const voice = new OscillatorNode(audio, { type: 'triangle', frequency: frequencyHz })
  const swing = new OscillatorNode(audio, { frequency: 1.1 })
  const depth = new GainNode(audio, { gain: 0.12 })
  const loudness = new GainNode(audio, { gain: 0.15 })
  const out = new MediaStreamAudioDestinationNode(audio, { channelCount: 1 })
  swing.connect(depth).connect(loudness.gain)
  voice.connect(loudness).connect(out)
  voice.start()
  swing.start()
  return out.stream
}

function draw(
  context: CanvasRenderingContext2D,
  { name, hue }: SourceLook,
  seconds: number,
  isCalm: boolean,
): void {
  const { width, height } = context.canvas
  const time = isCalm ? 0 : seconds
  const sky = context.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, `hsl(${hue} 42% 58%)`)
  sky.addColorStop(1, `hsl(${hue + 24} 48% 38%)`)
  context.fillStyle = sky
  context.fillRect(0, 0, width, height)

  for (const wave of WAVES) {
    context.fillStyle = `hsl(${hue + 12} 46% ${wave.lightness}% / 0.75)`
    context.beginPath()
    context.moveTo(0, height)
    for (let x = 0; x <= width; x += WAVE_STEP_PX) {
      const swell =
        Math.sin(x / 70 + time * wave.speed) + Math.sin(x / 31 - time * wave.speed * 1.7) / 2
      context.lineTo(x, wave.height * height + wave.swing * swell)
    }
    context.lineTo(width, height)
    context.fill()
  }

  const bob = isCalm ? 0 : Math.sin(seconds * 2) * 8
  context.fillStyle = 'hsl(0 0% 100% / 0.92)'
  context.beginPath()
  context.arc(width / 2, height * 0.42 + bob, height * 0.2, 0, 2 * Math.PI)
  context.fill()
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = `hsl(${hue} 50% 30%)`
  context.font = `600 ${height * 0.2}px system-ui, sans-serif`
  context.fillText(name.slice(0, 1), width / 2, height * 0.43 + bob)

  // The running time shows whether the far end still gets pictures, also when nothing else moves.
  context.textAlign = 'right'
  context.fillStyle = 'hsl(0 0% 100% / 0.9)'
  context.font = `500 ${height * 0.075}px ui-monospace, monospace`
  context.fillText(seconds.toFixed(1), width - 20, height * 0.09)
}
