// A drawer beside the page that shows a document, such as a model's card. Any link to a document opens it there; with a modifier key, or
// without JavaScript, the link opens the document's own page.
{
  const {h, root} = window.explorer, DOCUMENT = /\/[^/]+\.md$/;
  let drawer, article, own;

  const within = url => url.href.startsWith(`${root}/`) && DOCUMENT.test(url.pathname);
  // Gradio's page may have an address without a slash at its end, so links in it are relative to the root path and not to that address.
  const resolved = link => new URL(link.getAttribute('href'), link.closest('.document') ? own.href : `${root}/`);

  function build() {
    const close = h('button', {type: 'button', class: 'quiet', onclick: () => drawer.close()}, 'Close');
    own = h('a', {class: 'own', target: '_blank', rel: 'noopener'}, 'Open as a page');
    article = h('div', {class: 'document', tabindex: -1});
    drawer = h('dialog', {class: 'drawer', 'aria-label': 'About this model'}, h('header', {}, own, close), article);
    drawer.addEventListener('click', event => { if (event.target === drawer) drawer.close(); });  // beside the drawer
    document.querySelector('.gradio-container').append(drawer);
  }
  async function open(url) {
    if (!drawer) build();
    own.href = url.href.split('#')[0];
    article.replaceChildren(h('p', {role: 'status'}, 'Opening …'));
    if (!drawer.open) drawer.showModal();
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(await response.text());
      const found = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('article');
      for (const [name, selector] of [['src', 'img'], ['href', 'a']]) for (const node of found.querySelectorAll(selector)) {
        if (node.hasAttribute(name)) node.setAttribute(name, new URL(node.getAttribute(name), url).href);
      }
      article.replaceChildren(...found.childNodes);
      article.scrollTop = 0;
      article.focus({preventScroll: true});
    } catch (error) {
      article.replaceChildren(h('p', {role: 'alert'}, `This document could not be opened. ${error.message}`));
    }
  }
  document.addEventListener('click', event => {
    const link = event.target.closest?.('a[href]');
    if (!link || link.classList.contains('own')) return;
    const url = resolved(link);
    if (!within(url)) return;
    link.href = url.href;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (drawer?.open && url.href.split('#')[0] === own.href) article.querySelector(url.hash || 'h1')?.scrollIntoView();
    else open(url);
  });
}
