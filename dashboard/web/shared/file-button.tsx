/** A button that chooses a file. It speaks the reader's language, where the browser's own control speaks the browser's; reached and pressed by keyboard like any other. */

export type FileButtonProps = { label: string; accept: string; onFile: (file: File) => unknown }

export function FileButton({ label, accept, onFile }: FileButtonProps) {
  const choose = (input: HTMLInputElement) => {
    const [file] = input.files ?? []
    // The same file may be chosen again after it was mended.
    input.value = ''
    if (file) void onFile(file)
  }
  return (
    <label class="button file-button">
      {label}
      <input type="file" accept={accept} class="unseen" onChange={(event) => choose(event.currentTarget)} />
    </label>
  )
}
