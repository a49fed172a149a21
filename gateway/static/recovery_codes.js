// Can the recovery codes be kept with one click? Buttons to print and to copy them; without a script they stand there.

function addButton(box, text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = text;
  button.addEventListener("click", () => act(button));
  box.append(button);
}

function addButtons(box) {
  const { copyText, copiedText, printText } = box.dataset;
  const codes = [...box.querySelectorAll("code")].map((code) => code.textContent).join("\n");
  const actions = document.createElement("div");
  actions.className = "actions actions-start";
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  addButton(actions, printText, () => window.print());
  // Browsers offer the clipboard to pages that came over TLS, and from this machine.
  if (navigator.clipboard) {
    addButton(actions, copyText, async (button) => {
      await navigator.clipboard.writeText(codes);
      button.textContent = copiedText;
      said.textContent = copiedText;
    });
  }
  box.append(actions, said);
}

export function keepCodes(page) {
  for (const box of page.querySelectorAll("[data-codes]")) addButtons(box);
}
