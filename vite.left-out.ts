// What the bundled packages can do and nobody here asks of them: cut out of their text, for it cannot be shaken out.
import type { Plugin } from 'vite'

/** From the one text up to the other, which stays; `instead` stands there then. Each must be there once. */
interface Cut {
  readonly from: string
  readonly to: string
  readonly instead?: string
}

type Cuts = Readonly<Record<string, readonly Cut[]>>

/** We call functions, hand over ports as they are, and close them ourselves. */
const COMLINK: Cuts = {
  'comlink/dist/esm/comlink.mjs': [
    // Objects that become proxies on their way: ours have a port.
    { from: '["proxy", proxyTransferHandler],', to: '["throw"' },
    { from: ' = globalThis, allowedOrigins = ["*"]', to: ') {\n    ep.addEventListener' },
    { from: 'if (!isAllowedOrigin(', to: 'const { id, type, path }' },
    {
      from: 'switch (type) {\n                case "GET"',
      to: 'catch (value) {',
      instead:
        'if (type !== "APPLY") return;\nreturnValue = rawValue.apply(parent, argumentList);\n}\n',
    },
    { from: 'if (type === "RELEASE"', to: '})\n            .catch((error)' },
    { from: 'function throwIfProxyReleased(', to: 'function createProxy(' },
    { from: 'let isProxyReleased = false;', to: 'const proxy = new Proxy(' },
    {
      from: 'throwIfProxyReleased(isProxyReleased);\n            if (prop',
      to: 'return createProxy(ep, pendingListeners, [...path, prop])',
    },
    { from: 'set(_target, prop, rawValue) {', to: 'apply(_target, ' },
    {
      from: 'throwIfProxyReleased(isProxyReleased);\n            const last',
      to: 'const [argumentList, transferables] = processArguments(rawArgumentList);\n            return requestResponseMessage(ep, pendingListeners, {\n                type: "APPLY"',
    },
    { from: 'construct(_target, rawArgumentList) {', to: '});\n    registerProxy(' },
    { from: 'registerProxy(proxy, ep);', to: 'return proxy;\n}\nfunction myFlat' },
  ],
}

/** One POST with bytes, headers and a signal: no retries (the queue has its own), time-outs, hooks or parsers. */
const KY: Cuts = {
  'ky/distribution/index.js': [
    { from: 'validateAndMerge(defaults, options))', to: ';\n    for', instead: 'options)' },
    {
      from: 'validateAndMerge(defaults, options, {',
      to: ';\n    }\n    ky.create',
      instead: '{ ...options, method })',
    },
    { from: 'ky.create = ', to: 'return ky;' },
  ],
  'ky/distribution/core/constants.js': [
    // Looked for when the file is loaded, one of them with a request.
    {
      from: 'export const supportsRequestStreams',
      to: 'export const requestMethods',
      instead: ['RequestStreams', 'AbortController', 'AbortSignal', 'ResponseStreams', 'FormData']
        .map((name) => `export const supports${name} = false;\n`)
        .join(''),
    },
  ],
  'ky/distribution/core/Ky.js': [
    {
      from: 'const initHooks = ',
      to: 'const function_ =',
      instead: 'const ky = new Ky(input, options);',
    },
    { from: 'if (typeof ky.#options.timeout', to: '// Delay the fetch' },
    {
      from: 'const beforeRequestResponse =',
      to: '// eslint-disable-next-line unicorn/prevent-abbreviations\n    static #normalize',
      instead: 'return ky.#fetch();\n};\nreturn function_();\n}\n',
    },
    { from: 'static #normalizeSearchParams', to: 'request;\n    #abortController' },
    { from: '#abortController;\n', to: '#input;' },
    { from: '#originalRequest;\n', to: '// eslint-disable-next-line complexity' },
    { from: "if (Object.hasOwn(options, 'prefixUrl'))", to: 'this.#options = {' },
    { from: 'headers: mergeHeaders(', to: 'fetch: options' },
    { from: 'context: options.context', to: '};\n        this.#retryLimit' },
    {
      from: 'this.#retryLimit = this.#options',
      to: 'this.request = new globalThis.Request(this.#input, this.#options);',
    },
    { from: 'if (hasSearchParameters(', to: '}\n    #calculateDelay(' },
    { from: '#calculateDelay(retry) {', to: 'async #fetch() {' },
    { from: '// Reset abortController', to: 'const request = this.#wrap' },
    {
      from: 'const request = this.#wrap',
      to: 'try {\n            const remainingTotal',
      instead: 'const { request } = this;\n',
    },
    {
      from: 'const remainingTotal = this.#getRemainingTotalTimeout();\n            if (remainingTotal !== undefined && remainingTotal <= 0) {\n                throw new TimeoutError(this.request);\n            }\n            const effectiveTimeout',
      to: '}\n        catch (error) {\n            if (isRaw',
      instead: 'return await this.#options.fetch(request);',
    },
    // Whatever else a browser calls it: nothing but the network makes `fetch` reject with a TypeError.
    {
      from: 'if (isRawNetworkError(error))',
      to: ' {\n                throw new NetworkError',
      instead: 'if (error instanceof TypeError)',
    },
    {
      from: '#getRemainingTotalTimeout() {\n        if',
      to: '//# sourceMappingURL',
      instead: '}\n',
    },
  ],
}

/** Takes the cuts out of the modules, and fails where a package has other text now. */
function leaveOut(name: string, cuts: Cuts): Plugin {
  const seen = new Set<string>()
  return {
    name: `less-${name}`,
    transform(code, id) {
      const file = Object.keys(cuts).find((it) => id.endsWith(`/node_modules/${it}`))
      if (!file) return null
      seen.add(file)
      return {
        code: (cuts[file] ?? []).reduce((text, cut) => without(text, cut, file), code),
        map: null,
      }
    },
    buildEnd(error) {
      if (error) return
      for (const file of Object.keys(cuts))
        if (!seen.has(file)) throw new Error(`no ${file} to cut`)
    },
  }
}

function without(text: string, { from, to, instead = '' }: Cut, file: string): string {
  const [before = '', after, another] = text.split(from)
  const end = after?.indexOf(to) ?? -1
  if (after === undefined || another !== undefined || end < 0) {
    throw new Error(`${file} has other text now: expected ${from} once, and ${to} behind it`)
  }
  return before + instead + after.slice(end)
}

export const lessComlink = (): Plugin => leaveOut('comlink', COMLINK)
export const lessKy = (): Plugin => leaveOut('ky', KY)
