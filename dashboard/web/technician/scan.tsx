/** Reads the QR code of a label with the phone's camera, where the browser can; elsewhere the id is typed. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { every } from '../shared/clock.ts'
import { technicianWords } from './words.ts'

type Detector = { detect(source: HTMLVideoElement): Promise<readonly { rawValue: string }[]> }
type DetectorMaker = new (options: { formats: readonly string[] }) => Detector

const detectorOf = (): DetectorMaker | undefined => (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector
export const canScan = (): boolean => detectorOf() !== undefined && navigator.mediaDevices !== undefined

const lookEveryMs = 300

/** A label may hold the bare id, or an address or text with the id in it. */
export const idInLabel = (text: string): string =>
  text.match(/(?:id|sn|device)[=:/]\s*([A-Za-z0-9_-]{4,64})/i)?.[1] ?? text.match(/[A-Za-z0-9_-]{4,64}$/)?.[0] ?? ''

export function Scanner({ onFound, onStop }: { onFound: (text: string) => void; onStop: () => void }) {
  const t = technicianWords.value
  const video = useRef<HTMLVideoElement>(null)
  const isOn = useSignal(true)
  useEffect(() => {
    const Maker = detectorOf()
    if (!Maker) return onStop()
    const detector = new Maker({ formats: ['qr_code'] })
    let stream: MediaStream | null = null
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: 'environment' } })
      .then((opened) => {
        stream = opened
        if (!isOn.value) for (const track of opened.getTracks()) track.stop()
        if (video.current) video.current.srcObject = opened
      })
      .catch(onStop)
    const stop = every(lookEveryMs, () => {
      if (!video.current?.videoWidth) return
      void detector.detect(video.current).then(
        ([found]) => found && onFound(found.rawValue),
        () => undefined,
      )
    })
    return () => {
      isOn.value = false
      stop()
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [])
  return (
    <div class="scanner">
      {/* The camera's own picture: there is nothing to caption. */}
      <video ref={video} autoplay muted playsinline aria-label={t.scanning} />
      <button type="button" class="button" onClick={onStop}>
        {t.stop}
      </button>
    </div>
  )
}
