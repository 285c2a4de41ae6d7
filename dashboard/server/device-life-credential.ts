/** A device's credential as it is shown once: to type, and as a QR code for the terminal. */
import type { DeviceCredential } from '../contracts-devices.ts'

type Shown = { deviceId: string; token: string; origin: string; mqtt: { port: number; secure: boolean } | undefined }

/** As text to type, and as one address for a QR code: user name and client id are the device's id, the password is its token. */
export function credentialOf({ deviceId, token, origin, mqtt = { port: 1883, secure: false } }: Shown): DeviceCredential {
  const server = `${mqtt.secure ? 'mqtts' : 'mqtt'}://${new URL(origin).hostname}:${mqtt.port}`
  return { deviceId, token, server, qr: server.replace('://', `://${deviceId}:${token}@`) }
}
