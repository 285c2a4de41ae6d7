/** LoRaWAN sensors of Milesight behind ChirpStack v4 and behind The Things Stack v3: the same bytes in two envelopes. */
import { type Deed, isOpen, iso, type Moment, type SimFamily, said } from './family.ts'

const keys = { press: '24e124aa00000001', motion: '24e124aa00000002', door: '24e124aa00000003' }
const models = { press: 'ws101', motion: 'ws202', door: 'ws301' } as const

type Sender = { what: keyof typeof keys; bytes: string }

/** Which sensor sends which bytes: channel, type and value, as its maker printed them. */
function frameOf(deed: Deed, moment: Moment): Sender | null {
  switch (deed) {
    case 'press':
      return { what: 'press', bytes: 'ff2e01' }
    case 'battery':
      return { what: 'press', bytes: '01755f' }
    case 'motion':
      return { what: 'motion', bytes: '030001040000' }
    case 'door':
      return { what: 'door', bytes: `0300${isOpen(moment) ? '01' : '00'}040000` }
    default:
      return null
  }
}
const base64 = (bytes: string): string => Buffer.from(bytes, 'hex').toString('base64')

function chirp(deed: Deed, moment: Moment) {
  const topicOf = (what: keyof typeof keys, event: string) => `application/7/device/${keys[what]}/event/${event}`
  if (deed === 'join') {
    const join = (what: keyof typeof keys) => ({ time: iso(moment), deviceInfo: infoOf(what), devAddr: '00189440' })
    return (['press', 'motion', 'door'] as const).map((what) => said(topicOf(what, 'join'), join(what)))
  }
  const frame = frameOf(deed, moment)
  if (!frame) return []
  const { what, bytes } = frame
  const up = {
    ...{ deduplicationId: `5f1c7e0a-${moment.turn}-${moment.at}`, time: iso(moment), deviceInfo: infoOf(what), devAddr: '00189440' },
    ...{ fCnt: moment.turn, fPort: 85, data: base64(bytes), rxInfo: [{ gatewayId: '0016c001f153a14c', rssi: -81, snr: 9.2 }] },
  }
  return [said(topicOf(what, 'up'), up)]
}

const infoOf = (what: keyof typeof keys) => ({
  ...{ tenantName: 'care', applicationId: '7', applicationName: 'homes', devEui: keys[what], deviceName: what },
  deviceProfileName: `Milesight ${models[what].toUpperCase()}`,
})

function things(deed: Deed, moment: Moment) {
  const frame = frameOf(deed, moment)
  if (!frame) return []
  const { what, bytes } = frame
  const up = {
    end_device_ids: { device_id: `${what}-1`, application_ids: { application_id: 'care' }, dev_eui: keys[what].toUpperCase() },
    received_at: iso(moment),
    uplink_message: {
      ...{ session_key_id: `key-${moment.at}`, f_cnt: moment.turn, f_port: 85, frm_payload: base64(bytes), received_at: iso(moment) },
      version_ids: { brand_id: 'milesight-iot', model_id: models[what] },
    },
  }
  return [said(`v3/care@ttn/devices/${what}-1/up`, up)]
}

export const chirpstack: SimFamily = { name: 'chirpstack', family: 'lorawan', base: 'application', keys, say: chirp }
export const tts: SimFamily = { name: 'tts', family: 'lorawan', base: '', keys, post: 'tts', say: things }
