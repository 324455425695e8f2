const [picture, bar, words] = element.querySelectorAll('img, i, figcaption');
function draw() {
  const now = value();
  element.firstElementChild.hidden = !now;
  if (!now) return;
  picture.src = now.src;
  picture.alt = words.textContent = `a latent at ${now.length} times its length`;
  bar.style.width = `${50 * now.length}%`;
}
