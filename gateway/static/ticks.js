// Which rows are ticked? Says how many, ticks the whole page at once, and says why nothing can be sent.

function watch(form) {
  const boxes = [...document.querySelectorAll(`[data-tick][form="${form.id}"]`)];
  const page = document.querySelector("[data-tick-page]");
  const all = form.querySelector("[data-select-all]");
  const count = form.querySelector("[data-bulk-count]");
  const button = form.querySelector("[data-bulk-button]");
  const reason = form.querySelector("[data-too-many]");
  const words = { all: all.textContent, none: all.dataset.none };
  const limit = Number(form.dataset.limit);

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const isTooMany = ticked > limit;
    count.textContent = ticked ? count.dataset.bulkCount.replace("{count}", ticked) : "";
    reason.textContent = isTooMany ? reason.dataset.tooMany : ticked ? "" : reason.dataset.nobody;
    // Not `disabled`: the button can still be reached, and its reason read.
    button.setAttribute("aria-disabled", String(isTooMany || !ticked));
    all.textContent = ticked === boxes.length ? words.none : words.all;
    page.checked = ticked === boxes.length;
    page.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  const tick = (isTicked) => {
    for (const box of boxes) box.checked = isTicked;
    show();
  };

  page.hidden = false;
  page.addEventListener("change", () => tick(page.checked));
  all.setAttribute("role", "button");
  all.addEventListener("click", (event) => {
    event.preventDefault();
    tick(boxes.some((box) => !box.checked));
  });
  all.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    all.click();
  });
  for (const box of boxes) box.addEventListener("change", show);
  button.addEventListener("click", (event) => {
    if (button.getAttribute("aria-disabled") === "true" && !form.dataset.isSent) event.preventDefault();
  });
  window.addEventListener("pageshow", show);
  show();
}

export function watchTicks(page) {
  for (const form of page.querySelectorAll("form[data-bulk]")) watch(form);
}
