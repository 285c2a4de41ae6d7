/** Every setting: name, default, meaning. Read once from the environment, checked with zod, then frozen. Care rules and plans are data, not settings. */
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const count = z.coerce.number().int().positive()

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
  ANLING_PUBLIC_ORIGIN: z
    .string()
    .default('')
    .describe('Origin that browsers use, such as https://care.example.org, when a proxy stands in front. Empty: the address listened on.'),
  ANLING_MAX_CONNECTIONS: count.optional().describe('Most MQTT connections at once. Default: the limit of open files less 2,000.'),
  ANLING_TELEMETRY_WINDOW_MS: count
    .max(1_000)
    .default(60)
    .describe('How long readings wait for each other before they are committed together, in milliseconds.'),
  ANLING_WEBHOOK_URL: z
    .string()
    .default('')
    .describe('Where notices are posted as CloudEvents, signed by the Standard Webhooks rules. Empty: no webhook.'),
  ANLING_WEBHOOK_SECRET: z.string().default('').describe('Secret of the webhook, whsec_… in base64.'),
  ANLING_WEBHOOK_ALLOW_PRIVATE: flag.default(false).describe('Allow a webhook on a private or loopback address.'),
  ANLING_LOG: z.enum(['plain', 'json']).default('plain').describe('Form of the log lines.'),
} as const

const schema = z.object(settings)
export type Config = Readonly<z.infer<typeof schema>>

/** The configuration, frozen. Throws an Error whose message is one sentence for each mistake; unknown ANLING_ names are mistakes. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([name, value]) => name.startsWith('ANLING_') && value !== undefined))
  const unknown = Object.keys(given).filter((name) => !(name in settings))
  if (unknown.length > 0) throw new Error(`Unknown setting ${unknown.join(', ')}. docs/configuration.md lists them all.`)
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `Setting ${issue.path.join('.')}: ${issue.message}.`).join(' '))
  return Object.freeze(parsed.data)
}

const secrets: ReadonlySet<string> = new Set(['ANLING_WEBHOOK_SECRET', 'ANLING_TLS_KEY'])

/** The configuration for the log: secrets and the webhook's path replaced. */
export function describeConfig(config: Config): Record<string, string | number | boolean> {
  const shown: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined || value === '') continue
    shown[name] = secrets.has(name) ? '(set)' : name === 'ANLING_WEBHOOK_URL' ? new URL(String(value)).origin : value
  }
  return shown
}
