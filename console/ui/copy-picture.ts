import { saveFile } from './save-file.ts';

/** Scale of the picture relative to the drawing. */
const scale = 2;

/**
 * Copies an SVG drawing to the clipboard as a PNG, or saves it as a file if that is not allowed (a gateway on plain
 * http).
 *
 * @throws if the browser cannot render it
 */
export async function copyPicture(
  { svg, width, height }: { readonly svg: string; readonly width: number; readonly height: number },
  fileName: string,
): Promise<'copied' | 'saved'> {
  const png = drawPng(svg, width, height);
  if (window.isSecureContext && 'ClipboardItem' in window) {
    try {
      // Pass the promise itself: some browsers lose the user activation while awaiting it.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
      return 'copied';
    } catch {
      // Not permitted: save a file instead.
    }
  }
  saveFile(await png, fileName);
  return 'saved';
}

async function drawPng(svg: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * scale;
    canvas.height = height * scale;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.scale(scale, scale);
    context.drawImage(image, 0, 0, width, height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
