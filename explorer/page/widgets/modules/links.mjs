// The states in links: JSON as base64url (explorer/page/shared/links.py).

/** The query of a link whose state has another value under a key. */
export function changed(query, key, value) {
  const bytes = Uint8Array.from(atob(query.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0));
  const state = {...JSON.parse(new TextDecoder().decode(bytes)), [key]: value};
  const text = String.fromCharCode(...new TextEncoder().encode(JSON.stringify(state)));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
