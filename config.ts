/** Every setting: name, default, meaning. Read once from the environment, checked with zod, then frozen. Care rules and plans are data, not settings. */
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const count = z.coerce.number().int().positive()

const text = z.string().default('')

/** Ways to reach people; docs/channels.md says how each is set up. Empty: not used. */
const channelSettings = {
  ANLING_PUSH_CONTACT: text.describe('Web Push: whom a push service may write to, mailto:… or https://… Empty: no pushes.'),
  ANLING_SMTP_URL: text.describe('E-mail: the mail server, smtps://user:password@host or smtp://… with STARTTLS.'),
  ANLING_SMTP_ALLOW_PLAIN: flag.default(false).describe('E-mail: allow a mail server without TLS, such as a relay on this machine.'),
  ANLING_MAIL_FROM: text.describe('E-mail: the sender, such as Anling <care@example.org>.'),
  ANLING_WECOM_URL: text.describe('WeCom: address of the group robot, with its key.'),
  ANLING_DINGTALK_URL: text.describe('DingTalk: address of the group robot, with its token.'),
  ANLING_DINGTALK_SECRET: text.describe('DingTalk: what the robot signs with, SEC…'),
  ANLING_FEISHU_URL: text.describe('Feishu or Lark: address of the group robot.'),
  ANLING_FEISHU_SECRET: text.describe('Feishu or Lark: what the robot signs with.'),
  ANLING_ALIYUN_KEY_ID: text.describe('Aliyun: AccessKey id of a RAM user that may do nothing but call and text.'),
  ANLING_ALIYUN_KEY_SECRET: text.describe('Aliyun: its AccessKey secret.'),
  ANLING_ALIYUN_SMS_SIGN: text.describe('Aliyun SMS: the approved signature.'),
  ANLING_ALIYUN_SMS_TEMPLATE: text.describe('Aliyun SMS: code of the approved template, SMS_…'),
  ANLING_ALIYUN_VOICE_TEMPLATE: text.describe('Aliyun voice: code of the approved template, TTS_…'),
  ANLING_ALIYUN_VOICE_NUMBER: text.describe(
    "Aliyun voice: the own number that is shown. Empty: Aliyun's pool, which does not call at night.",
  ),
  ANLING_ALIYUN_RECEIPT_KEY: text.describe(
    'Aliyun: the key in the address of its receipts, which it does not sign; at least 24 characters.',
  ),
  ANLING_TWILIO_ACCOUNT: text.describe('Twilio: account SID, AC…'),
  ANLING_TWILIO_TOKEN: text.describe('Twilio: auth token; it signs the receipts too.'),
  ANLING_TWILIO_FROM: text.describe('Twilio: the number, +…, that calls and messages come from.'),
  ANLING_PHONE_COUNTRY: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .default('86')
    .describe('Country code of telephone numbers that are written without one.'),
} as const

