// How values come to the page and leave it.

/** A function that returns what a JSON text says, and parses each text once. */
export function reader(text) {
  let last, read;
  return () => {
    const now = text() ?? null;
    if (now !== last) { last = now; read = JSON.parse(now); }
    return read;
  };
}

/** The address `href` with a state as its query; of the old query only the theme stays. */
export function addressOf(href, query) {
  const url = new URL(href), theme = url.searchParams.get('__theme');
  url.search = '';
  url.searchParams.set('q', query);
  if (theme) url.searchParams.set('__theme', theme);
  return String(url);
}
