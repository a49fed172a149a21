// Can a secret be copied with one click? A button beside it; without a script it is selected by hand.

function addCopy(box) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = box.dataset.copyText;
  button.setAttribute("aria-controls", input.id);
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    input.select();
    await navigator.clipboard.writeText(input.value);
    button.textContent = box.dataset.copiedText;
    said.textContent = box.dataset.copiedText;
  });
  input.addEventListener("focus", () => input.select());
  box.append(button, said);
}

export function addCopies(page) {
  // Browsers offer the clipboard to pages that came over TLS, and from this machine.
  if (!navigator.clipboard) return;
  for (const box of page.querySelectorAll("[data-copy]")) addCopy(box);
}
