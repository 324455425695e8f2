// Widgets' values, which come as JSON, and links.

/** A function that parses the JSON of `text()`, and caches the result until the JSON changes. */
export function reader(text) {
  let last, parsed;
  return () => {
    const json = text() ?? null;
    if (json !== last) { last = json; parsed = JSON.parse(json); }
    return parsed;
  };
}

/** The address `href` with a state as its query; only the theme of the old query stays. */
export function addressOf(href, query) {
  const url = new URL(href), theme = url.searchParams.get('__theme');
  url.search = '';
  url.searchParams.set('q', query);
  if (theme) url.searchParams.set('__theme', theme);
  return String(url);
}
