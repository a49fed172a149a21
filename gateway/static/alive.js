// How far is it? The part of the page that lives is asked for again until it has come to its end.

async function renew(part) {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return part;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return part;
  document.title = page.title;
  document.querySelector("h1").textContent = page.querySelector("h1").textContent;
  // A button that has the attention keeps it.
  const hadFocus = part.contains(document.activeElement);
  part.replaceWith(fresh);
  if (hadFocus) fresh.querySelector("button, a")?.focus();
  return fresh;
}

async function live(part) {
  let shown = part;
  while (shown.dataset.alive) {
    await new Promise((resolve) => setTimeout(resolve, Number(shown.dataset.alive) * 1000));
    // Another try comes: a page that cannot be had now may be there in a moment.
    shown = await renew(shown).catch(() => shown);
  }
}

export function keepAlive(page) {
  for (const part of page.querySelectorAll("[data-alive]")) live(part);
}
