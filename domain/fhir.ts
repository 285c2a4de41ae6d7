/**
 * Alarms, risks and measurements as resources of FHIR R4, for a hospital to read: Communication and Task for an alarm, Flag for a risk, Observation
 * for what was measured (LOINC, UCUM). Persons are logical references by our id; no name goes out. Pure.
 */
import type { Alarm, Outcome, Priority, Reason } from './alarm.ts'
import type { Resident } from './people.ts'
import { type Reading, type ReadingKind, readingKinds } from './reading.ts'
import { scaipOf } from './scaip.ts'
import type { Instant } from './time.ts'

export type Resource = { resourceType: string; id: string } & Readonly<Record<string, unknown>>
type Coding = { system: string; code: string; display?: string }

export const fhirResident = 'urn:anling:resident'
const ours = { alarm: 'urn:anling:alarm', reason: 'urn:anling:reason', device: 'urn:anling:device', outcome: 'urn:anling:outcome' } as const

/** FHIR's ids have letters, digits, "-" and "." only, 64 at most. */
export const fhirId = (text: string): string => text.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 64)
const isoOf = (at: Instant): string => new Date(at).toISOString()

export const patientOf = (residentId: string) => ({ type: 'Patient', identifier: { system: fhirResident, value: residentId } })
/** An alarm of many homes is about a place. */
const subjectOf = ({ subjectId }: Pick<Alarm, 'subjectId'>) =>
  subjectId.startsWith('area:') ? { type: 'Group', identifier: { system: 'urn:anling:area', value: subjectId } } : patientOf(subjectId)

const priorities: Readonly<Record<Priority, 'stat' | 'urgent' | 'routine'>> = { 1: 'stat', 2: 'urgent', 3: 'routine' }

const texts: Readonly<Record<Reason, string>> = {
  button: 'Call for help by button',
  'fall-possible': 'Possible fall',
  'fall-confirmed': 'Fall',
  smoke: 'Smoke',
  gas: 'Gas',
  'carbon-monoxide': 'Carbon monoxide',
  'water-leak': 'Water leak',
  inactivity: 'Inactivity for longer than usual',
  'check-in': 'Asked whether she is well',
  'not-back': 'Not back home',
  'home-unseen': 'Nothing of the home is heard',
  'device-silent': 'Device silent',
  'area-silent': 'Area silent',
  'battery-low': 'Battery low',
  tamper: 'Tamper',
  'mains-lost': 'Mains lost',
  'clock-wrong': 'Clock of a device is wrong',
  'device-flapping': 'Device comes and goes',
  'retained-press': 'A call that may be an old one',
  'wall-unattended': 'Nobody is on watch',
  'case-overdue': 'A broken device was not mended in time',
}

const reasonOf = ({ reason }: Alarm) => ({ coding: [{ system: ours.reason, code: reason }], text: texts[reason] })

function scaipExtension(alarm: Alarm) {
  const { deviceType, statusCode, location } = scaipOf(alarm)
  const part = (url: string, valueString: string) => ({ url, valueString })
  const known = [part('deviceType', deviceType), part('statusCode', statusCode)]
  return [{ url: 'urn:anling:scaip', extension: location === '' ? known : [...known, part('location', location)] }]
}

/** That somebody asked for help, or something did for her. */
export function communicationOf(alarm: Alarm): Resource {
  const { id, state, priority, raisedAt, presses, causes } = alarm
  const last = causes.at(-1)?.receivedAt ?? raisedAt
  return {
    resourceType: 'Communication',
    id: fhirId(id),
    meta: { lastUpdated: isoOf(changedAt(alarm)) },
    extension: scaipExtension(alarm),
    identifier: [{ system: ours.alarm, value: id }],
    status: state === 'resolved' ? 'completed' : 'in-progress',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/communication-category', code: 'alert' }] }],
    priority: priorities[priority],
    subject: subjectOf(alarm),
    sent: isoOf(raisedAt),
    received: isoOf(raisedAt),
    reasonCode: [reasonOf(alarm)],
    payload: [{ contentString: presses > 1 ? `${texts[alarm.reason]}, ${presses} times, last ${isoOf(last)}` : texts[alarm.reason] }],
  }
}

const taskDone: ReadonlySet<Outcome> = new Set(['emergency', 'help-given', 'social-call', 'technical-fixed', 'all-well'])
const onTheWay: ReadonlySet<string> = new Set(['dispatched', 'on-my-way', 'arrived'])

function taskStatus(alarm: Alarm): string {
  if (alarm.state === 'raised') return 'requested'
  if (alarm.state === 'resolved') return taskDone.has(alarm.outcome) ? 'completed' : 'cancelled'
  return alarm.notes.some(({ action }) => onTheWay.has(action)) ? 'in-progress' : 'accepted'
}

/** That somebody sees to it: who of the staff that is stays the centre's own. */
export function taskOf(alarm: Alarm): Resource {
  const { id, priority, raisedAt } = alarm
  return {
    resourceType: 'Task',
    id: fhirId(id),
    meta: { lastUpdated: isoOf(changedAt(alarm)) },
    identifier: [{ system: ours.alarm, value: id }],
    status: taskStatus(alarm),
    intent: 'order',
    priority: priorities[priority],
    code: { text: 'Answer a call for help' },
    description: texts[alarm.reason],
    focus: { reference: `Communication/${fhirId(id)}` },
    for: subjectOf(alarm),
    executionPeriod: { start: isoOf(raisedAt), ...(alarm.state === 'resolved' && { end: isoOf(alarm.at) }) },
    authoredOn: isoOf(raisedAt),
    lastModified: isoOf(changedAt(alarm)),
    reasonCode: reasonOf(alarm),
    ...(alarm.state === 'resolved' && {
      output: [{ type: { text: 'outcome' }, valueCodeableConcept: { coding: [{ system: ours.outcome, code: alarm.outcome }] } }],
    }),
  }
}

