// May I see what I type? A button in each password field shows and hides it.

function addToggle(box) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "password-toggle";
  button.setAttribute("aria-label", box.dataset.showLabel);
  button.setAttribute("aria-controls", input.id);

  const show = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.textContent = isShown ? box.dataset.hide : box.dataset.show;
    button.setAttribute("aria-pressed", String(isShown));
  };
  button.addEventListener("click", () => show(input.type === "password"));
  // What leaves the page is a password again: browsers offer to save it, and do not remember it as plain text.
  input.form.addEventListener("submit", () => show(false));
  show(false);
  box.append(button);
}

export function addToggles(page) {
  for (const box of page.querySelectorAll("[data-password]")) addToggle(box);
}
