/** A one-key terminal made for Alibaba's platform (Alink): it waits for its answer and sends again without one. */
import { createHmac } from 'node:crypto'
import type { Instant } from '../../domain/time.ts'
import { type Deed, isOpen, type Login, type Moment, type SimFamily, said } from './family.ts'

const [product, device] = ['a1B2c3D4e5F', 'term302'] as const
const base = `/sys/${product}/${device}`

function say(deed: Deed, moment: Moment) {
  const properties = (params: object) => said(`${base}/thing/event/property/post`, bodyOf('thing.event.property.post', params, moment))
  const event = (name: string, value: object) =>
    said(`${base}/thing/event/${name}/post`, bodyOf(`thing.event.${name}.post`, { value, time: moment.at }, moment))
  switch (deed) {
    case 'join':
      return [properties({ signal: { value: -61, time: moment.at } })]
    case 'press':
      return [event('sos', { key: 1 })]
    case 'motion':
      return [properties({ motion: { value: 1, time: moment.at } })]
    case 'door':
      return [properties({ door_state: { value: isOpen(moment) ? 1 : 0, time: moment.at } })]
    case 'battery':
      return [properties({ battery_percentage: { value: 88, time: moment.at } })]
  }
}

const bodyOf = (method: string, params: object, { turn, at }: Moment) => ({
  ...{ id: String((at % 1_000_000) * 10 + turn), version: '1.0', sys: { ack: 1 }, params, method },
})

/** As Alibaba's firmware signs in: the words in the order of their names, under the secret of the device. */
function login(secret: string, at: Instant): Login {
  const id = `${product}.${device}`
  const content = `clientId${id}deviceName${device}productKey${product}timestamp${at}`
  const password = createHmac('sha256', secret).update(content).digest('hex')
  return { clientId: `${id}|securemode=3,signmethod=hmacsha256,timestamp=${at}|`, username: `${device}&${product}`, password }
}

export const alink: SimFamily = {
  name: 'alink',
  family: 'thing-model',
  base,
  keys: { press: '' },
  login: { product, device, with: login },
  say,
}