/** name → schema with default and meaning. `docs/configuration.md` is generated from this object. */
export const settings = {
  ANLING_DATA_DIR: z
    .string()
    .min(1)
    .default('data')
    .describe('Folder of the databases, the ballast file and the secrets. Created when missing.'),
  ANLING_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address that MQTT and the dashboard listen on. Loopback unless you say otherwise.'),
  ANLING_HTTP_PORT: port.default(8080).describe('Port of the dashboard and the API. 0 = any free port.'),
  ANLING_MQTT_PORT: port.default(1883).describe('Port of MQTT over TCP. 0 = any free port.'),
  ANLING_MQTT_WS_PATH: z.string().startsWith('/').default('/mqtt').describe('Path of MQTT over WebSocket, on the dashboard port.'),
  ANLING_MQTTS_PORT: port.default(8883).describe('Port of MQTT over TLS; opened only when a certificate is given. 0 = any free port.'),
  ANLING_TLS_CERT: z
    .string()
    .default('')
    .describe('File with the TLS certificate chain (PEM). With ANLING_TLS_KEY it turns on TLS for MQTT and HTTPS for the dashboard.'),
  ANLING_TLS_KEY: z.string().default('').describe('File with the TLS private key (PEM).'),
  ANLING_MQTT_LAN: flag
    .default(false)
    .describe(
      'Let MQTT without TLS be reached from the network that ANLING_HOST names (docs/tls.md). Off: it listens on this machine only.',
    ),
  ANLING_TLS_DEVICE_CA: text.describe(
    'File with the authority of device certificates (PEM): a device may then log in by one (CN = device id). Empty: none may.',
  ),
  ANLING_TLS_DEVICE_CRL: text.describe('File with the certificates that this authority took back (CRL, PEM). Empty: none were.'),
  ANLING_TLS_DEVICE_CERTIFICATES: z
    .enum(['accept', 'require'])
    .default('accept')
    .describe('With ANLING_TLS_DEVICE_CA: accept a certificate in the place of a token, or let nobody in over MQTT with TLS without one.'),
  ANLING_PUBLIC_ORIGIN: z
    .string()
    .default('')
    .describe('Origin that browsers use, such as https://care.example.org, when a proxy stands in front. Empty: the address listened on.'),
  ANLING_SECOND_FACTOR: z
    .enum(['optional', 'required'])
    .default('optional')
    .describe('Whether admins, supervisors and auditors must have a second factor (a passkey or one-time codes): optional or required.'),
  ANLING_BRIDGES: z
    .string()
    .default('')
    .describe('File (JSON) with other brokers to listen to, such as of ChirpStack: see docs/devices. Empty: none.'),
  ANLING_TEST_REMINDER_HOUR: z.coerce
    .number()
    .int()
    .min(-1)
    .max(23)
    .default(10)
    .describe('Hour of day, local to each site, at which terminals ask for a test press that was not made for a week. -1: never.'),
  ANLING_MAX_CONNECTIONS: count.optional().describe('Most MQTT connections at once. Default: the limit of open files less 2,000.'),
  ANLING_TELEMETRY_WINDOW_MS: count
    .max(1_000)
    .default(60)
    .describe('How long readings wait for each other before they are committed together, in milliseconds.'),
  ANLING_TELEMETRY_LOCAL_DAYS: count
    .max(3_650)
    .default(14)
    .describe('With InfluxDB: days for which readings also stay on this machine and are read from it, so that a card needs no InfluxDB.'),
  ANLING_SPOOL_BYTES: count
    .min(2 ** 16)
    .default(8 * 2 ** 30)
    .describe('With InfluxDB: bytes of readings that may wait for it on disk. Beyond that the oldest are dropped, counted and told.'),
  ANLING_INFLUX_TIMEOUT_SECONDS: count
    .max(600)
    .default(20)
    .describe('With InfluxDB: a request that takes longer is given up and made again.'),
  ANLING_INFLUX_RETRY_SECONDS: count
    .max(3_600)
    .default(60)
    .describe('With InfluxDB: longest wait between two tries while it is away, and after a mistake that a person must mend.'),
  INFLUX_URL: z
    .string()
    .refine((url) => url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)), 'it must be an http or https address')
    .default('')
    .describe('Address of InfluxDB (1.x, 2.x or 3 Core), such as http://127.0.0.1:8086. Empty: telemetry stays in the embedded store.'),
  INFLUX_TOKEN: z.string().default('').describe('2.x and 3: token that may read and write the bucket.'),
  INFLUX_ORG: z.string().default('').describe('2.x: organisation.'),
  INFLUX_BUCKET: z.string().default('').describe('2.x: bucket; 3: database.'),
  INFLUX_DATABASE: z.string().default('').describe('1.x: database. 2.x: the name that InfluxQL is asked under, when it is not the bucket.'),
  INFLUX_USERNAME: z.string().default('').describe('1.x: user, when it asks for one.'),
  INFLUX_PASSWORD: z.string().default('').describe('1.x: password.'),
  INFLUX_RETENTION_POLICY: z
    .string()
    .default('')
    .describe("1.x: retention policy that readings are written to. Empty: the database's default one."),
  ANLING_WEBHOOK_URL: z
    .string()
    .default('')
    .describe('Where notices are posted as CloudEvents, signed by the Standard Webhooks rules. Empty: no webhook.'),
  ANLING_WEBHOOK_SECRET: z.string().default('').describe('Secret of the webhook, whsec_… in base64.'),
  ANLING_WEBHOOK_ALLOW_PRIVATE: flag
    .default(false)
    .describe('Allow a webhook or a robot on a private or loopback address, and without TLS.'),
  ...channelSettings,
  ANLING_WATCHER_URL: z
    .string()
    .refine((url) => url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)), 'it must be an http or https address')
    .default('')
    .describe(
      'Where a sign of life is sent every 30 s, while it is proved that no alarm waits for nobody (docs/watcher.md). Empty: nowhere.',
    ),
  ANLING_WATCHER_METHOD: z
    .enum(['POST', 'GET'])
    .default('POST')
    .describe('How the sign of life is sent: GET for services that take only that.'),
  ANLING_WALL_RELOAD_AT: z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d)?$/, 'must be HH:MM, or empty')
    .default('04:10')
    .describe(
      'The quiet minute in which walls load themselves anew each night (HH:MM at the site), unless an urgent alarm is open or the sound would stay off; empty: never.',
    ),
  ANLING_WATCHER_SECONDS: count
    .max(300)
    .default(30)
    .describe('How often the sign of life is sent, in seconds. The watcher should wait for three of them.'),
  ANLING_WATCHER_SECRET: text.describe(
    'What the sign of life is signed with, the same on both sides; at least 16 characters. Empty: unsigned.',
  ),
  ANLING_SWEEP_MINUTES: count
    .max(1_440)
    .default(5)
    .describe('An outage at least this long makes a list of everybody who may have been unheard in it (docs/sweep.md), in minutes.'),
  ANLING_HOME_ASSISTANT_PREFIX: z
    .string()
    .regex(/^(?!(care|anling)$)[A-Za-z0-9_-]{1,40}$/, 'it must be one level of letters, digits, "_" or "-"')
    .default('homeassistant')
    .describe('Home Assistant: its discovery prefix, as its own MQTT setting says (docs/out.md).'),
  ANLING_LOG: z.enum(['plain', 'json']).default('plain').describe('Form of the log lines.'),
} as const

