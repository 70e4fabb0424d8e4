import { describe, expect, it, vi } from 'vitest'
import { Emitter } from '../src/emitter.ts'

interface Events {
  one: number
  two: string
}

function create(): { emitter: Emitter<Events>; onListening: () => void } {
  const onListening = vi.fn()
  return { emitter: new Emitter<Events>(onListening), onListening }
}

describe('emitter', () => {
  it('on() returns the unsubscribe', () => {
    const { emitter } = create()
    const got: number[] = []
    const off = emitter.on('one', (value) => got.push(value))
    emitter.emit('one', 1)
    off()
    emitter.emit('one', 2)
    expect(got).toEqual([1])
  })

  it('once() hears one event', () => {
    const { emitter } = create()
    const got: number[] = []
    emitter.once('one', (value) => got.push(value))
    emitter.emit('one', 1)
    emitter.emit('one', 2)
    expect(got).toEqual([1])
  })

  it('a listener that throws does not stop the others, and its error is not swallowed', async () => {
    const { emitter } = create()
    const got: number[] = []
    const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve))
    const others = process.listeners('uncaughtException').slice(0, -1)
    for (const other of others) process.off('uncaughtException', other)
    emitter.on('one', () => {
      throw new Error('mine')
    })
    emitter.on('one', (value) => got.push(value))
    emitter.emit('one', 1)
    expect(got).toEqual([1])
    expect(await uncaught).toEqual(new Error('mine'))
    for (const other of others) process.on('uncaughtException', other)
  })

  it('a listener that leaves while an event is raised keeps no other from it', () => {
    const { emitter } = create()
    const got: string[] = []
    const off = emitter.on('one', () => off())
    emitter.on('one', () => got.push('second'))
    emitter.emit('one', 1)
    expect(got).toEqual(['second'])
  })

  it('who listens is told when a first listener comes and when the last one goes', () => {
    const { emitter, onListening } = create()
    const off = emitter.on('one', () => {})
    const offToo = emitter.on('one', () => {})
    expect(emitter.names()).toEqual(['one'])
    off()
    off()
    expect(onListening).toHaveBeenCalledTimes(1)
    offToo()
    expect(onListening).toHaveBeenCalledTimes(2)
    expect(emitter.names()).toEqual([])
  })
})
