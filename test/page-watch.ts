// What a page itself sees of its calls, with no part of ours between: its connections, what they send, its browser.
import type { Page } from 'playwright'

/** One connection, when it is connected for the first time. */
interface SeenConnection {
  /** From the first offer or answer, by the page's own clock. */
  readonly setupMs: number
  /** Labels of what is being sent. */
  readonly audio: string | undefined
  readonly video: string | undefined
}

export interface PageView {
  /** In the order in which they were made. */
  readonly connections: readonly SeenConnection[]
  /** `Chrome` of a build by Google, else `Chromium`. */
  readonly browser: string
  readonly browserVersion: string | undefined
}

/** How the page's connections are to be made. */
export interface Wanted {
  /** Of each connection, in place of its own. */
  readonly configuration: RTCConfiguration
  /** Sends the browser's camera and microphone instead of what the page made up. */
  readonly isCamera: boolean
}

/** Looks on from before the page loads; call what it gives when the call is over. */
export async function watchPage(page: Page, wanted: Wanted): Promise<() => PageView> {
  const connections: SeenConnection[] = []
  let browser = ''
  await page.exposeFunction('seen', (index: number, connection: SeenConnection) => {
    connections[index] = connection
  })
  await page.exposeFunction('browserIs', (name: string) => (browser = name))
  await page.addInitScript(lookOn, wanted)
  const browserVersion = page.context().browser()?.version()
  return () => ({ connections, browser, browserVersion })
}

interface Seeing {
  seen(index: number, connection: SeenConnection): void
  browserIs(name: string): void
  readonly navigator: { readonly userAgentData: { readonly brands: readonly { brand: string }[] } }
}

/** Runs in the page: nothing outside of it is there. */
function lookOn({ configuration, isCamera }: Wanted): void {
  const told = window as unknown as Seeing
  const isChrome = told.navigator.userAgentData?.brands.some(({ brand }) =>
    brand.endsWith('Chrome'),
  )
  told.browserIs(isChrome ? 'Chrome' : 'Chromium')
  let made = 0
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(own?: RTCConfiguration) {
      super({ ...own, ...configuration })
      const index = made++
      let beganAt = NaN
      this.addEventListener('signalingstatechange', () => {
        if (Number.isNaN(beganAt)) beganAt = performance.now()
      })
      const look = (): void => {
        if (this.connectionState !== 'connected') return
        this.removeEventListener('connectionstatechange', look)
        const label = (kind: string): string | undefined =>
          this.getSenders().find(({ track }) => track?.kind === kind)?.track?.label
        const setupMs = performance.now() - beganAt
        told.seen(index, { setupMs, audio: label('audio'), video: label('video') })
      }
      this.addEventListener('connectionstatechange', look)
    }

    override async setLocalDescription(): Promise<void> {
      if (isCamera && this.signalingState === 'stable') await this.#useCamera()
      await super.setLocalDescription()
    }

    async #useCamera(): Promise<void> {
      const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
      for (const sender of this.getSenders()) {
        const same = camera.getTracks().find(({ kind }) => kind === sender.track?.kind)
        if (same) await sender.replaceTrack(same)
      }
    }
  }
}
