// Is the form ready to leave? Says what is wrong in the page's language, and sends it only once.

function complaint(form, control) {
  const { validity, dataset } = control;
  if (validity.valueMissing) return form.dataset.missing;
  if (validity.typeMismatch) return form.dataset.invalidEmail;
  if (validity.tooShort || (dataset.short && control.value.length < control.minLength)) return dataset.short;
  if (dataset.repeats && control.value !== form.elements[dataset.repeats].value) return dataset.differs;
  return "";
}

function describe(control, id, isWanted) {
  const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (isWanted) ids.add(id);
  else ids.delete(id);
  if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" "));
  else control.removeAttribute("aria-describedby");
}

// The choices of a group have one line between them, as the server writes it.
function mark(control, text) {
  const id = `${control.type === "radio" ? control.name : control.id}-error`;
  let line = document.getElementById(id);
  if (!text) {
    line?.remove();
    control.removeAttribute("aria-invalid");
    describe(control, id, false);
    return;
  }
  if (!line) {
    line = document.createElement("p");
    line.id = id;
    line.className = "error";
    control.closest("[data-field]").append(line);
  }
  line.textContent = text;
  control.setAttribute("aria-invalid", "true");
  describe(control, id, true);
}

function check(form) {
  const all = [...form.querySelectorAll("[data-field] :is(input, select, textarea)")];
  const controls = all.filter((control) => control.type !== "radio" || control === form.elements[control.name][0]);
  for (const control of controls) mark(control, complaint(form, control));
  return controls.filter((control) => control.getAttribute("aria-invalid") === "true");
}

function wait(form, button) {
  const was = [...button.childNodes];
  form.dataset.isSent = "true";
  button.setAttribute("aria-disabled", "true");
  button.replaceChildren(form.dataset.sending);
  return () => {
    delete form.dataset.isSent;
    button.removeAttribute("aria-disabled");
    button.replaceChildren(...was);
  };
}

function watch(form) {
  let release = () => {};
  form.noValidate = true;
  form.addEventListener("input", (event) => {
    if (event.target.getAttribute("aria-invalid") === "true") mark(event.target, complaint(form, event.target));
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.isSent) {
      event.preventDefault();
      return;
    }
    const wrong = check(form);
    if (wrong.length) {
      event.preventDefault();
      // The summary came with the page; what it said is no longer what is wrong.
      document.querySelector("[data-summary-box]")?.remove();
      wrong[0].focus();
      return;
    }
    release = wait(form, event.submitter ?? form.querySelector("button[type=submit]"));
  });
  // The browser's back button may bring the page back as it was left.
  window.addEventListener("pageshow", () => release());
}

export function watchForms(page) {
  for (const form of page.querySelectorAll("form[data-form]")) watch(form);
}
