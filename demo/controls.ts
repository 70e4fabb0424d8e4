// The page's buttons and its choice of what is plotted.
import { find } from './dom.ts'
import { MEASURES } from './streams.ts'
import type { Measure } from './streams.ts'

export interface Toggle {
  readonly isOn: boolean
  set(isOn: boolean): void
}

/** A button that stays pressed. `onChange` hears of clicks and of `set`. */
export function createToggle(id: string, onChange: (isOn: boolean) => void): Toggle {
  const button = find(document, `#${id}`, HTMLButtonElement)
  const toggle: Toggle = {
    get isOn() {
      return button.getAttribute('aria-pressed') === 'true'
    },
    set(isOn) {
      if (isOn === this.isOn) return
      button.setAttribute('aria-pressed', String(isOn))
      onChange(isOn)
    },
  }
  button.addEventListener('click', () => toggle.set(!toggle.isOn))
  return toggle
}

export function onMeasure(choose: (measure: Measure) => void): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('input[name="measure"]')) {
    const measure = MEASURES.find((known) => known === input.value)
    if (!measure) continue
    // A reloaded page keeps the choice in some browsers.
    if (input.checked) choose(measure)
    input.addEventListener('change', () => choose(measure))
  }
}

/** Two ways in which the collector can fail, one at a time. */
export function createFaults(collector: string, onFault: (fault: string) => void): void {
  const ask = async (mode: 'none' | 'offline' | 'slow'): Promise<void> => {
    try {
      await fetch(`${collector}/fault?mode=${mode}`, { method: 'POST' })
    } catch {
      onFault('the demo server is gone') // the page was left open after Ctrl-C
    }
  }
  const offline = createToggle('offline', (isOn) => {
    if (isOn) slow.set(false)
    onFault(isOn ? 'the collector is unreachable' : 'the collector is back')
    void ask(isOn ? 'offline' : 'none') // it never rejects
  })
  const slow: Toggle = createToggle('slow', (isOn) => {
    if (isOn) offline.set(false)
    onFault(isOn ? 'the collector answers after 4 s' : 'the collector answers at once')
    void ask(isOn ? 'slow' : 'none') // it never rejects
  })
  void ask('none') // whatever an earlier page left behind
}
