/** A picture to know her by: optional, bounded, and only with her consent. */
import { useSignal } from '@preact/signals'
import { photoBytesMax } from '../../../domain/resident-file.ts'
import { request } from '../shared/api.ts'
import { FileButton } from '../shared/file-button.tsx'
import { refusalText } from '../shared/i18n/i18n.ts'
import { fieldText } from './field-words.ts'
import { fileWords } from './file-words.ts'

type Props = { residentId: string; name: string; photoAt: number | null; onChanged: () => void }

export function PhotoPart({ residentId, name, photoAt, onChanged }: Props) {
  const t = fileWords.value
  const trouble = useSignal('')
  const path = `/api/residents/${encodeURIComponent(residentId)}/photo`
  const act = async (method: 'PUT' | 'DELETE', file?: Blob) => {
    const answer = await request(method, path, file)
    if (answer.ok) onChanged()
    const said = answer.ok ? undefined : answer.refused
    trouble.value = said ? (t.refusals[said.code] ?? (said.fields?.[0] ? fieldText(said.fields[0].message) : refusalText(said))) : ''
  }
  const send = async (file: File) => {
    if (file.size > photoBytesMax) trouble.value = t.refusals['too-large'] ?? ''
    else await act('PUT', file)
  }
  return (
    <section class="sheet" aria-label={t.photo}>
      <h3>{t.photo}</h3>
      <p class="dim">{t.photoLead}</p>
      <div class="photo">
        {photoAt === null ? <p>{t.noPhoto}</p> : <img src={`${path}?at=${photoAt}`} alt={t.photoOf(name)} />}
        <FileButton label={t.photoChoose} accept="image/jpeg,image/png,image/webp" onFile={send} />
        {photoAt !== null && (
          <button type="button" class="button" onClick={() => void act('DELETE')}>
            {t.photoRemove}
          </button>
        )}
      </div>
      <p class="refusal" role="alert">
        {trouble.value}
      </p>
    </section>
  )
}
