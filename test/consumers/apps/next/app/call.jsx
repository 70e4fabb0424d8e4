'use client'
// Evaluated on the server too: importing the library must be harmless there.
import { useEffect } from 'react'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import { run } from '../app.js'

export function Call() {
  useEffect(() => void run(WebRTCExporter), [])
  return <p>{typeof WebRTCExporter}</p>
}
