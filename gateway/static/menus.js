// When does an open menu close? On Escape, and when the attention goes elsewhere.

function closeAll(page, except) {
  for (const menu of page.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

export function watchMenus(page) {
  page.addEventListener("click", (event) => closeAll(page, event.target));
  page.addEventListener("focusin", (event) => closeAll(page, event.target));
  page.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
