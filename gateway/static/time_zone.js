// In which time zone does this person live? The browser knows; the form's fallback is UTC.

export function fillTimeZone(page) {
  const field = page.querySelector("[data-time-zone]");
  const known = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field && known) field.value = known;
}
