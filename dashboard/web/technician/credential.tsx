/** How a terminal signs in, shown once: as text to type and as a QR code to scan. */
import type { DeviceCredential } from '../../contracts-devices.ts'
import { Modal } from '../shared/ui.tsx'
import { QrCode } from './qr.tsx'
import { technicianWords } from './words.ts'

export function CredentialDialog({ credential, onClose }: { credential: DeviceCredential; onClose: () => void }) {
  const t = technicianWords.value
  const { deviceId, token, server, qr } = credential
  return (
    <Modal title={t.credentialTitle} onClose={onClose}>
      <p class="lead">{t.credentialLead}</p>
      <QrCode text={qr} label={t.qrOf} />
      <dl class="credential">
        <dt>{t.server}</dt>
        <dd>{server}</dd>
        <dt>{t.user}</dt>
        <dd>{deviceId}</dd>
        <dt>{t.token}</dt>
        <dd>
          <output class="token">{token}</output>
        </dd>
      </dl>
      <div class="buttons">
        <button type="button" class="button primary" onClick={onClose}>
          {t.noted}
        </button>
      </div>
    </Modal>
  )
}
