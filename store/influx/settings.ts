/** Where InfluxDB is and how we sign in, and how long we wait for it. Plain data: it travels to the worker. */

export const measurementDefault = 'reading'

export type InfluxSettings = {
  url: string
  /** 2.x and 3. */
  token: string
  org: string
  bucket: string
  /** 1.x. */
  database: string
  username: string
  password: string
  retentionPolicy: string
  /** The measurement (3: table) of readings. */
  measurement: string
}

/** All in milliseconds, besides the counts. */
export type InfluxTimings = {
  /** A request that takes longer is given up. */
  requestMs: number
  /** First and longest wait after a failure; the longest is also the wait after an operator's mistake. */
  retryMinMs: number
  retryMaxMs: number
  /** How long readings wait for others before a batch that is not full is sent. */
  lingerMs: number
  batchReadings: number
  /** How often sums are brought up to date. */
  rollupMs: number
  /** Questions older than this are answered from sums: a day less than readings are kept. */
  rawMs: number
}
export const timingsDefault: InfluxTimings = {
  requestMs: 20_000,
  retryMinMs: 500,
  retryMaxMs: 60_000,
  lingerMs: 1_000,
  batchReadings: 5_000,
  rollupMs: 1_200_000,
  rawMs: 89 * 86_400_000,
}

/** From the environment's names to ours. */
export const influxSettingsOf = (named: Record<`INFLUX_${Environment}`, string>): InfluxSettings => ({
  url: named.INFLUX_URL,
  token: named.INFLUX_TOKEN,
  org: named.INFLUX_ORG,
  bucket: named.INFLUX_BUCKET,
  database: named.INFLUX_DATABASE,
  username: named.INFLUX_USERNAME,
  password: named.INFLUX_PASSWORD,
  retentionPolicy: named.INFLUX_RETENTION_POLICY,
  measurement: measurementDefault,
})
type Environment = 'URL' | 'TOKEN' | 'ORG' | 'BUCKET' | 'DATABASE' | 'USERNAME' | 'PASSWORD' | 'RETENTION_POLICY'

/** The name that history is asked under: the bucket, or on 1.x the database. */
export const databaseOf = ({ database, bucket }: InfluxSettings): string => database || bucket

/** How requests prove who they are: a token, or the user and password of 1.x. */
export function authorizationOf({ token, username, password }: InfluxSettings): Record<string, string> {
  if (token !== '') return { Authorization: `Token ${token}` }
  if (username === '') return {}
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` }
}
