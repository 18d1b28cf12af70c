import { saveFile } from './save-file.ts';

/** Pixels of the picture for one of the drawing's. */
const scale = 2;

/**
 * Puts a drawing into the clipboard as a PNG; where that is not allowed (a gateway on plain http), saves it as a file.
 *
 * @throws when the browser cannot draw it
 */
export async function copyPicture(
  { svg, width, height }: { readonly svg: string; readonly width: number; readonly height: number },
  fileName: string,
): Promise<'copied' | 'saved'> {
  const png = drawPng(svg, width, height);
  if (window.isSecureContext && 'ClipboardItem' in window) {
    try {
      // The promise goes in as it is: some browsers forget the user's click while it is awaited.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
      return 'copied';
    } catch {
      // Not permitted: the file below is as good.
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
