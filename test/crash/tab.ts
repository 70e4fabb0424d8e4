// One tab: what runs in it, what it calls back, and which process renders it.
import { poll } from './wait.ts'
import type { Pipe } from './pipe.ts'
import { gone, signal } from './processes.ts'

export interface Tab {
  readonly sessionId: string
  /** The value of an expression in the page, as JSON carries it; a promise is awaited. Throws what it throws. */
  evaluate<Value>(expression: string): Promise<Value>
  /** A function of ours, run in the page: it stands on nothing but its arguments. */
  call<Args extends readonly unknown[], Value>(
    work: (...args: Args) => Value,
    ...args: Args
  ): Promise<Awaited<Value>>
  /** The page may call `window[name](text)` from now on. */
  onBinding(name: string, listener: (text: string) => void): Promise<void>
  /** What its workers write to the console. */
  onWorkerLog(listener: (text: string) => void): Promise<void>
  /** The process that renders it. */
  rendererPid(): Promise<number>
  /** SIGKILL of that process alone. */
  killRenderer(): Promise<void>
  /** It runs on with no debugger: from here on nothing is heard of it. */
  detach(): Promise<void>
  /** As a user closes it. */
  close(): Promise<void>
}

interface Evaluated {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: {
    readonly text: string
    readonly exception?: { readonly description?: string }
  }
}

const LOAD_LIMIT_MS = 15_000
const CLOSE_LIMIT_MS = 10_000
const TRACE_LIMIT_MS = 10_000

/**
 * In a window of its own it is visible; one more tab of a window hides the last one. In a context of its own it shares
 * neither disk nor process with any other.
 */
export type TabPlace = 'window' | 'tab' | 'context'

export async function openTab(pipe: Pipe, url: string, place: TabPlace = 'tab'): Promise<Tab> {
  const { targetId } = await pipe.send<{ targetId: string }>('Target.createTarget', {
    url,
    ...(place === 'window' && { newWindow: true }),
    ...(place === 'context' &&
      (await pipe.send<{ browserContextId: string }>('Target.createBrowserContext'))),
  })
  const target = { targetId, flatten: true }
  const { sessionId } = await pipe.send<{ sessionId: string }>('Target.attachToTarget', target)
  const send = <Result = unknown>(method: string, params?: object): Promise<Result> =>
    pipe.send<Result>(method, params, sessionId)

  async function evaluate<Value>(expression: string): Promise<Value> {
    const how = { awaitPromise: true, returnByValue: true }
    const answer = await send<Evaluated>('Runtime.evaluate', { expression, ...how })
    const { result, exceptionDetails } = answer
    if (!exceptionDetails) return result.value as Value
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  }

  let pid: Promise<number> | null = null
  const rendererPid = (): Promise<number> => (pid ??= findRenderer(pipe, sessionId, targetId))

  // The address is there before its page is.
  const state = `location.href === 'about:blank' ? 'blank' : document.readyState`
  await poll(
    `the load of ${url}`,
    LOAD_LIMIT_MS,
    () => evaluate<string>(state).catch(String),
    (now) => now === 'complete',
  )
  return {
    sessionId,
    evaluate,
    rendererPid,
    call: (work, ...args) => evaluate(`(${work})(...${JSON.stringify(args)})`),
    async onBinding(name, listener) {
      pipe.on((event) => {
        if (event.method !== 'Runtime.bindingCalled' || event.sessionId !== sessionId) return
        if (event.params['name'] === name) listener(String(event.params['payload']))
      })
      await send('Runtime.enable')
      await send('Runtime.addBinding', { name })
    },
    onWorkerLog: (listener) => watchWorkers(pipe, sessionId, listener),
    async killRenderer() {
      const victim = await rendererPid()
      signal([victim], 'SIGKILL')
      await gone([victim])
    },
    async detach() {
      await pipe.send('Target.detachFromTarget', { sessionId })
    },
    async close() {
      await pipe.send('Target.closeTarget', { targetId })
      await poll(
        'the end of a tab',
        CLOSE_LIMIT_MS,
        async () => pipe.send<Targets>('Target.getTargets'),
        ({ targetInfos }) => targetInfos.every((info) => info.targetId !== targetId),
      )
    },
  }
}

interface Targets {
  readonly targetInfos: readonly { readonly targetId: string }[]
}

async function watchWorkers(
  pipe: Pipe,
  sessionId: string,
  listener: (text: string) => void,
): Promise<void> {
  const workers = new Set<string>()
  pipe.on((event) => {
    if (event.method === 'Target.attachedToTarget' && event.sessionId === sessionId) {
      const worker = String(event.params['sessionId'])
      workers.add(worker)
      pipe.send('Runtime.enable', {}, worker).catch(() => {}) // it has ended meanwhile
    }
    if (event.method !== 'Runtime.consoleAPICalled' || !workers.has(event.sessionId ?? '')) return
    const said = event.params['args'] as readonly { readonly value?: unknown }[]
    listener(said.map(({ value }) => String(value)).join(' '))
  })
  const how = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }
  await pipe.send('Target.setAutoAttach', how, sessionId)
}

interface TraceEvent {
  readonly args?: {
    readonly data?: { readonly frames?: readonly { frame: string; processId?: number }[] }
  }
}

const traces = new WeakMap<Pipe, Promise<unknown>>()

/** A browser makes one trace at a time. */
function findRenderer(pipe: Pipe, sessionId: string, targetId: string): Promise<number> {
  const before = traces.get(pipe) ?? Promise.resolve()
  const found = before.catch(() => {}).then(() => traceRenderer(pipe, sessionId, targetId))
  traces.set(pipe, found)
  return found
}

/** A trace begins with the frames of the tab and their processes; a main frame is named as its target. */
async function traceRenderer(pipe: Pipe, sessionId: string, targetId: string): Promise<number> {
  let pid: number | undefined
  let isComplete = false
  const forget = pipe.on(({ method, params, sessionId: from }) => {
    if (from !== sessionId) return
    if (method === 'Tracing.tracingComplete') isComplete = true
    if (method !== 'Tracing.dataCollected') return
    const frames = (params['value'] as TraceEvent[]).flatMap(({ args }) => args?.data?.frames ?? [])
    pid ??= frames.find(({ frame }) => frame === targetId)?.processId
  })
  const traceConfig = { includedCategories: ['disabled-by-default-devtools.timeline'] }
  const start = { transferMode: 'ReportEvents', traceConfig }
  // The last one has said that it is complete, and is not over yet, one time in some hundreds.
  const begin = (): Promise<boolean> =>
    pipe.send('Tracing.start', start, sessionId).then(
      () => true,
      (error: Error) => {
        if (error.message.includes('already been started')) return false
        throw error
      },
    )
  await poll('the begin of a trace', TRACE_LIMIT_MS, begin, (hasBegun) => hasBegun, 50)
  await pipe.send('Tracing.end', {}, sessionId)
  await poll(
    'a trace',
    TRACE_LIMIT_MS,
    () => isComplete,
    (done) => done,
  )
  forget()
  if (pid === undefined) throw new Error('the trace names no process of the tab')
  return pid
}
