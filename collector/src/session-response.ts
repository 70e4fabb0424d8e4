// What is kept of a session as an answer, written while it is read: hours of a call do not fit into memory.

/** The texts as one body. Null where too many are being read: then nothing of them was asked for. */
export type RespondWith = (
  request: Request,
  texts: AsyncGenerator<string, void>,
  headers: Readonly<Record<string, string>>,
) => Response | null

/** Each reader holds a few items, however slowly he reads: so many at once. */
export function createReading(maxReaders: number): RespondWith {
  let readers = 0
  return (request, texts, headers) => {
    // Nobody will ever read its body, nor say so.
    if (request.method === 'HEAD') return new Response(null, { headers })
    if (readers === maxReaders) return null
    readers += 1
    let isReading = true
    const end = (): void => {
      if (isReading) readers -= 1
      isReading = false
    }
    const source: UnderlyingDefaultSource<Uint8Array> = {
      async pull(controller) {
        try {
          const { done, value } = await texts.next()
          if (!done) return controller.enqueue(Buffer.from(value))
          end()
          controller.close()
        } catch (error) {
          end()
          throw error
        }
      },
      async cancel() {
        end()
        await texts.return()
      },
    }
    // Nothing is read ahead of him.
    return new Response(new ReadableStream(source, { highWaterMark: 0 }), { headers })
  }
}