/** When it last became what it is. */
export function changedAt(alarm: Alarm): Instant {
  const moments = [alarm.raisedAt, alarm.clearedAt ?? 0, alarm.state === 'raised' ? 0 : alarm.at]
  return Math.max(...moments, ...alarm.causes.map(({ receivedAt }) => receivedAt), ...alarm.notes.map(({ at }) => at)) as Instant
}

/** What a responder must know of her: one flag for each line of the record, and one for living alone. */
export function flagsOf({ id, medical, livesAlone }: Pick<Resident, 'id' | 'medical' | 'livesAlone'>): readonly Resource[] {
  const flag = (index: string, category: string, code: { coding?: readonly Coding[]; text: string }): Resource => ({
    resourceType: 'Flag',
    id: fhirId(`${id}.${index}`),
    status: 'active',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: category }] }],
    code,
    subject: patientOf(id),
  })
  const risks = medical.map((text, index) => flag(String(index + 1), 'clinical', { text }))
  const alone = { coding: [{ system: 'http://snomed.info/sct', code: '105529008', display: 'Lives alone' }], text: 'Lives alone' }
  return livesAlone ? [...risks, flag('alone', 'safety', alone)] : risks
}

type Measure = { loinc: string; display: string; ucum: string; unit: string; category: 'vital-signs' | 'activity' | 'laboratory' }

/** What is a measurement of her body, by LOINC and UCUM; null: it is of the home or of the device. */
export const measures: Readonly<Record<ReadingKind, Measure | null>> = {
  'heart-rate': { loinc: '8867-4', display: 'Heart rate', ucum: '/min', unit: 'beats/minute', category: 'vital-signs' },
  respiration: { loinc: '9279-1', display: 'Respiratory rate', ucum: '/min', unit: 'breaths/minute', category: 'vital-signs' },
  oxygen: {
    ...{ loinc: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' },
    ...{ ucum: '%', unit: '%', category: 'vital-signs' },
  },
  systolic: { loinc: '8480-6', display: 'Systolic blood pressure', ucum: 'mm[Hg]', unit: 'mmHg', category: 'vital-signs' },
  diastolic: { loinc: '8462-4', display: 'Diastolic blood pressure', ucum: 'mm[Hg]', unit: 'mmHg', category: 'vital-signs' },
  'body-temperature': { loinc: '8310-5', display: 'Body temperature', ucum: 'Cel', unit: '°C', category: 'vital-signs' },
  glucose: { loinc: '15074-8', display: 'Glucose [Moles/volume] in Blood', ucum: 'mmol/L', unit: 'mmol/L', category: 'laboratory' },
  weight: { loinc: '29463-7', display: 'Body weight', ucum: 'kg', unit: 'kg', category: 'vital-signs' },
  steps: {
    loinc: '55423-8',
    display: 'Number of steps in unspecified time Pedometer',
    ucum: '{steps}',
    unit: 'steps',
    category: 'activity',
  },
  ...{ heartbeat: null, battery: null, motion: null, presence: null, door: null, bed: null, vibration: null, button: null, power: null },
  ...{ temperature: null, humidity: null, illuminance: null, 'carbon-dioxide': null, link: null },
}
/** Kinds that become observations. */
export const measuredKinds: readonly ReadingKind[] = readingKinds.filter((kind) => measures[kind] !== null)

const categoryOf = (code: string) => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] }]

/** One measurement; null for what is none of her body. */
export function observationOf(residentId: string, { device, kind, at, value }: Reading): Resource | null {
  const measure = measures[kind]
  if (!measure) return null
  const { loinc, display, ucum, unit, category } = measure
  return {
    resourceType: 'Observation',
    id: `${device}-${kind}-${at}`,
    status: 'final',
    category: categoryOf(category),
    code: { coding: [{ system: 'http://loinc.org', code: loinc, display }] },
    subject: patientOf(residentId),
    effectiveDateTime: isoOf(at),
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: ucum },
    device: { identifier: { system: ours.device, value: String(device) } },
  }
}

/** When anything that only a person does was last seen of her. */
export const lastActivityOf = (residentId: string, at: Instant): Resource => ({
  resourceType: 'Observation',
  id: fhirId(`${residentId}.last-activity`),
  status: 'final',
  category: categoryOf('activity'),
  code: { coding: [{ system: 'urn:anling:observation', code: 'last-activity' }], text: 'Last activity in the home' },
  subject: patientOf(residentId),
  effectiveDateTime: isoOf(at),
  valueDateTime: isoOf(at),
})

export type Page = { base: string; self: string; next: string | null; at: Instant }

/** A page of what was found. `base`: where our resources are read. An empty list of entries does not exist in FHIR. */
export function searchset(resources: readonly Resource[], { base, self, next, at }: Page): Record<string, unknown> {
  const link = [{ relation: 'self', url: self }, ...(next === null ? [] : [{ relation: 'next', url: next }])]
  const entry = resources.map((resource) => ({
    fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode: 'match' },
  }))
  return { resourceType: 'Bundle', type: 'searchset', timestamp: isoOf(at), link, ...(entry.length > 0 && { entry }) }
}
