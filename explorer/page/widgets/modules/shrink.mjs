// Decisions about a picture before it is sent. These functions do not use the page.

export const MOST = 4e6; // the largest number of pixels that is sent; the models use at most 256 x 256

// The size to which a picture is shrunk, with the same aspect ratio; null if the picture is small enough.
export function shrunk(width, height, most = MOST) {
  if (!(width * height > most)) return null;
  const scale = Math.sqrt(most / (width * height));
  return {width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale))};
}

const HEAD = 65536; // first bytes of a JPEG, which may contain a thumbnail with an end mark of its own

// Whether a JPEG or PNG file has its end mark; true for other formats. A browser shows a truncated file without an error, so a
// truncated file must not be shrunk: only in the original can the server see that a part is missing.
export function ended(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    for (let i = bytes.length - 2, first = bytes.length > 2 * HEAD ? HEAD : 2; i >= first; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
    return false;
  }
  if (bytes[0] !== 0x89 || bytes[1] !== 0x50) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) if (view.getUint32(at + 4) === 0x49454e44) return true; // IEND
  return false;
}

// Which of the dropped or pasted files to send: the first picture or, if there is none, the first file; the server then says what it is.
export const chosen = files => [...(files || [])].find(file => file.type.startsWith('image/')) || files?.[0] || null;

// Whether to ignore a pasted picture because the clipboard also has text that is not the name of the picture: office programs add a picture
// to copied text.
export const isText = (text, name) => Boolean(text.trim()) && text.trim() !== name;