const schema = z.object(settings)
export type Config = Readonly<z.infer<typeof schema>>

/** The configuration, frozen. `INFLUX_…` names keep what InfluxDB's own tools call them. Throws an Error whose message is one sentence for each mistake; unknown ANLING_ names are mistakes. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => (name.startsWith('ANLING_') || name in settings) && value !== undefined),
  )
  const unknown = Object.keys(given).filter((name) => !(name in settings))
  if (unknown.length > 0) throw new Error(`Unknown setting ${unknown.join(', ')}. docs/configuration.md lists them all.`)
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `Setting ${issue.path.join('.')}: ${issue.message}.`).join(' '))
  return Object.freeze(parsed.data)
}

/** By what they are called, so that a new one cannot be forgotten here. */
const secrets = /SECRET|TOKEN|PASSWORD|_KEY(_|$)/
/** Addresses may hold a secret in their path or before their host. */
const addresses = /_URL$/

/** The configuration for the log: secrets replaced, and of addresses only the origin. */
export function describeConfig(config: Config): Record<string, string | number | boolean> {
  const shown: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined || value === '') continue
    shown[name] = secrets.test(name) ? '(set)' : addresses.test(name) ? originOf(String(value)) : value
  }
  return shown
}

/** Scheme and host; an address that is none is shown by nobody. */
function originOf(address: string): string {
  const url = URL.parse(address)
  return url ? `${url.protocol}//${url.host}` : '(not an address)'
}
